// A history is (version, scenario, seed, actions); running it gives every event again.
// The reasons are in docs/decisions/0003-a-history-is-its-actions.md.
//
//     actions   put         put    cut{after: 2}    restart
//     entries   0 1 2 3 4 | 5 6 ✕ | 7 8          | 9 10 11 ...
//
// 1. A power cut comes from inside: at its event the trace function takes the power
//    away, then throws `PowerCut`, and the engine's stack unwinds as if it had died.
// 2. From the cut until `apply` has returned nothing is recorded but what the cut
//    itself says, and every error is swallowed: the dead don't speak.
// 3. If the action ends before its `after`-th event, the cut comes when it has ended.
// 4. A run always ends: at an uncaught error or after EVENTS_MAX events it stops, keeps
//    what it has, and says why.

import { FerrisError, type Recorded, Recorder } from '../../engine/index.ts';
import type { AnyAction, AnyEvent, Cut, Scenario } from './scenario.ts';

/** More events than a reader can look at; a link must not be able to hang a page. */
export const EVENTS_MAX = 20_000;

/** What a run is made from, and all that a share link holds. */
export interface History<A extends AnyAction> {
  readonly version: number;
  readonly scenario: string;
  readonly seed: number;
  readonly actions: readonly A[];
}

/** The entries of one action: `[first, end)`. */
export interface ActionSpan {
  readonly first: number;
  readonly end: number;
}

/** Why a run stopped before its actions were done. */
export interface RunError {
  readonly kind: 'threw' | 'too many events';
  /** Index of the action in its history; -1 while the world was made. */
  readonly action: number;
  readonly message: string;
  /** Of a FerrisError. */
  readonly code?: string;
}

export interface Run<A extends AnyAction, E extends AnyEvent> {
  readonly history: History<A>;
  readonly entries: readonly Recorded<E>[];
  /** One a finished action; the last one may belong to the action that failed. */
  readonly spans: readonly ActionSpan[];
  /** Stands for every event in order. */
  readonly hash: string;
  readonly error?: RunError;
}

/** Thrown through the engine at the event where the power goes. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

class TooManyEvents extends Error {
  override readonly name = 'TooManyEvents';
}

/** The history of a scenario before the reader has done anything. */
export function scriptOf<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
): History<A> {
  const { id, version, seed, script } = scenario;
  return { version, scenario: id, seed, actions: script };
}

/** Runs a history from the start. Deterministic, and never throws. */
export function run<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  history: History<A>,
): Run<A, E> {
  return new Runner(scenario, history).run();
}

export function isCut(action: AnyAction | undefined): action is Cut {
  return action?.do === 'cut';
}

class Runner<W, A extends AnyAction, S, E extends AnyEvent> {
  readonly #scenario: Scenario<W, A, S, E>;
  readonly #history: History<A>;
  readonly #recorder = new Recorder<E>();
  readonly #spans: ActionSpan[] = [];
  #world: W | undefined;
  #error: RunError | undefined;
  /** Index of the action being applied, and its first entry. */
  #action = -1;
  #first = 0;
  /** The cut to make when this many entries are there. */
  #armed: { readonly at: number; readonly cut: A } | undefined;
  #muted = false;
  #tooMany = false;

  constructor(scenario: Scenario<W, A, S, E>, history: History<A>) {
    this.#scenario = scenario;
    this.#history = history;
    this.#recorder.onEntry = () => this.#afterEntry();
  }

