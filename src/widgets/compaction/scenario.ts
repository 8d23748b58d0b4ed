// Leveled and tiered compaction, fed the same: the star figure of the page. Sweeps use it, too.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { captionOfTrees } from './caption.ts';
import { NO_TREES, projectTrees, type TreesState } from './projection.ts';
import { WORKLOADS, type Workload } from './workload.ts';
import { type Setup, type TreesAction, type TreesEvent, TreesWorld } from './world.ts';

export type TreesScenario = Scenario<TreesWorld, TreesAction, TreesState, TreesEvent>;

/** Batches of one press. */
export const BURST_BATCHES = 12;
/** Longest burst that a link may ask for. */
export const BATCHES_MAX = 200;

export const SETUP: Setup = {
  workload: 'overwrite',
  keys: 512,
  runs: 4,
  fanout: 4,
  levelBytes: 8192,
  tableBytes: 4096,
};

/** What the menus offer; links are held to the ends of these. */
export const CHOICES = {
  keys: [256, 512, 1024, 2048],
  runs: [2, 3, 4, 5, 6, 8, 10],
  fanout: [2, 3, 4, 6, 8, 10],
  levelBytes: [4096, 8192, 16384, 32768],
  tableBytes: [2048, 4096, 8192],
} as const;
export type ChoiceName = keyof typeof CHOICES;
const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[];

/** Stores opened so, and so many batches. */
export function treesAfter(setup: Partial<Setup>, batches: number): TreesAction[] {
  return [
    { do: 'open', ...SETUP, ...setup },
    { do: 'burst', batches, hurried: false },
  ];
}

export const compaction: TreesScenario = {
  id: 'compaction',
  version: 1,
  seed: 13,
  script: treesAfter({}, 3 * BURST_BATCHES),
  create: (context) => new TreesWorld(context),
  apply: (world, action) => world.apply(action),
  cut: (world) => world.cut(),
  initial: NO_TREES,
  project: projectTrees,
  opening: ['Two stores are about to get the same writes. One keeps levels, the other tiers.'],
  caption: captionOfTrees,
  mark,
  label,
  offers,
  parse,
  poster: amidCompaction,
};

/** In the last large compaction out of level 0: outputs wait, their inputs still count. */
function amidCompaction(entries: readonly Recorded<TreesEvent>[]): number {
  const begun = entries.findLastIndex(
    ({ event, node }) => event.type === 'compaction.begin' && node === 1 && event.outputLevel === 1,
  );
  const finished = entries.findIndex(
    ({ event, node, index }) => index > begun + 2 && event.type === 'table.finish' && node === 1,
  );
  return begun < 0 ? entries.length : finished + 1;
}

function mark({ event, node }: Recorded<TreesEvent>): Mark | undefined {
  const who = node === 1 ? 'leveled' : 'tiered';
  switch (event.type) {
    case 'compaction.begin':
      return { kind: node === 1 ? 'write' : 'sync', label: `a compaction, ${who}` };
    case 'store.stall':
      return { kind: 'error', label: `a writer is held back, ${who}` };
    case 'power.cut':
      return node === 1 ? { kind: 'crash', label: 'power cut' } : undefined;
    case 'client.snapshot':
      return { kind: 'fork', label: 'a snapshot' };
    case 'client.verify':
      return { kind: 'fork', label: `every key is read, ${who}` };
    default:
      return undefined;
  }
}

function label(action: TreesAction): string {
  switch (action.do) {
    case 'open':
      return 'other settings';
    case 'burst':
      return action.hurried ? `${action.batches} batches in a hurry` : 'Write a burst';
    case 'delete-range':
      return 'Delete a range';
    case 'snapshot':
      return 'Take a snapshot';
    case 'release':
      return 'Release it';
    case 'cut':
      return 'Cut the power';
    case 'restart':
      return 'Power on';
  }
}

function offers({ isOff, snapshots }: TreesState): Offer<TreesAction>[] {
  const off = isOff ? { unavailable: 'The power is off.' } : {};
  const held = snapshots.length > 0 ? {} : { unavailable: 'No snapshot is held.' };
  return [
    { action: { do: 'burst', batches: BURST_BATCHES, hurried: false }, ...off },
    { action: { do: 'burst', batches: BURST_BATCHES, hurried: true }, ...off },
    { action: { do: 'delete-range' }, ...off },
    { action: { do: 'snapshot' }, ...off },
    { action: { do: 'release' }, ...held },
    { action: { do: 'cut' }, kind: 'fault', ...off },
    {
      action: { do: 'restart', survive: 'nothing' },
      ...(!isOff && { unavailable: 'The power is on.' }),
    },
  ];
}

function parse(given: unknown): TreesAction | undefined {
  const action = given as Record<string, unknown>;
  switch (action['do']) {
    case 'open':
      return parseOpen(action);
    case 'burst':
      return parseBurst(action);
    case 'delete-range':
    case 'snapshot':
    case 'release':
      return { do: action['do'] };
    case 'restart':
      return parseRestart(action['survive']);
    case 'cut':
      return parseCut(action['after']);
    default:
      return undefined;
  }
}

function parseOpen(given: Record<string, unknown>): TreesAction | undefined {
  const workload = given['workload'] as Workload;
  if (!WORKLOADS.includes(workload)) return undefined;
  const sizes: Record<string, number> = {};
  for (const name of CHOICE_NAMES) {
    const value = given[name];
    const choices = CHOICES[name];
    if (!isCount(value, choices[0], choices.at(-1) as number)) return undefined;
    sizes[name] = value;
  }
  return { do: 'open', workload, ...(sizes as Record<ChoiceName, number>) };
}

function parseBurst({ batches, hurried }: Record<string, unknown>): TreesAction | undefined {
  if (!isCount(batches, 1, BATCHES_MAX) || typeof hurried !== 'boolean') return undefined;
  return { do: 'burst', batches, hurried };
}

function parseRestart(survive: unknown): TreesAction | undefined {
  if (survive !== 'nothing' && survive !== 'everything') return undefined;
  return { do: 'restart', survive };
}

function parseCut(after: unknown): TreesAction | undefined {
  if (after === undefined) return { do: 'cut' };
  return isCount(after, 1, Number.MAX_SAFE_INTEGER) ? { do: 'cut', after } : undefined;
}

function isCount(value: unknown, low: number, high: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}
