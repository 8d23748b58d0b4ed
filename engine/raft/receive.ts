// A message has come: whose business is it?
//
// 1. Terms are compared first (paper, 5.1): a later one makes a follower of whoever gets
//    it, an older one is answered with the current term if it asks for anything.
// 2. A vote asked for is different: it may be refused without taking its term over.
// 3. Whatever no correct server would send now is dropped, and that is told.

import type { NodeId } from '../env/program.ts';
import { onTimeoutNow, onVoteReply, onVoteRequest } from './candidate.ts';
import type { Core } from './core.ts';
import { onAppend, refuseOldTerm } from './follower.ts';
import { onSnapshot } from './install.ts';
import { onAppendReply, onSnapshotReply } from './leader.ts';
import type { Message } from './message.ts';
import { onForwarded } from './proposals.ts';
import { onReadIndex, onReadIndexReply } from './read-index.ts';

/** Paper, figure 2, all servers: terms are compared before anything else. */
export function onMessage(core: Core, from: NodeId, message: Message): void {
  if (from === core.id) {
    core.drop(from, message, 'it comes from this server itself');
    return;
  }
  if (message.type === 'vote' || message.type === 'pre-vote') {
    onVoteRequest(core, from, message);
    return;
  }
  // A granted pre-vote names the term asked about, which nobody is in yet (thesis, 9.6).
  const isOfNextTerm = message.type === 'pre-vote-reply' && message.granted;
  if (message.term < core.term) {
    onOldTerm(core, from, message);
    return;
  }
  if (message.term > core.term && !isOfNextTerm) {
    const isLeader = message.type === 'append' || message.type === 'snapshot';
    core.becomeFollower(message.term, isLeader ? from : 0, 'higher term');
    if (isReply(message)) return; // it answers nothing of the new term
  }
  dispatch(core, from, message);
}

function isReply({ type }: Message): boolean {
  return (
    type === 'append-reply' ||
    type === 'vote-reply' ||
    type === 'pre-vote-reply' ||
    type === 'snapshot-reply'
  );
}

/** Paper, 5.1: a request of an old term is refused; a reply of one is of no use. */
function onOldTerm(core: Core, from: NodeId, message: Message): void {
  core.drop(from, message, 'it is of an old term');
  if (message.type === 'append') refuseOldTerm(core, from, message.previousIndex);
  if (message.type === 'snapshot') refuseOldTerm(core, from, message.meta.index);
}

function dispatch(
  core: Core,
  from: NodeId,
  message: Exclude<Message, { type: 'vote' | 'pre-vote' }>,
): void {
  switch (message.type) {
    case 'append':
      onAppend(core, from, message);
      return;
    case 'append-reply':
      onAppendReply(core, from, message);
      return;
    case 'vote-reply':
    case 'pre-vote-reply':
      onVoteReply(core, from, message);
      return;
    case 'snapshot':
      onSnapshot(core, from, message);
      return;
    case 'snapshot-reply':
      onSnapshotReply(core, from, message);
      return;
    case 'timeout-now':
      onTimeoutNow(core);
      return;
    case 'propose':
      onForwarded(core, from, message);
      return;
    case 'read-index':
      onReadIndex(core, from, message);
      return;
    case 'read-index-reply':
      onReadIndexReply(core, from, message);
      return;
  }
}
