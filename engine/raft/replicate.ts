// How a leader brings its log to the others: appends, heartbeats and snapshot chunks.
//
// 1. Everything to send is gathered in one pass when effects are taken: entries
//    proposed together travel together.
// 2. A heartbeat is an append without entries (paper, 5.2). It names an entry that the
//    follower surely has; but if nothing was acknowledged for a whole heartbeat while
//    appends are out, it names the last one sent. A follower that never got it refuses,
//    and the leader sends again. So nothing needs a retransmission timer.
// 3. A follower whose next entry is compacted gets a snapshot (paper, 7).

import { EMPTY_BYTES } from '../base/bytes.ts';
import { isFerrisError } from '../base/errors.ts';
import type { Core } from './core.ts';
import type { Leadership } from './leadership.ts';
import { entryBytes } from './log.ts';
import type { Entry, LogIndex } from './message.ts';
import type { Progress } from './progress.ts';

const NO_ENTRIES: readonly Entry[] = [];

/** An entry of its own term at the end of its log. */
export function appendOwn(
  core: Core,
  leadership: Leadership,
  kind: Entry['kind'],
  data: Uint8Array,
): Entry {
  const entry = { index: core.log.lastIndex + 1, term: core.term, kind, data };
  leadership.uncommittedBytes += entryBytes(entry);
  leadership.isDue = true;
  core.append([entry]);
  return entry;
}

/** Sends all that may be sent now. */
export function replicateAll(core: Core, leadership: Leadership): void {
  leadership.isDue = false;
  for (const peer of leadership.peers) replicateTo(core, leadership, peer);
}

function replicateTo(core: Core, leadership: Leadership, peer: Progress): void {
  if (peer.waits) return;
  if (peer.state === 'snapshot') {
    sendChunk(core, leadership, peer);
    return;
  }
  // Paper, 7: "the leader has already discarded the next log entry that it needs to send".
  if (core.log.termAt(peer.nextIndex - 1) === undefined) {
    startSnapshot(core, leadership, peer);
    return;
  }
  if (peer.state === 'probe') {
    peer.waits = true;
    sendEntries(core, leadership, peer);
    return;
  }
  while (peer.nextIndex <= core.log.lastIndex && !peer.window.isFull)
    sendEntries(core, leadership, peer);
  // What is committed is worth a message of its own: a client may wait at that server.
  if (Math.min(core.commitIndex, peer.matchIndex) > peer.commitTold)
    sendHeartbeat(core, leadership, peer);
}

/** AppendEntries. Paper, 5.3; the next one may leave before this is answered (thesis, 10.2.1). */
function sendEntries(core: Core, leadership: Leadership, peer: Progress): void {
  const previousIndex = peer.nextIndex - 1;
  const entries = core.log.batch(peer.nextIndex, core.settings.appendBytesMax);
  sendAppend(core, leadership, peer, previousIndex, entries);
  if (peer.state !== 'replicate') return;
  peer.nextIndex += entries.length;
  peer.window.add(previousIndex + entries.length, totalBytes(entries));
}

function totalBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  return bytes;
}

/** An append without entries. Paper, 5.2. */
export function sendHeartbeat(core: Core, leadership: Leadership, peer: Progress): void {
  sendAppend(core, leadership, peer, heartbeatPrevious(core, peer), NO_ENTRIES);
}

/** The entry that a heartbeat names as the one before; see 2 above. Everyone agrees on 0. */
function heartbeatPrevious(core: Core, peer: Progress): LogIndex {
  const isStalled = peer.state === 'replicate' && peer.window.count > 0 && !peer.moved;
  if (!isStalled && core.log.termAt(peer.matchIndex) !== undefined) return peer.matchIndex;
  const sent = peer.nextIndex - 1;
  return peer.state === 'replicate' && core.log.termAt(sent) !== undefined ? sent : 0;
}

function sendAppend(
  core: Core,
  leadership: Leadership,
  peer: Progress,
  previousIndex: LogIndex,
  entries: readonly Entry[],
): void {
  const told = Math.min(core.commitIndex, previousIndex + entries.length);
  peer.commitTold = Math.max(peer.commitTold, told);
  core.send(peer.id, {
    type: 'append',
    term: core.term,
    previousIndex,
    previousTerm: previousIndex === 0 ? 0 : core.log.termAt(previousIndex)!,
    commitIndex: core.commitIndex,
    round: leadership.round,
    entries,
  });
}

/** Paper, 7. Nothing is sent as long as there is no snapshot that reaches into the log here. */
function startSnapshot(core: Core, leadership: Leadership, peer: Progress): void {
  peer.waits = true;
  const newest = core.snapshots.newest();
  if (newest === undefined || newest.index < core.log.startIndex) return;
  const { index, totalBytes } = newest;
  const term = core.log.termAt(index);
  if (term === undefined) return;
  const configuration = core.configurations.at(index);
  peer.becomeSnapshot({ index, term, configuration }, totalBytes);
  tellProgress(core, peer);
  sendChunk(core, leadership, peer);
}

/** InstallSnapshot, one chunk. Paper, figure 13. When all were sent: is it installed? */
function sendChunk(core: Core, leadership: Leadership, peer: Progress): void {
  const { meta, totalBytes, offsetBytes } = peer.sending!;
  const bytes = readChunk(core, meta.index, offsetBytes, totalBytes);
  if (bytes === undefined) {
    startSnapshot(core, leadership, peer);
    return;
  }
  peer.waits = true;
  core.trace?.({
    type: 'raft.snapshot.send',
    to: peer.id,
    index: meta.index,
    offsetBytes,
    totalBytes,
  });
  const { term } = core;
  const { round } = leadership;
  core.send(peer.id, { type: 'snapshot', term, round, meta, offsetBytes, totalBytes, bytes });
}

/** Undefined: the snapshot was replaced by a newer one meanwhile. */
function readChunk(
  core: Core,
  index: LogIndex,
  offsetBytes: number,
  totalBytes: number,
): Uint8Array | undefined {
  const size = Math.min(core.settings.chunkBytes, totalBytes - offsetBytes);
  if (size === 0) return EMPTY_BYTES;
  try {
    return core.snapshots.read(index, offsetBytes, size);
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What is known of a follower changed. */
export function tellProgress(core: Core, peer: Progress): void {
  core.trace?.({
    type: 'raft.progress',
    peer: peer.id,
    state: peer.state,
    matchIndex: peer.matchIndex,
    nextIndex: peer.nextIndex,
  });
}
