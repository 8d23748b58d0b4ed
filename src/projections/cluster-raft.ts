// What a server says of Raft, folded into its view.

import type { RaftEvent } from '../../engine/index.ts';
import {
  append,
  cutOff,
  type EntryKind,
  entryAt,
  persist,
  rebase,
  recovered,
} from './cluster-log.ts';
import type { NodeView, PeerView } from './cluster-node.ts';

type Of<T extends RaftEvent['type']> = Extract<RaftEvent, { type: T }>;

/** @param kindOf what the other servers know of an entry, for one that read its log from disk */
export function projectRaft(
  node: NodeView,
  event: RaftEvent,
  nowTicks: number,
  kindOf: (index: number, term: number) => EntryKind,
): NodeView {
  const { log } = node;
  switch (event.type) {
    case 'raft.start':
      return started(node, event, kindOf);
    case 'raft.role':
      return roleTaken(node, event);
    case 'raft.timer':
      return { ...node, timer: timerOf(node, event, nowTicks) };
    case 'raft.vote':
      return voted(node, event);
    case 'raft.tally':
      return { ...node, votes: event.votes, votesNeeded: event.needed };
    case 'raft.append':
      return { ...node, log: append(log, event.firstIndex, event.terms, event.kinds) };
    case 'raft.truncate':
      return { ...node, log: cutOff(log, event.lastIndex) };
    case 'raft.persisted': {
      const isVote = event.term === node.term && event.vote === node.vote;
      return { ...node, log: persist(log, event.lastIndex), votePersisted: isVote };
    }
    case 'raft.progress':
      return { ...node, peers: withPeer(node.peers, event) };
    case 'raft.commit':
      return { ...node, log: { ...log, commitIndex: Math.max(log.commitIndex, event.index) } };
    case 'raft.configuration':
      return { ...node, configuration: event.configuration };
    case 'raft.compact':
      return { ...node, log: rebase(log, event.firstIndex - 1) };
    case 'raft.snapshot.install':
      return { ...node, log: installed(node, event) };
    default:
      return node;
  }
}

function started(
  node: NodeView,
  event: Of<'raft.start'>,
  kindOf: (index: number, term: number) => EntryKind,
): NodeView {
  const { term, vote, firstIndex, terms, appliedIndex, configuration } = event;
  const log = recovered(node.log, firstIndex, terms, appliedIndex, kindOf);
  return {
    ...node,
    role: 'follower',
    term,
    vote,
    votePersisted: true,
    leader: 0,
    log,
    configuration,
  };
}

function roleTaken(node: NodeView, { role, term, leader }: Of<'raft.role'>): NodeView {
  const isNewTerm = term !== node.term;
  const ownVote = role === 'candidate' ? node.id : isNewTerm ? 0 : node.vote;
  const isCampaign = role === 'candidate' || role === 'pre-candidate';
  return {
    ...node,
    role,
    term,
    leader,
    vote: ownVote,
    votePersisted: node.votePersisted && !isNewTerm && ownVote === node.vote,
    votes: isCampaign ? 1 : 0,
    peers: role === 'leader' ? node.peers : [],
    timer: role === 'leader' ? undefined : node.timer,
  };
}

/** Its clock said now when it set the timer, so the rest is a matter of its pace. */
function timerOf(node: NodeView, { timeoutTicks }: Of<'raft.timer'>, nowTicks: number) {
  const lastsTicks = Math.round((timeoutTicks * 1_000_000) / (1_000_000 + node.ratePpm));
  return { setAtTicks: nowTicks, endsAtTicks: nowTicks + lastsTicks };
}

function voted(node: NodeView, { candidate, term, granted, pre }: Of<'raft.vote'>): NodeView {
  if (!granted || pre) return node;
  return { ...node, term: Math.max(node.term, term), vote: candidate, votePersisted: false };
}

function withPeer(peers: readonly PeerView[], event: Of<'raft.progress'>): PeerView[] {
  const { peer, state, matchIndex, nextIndex } = event;
  const others = peers.filter((one) => one.peer !== peer);
  return [...others, { peer, state, matchIndex, nextIndex }].sort((a, b) => a.peer - b.peer);
}

/** The log is kept where it goes on from the snapshot, as the paper has it (section 7). */
function installed(node: NodeView, { index, term }: Of<'raft.snapshot.install'>) {
  const agrees = entryAt(node.log, index)?.term === term;
  return rebase(agrees ? node.log : { ...node.log, entries: [] }, index);
}
