// A program: what runs on a node. It is a reducer: one input in, some effects out.
//
//     driver                                  program
//       | step(now, {type: 'message', ...})      |
//       |--------------------------------------->|   reads and writes its files, synchronously
//       |   { send: [...], wakeAtTicks }         |
//       |<---------------------------------------|
//
// The same program runs in the simulator (virtual time, a network and disks that
// fail), in a worker (message channels, OPFS) and in Node (real files). Only the
// driver differs, so a bug found in the simulator is a bug everywhere.
//
// 1. A program has nothing but its environment: no clock, no chance, no promise. Two
//    runs with the same inputs give the same effects, bytes and events.
// 2. `nowTicks` is the node's own clock. It never goes back while the node runs, and
//    may run fast or slow, and differ from every other node's.
// 3. Sending promises nothing: a message may be lost, late, doubled or out of order.
// 4. `durable` comes whenever a watermark of the files has moved after a `sync` had
//    returned. On a disk that is durable at once it never comes.
// 5. A crash is not told: the object is dropped, and another one is made from what the
//    disk has kept.
// 6. What a program throws stops its node, as an assertion stops a process.
//
// The shape is that of etcd's raft (doc.go: Step, Tick, Ready) and TigerBeetle's
// replica, with effects for a whole node, not for consensus alone.

import type { Random } from '../base/random.ts';
import type { WorldTrace } from '../trace/events.ts';
import type { Files } from './files.ts';

/** One tick of every clock is a microsecond. */
export const TICKS_PER_MS = 1000;

/** 1 to 99 for servers, from 100 on for clients; 0 means nobody. */
export type NodeId = number;

/** What happens to a node. */
export type NodeInput =
  /** The first one, once a boot. */
  | { readonly type: 'start' }
  /** Bytes that another node sent, or something that pretends to be that. */
  | { readonly type: 'message'; readonly from: NodeId; readonly bytes: Uint8Array }
  /** The time that the last effects asked for has come. */
  | { readonly type: 'wake' }
  /** A watermark of the files has moved. */
  | { readonly type: 'durable' }
  /** What the person or the test behind a client wants: plain JSON. */
  | { readonly type: 'command'; readonly command: unknown };

export interface Outgoing {
  readonly to: NodeId;
  /** Not changed by anyone after it was handed over. */
  readonly bytes: Uint8Array;
}

/** What a step asks of the driver. */
export interface NodeEffects {
  /** In the order in which they leave. */
  readonly send: readonly Outgoing[];
  /**
   * When to send `wake`, by the node's own clock; a time that has passed means at once.
   * It replaces the one before it. `undefined`: not until something else happens.
   */
  readonly wakeAtTicks: number | undefined;
}

/** A program as it runs. */
export interface RunningProgram {
  /** Does one input to its end. */
  step(nowTicks: number, input: NodeInput): NodeEffects;
  /**
   * Stands for its whole state, files apart: two programs of which it is equal do the same
   * from here on. Only a search over orders of events asks; where it is absent, all the
   * inputs since the boot stand for the state.
   */
  stateHash?(): number;
}

/** All that a program gets of the world. */
export interface NodeEnvironment {
  readonly id: NodeId;
  /** Empty the first time; later what the last run, or a crash, has left. */
  readonly files: Files;
  /** A stream of this boot's own. */
  readonly random: Random;
  /** Hears what the program says; the driver stamps node and time. */
  readonly trace?: WorldTrace | undefined;
}

/** Boots a node; called again, with the disk as it is then, after each crash. */
export type Program = (environment: NodeEnvironment) => RunningProgram;
