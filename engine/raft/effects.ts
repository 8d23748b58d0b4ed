// What goes into the consensus core, and what comes out.
//
//     raft.step(nowTicks, input)        any of RaftInput; may be called several times
//     const effects = raft.take()       everything to do since the last `take`
//
// The caller does the effects in this order:
//
//   1. persist   append to its log, in order, and ask for a sync. When all of it is
//                durable: step({ type: 'persisted', sequence }).
//   2. send      messages that depend on nothing unpersisted. Those that do are kept
//                inside, and come out of a later `take`, after `persisted`.
//   3. receive   chunks of a snapshot from the leader, to be kept; after the last one
//                step({ type: 'snapshot-received' }) once it is complete and durable.
//   4. restore   replace the state machine by the snapshot received. It comes when the
//                log on disk says so too; after a crash in between, whoever recovers sees
//                a log that begins after what its state machine has, and restores it then.
//   5. apply     committed entries, in order, each once a boot, durable here.
//   6. answers   to proposals and reads, by their context.
//   7. wake      at `wakeAtTicks`: step({ type: 'wake' }).

import type { NodeId } from '../env/program.ts';
import type { Configuration, Entry, LogIndex, Message, SnapshotMeta, Term } from './message.ts';

export type RaftInput =
  | { readonly type: 'wake' }
  | { readonly type: 'message'; readonly from: NodeId; readonly message: Message }
  /** Everything up to this persist request is durable. */
  | { readonly type: 'persisted'; readonly sequence: number }
  | { readonly type: 'propose'; readonly context: number; readonly data: Uint8Array }
  /** A linearizable read: which index must be applied before it is answered? */
  | { readonly type: 'read'; readonly context: number }
  | { readonly type: 'transfer'; readonly to: NodeId }
  | { readonly type: 'configure'; readonly context: number; readonly change: ConfigurationChange }
  /** The state machine has a durable snapshot up to `index`: the log before it may go. */
  | { readonly type: 'compact'; readonly index: LogIndex }
  /** The snapshot whose chunks came as `receive` is complete, checked and durable. */
  | { readonly type: 'snapshot-received'; readonly meta: SnapshotMeta }
  /** It can't be used; ask for it again from the start. */
  | { readonly type: 'snapshot-refused'; readonly meta: SnapshotMeta };

/** A new membership. */
export interface ConfigurationChange {
  /** Everyone that shall vote. */
  readonly voters: readonly NodeId[];
  /** Absent: the learners stay as they are, but for those that become voters. */
  readonly learners?: readonly NodeId[];
  /**
   * `auto`: in one step if at most one voter differs (thesis, 4.1), else jointly.
   * `joint`: stay in the joint configuration until `leave` (paper, 6).
   */
  readonly how?: 'auto' | 'joint' | 'leave';
}

/**
 * To be appended to the log on disk as one unit, and synced. Replayed in this order:
 * term and vote, `truncateAfter`, `snapshot`, `entries`.
 */
export interface PersistRequest {
  /** 1 more with each request of this boot. */
  readonly sequence: number;
  /** Always both: a vote belongs to its term. Paper, figure 2, persistent state. */
  readonly term: Term;
  /** 0: nobody yet. */
  readonly vote: NodeId;
  /** Entries after this one are no longer part of the log; absent: nothing is cut off. */
  readonly truncateAfter?: LogIndex;
  readonly entries: readonly Entry[];
  /** The log now begins after this; entries up to its index may be forgotten. */
  readonly snapshot?: SnapshotMeta;
}

/** A chunk of a snapshot to keep. `offsetBytes` 0 begins a new one. */
export interface ReceivedChunk {
  readonly meta: SnapshotMeta;
  readonly offsetBytes: number;
  readonly totalBytes: number;
  readonly bytes: Uint8Array;
}

export type Answer =
  /** It is in this leader's log at (index, term); applied there, it is committed. */
  | {
      readonly type: 'proposed';
      readonly context: number;
      readonly index: LogIndex;
      readonly term: Term;
    }
  /** Sent on to the leader; whether it arrives, nobody says. */
  | { readonly type: 'forwarded'; readonly context: number; readonly to: NodeId }
  | { readonly type: 'refused'; readonly context: number; readonly reason: RefusalReason }
  /** Once `index` is applied, the state machine may be read. */
  | { readonly type: 'readable'; readonly context: number; readonly index: LogIndex };

export type RefusalReason =
  | 'no leader'
  | 'transferring'
  | 'too much in flight'
  | 'change under way'
  | 'not leader'
  | 'lost leadership';

export interface RaftEffects {
  readonly persist: readonly PersistRequest[];
  readonly send: readonly { readonly to: NodeId; readonly message: Message }[];
  readonly receive: readonly ReceivedChunk[];
  readonly restore: SnapshotMeta | undefined;
  readonly apply: readonly Entry[];
  readonly answers: readonly Answer[];
  readonly wakeAtTicks: number;
}

/** What a server has found on its disk. */
export interface RecoveredRaft {
  readonly term: Term;
  readonly vote: NodeId;
  readonly snapshot: SnapshotMeta | undefined;
  /** The log after the snapshot, without a gap. */
  readonly entries: readonly Entry[];
  /** The state machine holds everything up to here (it is durable there); at least the snapshot's index. */
  readonly appliedIndex: LogIndex;
}

/** Where the leader reads the snapshots that it sends. Synchronous, as files are. */
export interface SnapshotSource {
  /** The newest durable snapshot, or undefined. */
  newest(): { readonly index: LogIndex; readonly totalBytes: number } | undefined;
  /** Fewer than `sizeBytes` only at the end. @throws FERRIS_NOT_FOUND when a newer one has replaced it */
  read(index: LogIndex, offsetBytes: number, sizeBytes: number): Uint8Array;
}

export interface RaftOptions {
  readonly id: NodeId;
  /** Who takes part when the log is empty; the same on every founding server. Empty: wait to be added. */
  readonly configuration: Configuration;
  /** A follower campaigns after this long without a leader, drawn anew each time (paper, 5.2). */
  readonly electionTicksMin: number;
  readonly electionTicksMax: number;
  readonly heartbeatTicks: number;
  /** Default true. Thesis, 9.6. */
  readonly preVote?: boolean;
  /** A leader that hears from no majority for an election timeout steps down. Default true. Thesis, 6.2. */
  readonly checkQuorum?: boolean;
  /** Default false: answer reads from a lease, trusting clocks (thesis, 6.4.1). Needs `checkQuorum`. */
  readonly leaseReads?: boolean;
  /** For `leaseReads`: a lease lasts this long after its round began. At most `electionTicksMin` less the skew that clocks can have. */
  readonly leaseTicks?: number;
  /** Appends that one follower may have unanswered. Default 8. */
  readonly inFlightMax?: number;
  /** Bytes of entries that one follower may have unanswered. Default 1 MiB. */
  readonly inFlightBytesMax?: number;
  /** Bytes of entries in one append. Default 64 KiB. */
  readonly appendBytesMax?: number;
  /** Bytes of one snapshot chunk. Default 16 KiB. */
  readonly chunkBytes?: number;
  /** Proposals of the leader not yet committed, in bytes, before it refuses more. Default 8 MiB. */
  readonly uncommittedBytesMax?: number;
  /** A leader keeps at most so many entries that a snapshot stands for, for followers that lag. Default 1,000. */
  readonly keptEntriesMax?: number;
}
