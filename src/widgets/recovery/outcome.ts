// What a power cut at one event comes to: the machine is run again up to that event,
// loses power there, and recovers. Then what the store answers is judged:
//
//     asked     1  2  3  4  5  6          what the client wrote, in order
//     told            ^ durable           what it was told is safe: 1, 2 and 3
//     survived  1  2  3  4                must be a prefix, and reach at least that far

import type { Recorded } from '../../../engine/index.ts';
import { actionsAt, type Run, run } from '../../player/history.ts';
import type { WriteState } from '../../projections/store.ts';
import { type CrashState, livingWrites, projectCrash, promisedCount } from './projection.ts';
import type { CrashScenario } from './scenario.ts';
import type { CrashAction, CrashEvent, DiskChoice, MapEntry } from './world.ts';

export type CrashRun = Run<CrashAction, CrashEvent>;

/** The power goes at one event, and comes back. */
export interface Outcome {
  /** All actions: what was done, the cut, the restart. */
  readonly actions: readonly CrashAction[];
  /** What happened from the cut on. */
  readonly entries: readonly Recorded<CrashEvent>[];
  /** What the client had asked for, and how much of it was acknowledged as durable. */
  readonly asked: number;
  readonly promised: number;
  /** How many writes the store still has; undefined when it refuses to open. */
  readonly survived: number | undefined;
  /** The store holds exactly what those writes make, and no less than was promised. */
  readonly kept: boolean;
  readonly error: string | undefined;
}

/** Every chance at every event is another one. */
const CHANCES_PER_ROLL = 100_000;

/** Cuts the power at `cursor` of a run, restarts, and judges. `before` is the state there. */
export function crashAt(
  scenario: CrashScenario,
  whole: CrashRun,
  cursor: number,
  before: CrashState,
  { keeps, roll }: DiskChoice = before.disk,
): Outcome {
  const luck = roll * CHANCES_PER_ROLL + cursor;
  const actions: CrashAction[] = [
    ...actionsAt(whole, cursor, { do: 'cut' } as CrashAction),
    { do: 'restart', survive: keeps, luck },
  ];
  const { entries, error } = run(scenario, { ...whole.history, actions });
  return judge(actions, entries.slice(cursor), before, error?.message);
}

/** The state when recovery is done. */
export function stateAfter(before: CrashState, { entries }: Outcome): CrashState {
  return entries.reduce(projectCrash, before);
}

/** What a store holds after the first `count` of these writes. */
export function mapAfter(writes: readonly WriteState[], count: number): MapEntry[] {
  const map = new Map<string, string>();
  for (const { operations } of writes.slice(0, count)) {
    for (const [key, value] of operations) {
      if (value === null) map.delete(key);
      else map.set(key, value);
    }
  }
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function judge(
  actions: readonly CrashAction[],
  entries: readonly Recorded<CrashEvent>[],
  before: CrashState,
  failure: string | undefined,
): Outcome {
  const writes = livingWrites(before);
  const asked = writes.length;
  const promised = promisedCount(before);
  const facts = { actions, entries, asked, promised };
  const lastSequence = lastOf(entries, 'store.open.end')?.lastSequence;
  const map = lastOf(entries, 'client.map')?.entries;
  const error = failure ?? lastOf(entries, 'client.refused')?.message;
  if (lastSequence === undefined || map === undefined)
    return { ...facts, survived: undefined, kept: false, error: error ?? 'nothing was opened' };
  const survived = writes.filter((write) => isIn(write, lastSequence)).length;
  const isPrefix = sameEntries(map, mapAfter(writes, survived));
  return { ...facts, survived, kept: isPrefix && survived >= promised, error };
}

function isIn({ firstSequence, lastSequence }: WriteState, recovered: number): boolean {
  return firstSequence > 0 && lastSequence <= recovered;
}

function lastOf<T extends CrashEvent['type']>(
  entries: readonly Recorded<CrashEvent>[],
  type: T,
): Extract<CrashEvent, { type: T }> | undefined {
  const found = entries.findLast(({ event }) => event.type === type)?.event;
  return found as Extract<CrashEvent, { type: T }> | undefined;
}

function sameEntries(a: readonly MapEntry[], b: readonly MapEntry[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
