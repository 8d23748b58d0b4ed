// Acknowledgments: when writers are told.
//
// A write with sync 'full' is acknowledged when the durability watermark has passed it, others
// at once. Only the newest that waits need be known: the watermark passes writes in order.

import type { Trace } from '../trace/events.ts';
import type { SyncMode } from './options.ts';

export class Acknowledgments {
  readonly #trace: Trace | undefined;
  /** Highest sequence number whose writer waits for durability; 0 when nobody does. */
  #awaitedSequence = 0;

  constructor(trace: Trace | undefined) {
    this.#trace = trace;
  }

  /** Writes up to `lastSequence` are applied, and durable up to `durableSequence`. */
  wrote(lastSequence: number, durableSequence: number, sync: SyncMode): void {
    const durable = durableSequence >= lastSequence;
    if (sync !== 'full' || durable) this.#tell(lastSequence, durable);
    else this.#awaitedSequence = lastSequence;
  }

  /** The watermark has gone from `before` to `durable`. */
  advanced(before: number, durable: number): void {
    if (durable > before && this.#awaitedSequence > before)
      this.#tell(Math.min(durable, this.#awaitedSequence), true);
  }

  #tell(lastSequence: number, durable: boolean): void {
    this.#trace?.({ type: 'store.write.acknowledge', lastSequence, durable });
  }
}
