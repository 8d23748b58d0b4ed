// The exercise "beat the picker": which tables, when, and where to.

import type { EngineEvent, Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  type LevelsState,
  liveTables,
  NO_LEVELS,
  projectLevels,
  runCount,
} from '../../projections/levels.ts';
import { captionOfStore } from './caption.ts';
import {
  type PickerAction,
  type PickerClientEvent,
  type PickerEvent,
  PickerWorld,
  WRITES,
} from './picker-world.ts';

export interface PickerState {
  readonly tree: LevelsState;
  readonly writes: number;
  /** Of tables; and the most there ever were. */
  readonly runs: number;
  readonly runsMax: number;
  readonly current: readonly number[];
  readonly refusal: string | undefined;
}

export const NO_PICKER: PickerState = {
  tree: NO_LEVELS,
  writes: 0,
  runs: 0,
  runsMax: 0,
  current: [],
  refusal: undefined,
};

/** So many runs may stand at any time. */
export const RUNS_MAX = 5;
/** Levels that the exercise offers. */
export const LEVELS_OFFERED = [0, 1, 2] as const;
const TABLES_MAX = 40;

export const beatThePicker: Scenario<PickerWorld, PickerAction, PickerState, PickerEvent> = {
  id: 'beat-the-picker',
  version: 1,
  seed: 13,
  script: [{ do: 'next' }, { do: 'next' }, { do: 'next' }],
  create: (context) => new PickerWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_PICKER,
  project,
  opening: [`${WRITES.length} writes are waiting, and nothing is compacted by itself.`],
  caption,
  mark,
  label,
  offers,
  parse,
};

function project(state: PickerState, { event }: Recorded<PickerEvent>): PickerState {
  if (event.type === 'picker.write')
    return { ...state, writes: event.write, current: [], refusal: undefined };
  if (event.type === 'picker.refused') return { ...state, current: [], refusal: event.message };
  const tree = projectLevels(state.tree, event as EngineEvent);
  const runs = runCount(tree) - 1; // the memtable is no table
  return {
    ...state,
    tree,
    runs,
    runsMax: Math.max(state.runsMax, runs),
    current: event.type === 'table.finish' ? [event.table] : [],
    refusal: event.type === 'compaction.begin' ? undefined : state.refusal,
  };
}

/**
 * `picked`, and every table that shares keys with one of them, and so on.
 * The result may go to any level that nothing of it comes from below.
 */
export function withOverlapping(tree: LevelsState, picked: readonly number[]): number[] {
  const all = liveTables(tree);
  const taken = new Set(picked);
  for (let before = -1; before !== taken.size; ) {
    before = taken.size;
    const inputs = all.filter(({ number }) => taken.has(number));
    for (const table of all) {
      const meets = inputs.some(
        ({ smallestKey, largestKey }) =>
          smallestKey <= table.largestKey && table.smallestKey <= largestKey,
      );
      if (meets) taken.add(table.number);
    }
  }
  return [...taken].sort((a, b) => a - b);
}

function caption({ event }: Recorded<PickerEvent>): Caption {
  if (event.type === 'picker.write')
    return [`Write ${event.write} of ${WRITES.length}: ${event.what}.`];
  if (event.type === 'picker.refused')
    return [
      'The engine ',
      { concept: 'current', text: 'refuses' },
      `: ${event.message}. `,
      { code: event.code },
    ];
  return ['Store: ', ...captionOfStore(event as Exclude<PickerEvent, PickerClientEvent>)];
}

function mark({ event }: Recorded<PickerEvent>): Mark | undefined {
  switch (event.type) {
    case 'picker.write':
      return { kind: 'write', label: `write ${event.write}` };
    case 'compaction.begin':
      return { kind: 'sync', label: 'a compaction' };
    case 'picker.refused':
      return { kind: 'error', label: 'refused' };
    default:
      return undefined;
  }
}

function label(action: PickerAction): string {
  if (action.do === 'next') return 'Next write';
  return `${action.tables.join(' ')} into level ${action.level}`;
}

function offers({ writes, runs }: PickerState): Offer<PickerAction>[] {
  const reason =
    writes >= WRITES.length
      ? 'All is written.'
      : runs >= RUNS_MAX
        ? `${runs} runs stand: compact first.`
        : undefined;
  return [{ action: { do: 'next' }, ...(reason !== undefined && { unavailable: reason }) }];
}

function parse(given: unknown): PickerAction | undefined {
  const { do: name, tables, level } = given as Record<string, unknown>;
  if (name === 'next') return { do: 'next' };
  if (name !== 'compact' || !isNumber(level) || level > 6) return undefined;
  if (!Array.isArray(tables) || tables.length > TABLES_MAX || !tables.every(isNumber))
    return undefined;
  return { do: 'compact', tables: [...tables], level };
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
