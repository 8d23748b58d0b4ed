// How long a database's work takes, as the thread that does it sees it. The core reads no clock:
// its driver does.
//
//     get               one look-up in the store; every 16th is measured
//     write             from when a write was queued until it was acknowledged
//     scanPage          one page of a scan
//     flush             from a flush's first slice of work to its last, with what ran between
//     compactionSlice   one slice of compaction: what others wait for at most
//
// 1. Writes of one group began, for this purpose, when the first of them was queued: one reading
//    of the clock for a group, and a late comer's wait is rounded up.
// 2. A look-up takes about as long as reading a clock twice, so most of them are left alone.
// 3. Browsers blur their clocks, by 5 to 1000 microseconds: what is faster reads as 0 or as one
//    step. Averages are right nevertheless.
// 4. The way to a worker and back is not in it. Who calls can measure that, and it counts too.

import { type Bucket, Histogram } from '../base/histogram.ts';

/** What is measured. */
export type MeasuredKind = 'get' | 'write' | 'scanPage' | 'flush' | 'compactionSlice';

/** How long one kind of work took, in microseconds, since the database was opened. */
export interface LatencySummary {
  /** How many were measured. */
  readonly count: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  /** The histogram itself, in microseconds; see base/histogram.ts. */
  readonly buckets: readonly Bucket[];
}

export type LatencyReport = Readonly<Record<MeasuredKind, LatencySummary>>;

const GETS_PER_MEASURE = 16;

export class Latencies {
  readonly #histograms: Readonly<Record<MeasuredKind, Histogram>> = {
    get: new Histogram(),
    write: new Histogram(),
    scanPage: new Histogram(),
    flush: new Histogram(),
    compactionSlice: new Histogram(),
  };
  #gets = 0;

  /** Something that began at `beganMs` has ended. Times are those of `performance.now`. */
  add(kind: MeasuredKind, beganMs: number, endedMs = performance.now()): void {
    this.#histograms[kind].record(Math.round((endedMs - beganMs) * 1000));
  }

  /** Counts a look-up; true when it is one to be measured. */
  isGetDue(): boolean {
    return this.#gets++ % GETS_PER_MEASURE === 0;
  }

  /** Does something and measures it, unless it throws. */
  measure<T>(kind: MeasuredKind, action: () => T): T {
    const beganMs = performance.now();
    const result = action();
    this.add(kind, beganMs);
    return result;
  }

  report(): LatencyReport {
    const { get, write, scanPage, flush, compactionSlice } = this.#histograms;
    return {
      get: summaryOf(get),
      write: summaryOf(write),
      scanPage: summaryOf(scanPage),
      flush: summaryOf(flush),
      compactionSlice: summaryOf(compactionSlice),
    };
  }
}

function summaryOf(histogram: Histogram): LatencySummary {
  return {
    count: histogram.count,
    meanUs: histogram.mean,
    p50Us: histogram.percentile(50),
    p90Us: histogram.percentile(90),
    p99Us: histogram.percentile(99),
    p999Us: histogram.percentile(99.9),
    maxUs: histogram.max,
    buckets: histogram.buckets(),
  };
}
