// Keys compared by a search, against the number of keys in the list.

import type { Recorded } from '../../../engine/index.ts';
import type { Measure, Sweep, Values } from '../../sweep/sweep.ts';
import type { CostEvent } from './cost.ts';
import { cost, withAllOdds } from './cost-scenario.ts';

const show = (value: number) => value.toFixed(1);
const HALF: Measure = { id: 'half', label: 'a half goes up', show };
const QUARTER: Measure = { id: 'quarter', label: 'a quarter goes up', show };
const NONE: Measure = { id: 'none', label: 'all heights 1', show };
const HEIGHT: Measure = { id: 'height', label: 'height, with a half', show: String };

const NAMES = { 2: 'half', 4: 'quarter', 1: 'none' } as const;

function measure(entries: readonly Recorded<CostEvent>[]): Values {
  const values: Record<string, number> = {};
  for (const { event } of entries) {
    if (event.type === 'cost.mean') values[NAMES[event.odds]] = event.mean;
    if (event.type === 'cost.list' && event.odds === 2) values['height'] = event.levels.length;
  }
  return values;
}

export const costSweep: Sweep = {
  id: 'comparisons',
  scenario: cost,
  x: {
    id: 'keys',
    label: 'keys in the list',
    values: [16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
  },
  measures: [HALF, QUARTER, NONE],
  asides: [HEIGHT],
  actions: ({ keys = 1024 }) => withAllOdds(keys),
  measure,
};
