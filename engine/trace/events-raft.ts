// What Raft says of itself. The recorder's stamp tells which server it was, and when.
//
// Types are emitted by engine/raft, but for the last few, which the replica and the
// clients of engine/cluster emit. Servers are numbers, terms and indexes are counts.

/** What a server is. `pre-candidate`: it asks whether an election would be of use. */
export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** How the leader treats one follower. */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/** Plain copy of a configuration. */
export interface ConfigurationView {
  readonly voters: readonly number[];
  readonly outgoing: readonly number[];
  readonly learners: readonly number[];
}

export type RaftEvent =
  /** It is up, with what its disk has kept. */
  | {
      readonly type: 'raft.start';
      readonly term: number;
      readonly vote: number;
      readonly firstIndex: number;
      readonly lastIndex: number;
      /** Terms of the entries from `firstIndex` on. */
      readonly terms: readonly number[];
      readonly appliedIndex: number;
      readonly configuration: ConfigurationView;
    }
  | {
      readonly type: 'raft.role';
      readonly role: RaftRole;
      readonly term: number;
      /** 0: unknown. */
      readonly leader: number;
      readonly reason: RoleReason;
    }
  /** The election timer was set: it goes off at `deadlineTicks` of the server's own clock. */
  | { readonly type: 'raft.timer'; readonly deadlineTicks: number; readonly timeoutTicks: number }
  /** It answered a request for its vote. `reason` says why not. */
  | {
      readonly type: 'raft.vote';
      readonly candidate: number;
      readonly term: number;
      readonly granted: boolean;
      readonly pre: boolean;
      readonly reason: VoteReason;
    }
  /** A candidate counted a vote. */
  | {
      readonly type: 'raft.tally';
      readonly from: number;
      readonly granted: boolean;
      readonly pre: boolean;
      readonly votes: number;
      readonly needed: number;
    }
  /** Entries went to the end of the log in memory; they are not durable yet. */
  | {
      readonly type: 'raft.append';
      readonly firstIndex: number;
      readonly terms: readonly number[];
      readonly kinds: readonly ('noop' | 'command' | 'configuration')[];
    }
  /** Entries after `lastIndex` conflicted with the leader's and are gone. */
  | { readonly type: 'raft.truncate'; readonly lastIndex: number; readonly removed: number }
  /** Term, vote and log are durable up to here. */
  | {
      readonly type: 'raft.persisted';
      readonly term: number;
      readonly vote: number;
      readonly lastIndex: number;
    }
  /** A follower refused an append: its log doesn't have the entry before it. */
  | {
      readonly type: 'raft.reject';
      readonly previousIndex: number;
      readonly previousTerm: number;
      readonly conflictIndex: number;
      readonly conflictTerm: number;
    }
  /** What the leader knows of a follower changed. */
  | {
      readonly type: 'raft.progress';
      readonly peer: number;
      readonly state: ProgressState;
      readonly matchIndex: number;
      readonly nextIndex: number;
    }
  | { readonly type: 'raft.commit'; readonly index: number; readonly term: number }
  | {
      readonly type: 'raft.configuration';
      readonly index: number;
      readonly configuration: ConfigurationView;
    }
  | { readonly type: 'raft.transfer'; readonly to: number }
  /** The log before `firstIndex` is gone; a snapshot stands for it. */
  | { readonly type: 'raft.compact'; readonly firstIndex: number }
  | {
      readonly type: 'raft.snapshot.send';
      readonly to: number;
      readonly index: number;
      readonly offsetBytes: number;
      readonly totalBytes: number;
    }
  | { readonly type: 'raft.snapshot.install'; readonly index: number; readonly term: number }
  /** A read may be answered once `index` is applied. `lease`: no round of messages was needed. */
  | {
      readonly type: 'raft.read';
      readonly context: number;
      readonly index: number;
      readonly lease: boolean;
    }
  /** A message that no correct server would send now, or that came too late, was dropped. */
  | {
      readonly type: 'raft.drop';
      readonly from: number;
      readonly message: string;
      readonly term: number;
      readonly reason: string;
    };

export type RoleReason =
  | 'start'
  | 'election timeout'
  | 'higher term'
  | 'heard from leader'
  | 'majority'
  | 'lost quorum'
  | 'transfer'
  | 'removed'
  | 'pre-vote refused';

export type VoteReason =
  | 'granted'
  | 'old term'
  | 'voted already'
  | 'log is behind'
  | 'heard from leader';

/** The replicated key-value store and its clients. */
export type ReplicaEvent =
  /** Bytes came that are no message, or not one from there to here. */
  | { readonly type: 'replica.drop'; readonly from: number; readonly sizeBytes: number }
  /** A command was applied to the state machine. `duplicate`: its session had it already. */
  | {
      readonly type: 'replica.apply';
      readonly index: number;
      readonly term: number;
      readonly client: number;
      readonly request: number;
      readonly duplicate: boolean;
      readonly call: string;
      /** Stands for every command applied so far, in order. */
      readonly stateHash: number;
    }
  /** Its disk has no room: it does nothing for so long, and begins again from what is there. */
  | { readonly type: 'replica.full'; readonly pauseTicks: number }
  | { readonly type: 'replica.snapshot'; readonly index: number; readonly sizeBytes: number }
  | {
      readonly type: 'replica.restore';
      readonly index: number;
      readonly stateHash: number;
    }
  | {
      readonly type: 'client.invoke';
      readonly request: number;
      readonly call: string;
      readonly key: string;
      /** What it writes, or expects; null for none. */
      readonly value: string | null;
      readonly expected: string | null;
    }
  /** It asks this server, for the `attempt`-th time. */
  | {
      readonly type: 'client.send';
      readonly request: number;
      readonly to: number;
      readonly attempt: number;
    }
  | {
      readonly type: 'client.return';
      readonly request: number;
      /** `unknown`: it may have taken effect, or may yet. */
      readonly outcome: 'ok' | 'failed' | 'unknown';
      readonly value: string | null;
    };