  run(): Run<A, E> {
    const { seed, actions } = this.#history;
    this.#attempt(() => {
      this.#world = this.#scenario.create({ seed, trace: this.#trace, stamp: this.#stamp });
    });
    for (let index = 0; index < actions.length && !this.#error; index++) this.#apply(index);
    const recorder = this.#recorder;
    return {
      history: this.#history,
      entries: recorder.entries,
      spans: this.#spans,
      get hash() {
        return recorder.hash;
      },
      ...(this.#error ? { error: this.#error } : {}),
    };
  }

  readonly #trace = (event: E): void => {
    if (this.#muted) return;
    if (this.#recorder.entries.length >= EVENTS_MAX) {
      this.#tooMany = true;
      throw new TooManyEvents(`more than ${EVENTS_MAX} events`);
    }
    this.#recorder.trace(event);
  };

  readonly #stamp = (node: number, timeTicks: number): void => {
    this.#recorder.node = node;
    this.#recorder.timeTicks = timeTicks;
  };

  #apply(index: number): void {
    const action = this.#history.actions[index] as A;
    const next = this.#history.actions[index + 1];
    const first = this.#recorder.entries.length;
    this.#action = index;
    this.#first = first;
    if (isCut(action)) {
      // One that came from inside the action before it has its span already.
      if (this.#spans.length === index) this.#attempt(() => this.#cut(action));
    } else {
      if (isCut(next) && next.after !== undefined)
        this.#armed = { at: first + next.after, cut: next };
      this.#attempt(() => this.#scenario.apply(this.#world as W, action));
    }
    this.#armed = undefined;
    this.#muted = false;
    if (this.#spans.length === index)
      this.#spans.push({ first, end: this.#recorder.entries.length });
  }

  #afterEntry(): void {
    const armed = this.#armed;
    const { length } = this.#recorder.entries;
    if (!armed || length < armed.at) return;
    this.#armed = undefined;
    this.#spans.push({ first: this.#first, end: length });
    this.#cut(armed.cut);
    this.#spans.push({ first: length, end: this.#recorder.entries.length });
    this.#muted = true;
    throw new PowerCut('the power went at this event');
  }

  #cut(action: A): void {
    if (!this.#scenario.cut) throw new Error(`scenario ${this.#scenario.id} can't lose power`);
    this.#scenario.cut(this.#world as W, action);
  }

  /** Does `work`; what it throws ends the run, unless it died of a power cut. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#muted && !this.#tooMany) this.#fail('threw', error);
    }
    if (this.#tooMany) this.#fail('too many events', undefined);
  }

  #fail(kind: RunError['kind'], error: unknown): void {
    const message =
      kind === 'threw'
        ? (error as Error)?.message || String(error)
        : `This history makes more than ${EVENTS_MAX} events; the run stops here.`;
    const code = error instanceof FerrisError ? { code: error.code } : {};
    this.#error = { kind, action: this.#action, message, ...code };
  }
}

/**
 * The actions of the history in which `action` is done at `cursor` (so many events
 * in). A cut comes at that very event, from inside the action that is under way; any
 * other action waits until that one is done, or until the step that it is at, where
 * `shorten` can end it there. What came later is not part of it.
 */
export function actionsAt<A extends AnyAction, E extends AnyEvent>(
  run: Run<A, E>,
  cursor: number,
  action: A,
  shorten?: (action: A, events: number) => A | undefined,
): readonly A[] {
  const { actions } = run.history;
  const done = run.spans.filter((span) => span.first < cursor || span.end <= cursor).length;
  const kept = actions.slice(0, done);
  const last = run.spans[done - 1];
  if (!isCut(action)) {
    const long = last && cursor < last.end ? kept.pop() : undefined;
    if (long) kept.push(shorten?.(long, cursor - (last as ActionSpan).first) ?? long);
    return [...kept, action];
  }
  const inside = last !== undefined && cursor < last.end && !isCut(kept.at(-1));
  const { after: _, ...between } = action as A & Cut;
  return [...kept, (inside ? { ...between, after: cursor - last.first } : between) as A];
}

/** Index of the action that emitted the entry before `cursor`; -1 if none did. */
export function actionAt<A extends AnyAction, E extends AnyEvent>(
  run: Run<A, E>,
  cursor: number,
): number {
  return run.spans.findIndex((span) => span.first < cursor && cursor <= span.end);
}
