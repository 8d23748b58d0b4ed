// A server and its full disk: it stops, says nothing, and begins again until there is room.
//
//     serving ──no room──> waiting ──a while──> serving, from its disk ──no room──> waiting ...
//
// 1. A step that met a full disk has sent nothing: what it was about to say may rest on what was
//    not written.
// 2. Of a step that broke off in the middle, memory and disk tell two stories. So memory is
//    forgotten, as in a crash of the process, and the disk is read again: whatever can be found
//    there after any crash is sound (raft-storage.ts).
// 3. While it waits it hears nothing. The others take it for a server that is down: if it led,
//    they elect another one, and nothing is acknowledged that is not on a majority's disks.
// 4. Reading the disk again needs no room. A server that still finds none with its first record
//    waits once more.
//
// A disk that fails a sync is another matter: nobody knows what is on it, and the server stays down.

import { isFerrisError } from '../base/errors.ts';
import type { NodeEffects, NodeInput } from '../env/program.ts';
import type { WorldTrace } from '../trace/events.ts';
import type { ReplicaView } from './replica.ts';

/** A server that can be stopped from within. */
export interface Stoppable extends ReplicaView {
  /** Lets go of its files; what is under way is not finished. */
  close(): void;
}

const NOTHING: NodeEffects['send'] = [];
const START: NodeInput = { type: 'start' };

/** Runs the server that `begin` makes, and another one from the same disk when that had no room. */
export class FullDisk implements ReplicaView {
  readonly #begin: () => Stoppable;
  readonly #pauseTicks: number;
  readonly #trace: WorldTrace | undefined;
  #server: Stoppable | undefined;
  #againTicks = 0;

  /** @param pauseTicks how long it waits before it looks for room again */
  constructor(begin: () => Stoppable, pauseTicks: number, trace: WorldTrace | undefined) {
    this.#begin = begin;
    this.#pauseTicks = pauseTicks;
    this.#trace = trace;
    this.#server = begin();
  }

  get raft(): ReplicaView['raft'] {
    return this.#server?.raft;
  }

  get machine(): ReplicaView['machine'] {
    return this.#server?.machine;
  }

  get storage(): ReplicaView['storage'] {
    return this.#server?.storage;
  }

  step(nowTicks: number, input: NodeInput): NodeEffects {
    const server = this.#server;
    if (server !== undefined) return this.#try(server, nowTicks, input);
    if (nowTicks < this.#againTicks) return { send: NOTHING, wakeAtTicks: this.#againTicks };
    this.#server = this.#begin();
    return this.#try(this.#server, nowTicks, START);
  }

  #try(server: Stoppable, nowTicks: number, input: NodeInput): NodeEffects {
    try {
      return server.step(nowTicks, input);
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
      server.close();
      this.#server = undefined;
      this.#againTicks = nowTicks + this.#pauseTicks;
      this.#trace?.({ type: 'replica.full', pauseTicks: this.#pauseTicks });
      return { send: NOTHING, wakeAtTicks: this.#againTicks };
    }
  }
}
