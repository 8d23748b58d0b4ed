// What a leader does. Paper, figure 2, "Leaders"; thesis, 6.2, 6.4 and 10.2.1.
//
//     propose ─> log ─> appends to all ─> replies ─> a quorum has it ─> committed
//                  └──> own disk ──────────────────────┘
//
// 1. It only appends to its log (paper, figure 3, leader append-only).
// 2. It commits an entry by counting only if the entry is of its own term; older ones
//    are committed with it (paper, 5.4.2, and figure 8).
// 3. It counts itself for what is durable here, and for nothing if it is no voter.
// 4. It begins with a no-op, for else it might never learn what is committed (paper, 8).
// 5. If no quorum answers for an election timeout, it steps down (thesis, 6.2).

import { EMPTY_BYTES } from '../base/bytes.ts';
import type { NodeId } from '../env/program.ts';
import type { Core } from './core.ts';
import { Leadership } from './leadership.ts';
import { entryBytes } from './log.ts';
import { followCommit } from './membership.ts';
import type { AppendReply, SnapshotReply } from './message.ts';
import { heardOf, matchOf, type Progress } from './progress.ts';
import { beginRound, confirmRounds, startReadRound } from './read-index.ts';
import { appendOwn, replicateAll, sendHeartbeat, tellProgress } from './replicate.ts';
import { pursueTransfer } from './transfer.ts';

/** A majority has voted for it. Paper, 5.2. */
export function becomeLeader(core: Core): void {
  core.setRole('leader', core.id, 'majority');
  core.incoming = undefined;
  const leadership = new Leadership(core.settings, core.log.lastIndex + 1);
  core.leadership = leadership;
  // Paper, figure 2: nextIndex begins after the leader's last entry, matchIndex at 0.
  leadership.track(core.configurations.current, core.log.lastIndex + 1, core.nowTicks);
  for (const peer of leadership.peers) tellProgress(core, peer);
  leadership.heartbeatTicks = core.nowTicks + core.settings.heartbeatTicks;
  appendOwn(core, leadership, 'noop', EMPTY_BYTES); // Paper, 8: a blank no-op entry
  beginRound(core, leadership);
}

/** The heartbeat timer went off. Paper, 5.2. */
export function onHeartbeat(core: Core, leadership: Leadership): void {
  leadership.heartbeatTicks = core.nowTicks + core.settings.heartbeatTicks;
  if (core.settings.checkQuorum && hasLostQuorum(core, leadership)) {
    core.becomeFollower(core.term, 0, 'lost quorum');
    return;
  }
  pursueTransfer(core, leadership);
  beginRound(core, leadership);
  for (const peer of leadership.peers) {
    if (!peer.moved) peer.waits = false; // what it was sent may be lost
    if (peer.state !== 'probe' || peer.waits) sendHeartbeat(core, leadership, peer);
    peer.moved = false;
  }
  leadership.isDue = true;
}

/** Thesis, 6.2: a leader that a majority doesn't answer would keep its clients waiting. */
function hasLostQuorum(core: Core, leadership: Leadership): boolean {
  if (leadership.self !== undefined) leadership.self.heardTicks = core.nowTicks;
  return core.nowTicks - leadership.quorum(heardOf) >= core.settings.electionTicksMax;
}

/** Before effects are taken: sends what has gathered. */
export function flush(core: Core, leadership: Leadership): void {
  startReadRound(core, leadership);
  if (leadership.isDue) replicateAll(core, leadership);
}

/** Any reply of this term proves that its sender still followed when it answered `round`. */
function hear(core: Core, leadership: Leadership, peer: Progress, round: number): void {
  peer.heardTicks = core.nowTicks;
  if (round <= peer.round) return;
  peer.round = Math.min(round, leadership.round);
  confirmRounds(core, leadership);
}

