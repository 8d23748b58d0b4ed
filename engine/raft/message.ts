// What Raft servers say to each other, and what a log is made of.
//
// Names are those of the paper (Ongaro and Ousterhout, "In Search of an
// Understandable Consensus Algorithm", extended version, 2014) and of Ongaro's
// thesis (2014), with two differences. A heartbeat is an `append` without entries,
// as in the paper, and every `append` carries a `round`, so that its reply also
// proves that the sender was still leader when the round began (thesis, 6.4).
// A reply names what it answers, so it can come late, twice or never.

import type { NodeId } from '../env/program.ts';

/** One more with each election, 0 before the first. Paper, 5.1. */
export type Term = number;
/** Position in the log; the first entry has 1. Paper, 5.3. */
export type LogIndex = number;

/** One entry of the replicated log. */
export interface Entry {
  readonly index: LogIndex;
  readonly term: Term;
  /** `noop`: what a new leader appends first (paper, 8). `configuration`: takes effect when appended (thesis, 4.1). */
  readonly kind: 'noop' | 'command' | 'configuration';
  /** A command's own bytes; an encoded `Configuration`; empty for a no-op. */
  readonly data: Uint8Array;
}

/**
 * Who takes part. While `outgoing` isn't empty, decisions need a majority of `voters`
 * and another of `outgoing` (joint consensus, paper, 6).
 */
export interface Configuration {
  /** Sorted. */
  readonly voters: readonly NodeId[];
  /** The voters before the change that is under way; empty outside of one. Sorted. */
  readonly outgoing: readonly NodeId[];
  /** Get the log and have no vote (thesis, 4.2.1). Sorted. */
  readonly learners: readonly NodeId[];
  /** Voters of `outgoing` that become learners when the change is over. Sorted. */
  readonly learnersNext: readonly NodeId[];
  /** The leader leaves the joint configuration by itself when it is committed. */
  readonly autoLeave: boolean;
}

/** Stands for every entry up to `index`. Paper, 7. */
export interface SnapshotMeta {
  readonly index: LogIndex;
  readonly term: Term;
  readonly configuration: Configuration;
}

/** Would you vote for me? Asked before a term is spent on it (thesis, 9.6). */
export interface PreVote {
  readonly type: 'pre-vote';
  /** The term that the sender would campaign in: one more than its own. */
  readonly term: Term;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
}
export interface PreVoteReply {
  readonly type: 'pre-vote-reply';
  /** The term asked about if granted; else the voter's own. */
  readonly term: Term;
  readonly granted: boolean;
}
/** Paper, 5.2 and 5.4.1. */
export interface Vote {
  readonly type: 'vote';
  readonly term: Term;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** The old leader asked for this election: don't refuse it for having heard of one (thesis, 3.10). */
  readonly transfer: boolean;
}
export interface VoteReply {
  readonly type: 'vote-reply';
  readonly term: Term;
  readonly granted: boolean;
}
/** AppendEntries: paper, 5.3. Without entries, a heartbeat. */
export interface Append {
  readonly type: 'append';
  readonly term: Term;
  readonly previousIndex: LogIndex;
  readonly previousTerm: Term;
  readonly commitIndex: LogIndex;
  /** Counts the leader's heartbeat rounds of this term; for ReadIndex and leases. */
  readonly round: number;
  readonly entries: readonly Entry[];
}
export interface AppendReply {
  readonly type: 'append-reply';
  readonly term: Term;
  /** Of the append that this answers. */
  readonly round: number;
  readonly rejected: boolean;
  /** Accepted: the log agrees with the leader's up to here, durably. Rejected: the `previousIndex` refused. */
  readonly index: LogIndex;
  /**
   * Rejected: the logs may agree up to `conflictIndex` - 1, where this one has `conflictTerm`;
   * surely no further (paper, 5.3, end). Both 0 if accepted.
   */
  readonly conflictTerm: Term;
  readonly conflictIndex: LogIndex;
}
/** InstallSnapshot, one chunk: paper, 7. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly term: Term;
  readonly round: number;
  readonly meta: SnapshotMeta;
  readonly offsetBytes: number;
  readonly totalBytes: number;
  readonly bytes: Uint8Array;
}
export interface SnapshotReply {
  readonly type: 'snapshot-reply';
  readonly term: Term;
  readonly round: number;
  /** Of the snapshot this is about. */
  readonly index: LogIndex;
  /** The next byte wanted; `totalBytes` when it is installed and durable. */
  readonly offsetBytes: number;
  readonly installed: boolean;
}
/** Start an election now (thesis, 3.10). */
export interface TimeoutNow {
  readonly type: 'timeout-now';
  readonly term: Term;
}
/** A proposal on its way to the leader. */
export interface Propose {
  readonly type: 'propose';
  readonly term: Term;
  readonly data: Uint8Array;
}
/** A follower asks the leader how far it must have applied to answer a read (thesis, 6.4). */
export interface ReadIndex {
  readonly type: 'read-index';
  readonly term: Term;
  /** The sender's own, a safe integer; comes back in the reply. */
  readonly context: number;
}
export interface ReadIndexReply {
  readonly type: 'read-index-reply';
  readonly term: Term;
  readonly context: number;
  /** 0: refused; ask again. */
  readonly index: LogIndex;
}

export type Message =
  | PreVote
  | PreVoteReply
  | Vote
  | VoteReply
  | Append
  | AppendReply
  | Snapshot
  | SnapshotReply
  | TimeoutNow
  | Propose
  | ReadIndex
  | ReadIndexReply;
