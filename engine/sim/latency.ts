// How long something takes: a table of shares, so that no function of real numbers
// decides anything, and a reader can see what is drawn.
//
//     share   from     to        90 in 100 take 200 to 600 ticks, one in 100 takes
//        90    200    600        up to 10 ms: the long tail that every network has
//         9    600   2000
//         1   2000  10000

import { FerrisError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

/** Rows of (share, ticks from, ticks to, both included). Shares are whole numbers. */
export type LatencyTable = readonly (readonly [
  share: number,
  fromTicks: number,
  toTicks: number,
])[];

/** One building: 0.2 to 0.6 ms as a rule. */
export const LATENCY_NETWORK: LatencyTable = [
  [90, 200, 600],
  [9, 600, 2_000],
  [1, 2_000, 10_000],
];

/** A flush of a solid-state disk with no battery behind it. */
export const LATENCY_SYNC: LatencyTable = [
  [90, 500, 1_500],
  [9, 1_500, 4_000],
  [1, 4_000, 30_000],
];

/** A table that draws from a stream. */
export class Latency {
  readonly #table: LatencyTable;
  readonly #random: Random;
  readonly #shares: number;

  /** @throws FERRIS_INVALID_ARGUMENT */
  constructor(table: LatencyTable, random: Random) {
    this.#table = table;
    this.#random = random;
    this.#shares = table.reduce((sum, [share]) => sum + share, 0);
    if (this.#shares > 0 && table.every((row) => row.every(isCount) && row[1] <= row[2])) return;
    const message = `a latency table has rows of (share, from ticks, to ticks), not ${JSON.stringify(table)}`;
    throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
  }

  /** How many ticks it takes this time. */
  draw(): number {
    let share = this.#table.length === 1 ? 0 : this.#random.below(this.#shares);
    for (const row of this.#table) {
      if (share < row[0]) return row[1] === row[2] ? row[1] : this.#random.between(row[1], row[2]);
      share -= row[0];
    }
    return 0;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
