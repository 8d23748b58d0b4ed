// A replicated state machine: what all servers apply the same log to.
//
//                     entries, in order
//     log ------------------------------------> apply ---> answers
//                                                 |
//     snapshot  <----- freeze ---- state at an index
//        |
//        +-- restore: another machine with that state, on another server or after a crash
//
// 1. `apply` is given every entry, each once, in order, only when it is committed and durable
//    in this server's own log.
// 2. Equal entries give equal answers, and an equal `stateHash`.
// 3. Up to `appliedIndex` nothing needs to be applied again: a machine that keeps its state in
//    files says so when it is opened; one in memory begins at 0, or where its snapshot ends.
// 4. A frozen state doesn't change while the machine goes on.
// 5. `restore` makes a machine beside the old one, under another generation. Which generation
//    counts, the Raft log says, so a restoration that was interrupted has never happened.
//
// Paper, 2 and 7; thesis, 5.

import type { Files } from '../env/files.ts';
import type { Entry, LogIndex } from '../raft/message.ts';
import type { WorldTrace } from '../trace/events.ts';
import type { Answer, CallName } from './commands.ts';

/** What became of one command. */
export interface Applied {
  readonly client: number;
  readonly request: number;
  readonly call: CallName;
  /** Its session had it already. */
  readonly duplicate: boolean;
  /** Undefined when nobody waits for it any more. */
  readonly answer: Answer | undefined;
}

/** A key with its value, for people. */
export interface KeyValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The state at one index, as it was when it was frozen. */
export interface FrozenState {
  readonly index: LogIndex;
  readonly stateHash: number;
  /** Its bytes, piece by piece. */
  readonly parts: Iterator<Uint8Array>;
  /** Lets go of what was held for it. */
  close(): void;
}

export interface StateMachine {
  readonly appliedIndex: LogIndex;
  /** Stands for every command applied so far, and for what each was answered. */
  readonly stateHash: number;
  /** Undefined for an entry that is no command. @throws FERRIS_CORRUPTION for one that can't be read */
  apply(entry: Entry): Applied | undefined;
  /** A view that holds until the next `apply`. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Up to `limit` keys in order, for pictures and tests. */
  list(limit: number): KeyValue[];
  /** Undefined: not now, try again after the next `durable`. */
  freeze(): FrozenState | undefined;
  /** True when `work` has something to do. */
  readonly workDue: boolean;
  /** Does a slice of what waits in the background. */
  work(): void;
  close(): void;
}

/** Where a machine lives. */
export interface MachinePlace {
  /** The files of the node. */
  readonly files: Files;
  /** Each restoration has a new one. */
  readonly generation: number;
  readonly trace?: WorldTrace | undefined;
}

/** A kind of state machine. */
export interface MachineKind {
  /** Stands in snapshots: one kind doesn't read another's. */
  readonly id: number;
  /** False: it is in memory, and after a crash its snapshot and the log make it again. */
  readonly keepsFiles: boolean;
  /** The state that is there, or an empty one. @throws FERRIS_CORRUPTION, FERRIS_IO */
  open(place: MachinePlace): StateMachine;
  /** Makes the state from the bytes of a snapshot. @throws FERRIS_CORRUPTION, FERRIS_NO_SPACE, FERRIS_IO */
  restore(place: MachinePlace, parts: Iterable<Uint8Array>): StateMachine;
  /** Deletes what other generations than this one have left. */
  discardOthers(place: MachinePlace): void;
}
