// What a store does besides answering: flushes, compactions, and holding writers back.
//
//     writes --> memtable --flush--> level 0 --compaction--> level 1 ...
//        ^                              |
//        '--- slowdown, stop -----------'   too many tables there
//
// 1. The work goes in slices. A driver calls `step` between other things; who doesn't, meets
//    the work when it can't wait any longer: at a full memtable, or at back-pressure.
// 2. A flush goes before compactions: it frees memory, and a log.
// 3. Writers wait for nothing; they work. From `slowdownTables` on each does a share of a
//    compaction in proportion to what it writes, at `stopTables` it works until there are fewer.
//    So level 0 stays bounded, and the price is spread over those who cause it. A driver can do
//    better: it asks for the pressure, works in slices while writers queue up, and lets others
//    have the thread in between. Such a store is opened with `driven`.
// 4. A compaction that fails stops nobody: reads get slower, and the failure can be looked up.

import { isFerrisError } from '../base/errors.ts';
import type { CompactionStats, Compactor } from './compaction/compactor.ts';
import type { Flusher } from './flusher.ts';
import type { Settings } from './options.ts';

/** Entries of compaction that a held-back writer does for each entry that it writes. */
const SHARE_ENTRIES = 16;
const SHARE_ENTRIES_MIN = 64;
const STOP_SLICE_ENTRIES = 4096;

/** This many times what level 1 should hold may be over the levels' sizes before writers slow down. */
const DEBT_FACTOR = 4;

/** How hard writers should be held back. */
export type Pressure = 'none' | 'slowdown' | 'stop';

/** How often it came to that. */
export interface StallStats {
  readonly slowdowns: number;
  readonly stops: number;
}

export class Background {
  readonly flusher: Flusher;
  readonly compactor: Compactor;
  readonly #settings: Settings;
  #stalls = { slowdowns: 0, stops: 0 };
  #pressure: Pressure = 'none';

  constructor(settings: Settings, flusher: Flusher, compactor: Compactor) {
    this.#settings = settings;
    this.flusher = flusher;
    this.compactor = compactor;
  }

  /** True when `step` has something to do. */
  get due(): boolean {
    return this.flusher.due || this.compactor.due;
  }

  get stalls(): StallStats {
    return this.#stalls;
  }

  get compactions(): CompactionStats {
    return this.compactor.stats;
  }

  /** At most a slice; true if more is left. @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CORRUPTION */
  step(entriesMax: number): boolean {
    if (this.flusher.due) this.flusher.step(entriesMax);
    else this.compactor.step(entriesMax);
    return this.due;
  }

  /** How hard writers should be held back now. A change for the worse is counted, and an event. */
  get pressure(): Pressure {
    const before = this.#pressure;
    this.#pressure = this.compactor.due ? this.#judge() : 'none';
    if (this.#pressure !== before && this.#pressure !== 'none') this.#tell(this.#pressure);
    return this.#pressure;
  }

  /** Holds back a writer of `count` entries, if compaction has fallen behind. */
  hold(count: number): void {
    if (this.#settings.driven) return;
    const { stopTables } = this.#settings.current;
    if (this.pressure === 'slowdown') this.#try(Math.max(SHARE_ENTRIES_MIN, count * SHARE_ENTRIES));
    else if (this.#pressure === 'stop') {
      while (this.compactor.backlog.runs >= stopTables && this.#try(STOP_SLICE_ENTRIES));
    }
  }

  close(): void {
    this.flusher.close();
    this.compactor.close();
  }

  #judge(): Pressure {
    const { slowdownTables, stopTables, levelBytes } = this.#settings.current;
    const { runs, debtBytes } = this.compactor.backlog;
    if (runs >= stopTables) return 'stop';
    return runs >= slowdownTables || debtBytes >= DEBT_FACTOR * levelBytes ? 'slowdown' : 'none';
  }

  #tell(verdict: 'slowdown' | 'stop'): void {
    if (verdict === 'stop') this.#stalls.stops++;
    else this.#stalls.slowdowns++;
    const { runs, debtBytes } = this.compactor.backlog;
    this.#settings.trace?.({ type: 'store.stall', verdict, runs, debtBytes });
  }

  /** The compactor keeps a failure to itself; see (4). */
  #try(entriesMax: number): boolean {
    try {
      return this.compactor.step(entriesMax);
    } catch (error) {
      if (isFerrisError(error)) return false;
      throw error;
    }
  }
}