export function onAppendReply(core: Core, from: NodeId, message: AppendReply): void {
  const leadership = core.leadership;
  if (leadership === undefined) {
    core.drop(from, message, 'this server leads no more');
    return;
  }
  const peer = leadership.progressOf(from);
  if (peer === undefined) {
    core.drop(from, message, 'its sender is no member');
    return;
  }
  if (message.index > core.log.lastIndex) {
    core.drop(from, message, 'it acknowledges what was never sent');
    return;
  }
  hear(core, leadership, peer, message.round);
  if (message.rejected) onReject(core, leadership, peer, message);
  else onAccept(core, leadership, peer, message.index);
}

/** Paper, 5.3: "if AppendEntries fails because of log inconsistency: decrement nextIndex and retry". */
function onReject(core: Core, leadership: Leadership, peer: Progress, message: AppendReply): void {
  // The follower has passed over a term of its own; this passes over one of the leader's.
  const { conflictIndex, conflictTerm } = message;
  const hint = core.log.lastAtOrBelow(conflictIndex - 1, conflictTerm) + 1;
  if (!peer.reject(message.index, hint)) return;
  leadership.isDue = true;
  tellProgress(core, peer);
}

function onAccept(core: Core, leadership: Leadership, peer: Progress, index: number): void {
  const wasFull = peer.window.isFull;
  const isNews = peer.accept(index);
  if (isNews || wasFull) leadership.isDue = true;
  if (!isNews) return;
  // It needs no snapshot any more if the log goes on from where it is.
  const reaches = core.log.termAt(peer.matchIndex) !== undefined;
  if (peer.state === 'snapshot' && reaches) peer.becomeProbe();
  tellProgress(core, peer);
  advanceCommit(core, leadership);
  pursueTransfer(core, leadership);
}

/** Its own entries are durable, so it counts itself. Thesis, 10.2.1. */
export function onOwnPersisted(core: Core, leadership: Leadership): void {
  const { self } = leadership;
  if (self === undefined || self.matchIndex >= core.persistence.persistedIndex) return;
  self.matchIndex = core.persistence.persistedIndex;
  advanceCommit(core, leadership);
}

/**
 * Paper, figure 2, leaders: "if there exists an N such that N > commitIndex, a majority
 * of matchIndex[i] >= N, and log[N].term == currentTerm: set commitIndex = N".
 */
function advanceCommit(core: Core, leadership: Leadership): void {
  const index = leadership.quorum(matchOf);
  if (index <= core.commitIndex) return;
  // Paper, 5.4.2: entries of older terms are never committed by counting replicas (figure 8).
  if (core.log.termAt(index) !== core.term) return;
  for (let i = Math.max(core.commitIndex + 1, leadership.firstIndex); i <= index; i++)
    leadership.uncommittedBytes -= entryBytes(core.log.entryAt(i)!);
  core.commitTo(index);
  leadership.isDue = true;
  followCommit(core, leadership);
}

export function onSnapshotReply(core: Core, from: NodeId, message: SnapshotReply): void {
  const leadership = core.leadership;
  if (leadership === undefined) {
    core.drop(from, message, 'this server leads no more');
    return;
  }
  const peer = leadership.progressOf(from);
  if (peer === undefined) {
    core.drop(from, message, 'its sender is no member');
    return;
  }
  hear(core, leadership, peer, message.round);
  const { sending } = peer;
  if (sending === undefined || sending.meta.index !== message.index) {
    core.drop(from, message, 'that snapshot is not being sent');
    return;
  }
  if (message.installed) {
    onInstalled(core, leadership, peer, message.index);
    return;
  }
  // The same again is no news: or each doubled reply would double the chunks for ever.
  if (message.offsetBytes === sending.offsetBytes || message.offsetBytes > sending.totalBytes)
    return;
  sending.offsetBytes = message.offsetBytes;
  peer.moved = true;
  peer.waits = sending.offsetBytes === sending.totalBytes; // it installs it: wait
  leadership.isDue = true;
}

/** The follower goes on from the snapshot's end; if that is compacted by now, with a newer one. */
function onInstalled(core: Core, leadership: Leadership, peer: Progress, index: number): void {
  peer.accept(index);
  peer.becomeProbe();
  leadership.isDue = true;
  tellProgress(core, peer);
  advanceCommit(core, leadership);
}
