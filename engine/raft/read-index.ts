// Linearizable reads without a log entry: the rules, see reads.ts for the picture.
// Thesis, 6.4 (ReadIndex) and 6.4.1 (leases).

import type { NodeId } from '../env/program.ts';
import type { Core } from './core.ts';
import type { Leadership } from './leadership.ts';
import type { LogIndex, ReadIndex, ReadIndexReply } from './message.ts';
import { roundOf } from './progress.ts';
import type { Read } from './reads.ts';
import { sendHeartbeat } from './replicate.ts';

/** A caller of this server wants to read. */
export function onRead(core: Core, context: number): void {
  if (core.leadership !== undefined) {
    serve(core, core.leadership, { from: 0, context });
    return;
  }
  if (core.leader === 0) {
    core.refuse(context, 'no leader');
    return;
  }
  const number = core.forwarded.add(context, core.nowTicks);
  core.send(core.leader, { type: 'read-index', term: core.term, context: number });
}

/** A follower asks on behalf of a caller of its own. */
export function onReadIndex(core: Core, from: NodeId, message: ReadIndex): void {
  const { context } = message;
  if (core.leadership !== undefined) {
    serve(core, core.leadership, { from, context });
    return;
  }
  core.send(from, { type: 'read-index-reply', term: core.term, context, index: 0 });
}

export function onReadIndexReply(core: Core, from: NodeId, message: ReadIndexReply): void {
  const context = core.forwarded.take(message.context);
  if (context === undefined) {
    core.drop(from, message, 'nobody waits for that read');
    return;
  }
  if (message.index === 0) {
    core.refuse(context, 'no leader');
    return;
  }
  answer(core, { from: 0, context }, message.index, false);
}

function serve(core: Core, leadership: Leadership, read: Read): void {
  if (hasLease(core, leadership)) answer(core, read, core.commitIndex, true);
  else leadership.reads.add(read);
}

/** Thesis, 6.4, step 1: before that, a new leader doesn't know which entries are committed. */
function hasCommitted(core: Core, leadership: Leadership): boolean {
  return core.commitIndex >= leadership.firstIndex;
}

/** Thesis, 6.4.1. Off by default: it trusts that nobody's clock runs much faster than this one. */
function hasLease(core: Core, leadership: Leadership): boolean {
  const { leaseReads, leaseTicks } = core.settings;
  if (!leaseReads || leadership.leaseForfeited || !hasCommitted(core, leadership)) return false;
  return core.nowTicks < leadership.reads.leaseStartTicks + leaseTicks;
}

/** Reads that wait get a round of their own, if none is under way. */
export function startReadRound(core: Core, leadership: Leadership): void {
  if (!leadership.reads.wantsRound || !hasCommitted(core, leadership)) return;
  beginRound(core, leadership);
  for (const peer of leadership.peers) sendHeartbeat(core, leadership, peer);
}

/** Whatever leaves from now on carries a new number. Thesis, 6.4, steps 2 and 3. */
export function beginRound(core: Core, leadership: Leadership): void {
  const index = hasCommitted(core, leadership) ? core.commitIndex : undefined;
  leadership.round++;
  leadership.reads.begin(leadership.round, index, core.nowTicks);
  if (leadership.self !== undefined) leadership.self.round = leadership.round;
  confirmRounds(core, leadership); // a leader alone is its own quorum
}

/** Which rounds has a quorum answered? Their reads may be served. Thesis, 6.4, step 4. */
export function confirmRounds(core: Core, leadership: Leadership): void {
  const round = leadership.quorum(roundOf);
  if (round <= leadership.roundConfirmed) return;
  leadership.roundConfirmed = round;
  for (const { index, reads } of leadership.reads.confirm(round))
    for (const read of reads) answer(core, read, index, false);
}

function answer(core: Core, read: Read, index: LogIndex, lease: boolean): void {
  const { from, context } = read;
  if (from !== 0) {
    core.send(from, { type: 'read-index-reply', term: core.term, context, index });
    return;
  }
  core.trace?.({ type: 'raft.read', context, index, lease });
  core.answers.push({ type: 'readable', context, index });
}
