// Latencies as a histogram: bars over powers of two of a microsecond, from the buckets of one.

import type { Bucket } from '../../../engine/index.ts';
import { shortTime } from './sizes.ts';

export interface LatencyBar {
  readonly label: string;
  /** 0 to 1, of the highest bar. */
  readonly height: number;
  readonly share: number;
}

/** From under 16 microseconds, or what the clock can tell apart, to over half a second. */
const FIRST = 4;
const LAST = 20;

/** Each bar holds what took up to twice as long as the bar before; both ends hold the rest. */
export function latencyBars(buckets: readonly Bucket[], clockStepUs = 0): LatencyBar[] {
  const first = Math.min(Math.max(FIRST, powerOf(clockStepUs)), LAST - 1);
  const counts = new Array<number>(LAST - first + 1).fill(0);
  for (const { lowest, count } of buckets) {
    const index = Math.min(Math.max(powerOf(lowest) - first, 0), counts.length - 1);
    counts[index] = (counts[index] as number) + count;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts);
  return counts.map((count, index) => ({
    label: labelOf(first + index, index === counts.length - 1),
    height: count / most,
    share: total === 0 ? 0 : count / total,
  }));
}

/** The least power of two that is above `us`. */
const powerOf = (us: number) => Math.ceil(Math.log2(us + 1));

function labelOf(power: number, isLast: boolean): string {
  return isLast ? `over ${shortTime(2 ** (power - 1))}` : `under ${shortTime(2 ** power)}`;
}
