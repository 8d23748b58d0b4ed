// The numbers in the prose of the page, found by running the engine when the page is built.

import { actionsAt, run, scriptOf } from '../../player/history.ts';
import { measureAll, type Values } from '../../sweep/sweep.ts';
import { factor } from './caption.ts';
import { entriesIn, NO_TREES, projectTrees, type TreesState } from './projection.ts';
import { BURST_BATCHES, CHOICES, compaction, treesAfter } from './scenario.ts';
import { againstFanout, againstRuns } from './sweeps.ts';
import { BATCH_ENTRIES } from './workload.ts';
import type { TreesAction } from './world.ts';

export const KNOWN_RUNS = measureAll(againstRuns);
export const KNOWN_FANOUT = measureAll(againstFanout);

const { script } = compaction;
const BURST: TreesAction = { do: 'burst', batches: BURST_BATCHES, hurried: false };
const HURRIED: TreesAction = { ...BURST, hurried: true };

function outcome(actions: readonly TreesAction[]) {
  const history = { ...scriptOf(compaction), actions };
  const { entries } = run(compaction, history);
  return { entries, state: entries.reduce(projectTrees, NO_TREES) };
}

/** `4.2` of the last point. */
const writeOf = ({ points }: TreesState, policy: 'leveled' | 'tiered') =>
  factor(points.at(-1)?.[policy].write);

const first = outcome(script);
export const FIRST = {
  puts: 3 * BURST_BATCHES * BATCH_ENTRIES,
  leveled: writeOf(first.state, 'leveled'),
  tiered: writeOf(first.state, 'tiered'),
};

const ordered: readonly TreesAction[] = treesAfter({ workload: 'sequential' }, 3 * BURST_BATCHES);
const inOrder = outcome(ordered);
/** New keys in order: tables move, by edits alone. */
export const IN_ORDER = {
  actions: ordered,
  cursor: inOrder.entries.findIndex(({ event }) => event.type === 'compaction.move') + 1,
  leveled: writeOf(inOrder.state, 'leveled'),
  tiered: writeOf(inOrder.state, 'tiered'),
  moves: inOrder.state.leveled.tree.moves,
};

const wholeRun = run(compaction, scriptOf(compaction));
const amid = compaction.poster?.(first.entries) ?? 0;
/** The power goes while outputs wait for their edit, and comes back. */
export const CUT_AMID: readonly TreesAction[] = [
  ...actionsAt(wholeRun, amid, { do: 'cut' }),
  { do: 'restart', survive: 'everything' },
];
const cutRun = outcome(CUT_AMID).entries;
export const CUT_CURSOR = cutRun.findIndex(({ event }) => event.type === 'power.cut') + 1;
export const CUT_KEYS = cutRun.reduce(
  (keys, { event }) => (event.type === 'client.verify' ? Math.max(keys, event.keys) : keys),
  0,
);

export const HELD: readonly TreesAction[] = [...script, { do: 'snapshot' }, BURST, BURST];
const held = outcome(HELD).state;
const free = outcome([...script, BURST, BURST]).state;
/** Entries in tables after two more bursts, with and without a snapshot from before them. */
export const SNAPSHOT = {
  keys: held.liveKeys,
  leveled: { held: entriesIn(held.leveled), free: entriesIn(free.leveled) },
  tiered: { held: entriesIn(held.tiered), free: entriesIn(free.tiered) },
};

export const HURRY: readonly TreesAction[] = [...script, HURRIED, HURRIED];
const hurried = outcome(HURRY).entries;
export const STALLS = hurried.filter(({ event }) => event.type === 'store.stall').length;
export const STALL_CURSOR = hurried.findIndex(({ event }) => event.type === 'store.stall') + 1;

const numberOf = (values: Values | undefined, id: string) => values?.[id] ?? 0;

/** A number of the sweep over runs: `at(2, 'tiered.write')`. */
export function atRuns(runs: (typeof CHOICES.runs)[number], id: string): string {
  return factor(numberOf(KNOWN_RUNS[CHOICES.runs.indexOf(runs)], id));
}

/** From so many runs on, tiered writes less than leveled does. */
export const TIERED_WINS = CHOICES.runs.find((_, at) =>
  KNOWN_RUNS.slice(at).every(
    (values) => numberOf(values, 'tiered.write') < numberOf(values, 'leveled.write'),
  ),
);

/** What the formula allows, and what was measured. */
export const FORMULA = CHOICES.fanout.map((fanout, at) => {
  const levels = numberOf(KNOWN_FANOUT[at], 'levels');
  return {
    fanout,
    levels,
    most: 2 + levels * (fanout + 1),
    measured: factor(numberOf(KNOWN_FANOUT[at], 'leveled.write')),
  };
});
