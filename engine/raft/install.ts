// Snapshots, as a follower takes them. Paper, 7, and figure 13.
//
//     chunk 0 ─> chunk 1 ─> ... last ─> complete and durable ─> the log begins after it
//       └── each reply names the next byte wanted, so a lost chunk is sent again
//
// 1. A snapshot under way belongs to one leader: its bytes may differ from another's.
// 2. If the log has the snapshot's last entry, it is only a commit index (paper, 7:
//    "entries following it are retained"). Else it replaces the whole log.
// 3. The state machine is replaced when the log on disk begins after the snapshot.

import type { NodeId } from '../env/program.ts';
import type { Core, IncomingSnapshot } from './core.ts';
import { hearFrom } from './follower.ts';
import type { LogIndex, Snapshot, SnapshotMeta } from './message.ts';

/** InstallSnapshot, one chunk. */
export function onSnapshot(core: Core, from: NodeId, message: Snapshot): void {
  if (!hearFrom(core, from, message)) return;
  const { meta, offsetBytes, totalBytes, bytes } = message;
  // Paper, figure 13: what is committed here already needs no snapshot.
  if (meta.index <= core.commitIndex) {
    reply(core, from, message.round, meta.index, totalBytes, true);
    return;
  }
  const incoming = incomingOf(core, from, message);
  incoming.round = message.round;
  if (offsetBytes === incoming.offsetBytes && (bytes.length > 0 || totalBytes === 0)) {
    core.received.push({ meta, offsetBytes, totalBytes, bytes });
    incoming.offsetBytes += bytes.length;
  }
  reply(core, from, message.round, meta.index, incoming.offsetBytes, false);
}

/** The one under way, or a new one. */
function incomingOf(core: Core, from: NodeId, message: Snapshot): IncomingSnapshot {
  const { term, round, meta, totalBytes } = message;
  const under = core.incoming;
  if (under?.term === term && isSame(under.meta, meta)) return under;
  core.incoming = { meta, term, from, round, totalBytes, offsetBytes: 0 };
  return core.incoming;
}

function isSame(a: SnapshotMeta, b: SnapshotMeta): boolean {
  return a.index === b.index && a.term === b.term;
}

function reply(
  core: Core,
  to: NodeId,
  round: number,
  index: LogIndex,
  offsetBytes: number,
  installed: boolean,
): void {
  const { term } = core;
  const sequence = installed ? core.persistence.sequenceFor(index) : 0;
  core.send(to, { type: 'snapshot-reply', term, round, index, offsetBytes, installed }, sequence);
}

/** Its chunks are complete and durable. One that isn't under way any more is of no use. */
export function onSnapshotReceived(core: Core, meta: SnapshotMeta): void {
  const { incoming } = core;
  if (incoming === undefined || !isSame(incoming.meta, meta)) return;
  core.incoming = undefined;
  if (meta.index > core.commitIndex) install(core, meta);
  // Who sent it may lead no more; then nobody asks for the answer.
  if (core.leader === incoming.from && core.term === incoming.term)
    reply(core, incoming.from, incoming.round, meta.index, incoming.totalBytes, true);
}

function install(core: Core, meta: SnapshotMeta): void {
  const { index, term } = meta;
  core.trace?.({ type: 'raft.snapshot.install', index, term });
  // Paper, figure 13, 6: the log has it, and keeps what follows.
  if (core.log.agrees(index, term)) {
    core.commitTo(index);
    return;
  }
  core.replaceLog(meta); // Paper, figure 13, 7 and 8
}

/** Its bytes can't be used: from the start, please. */
export function onSnapshotRefused(core: Core, meta: SnapshotMeta): void {
  const { incoming } = core;
  if (incoming === undefined || !isSame(incoming.meta, meta)) return;
  core.incoming = undefined;
  if (core.leader === incoming.from && core.term === incoming.term)
    reply(core, incoming.from, incoming.round, meta.index, 0, false);
}
