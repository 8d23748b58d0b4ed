// What an exercise on a figure hands to its check: a run of the scenario, whole.

import { Fold, type Recorded } from '../../engine/index.ts';
import { type History, type RunError, run, scriptOf } from '../player/history.ts';
import type { AnyAction, AnyEvent, Scenario } from '../player/scenario.ts';

export interface HistoryMade<A extends AnyAction, S, E extends AnyEvent> {
  readonly history: History<A>;
  readonly entries: readonly Recorded<E>[];
  /** After the last event. */
  readonly state: S;
  /** Why the run stopped early, if it did. */
  readonly error: RunError | undefined;
}

/** Runs these actions and gives what a check would get; for tests of checks and solutions. */
export function madeBy<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  actions: readonly A[],
): HistoryMade<A, S, E> {
  const { entries, history, error } = run(scenario, { ...scriptOf(scenario), actions });
  const { initial, project } = scenario;
  return { history, entries, state: new Fold(initial, project, entries).at(entries.length), error };
}
