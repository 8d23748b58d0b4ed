// Latencies as a histogram: bars over powers of two of a microsecond, from the buckets of one.

import type { Bucket } from '../../../engine/index.ts';
import { shortTime } from './sizes.ts';

export interface LatencyBar {
  readonly label: string;
  /** 0 to 1, of the highest bar. */
  readonly height: number;
  readonly share: number;
}

/** From under 64 microseconds to over a second. */
const FIRST = 6;
const LAST = 20;

/** Each bar holds what took up to twice as long as the bar before; both ends hold the rest. */
export function latencyBars(buckets: readonly Bucket[]): LatencyBar[] {
  const counts = new Array<number>(LAST - FIRST + 1).fill(0);
  for (const { lowest, count } of buckets) {
    const power = Math.ceil(Math.log2(lowest + 1));
    const index = Math.min(Math.max(power - FIRST, 0), counts.length - 1);
    counts[index] = (counts[index] as number) + count;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts);
  return counts.map((count, index) => ({
    label: labelOf(index, counts.length),
    height: count / most,
    share: total === 0 ? 0 : count / total,
  }));
}

function labelOf(index: number, length: number): string {
  const limit = 2 ** (FIRST + index);
  return index === length - 1 ? `over ${shortTime(limit / 2)}` : `under ${shortTime(limit)}`;
}
