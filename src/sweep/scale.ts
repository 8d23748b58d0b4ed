// From numbers to places on a plot, and the round numbers that are written beside it.

/** Where a value stands between the two ends of a scale, 0 to 1. */
export type Scale = (value: number) => number;

/** How a scale counts: by adding or, for values over several powers of ten, by multiplying. */
export type Counting = 'linear' | 'log';

export interface ValueScale {
  readonly place: Scale;
  readonly ticks: readonly number[];
}

/** A scale that holds all values; from zero where it is linear. Of no values, 0 to 1. */
export function scaleOf(values: readonly number[], counting: Counting = 'linear'): ValueScale {
  return counting === 'log' ? logScale(values.filter((value) => value > 0)) : linear(values);
}

function linear(values: readonly number[]): ValueScale {
  const step = roundStep(Math.max(...values, 0) || 1);
  const top = Math.ceil((Math.max(...values, 0) || 1) / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { place: (value) => Math.min(Math.max(value / top, 0), 1), ticks };
}

function logScale(values: readonly number[]): ValueScale {
  const low = Math.floor(Math.log10(Math.min(...values, 1)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values, Number.MIN_VALUE))), low + 1);
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const place = (value: number) =>
    value > 0 ? Math.min(Math.max((Math.log10(value) - low) / (high - low), 0), 1) : 0;
  return { place, ticks };
}

/** 1, 2 or 5 times a power of ten, so that about four of them reach `top`. */
function roundStep(top: number): number {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}
