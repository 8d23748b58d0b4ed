// A histogram of whole numbers in little, fixed memory: how long things took, say, in microseconds.
//
// An average hides the slow ones, and keeping every number takes memory without end. What one wants
// to know of a time is its first digits. So each power of two is cut into 32 equal buckets:
//
//     0 1 2 ... 63 | 64 66 68 ... 126 | 128 132 136 ... 252 | 256 264 ...
//      steps of 1        of 2                 of 4               of 8
//
// 1. A number is known to within a 32nd of itself (3 percent); up to 63 it is known exactly.
// 2. Counting is a few shifts and an addition. 896 buckets, 7 KiB, hold everything below 2^32.
// 3. Two histograms are merged by adding up their buckets: nothing is lost by that.
// 4. Sum, least and greatest are kept beside the buckets and are exact.
//
// The idea is that of HdrHistogram (Gil Tene).

import { assert } from './assert.ts';

/** Each power of two has 2^5 buckets. */
const STEP_BITS = 5;
const STEPS = 1 << STEP_BITS;
/** Larger numbers count as this one. */
const VALUE_MAX = 2 ** 32 - 1;
const BUCKETS = (32 - STEP_BITS + 1) * STEPS;

/** The numbers from `lowest` up to and with `highest`, and how many of them were counted. */
export interface Bucket {
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
}

export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #min = VALUE_MAX;
  #max = 0;

  /** How many numbers were counted. */
  get count(): number {
    return this.#count;
  }

  /** The smallest of them; 0 when there are none. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  /** The greatest of them; 0 when there are none. */
  get max(): number {
    return this.#max;
  }

  /** Their average; 0 when there are none. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Counts a number: fractions are cut off, below 0 is 0, above 2^32 - 1 is that. */
  record(value: number, times = 1): void {
    const whole = Math.min(Math.max(Math.trunc(value), 0), VALUE_MAX);
    const index = indexOf(whole);
    this.#counts[index] = (this.#counts[index] as number) + times;
    this.#count += times;
    this.#sum += whole * times;
    if (whole < this.#min) this.#min = whole;
    if (whole > this.#max) this.#max = whole;
  }

  /**
   * A number that `percent` of those counted don't exceed, at most a 32nd too high; 0 when there
   * are none. `percentile(50)` is the median, `percentile(100)` the greatest.
   */
  percentile(percent: number): number {
    assert(percent >= 0 && percent <= 100, 'a percentile lies between 0 and 100');
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (let index = 0; index < BUCKETS && this.#count > 0; index++) {
      seen += this.#counts[index] as number;
      if (seen >= wanted) return Math.min(highestOf(index), this.#max);
    }
    return this.#max;
  }

  /** Adds what another histogram has counted. */
  merge(other: Histogram): void {
    for (let index = 0; index < BUCKETS; index++)
      this.#counts[index] = (this.#counts[index] as number) + (other.#counts[index] as number);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = VALUE_MAX;
    this.#max = 0;
  }

  /** The buckets in which anything was counted, in ascending order. */
  buckets(): Bucket[] {
    const found: Bucket[] = [];
    this.#counts.forEach((count, index) => {
      if (count > 0) found.push({ lowest: lowestOf(index), highest: highestOf(index), count });
    });
    return found;
  }
}

/** Up to 63 the number itself; above, its highest 6 bits, after 32 buckets for each bit dropped. */
function indexOf(value: number): number {
  const dropped = Math.max(0, 31 - STEP_BITS - Math.clz32(value));
  return dropped * STEPS + (value >>> dropped);
}

function lowestOf(index: number): number {
  const dropped = Math.max(0, (index >>> STEP_BITS) - 1);
  return (index - dropped * STEPS) * 2 ** dropped;
}

function highestOf(index: number): number {
  return lowestOf(index + 1) - 1;
}
