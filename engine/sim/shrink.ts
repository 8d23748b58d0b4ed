// Shrinking: from a run that fails to a small one that fails in the same way.
//
//     120 actions, 3,000 messages  ->  4 actions, 37 messages        a story one can read
//
// First the end: nothing after the failure matters. Then the actions, by delta debugging
// (ddmin: Zeller and Hildebrandt, 2002): try one half alone, then what is left without a
// quarter, an eighth, ... Then the waits between what is left. Then, if asked for, the
// messages: each one that may be lost as well is dropped, from the first to the last.
//
// 1. "In the same way" is for the caller to say: `fails` answers for one candidate.
// 2. A removed action shifts nothing: actions have times, and chance has a stream each.
// 3. A budget of runs ends it; what has been reached by then still fails.

import type { TimedAction } from './nemesis.ts';

/** What a run does, and how long it takes. */
export interface TimedRun {
  /** By time. */
  readonly actions: readonly TimedAction[];
  readonly endTicks: number;
}

/** How a candidate failed; `undefined` when it didn't, or in another way. */
export interface SameFailure {
  readonly atTicks: number;
  /** Messages that were delivered, by number, with the time they left. */
  readonly delivered: readonly { readonly message: number; readonly sentAtTicks: number }[];
}

type Fails = (candidate: TimedRun) => SameFailure | undefined;

export interface ShrinkOptions {
  /** Candidates tried, at most. Default 2000. */
  readonly runsMax?: number;
  /** Also look for messages that may be lost. Default false. */
  readonly messages?: boolean;
}

export interface Shrunk {
  readonly run: TimedRun;
  /** Candidates tried. */
  readonly runs: number;
}

/** The smallest run found that still fails. `run` itself has to. */
export function shrinkRun(
  run: TimedRun,
  fails: Fails,
  { runsMax = 2000, messages = false }: ShrinkOptions = {},
): Shrunk {
  const shrinker = new Shrinker(run, fails, runsMax);
  shrinker.cutEnd();
  shrinker.removeActions();
  shrinker.shortenWaits();
  shrinker.removeActions();
  if (messages) shrinker.dropMessages();
  return { run: shrinker.run, runs: shrinker.runs };
}

class Shrinker {
  run: TimedRun;
  runs = 0;
  readonly #fails: Fails;
  readonly #runsMax: number;

  constructor(run: TimedRun, fails: Fails, runsMax: number) {
    this.run = run;
    this.#fails = fails;
    this.#runsMax = runsMax;
  }

  /** Keeps the candidate if it fails. */
  #try(candidate: TimedRun): SameFailure | undefined {
    if (this.runs >= this.#runsMax) return undefined;
    this.runs++;
    const failure = this.#fails(candidate);
    if (failure !== undefined) this.run = candidate;
    return failure;
  }

  /** Nothing after the failure matters. */
  cutEnd(): void {
    const failure = this.#try(this.run);
    if (failure === undefined) return;
    const { actions } = this.run;
    const before = actions.filter(({ atTicks }) => atTicks <= failure.atTicks);
    this.#try({ actions: before, endTicks: failure.atTicks });
  }

  removeActions(): void {
    const { endTicks } = this.run;
    minimize(this.run.actions, (actions) => this.#try({ actions, endTicks }) !== undefined);
  }

  /** Halves each wait as often as it goes, from the last to the first. */
  shortenWaits(): void {
    for (let index = this.run.actions.length; index >= 0; index--) while (this.#shorten(index));
  }

  /** Brings what follows the wait before this action (or before the end) nearer. */
  #shorten(index: number): boolean {
    const { actions, endTicks } = this.run;
    const begin = actions[index - 1]?.atTicks ?? 0;
    const wait = (actions[index]?.atTicks ?? endTicks) - begin;
    const less = wait - Math.floor(wait / 2);
    if (wait < WAIT_TICKS_MIN) return false;
    const moved = actions.map((timed, at) =>
      at < index ? timed : { ...timed, atTicks: timed.atTicks - less },
    );
    return this.#try({ actions: moved, endTicks: endTicks - less }) !== undefined;
  }

  /** A dropped message changes what is sent later, so the list is looked at anew each time. */
  dropMessages(): void {
    let failure = this.#try(this.run);
    for (let after = 0; failure !== undefined; ) {
      const next = failure.delivered.find(({ message }) => message > after);
      if (next === undefined || this.runs >= this.#runsMax) return;
      after = next.message;
      const drop = { do: 'drop', message: next.message } as const;
      const dropped = { atTicks: next.sentAtTicks, action: drop };
      const actions = [...this.run.actions, dropped].sort((a, b) => a.atTicks - b.atTicks);
      failure = this.#try({ ...this.run, actions }) ?? failure;
    }
  }
}

/** Shorter waits aren't worth a run. */
const WAIT_TICKS_MIN = 1000;

/**
 * Delta debugging: a list from which no single item can be taken. `fails` is asked for
 * parts of `items` in their order, and answers true for the whole of it.
 */
export function minimize<T>(
  items: readonly T[],
  fails: (part: readonly T[]) => boolean,
): readonly T[] {
  if (items.length === 0 || fails([])) return [];
  let parts = 2;
  while (items.length >= 2) {
    const size = Math.ceil(items.length / parts);
    const smaller = withoutOnePart(items, size, fails);
    if (smaller !== undefined) {
      items = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) return items;
    else parts = Math.min(parts * 2, items.length);
  }
  return items;
}

function withoutOnePart<T>(
  items: readonly T[],
  size: number,
  fails: (part: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let from = 0; from < items.length; from += size) {
    const rest = [...items.slice(0, from), ...items.slice(from + size)];
    if (fails(rest)) return rest;
  }
  return undefined;
}
