// What both policies cost, swept: over the number of runs that may stand, and over the fanout.
//
// A place is a run of the figure's own scenario with more keys and more batches. Write
// amplification is that of the whole run; runs and space are looked at in its second half, when
// the trees have grown.

import type { Recorded } from '../../../engine/index.ts';
import type { Coordinates, Measure, Sweep, Values } from '../../sweep/sweep.ts';
import { factor } from './caption.ts';
import { type CostName, NO_TREES, type Point, projectTrees } from './projection.ts';
import { CHOICES, compaction, treesAfter } from './scenario.ts';
import { POLICIES, type TreesEvent } from './world.ts';

export const SWEEP_KEYS = 1024;
export const SWEEP_BATCHES = 120;

const times = (value: number) => `${factor(value)}×`;
const measure = (id: string, label: string, show = times): Measure => ({ id, label, show });
const runsShown = (value: number) => `${factor(value)} runs`;

/** Numbers of a run: `leveled.write` and so on. */
export function measureTrees(entries: readonly Recorded<TreesEvent>[]): Values {
  const { points, leveled } = entries.reduce(projectTrees, NO_TREES);
  const late = points.slice(Math.floor(points.length / 2));
  const last = points.at(-1);
  if (last === undefined) return {};
  const deep = leveled.tree.levels.slice(1).filter((tables) => tables.length > 0);
  const values: Record<string, number> = { levels: deep.length };
  for (const policy of POLICIES) {
    const of = (cost: CostName) => (point: Point) => point[policy][cost];
    values[`${policy}.write`] = last[policy].write;
    values[`${policy}.read`] = mean(late.map(of('read')));
    values[`${policy}.space`] = Math.max(...late.map(of('space')));
  }
  return values;
}

function mean(numbers: readonly number[]): number {
  const sum = numbers.reduce((total, number) => total + number, 0);
  return Math.round((sum * 100) / numbers.length) / 100;
}

const runAt = ({ runs = 4, fanout = 4 }: Coordinates) =>
  treesAfter({ keys: SWEEP_KEYS, runs, fanout }, SWEEP_BATCHES);

export const againstRuns: Sweep = {
  id: 'against-runs',
  scenario: compaction,
  x: { id: 'runs', label: 'runs allowed', values: CHOICES.runs },
  measures: [
    measure('leveled.write', 'leveled, bytes written'),
    measure('tiered.write', 'tiered, bytes written'),
  ],
  asides: [
    measure('leveled.read', 'leveled, read', runsShown),
    measure('tiered.read', 'tiered, read', runsShown),
    measure('leveled.space', 'leveled, space at its peak'),
    measure('tiered.space', 'tiered, space at its peak'),
  ],
  actions: runAt,
  measure: measureTrees,
};

export const againstFanout: Sweep = {
  id: 'against-fanout',
  scenario: compaction,
  x: { id: 'fanout', label: 'fanout of the levels', values: CHOICES.fanout },
  measures: [
    measure('leveled.write', 'bytes written'),
    measure('leveled.read', 'runs to ask', factor),
    measure('leveled.space', 'space at its peak'),
  ],
  asides: [measure('levels', 'levels below level 0', String)],
  actions: runAt,
  measure: measureTrees,
};
