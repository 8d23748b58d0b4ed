// Where each cursor of the race stands, who is first, and what is to be said of each entry.

import type { Projection, Recorded } from '../../../engine/index.ts';
import { type MergeEvent, type Move, NEWEST, RUNS, type Version } from './merge-world.ts';

/** Why an entry is shown, or not. */
export type Verdict = 'shown' | 'too new' | 'older version' | 'tombstone' | 'range deleted';

export interface RaceState {
  readonly snapshot: number;
  readonly direction: 'forward' | 'backward' | 'by hand' | undefined;
  /** Of each run: the entry that its cursor is at, null off its end, undefined before it was placed. */
  readonly cursors: readonly (Version | null | undefined)[];
  /** What the merge stands at. */
  readonly current: Version | null | undefined;
  /** Sequence numbers of the entries that the merge has been at. */
  readonly passed: readonly number[];
  readonly shown: readonly { readonly key: string; readonly value: string }[];
  readonly isOver: boolean;
  readonly seeks: number;
  readonly steps: number;
  readonly reads: number;
}

export const NO_RACE: RaceState = {
  snapshot: NEWEST,
  direction: undefined,
  cursors: RUNS.map(() => undefined),
  current: undefined,
  passed: [],
  shown: [],
  isOver: false,
  seeks: 0,
  steps: 0,
  reads: 0,
};

export const projectRace: Projection<RaceState, Recorded<MergeEvent>> = (state, { event }) => {
  switch (event.type) {
    case 'race.begin':
      return { ...NO_RACE, snapshot: event.snapshot, direction: event.direction };
    case 'race.cursor': {
      const moved = { ...state, cursors: state.cursors.with(event.run, event.at) };
      return isStep(event.move)
        ? { ...moved, steps: state.steps + 1 }
        : { ...moved, seeks: state.seeks + 1 };
    }
    case 'race.merge':
      return { ...state, current: event.at, passed: passedBy(state, event.at) };
    case 'table.block.read':
      return { ...state, reads: state.reads + 1 };
    case 'race.show':
      return { ...state, shown: [...state.shown, { key: event.key, value: event.value }] };
    case 'race.end':
      return { ...state, isOver: true };
    default:
      return state;
  }
};

function passedBy({ passed }: RaceState, at: Version | null): readonly number[] {
  if (at === null || passed.includes(at.sequence)) return passed;
  return [...passed, at.sequence];
}

/** A step goes to a neighbor; all else finds its place anew. */
export function isStep(move: Move): boolean {
  return move === 'next' || move === 'prev';
}

const ALL: readonly Version[] = RUNS.flatMap(({ tables }) => tables.flat());
const RANGES = RUNS.flatMap(({ ranges }) => ranges);

/** What a reader as of `snapshot` makes of a version; the tests hold it against the engine's scan. */
export function verdictOn({ key, sequence, value }: Version, snapshot: number): Verdict {
  if (sequence > snapshot) return 'too new';
  const isOlder = ALL.some(
    (other) => other.key === key && other.sequence > sequence && other.sequence <= snapshot,
  );
  const isCovered = RANGES.some(
    (range) =>
      range.start <= key &&
      key < range.end &&
      range.sequence > sequence &&
      range.sequence <= snapshot,
  );
  if (isCovered) return 'range deleted';
  if (isOlder) return 'older version';
  return value === null ? 'tombstone' : 'shown';
}

/** Index of the run that holds a version. */
export function runOf({ sequence }: Version): number {
  return RUNS.findIndex(({ tables }) =>
    tables.flat().some((version) => version.sequence === sequence),
  );
}
