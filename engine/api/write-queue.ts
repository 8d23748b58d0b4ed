// The writes of a driver on their way: queued, applied together, waiting for the disk, acknowledged.
//
//     push --> queued --takeGroup--> (the store) --applied--> acknowledged
//                                                   |              ^
//                                                   '-> waiting ---' durable
//
// Every write is settled once: acknowledged, or rejected with the reason.

import type { SyncMode } from '../lsm/options.ts';
import type { Latencies } from './latencies.ts';

/** A write as it was asked for, and how to answer it. */
export interface AskedWrite {
  readonly payload: Uint8Array;
  /** See operations.ts. */
  readonly openEnded: readonly number[] | undefined;
  readonly sync: SyncMode;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** `queuedMs` is when the first of its group was queued. */
export type QueuedWrite = AskedWrite & { readonly queuedMs: number };

/** A write that is applied and waits for the durability watermark. */
interface WaitingWrite {
  readonly sequence: number;
  readonly write: QueuedWrite;
}

export class WriteQueue {
  readonly #latencies: Latencies;
  #queued: QueuedWrite[] = [];
  #waiting: WaitingWrite[] = [];

  constructor(latencies: Latencies) {
    this.#latencies = latencies;
  }

  /** How many wait to be applied. */
  get length(): number {
    return this.#queued.length;
  }

  /** The newest that waits to be applied. */
  get newest(): QueuedWrite | undefined {
    return this.#queued.at(-1);
  }

  /** Whether a write waits to be applied. */
  includes(write: QueuedWrite): boolean {
    return this.#queued.includes(write);
  }

  push(write: AskedWrite): void {
    const queuedMs = this.#queued[0]?.queuedMs ?? performance.now();
    const { payload, openEnded, sync, resolve, reject } = write;
    this.#queued.push({ payload, openEnded, sync, resolve, reject, queuedMs });
  }

  /**
   * What goes to the store together: all that waits, but a write with open-ended ranges is the
   * first of its group, since what it deletes depends on what went before it.
   */
  takeGroup(): QueuedWrite[] {
    const queue = this.#queued;
    const end = queue.findIndex(({ openEnded }, i) => i > 0 && openEnded !== undefined);
    this.#queued = end < 0 ? [] : queue.slice(end);
    return end < 0 ? queue : queue.slice(0, end);
  }

  /** A group was applied up to `sequence`: acknowledges what need not wait for the disk. */
  applied(group: readonly QueuedWrite[], sequence: number, durableSequence: number): void {
    const nowMs = performance.now();
    for (const write of group) {
      if (write.sync !== 'full' || durableSequence >= sequence) this.#acknowledge(write, nowMs);
      else this.#waiting.push({ sequence, write });
    }
  }

  /** Acknowledges what is durable now. What isn't is rejected if the files have failed for good. */
  durable(durableSequence: number, failure: unknown): void {
    const nowMs = performance.now();
    for (const waiting of this.#waiting.splice(0)) {
      const { sequence, write } = waiting;
      if (sequence <= durableSequence) this.#acknowledge(write, nowMs);
      else if (failure !== undefined) write.reject(failure);
      else this.#waiting.push(waiting);
    }
  }

  rejectAll(error: unknown): void {
    for (const { reject } of this.#queued.splice(0)) reject(error);
    for (const { write } of this.#waiting.splice(0)) write.reject(error);
  }

  #acknowledge(write: QueuedWrite, nowMs: number): void {
    this.#latencies.add('write', write.queuedMs, nowMs);
    write.resolve();
  }
}

/** A group is synced as its most demanding member wants. */
export function strongestSync(group: readonly QueuedWrite[]): SyncMode {
  if (group.some(({ sync }) => sync === 'full')) return 'full';
  return group.some(({ sync }) => sync === 'normal') ? 'normal' : 'none';
}
