// False positives, counted by the engine, against bits for each key and the number of keys.

import type { Recorded } from '../../../engine/index.ts';
import type { Coordinates, Measure, Sweep, Values } from '../../sweep/sweep.ts';
import type { FilterEvent } from './filter.ts';
import { bloom, filterAsked } from './scenario.ts';

/** Enough to see one in a thousand. */
export const ASKED = 10_000;

const percent = (value: number) =>
  `${value < 0.1 ? Number(value.toPrecision(2)) : Number(value.toPrecision(3))} %`;
const MEASURED: Measure = { id: 'measured', label: 'measured', show: percent };
const FORMULA: Measure = { id: 'formula', label: 'the formula', show: percent };
const PROBES: Measure = { id: 'probes', label: 'probes', show: String };
const BYTES: Measure = { id: 'bytes', label: 'bytes of filter', show: String };

/** Percent of the missing keys that the filter says "maybe" of. */
export function measureFilter(entries: readonly Recorded<FilterEvent>[]): Values {
  const built = entries.find(({ event }) => event.type === 'filter.build')?.event;
  const asked = entries.find(({ event }) => event.type === 'filter.asked')?.event;
  if (built?.type !== 'filter.build' || asked?.type !== 'filter.asked') return {};
  const { keys, probes, bitCount, bits } = built;
  return {
    measured: (asked.maybe * 100) / asked.count,
    formula: expectedPercent(keys, probes, bitCount),
    probes,
    bytes: bits.length,
  };
}

/**
 * After `keys` keys a bit is 0 with the chance (1 - 1/m)^(k n); a key that isn't there meets k
 * bits that are 1. Rounded, because no two machines need agree on the last bit of a power.
 */
export function expectedPercent(keys: number, probes: number, bitCount: number): number {
  const zero = (1 - 1 / bitCount) ** (probes * keys);
  return Number((100 * (1 - zero) ** probes).toPrecision(6));
}

const runAt = ({ keys = 1024, bitsPerKey = 10 }: Coordinates) =>
  filterAsked(keys, bitsPerKey, ASKED);

const bitsAxis = (values: readonly number[]) => ({
  id: 'bitsPerKey',
  label: 'bits for each key',
  values,
});

export const falsePositives: Sweep = {
  id: 'false-positives',
  scenario: bloom,
  x: bitsAxis([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16]),
  settings: [
    { id: 'keys', label: 'Keys in the filter', values: [64, 256, 1024, 4096], initial: 1024 },
  ],
  measures: [MEASURED, FORMULA],
  asides: [PROBES, BYTES],
  actions: runAt,
  measure: measureFilter,
};

export const falsePositiveMap: Sweep = {
  id: 'false-positive-map',
  scenario: bloom,
  x: bitsAxis([2, 4, 6, 8, 10, 12]),
  y: { id: 'keys', label: 'keys', values: [16, 64, 256, 1024, 4096] },
  measures: [MEASURED, FORMULA],
  asides: [PROBES, BYTES],
  actions: runAt,
  measure: measureFilter,
};
