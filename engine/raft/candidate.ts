// Elections: asking for votes, giving them, counting them. Paper, 5.2 and 5.4.1.
//
//     timeout ─> pre-candidate ─ a majority would vote ─> candidate ─ majority ─> leader
//                no new term yet                          term + 1, votes for itself
//
// 1. One vote a term, first come, first served, and durable before it is told.
// 2. A vote goes only to a log at least as up to date as one's own (paper, 5.4.1), so
//    a leader has every committed entry.
// 3. A server that hears a leader doesn't vote (thesis, 4.2.3): who was cut off, or
//    removed, can't disturb the others. A transfer is no disturbance (3.10).
// 4. Anyone asked answers, even a learner, or a server that isn't in its own
//    configuration: the entry that made it a voter may not have reached it (paper, 6).

import type { NodeId } from '../env/program.ts';
import type { RoleReason, VoteReason } from '../trace/events-raft.ts';
import { isVoter, membersOf } from './configuration.ts';
import type { Core } from './core.ts';
import { becomeLeader } from './leader.ts';
import type { PreVote, PreVoteReply, Vote, VoteReply } from './message.ts';
import { majority, voteResult } from './quorum.ts';

/** The election timer went off. Paper, 5.2. */
export function onElectionTimeout(core: Core): void {
  if (!mayCampaign(core)) {
    core.setElectionTimer();
    return;
  }
  if (core.settings.preVote) askWhetherOfUse(core);
  else campaign(core, false, 'election timeout');
}

/** Thesis, 3.10: the leader wants this server to take over, at once and without a pre-vote. */
export function onTimeoutNow(core: Core): void {
  if (core.role === 'follower' && mayCampaign(core)) campaign(core, true, 'transfer');
}

/**
 * Thesis, 4.2.2: a server that is no voter doesn't campaign; but one whose removal may not
 * be committed does, for the others may need its vote and not get it: its log may be the
 * longest. It doesn't count itself.
 */
function mayCampaign(core: Core): boolean {
  const { configurations, commitIndex, restoring } = core;
  return configurations.hasVoterSince(commitIndex, core.id) && restoring === undefined;
}

/** Thesis, 9.6: the term is raised only when a majority would grant the vote. */
function askWhetherOfUse(core: Core): void {
  core.setRole('pre-candidate', 0, 'election timeout');
  core.setElectionTimer();
  const { lastIndex, lastTerm } = core.log;
  const message: PreVote = { type: 'pre-vote', term: core.term + 1, lastIndex, lastTerm };
  for (const id of otherVoters(core)) core.send(id, message);
  count(core, core.id, true, true);
}

/** Paper, 5.2: raises the term, votes for itself, asks everyone else. */
function campaign(core: Core, transfer: boolean, reason: RoleReason): void {
  core.setTerm(core.term + 1, core.id);
  core.setRole('candidate', 0, reason);
  core.setElectionTimer();
  const { lastIndex, lastTerm } = core.log;
  const message: Vote = { type: 'vote', term: core.term, lastIndex, lastTerm, transfer };
  for (const id of otherVoters(core)) core.send(id, message);
}

function otherVoters(core: Core): NodeId[] {
  const { current } = core.configurations;
  return membersOf(current).filter((id) => id !== core.id && isVoter(current, id));
}

/** A candidate's own vote counts when it is durable, as everyone's does. */
export function countOwnVote(core: Core): void {
  const { identitySequence, doneSequence } = core.persistence;
  if (core.role !== 'candidate' || core.ballot.has(core.id)) return;
  if (identitySequence <= doneSequence) count(core, core.id, true, false);
}

export function onVoteReply(core: Core, from: NodeId, message: VoteReply | PreVoteReply): void {
  const isPre = message.type === 'pre-vote-reply';
  if (core.role !== (isPre ? 'pre-candidate' : 'candidate')) {
    core.drop(from, message, 'no election is under way');
    return;
  }
  if (isPre && message.granted && message.term !== core.term + 1) {
    core.drop(from, message, 'it answers another election');
    return;
  }
  count(core, from, message.granted, isPre);
}

