// Events of Raft as text, one line each.
//
//    raft.role                candidate in term 3, no leader: election timeout
//    raft.append              4/3 noop, 5/3 command
//
// `4/3` is an entry: its index, then its term.

import type { ConfigurationView, RaftEvent } from './events-raft.ts';

type Printers = {
  readonly [T in RaftEvent['type']]: (event: Extract<RaftEvent, { type: T }>) => string;
};

/** The line of each event, without its type; see print.ts. */
export const RAFT_PRINTERS: Printers = {
  'raft.start': (e) =>
    `term ${e.term} vote ${nobody(e.vote)} log ${entries(e.firstIndex, e.terms)} applied ${e.appliedIndex} ${members(e.configuration)}`,
  'raft.role': (e) =>
    `${e.role} in term ${e.term}, ${e.leader === 0 ? 'no leader' : `leader ${e.leader}`}: ${e.reason}`,
  'raft.timer': (e) => `at ${e.deadlineTicks}, in ${e.timeoutTicks}`,
  'raft.vote': (e) =>
    `${e.pre ? 'pre-vote' : 'vote'} for ${e.candidate} in term ${e.term} ${e.granted ? 'granted' : `refused: ${e.reason}`}`,
  'raft.tally': (e) =>
    `${e.pre ? 'pre-vote' : 'vote'} of ${e.from} ${e.granted ? 'granted' : 'refused'}, ${e.votes} of ${e.needed} needed`,
  'raft.append': (e) => entries(e.firstIndex, e.terms, e.kinds),
  'raft.truncate': (e) => `after ${e.lastIndex}, ${e.removed} removed`,
  'raft.persisted': (e) => `term ${e.term} vote ${nobody(e.vote)} log to ${e.lastIndex}`,
  'raft.reject': (e) =>
    `${e.previousIndex}/${e.previousTerm} isn't here; try ${e.conflictIndex}, after term ${e.conflictTerm}`,
  'raft.progress': (e) => `${e.peer} ${e.state} match ${e.matchIndex} next ${e.nextIndex}`,
  'raft.commit': (e) => `${e.index}/${e.term}`,
  'raft.configuration': (e) => `${members(e.configuration)} of entry ${e.index}`,
  'raft.transfer': (e) => `to ${e.to}`,
  'raft.compact': (e) => `log begins at ${e.firstIndex}`,
  'raft.snapshot.send': (e) => `of ${e.index} to ${e.to} @${e.offsetBytes} of ${e.totalBytes}`,
  'raft.snapshot.install': (e) => `${e.index}/${e.term}`,
  'raft.read': (e) => `${e.context} at ${e.index}${e.lease ? ' by lease' : ''}`,
  'raft.drop': (e) => `${e.message} of ${e.from} in term ${e.term}: ${e.reason}`,
};

function nobody(id: number): string {
  return id === 0 ? 'nobody' : `${id}`;
}

/** `4/3 noop, 5/3 command`; without kinds `4/3 5/3`. */
function entries(firstIndex: number, terms: readonly number[], kinds?: readonly string[]): string {
  if (terms.length === 0) return 'empty';
  const names = terms.map((term, i) => `${firstIndex + i}/${term}${kinds ? ` ${kinds[i]}` : ''}`);
  return names.join(kinds ? ', ' : ' ');
}

/** `{1 2 4}&&{1 2 3} learners {5}` */
function members({ voters, outgoing, learners }: ConfigurationView): string {
  const joint = outgoing.length > 0 ? `&&{${outgoing.join(' ')}}` : '';
  return `{${voters.join(' ')}}${joint}${learners.length > 0 ? ` learners {${learners.join(' ')}}` : ''}`;
}
