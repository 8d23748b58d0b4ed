// What lies deeper: whether a run older than an output may hold a key.
//
// A compaction asks it of every delete that it would like to drop, in key order. So one index
// into each level goes along, and a question costs a comparison or two.

import { compareBytes } from '../../base/bytes.ts';
import { type KeyBounds, overlaps } from '../levels.ts';

/** The tables of runs that are older than the output of a compaction. */
export class DeeperTables<T extends KeyBounds = KeyBounds> {
  readonly #levels: readonly (readonly T[])[];
  readonly #at: number[];

  /** @param levels each sorted by key */
  constructor(levels: readonly (readonly T[])[]) {
    this.#levels = levels;
    this.#at = levels.map(() => 0);
  }

  /** True when a table's bounds include `key`. Keys must be asked for in order. */
  mayHold(key: Uint8Array): boolean {
    return this.#levels.some((tables, level) => {
      let at = this.#at[level] as number;
      while (at < tables.length && compareBytes((tables[at] as T).largestKey, key) < 0) at++;
      this.#at[level] = at;
      return at < tables.length && compareBytes((tables[at] as T).smallestKey, key) <= 0;
    });
  }

  /** True when a table's bounds meet the range from `start` to `end`. */
  mayHoldAny(start: Uint8Array, end: Uint8Array): boolean {
    const range = { smallestKey: start, largestKey: end };
    return this.#levels.some((tables) => tables.some((table) => overlaps(table, range)));
  }

  /** The tables that `bounds` overlaps. */
  overlapping(bounds: KeyBounds): T[] {
    return this.#levels.flatMap((tables) => tables.filter((table) => overlaps(table, bounds)));
  }
}