function count(core: Core, from: NodeId, granted: boolean, pre: boolean): void {
  if (core.ballot.has(from)) return; // a reply may come twice
  core.ballot.set(from, granted);
  tellTally(core, from, granted, pre);
  const result = voteResult(core.configurations.current, core.ballot);
  if (result === 'won' && pre) campaign(core, false, 'majority');
  else if (result === 'won')
    becomeLeader(core); // Paper, 5.2: a majority of the same term
  else if (result === 'lost' && pre) core.becomeFollower(core.term, 0, 'pre-vote refused');
  // A candidate that lost waits for the winner, or for its timer (paper, 5.2).
}

function tellTally(core: Core, from: NodeId, granted: boolean, pre: boolean): void {
  const { voters } = core.configurations.current;
  core.trace?.({
    type: 'raft.tally',
    from,
    granted,
    pre,
    votes: voters.filter((id) => core.ballot.get(id) === true).length,
    needed: majority(voters.length),
  });
}

/** RequestVote, and the question before it. */
export function onVoteRequest(core: Core, from: NodeId, message: Vote | PreVote): void {
  const pre = message.type === 'pre-vote';
  const isLoyal = hearsLeader(core, message);
  if (message.term > core.term && !pre && !isLoyal)
    core.becomeFollower(message.term, 0, 'higher term');
  const reason = isLoyal ? 'heard from leader' : verdict(core, from, message);
  const granted = reason === 'granted';
  core.trace?.({ type: 'raft.vote', candidate: from, term: message.term, granted, pre, reason });
  if (pre) {
    replyPreVote(core, from, message, granted);
    return;
  }
  if (granted) grant(core, from);
  // A voter that hears its leader doesn't take the candidate's term over, so it has no answer in it.
  if (message.term <= core.term) core.send(from, { type: 'vote-reply', term: core.term, granted });
}

function replyPreVote(core: Core, from: NodeId, message: PreVote, granted: boolean): void {
  const term = granted ? message.term : core.term;
  core.send(from, { type: 'pre-vote-reply', term, granted });
}

/** The vote is on disk before it is told: the reply is held until then (paper, figure 2). */
function grant(core: Core, candidate: NodeId): void {
  if (core.vote === 0) core.setTerm(core.term, candidate);
  core.setElectionTimer(); // Paper, 5.2: a timer that starts again when a vote is granted
}

/** Thesis, 4.2.3 and 9.6: "if it has received a heartbeat within the minimum election timeout". */
function hearsLeader(core: Core, message: Vote | PreVote): boolean {
  if (message.term < core.term) return false;
  const { checkQuorum, leaseReads, electionTicksMin } = core.settings;
  if (message.type === 'vote' && (message.transfer || !checkQuorum)) return false;
  if (core.role === 'leader') return true;
  // A lease that this server helped to give may outlive its memory of it.
  if (leaseReads && core.nowTicks - core.bootTicks < electionTicksMin) return true;
  return core.leader !== 0 && core.nowTicks - core.heardTicks < electionTicksMin;
}

/** Whether this server votes for `from` in the term asked about. */
function verdict(core: Core, from: NodeId, message: Vote | PreVote): VoteReason {
  if (message.term < core.term) return 'old term'; // Paper, figure 2, RequestVote, 1
  const isFree = message.term > core.term || (core.vote === 0 && core.leader === 0);
  if (!isFree && core.vote !== from) return 'voted already'; // RequestVote, 2: votedFor
  // Paper, 5.4.1: RequestVote, 2: the candidate's log is at least as up to date.
  return core.log.isUpToDate(message.lastIndex, message.lastTerm) ? 'granted' : 'log is behind';
}
