// The reading side of a store: lookups and scans over the current set of runs, and the pins
// that keep files for those who read longer than one call.

import type { Health } from '../env/health.ts';
import type { Garbage } from './garbage.ts';
import { Lookup } from './lookup.ts';
import type { Settings } from './options.ts';
import type { RunSet, Runs } from './runs.ts';
import { Scan, type ScanRange } from './scan.ts';

export class Reader {
  readonly #settings: Settings;
  readonly #runs: Runs;
  readonly #garbage: Garbage;
  readonly #health: Health;
  readonly #lookup: Lookup;
  readonly #trace: Settings['trace'];
  #closed = false;

  constructor(settings: Settings, runs: Runs, garbage: Garbage, health: Health) {
    this.#settings = settings;
    this.#runs = runs;
    this.#garbage = garbage;
    this.#health = health;
    this.#lookup = new Lookup(settings.clock, settings.merge, settings.trace);
    this.#trace = settings.trace;
  }

  /** As `Store.get`, at a sequence number. */
  get(key: Uint8Array, sequence: number): Uint8Array | undefined {
    const set = this.#runs.current;
    const value = this.#lookup.get(set, key, sequence);
    this.#trace?.({
      type: 'store.get',
      key: key.slice(),
      found: this.#lookup.foundIn(set, value),
    });
    return value;
  }

  /** As `Store.scan`, at a sequence number. */
  scan(range: ScanRange, sequence: number): Scan {
    const set = this.#runs.current;
    const { clock, merge } = this.#settings;
    const view = {
      entries: set.cursor(),
      rangeDeletes: set.rangeDeletes(),
      sequence,
      nowMs: clock.nowMs(),
      merge,
      onClose: () => this.#unpin(set),
    };
    const scan = new Scan(view, range);
    this.#runs.pin(set);
    return scan;
  }

  /** Keeps the tables of this moment, and returns what lets them go; a second call does nothing. */
  pin(): () => void {
    const set = this.#runs.current;
    this.#runs.pin(set);
    let isPinned = true;
    return () => {
      if (isPinned) this.#unpin(set);
      isPinned = false;
    };
  }

  /** From now on letting go deletes nothing. */
  close(): void {
    this.#closed = true;
  }

  /** Files of a set of runs that nobody reads any more may go. */
  #unpin(set: RunSet): void {
    if (!this.#runs.unpin(set) || this.#closed || !this.#health.mayWrite) return;
    this.#garbage.collect();
    this.#garbage.reap();
  }
}
