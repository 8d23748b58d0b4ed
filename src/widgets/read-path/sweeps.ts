// Block reads for each get, against the size of the cache and the bits of the filters.

import type { Recorded } from '../../../engine/index.ts';
import type { Coordinates, Measure, Sweep, Values } from '../../sweep/sweep.ts';
import { NOTHING_READ, projectReads } from './projection.ts';
import { readPath } from './scenario.ts';
import type { ReadEvent } from './world.ts';

/** Of each place of a sweep. */
export const GETS = 300;

const perGet = (value: number) => `${Number(value.toFixed(2))} a get`;
const round = (value: number) => Number(value.toPrecision(6));

/** Reads over gets, by the engine's cache and by the textbook's list. */
export function measureReads(entries: readonly Recorded<ReadEvent>[]): Values {
  const { totals } = entries.reduce(projectReads, NOTHING_READ);
  const { gets, reads, hits, lruHits, filterNos, filterMistakes } = totals;
  if (gets === 0) return {};
  return {
    reads: round(reads / gets),
    lru: round((reads + hits - lruHits) / gets),
    hits: round(reads + hits === 0 ? 0 : (hits * 100) / (reads + hits)),
    nos: round(filterNos / gets),
    mistakes: round(filterMistakes / gets),
  };
}

const READS: Measure = { id: 'reads', label: 'the engine’s cache', show: perGet };
const LRU: Measure = { id: 'lru', label: 'an LRU list', show: perGet };
const HITS: Measure = {
  id: 'hits',
  label: 'blocks found in the cache',
  show: (value) => `${Number(value.toPrecision(3))} %`,
};

/** Somebody scans everything after so many gets, or nobody does. */
export const SCAN_EVERY = 25;

export const readsByCache: Sweep = {
  id: 'reads-by-cache',
  scenario: readPath,
  x: {
    id: 'cacheBlocks',
    label: 'blocks that the cache has room for',
    values: [0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28],
  },
  settings: [
    {
      id: 'scanEvery',
      label: 'Scans of everything',
      values: [0, SCAN_EVERY],
      initial: SCAN_EVERY,
      show: (value) => (value === 0 ? 'none' : `one after ${value} gets`),
    },
  ],
  measures: [READS, LRU],
  asides: [HITS],
  actions: ({ cacheBlocks = 8, scanEvery = 0 }: Coordinates) => [
    { do: 'open', cacheBlocks, bitsPerKey: 10 },
    { do: 'gets', count: GETS, asking: 'hot', scanEvery },
  ],
  measure: measureReads,
};

export const readsByBits: Sweep = {
  id: 'reads-by-bits',
  scenario: readPath,
  x: {
    id: 'bitsPerKey',
    label: 'filter bits for each key',
    values: [2, 3, 4, 5, 6, 8, 10, 12, 16],
  },
  measures: [{ id: 'reads', label: 'block reads for a missing key', show: perGet }],
  asides: [{ id: 'nos', label: 'filters that said no', show: perGet }],
  actions: ({ bitsPerKey = 10 }: Coordinates) => [
    { do: 'open', cacheBlocks: 0, bitsPerKey },
    { do: 'gets', count: GETS, asking: 'missing', scanEvery: 0 },
  ],
  measure: measureReads,
};
