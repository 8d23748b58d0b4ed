// How long single transactions took: the usual one and the slow ones.
//
// One reading of the clock a transaction, the end of one being the beginning of the next. It
// costs every store the same 30 to 60 ns. The browser's clock ticks in steps of 5 us, so what
// is faster than that reads as 0 there; the slow ones are what this is for.

import { clockMs } from './clock.ts';

export interface Latencies {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export class Stopwatch {
  readonly #startMs = clockMs();
  #lastMs: number;
  #samplesMs = new Float64Array(1024);
  #count = 0;
  readonly #endMs: number;

  constructor(cellMsMax: number) {
    this.#lastMs = performance.now();
    this.#endMs = this.#lastMs + cellMsMax;
  }

  /** One more transaction is through; true when no time is left for another. */
  lap(): boolean {
    const nowMs = performance.now();
    if (this.#count === this.#samplesMs.length) this.#grow();
    this.#samplesMs[this.#count++] = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    return nowMs > this.#endMs;
  }

  /** Since the beginning: read it right after the last lap. */
  get ms(): number {
    return clockMs() - this.#startMs;
  }

  get latencies(): Latencies {
    const sorted = this.#samplesMs.subarray(0, this.#count).slice().sort();
    const us = (share: number) => micros(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
    return { p50Us: us(0.5), p99Us: us(0.99), maxUs: us(1) };
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#count);
    larger.set(this.#samplesMs);
    this.#samplesMs = larger;
  }
}

const micros = (ms: number) => Math.round(ms * 10_000) / 10;
