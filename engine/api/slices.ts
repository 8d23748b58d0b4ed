// Slices: how much background work a driver does before it lets others have the thread.
//
// A slice is counted in entries, so that the core need not know the time; how many entries a
// slice has follows from how long the last one took. A page's frame is 16 ms, so work that aims
// at 4 ms, and at times takes twice that, is not noticed.

import type { Store } from '../lsm/store.ts';
import type { Latencies } from './latencies.ts';

const SLICE_MS = 4;
const ENTRIES_MIN = 64;
const ENTRIES_MAX = 1 << 14;
/** Slices before each group of writes, while compaction is behind. */
const SLOWDOWN_SLICES = 4;

export class Slices {
  readonly #store: Store;
  readonly #latencies: Latencies;
  /** When the flush that is under way began. */
  #flushBeganMs: number | undefined;
  #entries = 512;
  #sinceWrite = 0;

  constructor(store: Store, latencies: Latencies) {
    this.#store = store;
    this.#latencies = latencies;
  }

  /** One slice. @throws as `Store.work` does */
  run(): void {
    const { flushDue } = this.#store;
    const beganMs = performance.now();
    this.#store.work(this.#entries);
    const endedMs = performance.now();
    const tookMs = endedMs - beganMs;
    if (flushDue) this.#flushed(beganMs, endedMs);
    else this.#latencies.add('compactionSlice', beganMs, endedMs);
    this.#sinceWrite++;
    if (tookMs > SLICE_MS) this.#entries = Math.max(ENTRIES_MIN, this.#entries >> 1);
    else if (tookMs < SLICE_MS / 2) this.#entries = Math.min(ENTRIES_MAX, this.#entries << 1);
  }

  /** A slice of a flush; a flush that a writer ends, because it needs the room, isn't measured. */
  #flushed(beganMs: number, endedMs: number): void {
    this.#flushBeganMs ??= beganMs;
    if (this.#store.flushDue) return;
    this.#latencies.add('flush', this.#flushBeganMs, endedMs);
    this.#flushBeganMs = undefined;
  }

  /** True when writers should wait for another slice. */
  get isWriteHeld(): boolean {
    const { pressure } = this.#store;
    if (pressure === 'none') return false;
    return pressure === 'stop' || this.#sinceWrite < SLOWDOWN_SLICES;
  }

  /** Says that writers were let through. */
  wrote(): void {
    this.#sinceWrite = 0;
  }
}
