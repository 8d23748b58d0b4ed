// What a follower does: it takes over the leader's log. Paper, 5.3, and figure 2,
// "AppendEntries RPC, receiver implementation".
//
//     leader    1 1 2 3 3 3        append: previous (3, term 2), entries 4 5 6
//     follower  1 1 2 2            has (3, term 2): agrees; 4 differs: cut off, append
//
// 1. Only entries after the one on which both agree are ever touched, and only if one
//    of them conflicts: an append that comes late must not cut off what came since.
// 2. The commit index moves no further than the append proves agreement.
// 3. What it acknowledges is durable here.

import type { NodeId } from '../env/program.ts';
import type { Core } from './core.ts';
import type { Append, AppendReply, Entry, LogIndex, Message } from './message.ts';

/** A message that only the leader of this term sends. False: it can't be, and is dropped. */
export function hearFrom(core: Core, from: NodeId, message: Message): boolean {
  const isOther = core.role === 'follower' && core.leader !== 0 && core.leader !== from;
  if (core.role === 'leader' || isOther) {
    core.drop(from, message, 'there is another leader in this term'); // Paper, 5.2: at most one
    return false;
  }
  // Paper, 5.2: a candidate that hears from the leader of its term is a follower again.
  if (core.leader !== from) core.becomeFollower(core.term, from, 'heard from leader');
  core.hearLeader();
  return true;
}

/** AppendEntries. */
export function onAppend(core: Core, from: NodeId, message: Append): void {
  if (!isWellFormed(message)) {
    core.drop(from, message, 'its entries have a gap');
    return;
  }
  if (!hearFrom(core, from, message)) return;
  const start = core.log.startIndex;
  // What a snapshot stands for is committed, so this log agrees with the leader's there.
  const isCovered = message.previousIndex < start;
  if (!isCovered && !core.log.agrees(message.previousIndex, message.previousTerm)) {
    reject(core, from, message);
    return;
  }
  const agreed = Math.max(
    message.previousIndex + message.entries.length,
    Math.min(message.previousIndex, start),
  );
  takeOver(
    core,
    isCovered ? message.entries.filter(({ index }) => index > start) : message.entries,
  );
  // Paper, figure 2, AppendEntries, 5: the smaller of leaderCommit and the last new entry.
  core.commitTo(Math.min(message.commitIndex, agreed));
  acknowledge(core, from, message, agreed);
}

function isWellFormed({ previousIndex, previousTerm, term, entries }: Append): boolean {
  let index = previousIndex;
  let last = previousTerm;
  for (const entry of entries) {
    if (entry.index !== ++index || entry.term < last || entry.term > term) return false;
    last = entry.term;
  }
  return true;
}

/** Paper, figure 2, AppendEntries, 3 and 4: cut off what conflicts, append what is missing. */
function takeOver(core: Core, entries: readonly Entry[]): void {
  const conflict = core.log.findConflict(entries);
  if (conflict === undefined) return;
  if (conflict.index <= core.log.lastIndex) core.truncate(conflict.index - 1);
  core.append(conflict === entries[0] ? entries : entries.slice(entries.indexOf(conflict)));
}

/** A heartbeat is answered at once with what is durable; entries when they are. */
function acknowledge(core: Core, from: NodeId, message: Append, agreed: LogIndex): void {
  const { persistence } = core;
  const isHeartbeat = message.entries.length === 0;
  const index = isHeartbeat ? Math.min(agreed, persistence.persistedIndex) : agreed;
  const reply: AppendReply = {
    type: 'append-reply',
    term: core.term,
    round: message.round,
    rejected: false,
    index,
    conflictTerm: 0,
    conflictIndex: 0,
  };
  core.send(from, reply, persistence.sequenceFor(index));
}

/** Paper, figure 2, AppendEntries, 2; with the hint of 5.3, end: a whole term is passed over. */
function reject(core: Core, from: NodeId, message: Append): void {
  const { previousIndex, previousTerm, round } = message;
  const agreed = core.log.lastAtOrBelow(previousIndex - 1, previousTerm);
  const conflictTerm = core.log.termAt(agreed) ?? 0;
  const conflictIndex = agreed + 1;
  core.trace?.({ type: 'raft.reject', previousIndex, previousTerm, conflictIndex, conflictTerm });
  core.send(from, {
    type: 'append-reply',
    term: core.term,
    round,
    rejected: true,
    index: previousIndex,
    conflictTerm,
    conflictIndex,
  });
}

/**
 * Paper, 5.1: a request of an old term is refused with the current one. Its sender steps
 * down; else a server that campaigned while cut off, and that everyone else ignores
 * because they hear a leader, could never come back.
 */
export function refuseOldTerm(core: Core, from: NodeId, previousIndex: LogIndex): void {
  core.send(from, {
    type: 'append-reply',
    term: core.term,
    round: 0,
    rejected: true,
    index: previousIndex,
    conflictTerm: 0,
    conflictIndex: 0,
  });
}
