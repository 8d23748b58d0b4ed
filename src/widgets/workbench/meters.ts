// What the clients of a load have measured: how many operations, and how long each took.

import { type Bucket, Histogram } from '../../../engine/index.ts';
import { OPERATIONS, type OperationName } from './load.ts';

/** Latencies in microseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface MeterReading extends Percentiles {
  readonly buckets: readonly Bucket[];
}

/** What happened since the last reading. */
export interface Interval {
  readonly read: Percentiles;
  readonly write: Percentiles;
}

export class Meters {
  readonly #all = Object.fromEntries(OPERATIONS.map((name) => [name, new Histogram()])) as Record<
    OperationName,
    Histogram
  >;
  readonly #read = new Histogram();
  readonly #write = new Histogram();
  /** Answers that can't be: a value of another key, a scan out of order. */
  wrongAnswers = 0;
  found = 0;
  missing = 0;

  add(name: OperationName, tookMs: number): void {
    const tookUs = Math.round(tookMs * 1000);
    this.#all[name].record(tookUs);
    (name === 'get' || name === 'scan' ? this.#read : this.#write).record(tookUs);
  }

  /** Reads, and begins a new interval. */
  interval(): Interval {
    const interval = { read: percentilesOf(this.#read), write: percentilesOf(this.#write) };
    this.#read.clear();
    this.#write.clear();
    return interval;
  }

  totals(): Readonly<Record<OperationName, MeterReading>> {
    const { put, get, scan, delete: remove } = this.#all;
    return {
      put: readingOf(put),
      get: readingOf(get),
      scan: readingOf(scan),
      delete: readingOf(remove),
    };
  }
}

function percentilesOf(histogram: Histogram): Percentiles {
  return {
    count: histogram.count,
    p50Us: histogram.percentile(50),
    p99Us: histogram.percentile(99),
    maxUs: histogram.max,
  };
}

function readingOf(histogram: Histogram): MeterReading {
  return { ...percentilesOf(histogram), buckets: histogram.buckets() };
}
