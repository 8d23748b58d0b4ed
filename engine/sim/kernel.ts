// What all parts of a world share: the time, what is pending, chance, and the voice.
//
// 1. Chance comes from one stream a component, made from the seed and a name alone: when
//    it is made, and what others have drawn, changes nothing.
// 2. Before an event, the listener is told whose it is and when (`as`).
// 3. What the listener throws (a player that cuts the run short) goes up through whoever
//    spoke, and isn't taken for an error of theirs.

import { Random } from '../base/random.ts';
import type { NodeId } from '../env/program.ts';
import type { WorldTrace } from '../trace/events.ts';
import { Heap } from './heap.ts';

/** What a pending event is; the subject is a flight, or the index of a machine or a flap. */
export const EVENT_MESSAGE = 0;
export const EVENT_WAKE = 1;
export const EVENT_DISK = 2;
export const EVENT_TURN = 3;
export const EVENT_FLAP = 4;

/** Who listens, and to what. */
export interface Listening {
  /** Hears every event of the world. */
  readonly trace?: WorldTrace | undefined;
  /** Hears before an event which node it belongs to (0: none) and what time it is. */
  readonly stamp?: ((node: NodeId, timeTicks: number) => void) | undefined;
}

export class Kernel {
  readonly heap = new Heap();
  /** Ticks since the world began. */
  nowTicks = 0;
  /** Events so far; they are counted only if someone listens. */
  events = 0;
  /** Absent when nobody listens. */
  readonly trace: WorldTrace | undefined;
  readonly #seed: number;
  readonly #stamp: Listening['stamp'];
  #speaker = -1;
  #stampedTicks = -1;
  #thrown: unknown;

  constructor(seed: number, { trace, stamp }: Listening) {
    this.#seed = seed;
    this.#stamp = stamp;
    if (trace !== undefined) this.trace = (event) => this.#tell(trace, event);
  }

  /** The stream of this name: the same one whenever it is made. */
  random(name: string): Random {
    return new Random(this.#seed).fork(name);
  }

  /** The events that follow are this node's. */
  as(node: NodeId): void {
    if (this.#speaker === node && this.#stampedTicks === this.nowTicks) return;
    this.#speaker = node;
    this.#stampedTicks = this.nowTicks;
    this.#stamp?.(node, this.nowTicks);
  }

  /** Throws `error` again if it came from the listener. */
  rethrowListeners(error: unknown): void {
    if (error !== undefined && error === this.#thrown) throw error;
  }

  #tell(trace: WorldTrace, event: Parameters<WorldTrace>[0]): void {
    this.events++;
    try {
      trace(event);
    } catch (error) {
      this.#thrown = error;
      throw error;
    }
  }
}
