// A scenario is a real system and the things that may be done to it.
//
// It knows nothing of pictures. It builds a world (files, a store, later a cluster of
// nodes), applies actions to it by calling the engine, and says how the events that
// come out are folded into a state that can be drawn and put into words.
//
//     (version, scenario, seed, actions)  --run-->  events  --project-->  states
//
// What the player relies on:
//
// 1. Deterministic: the same seed and actions give the same events. No clock, no
//    `Math.random`; draw from `new Random(seed)`.
// 2. `apply` is synchronous and reaches the outside through the engine alone.
// 3. Actions are plain JSON with a `do`, because a share link is made of them.
// 4. `parse` trusts nothing: its input may come from a link that anyone wrote.
// 5. `project` is pure and changes no state in place; states are plain data (objects,
//    arrays, maps, byte arrays), so two of them can be compared.

import type { EngineEvent, Projection, Recorded } from '../../engine/index.ts';
import type { Caption } from './caption.ts';

/** Anything that may be done to a world. Plain JSON. */
export interface AnyAction {
  readonly do: string;
}

/**
 * The power goes: after the `after`-th event of the action before it, from inside
 * (`after` >= 1), or between two actions where `after` is absent. The name is the player's.
 */
export interface Cut extends AnyAction {
  readonly do: 'cut';
  readonly after?: number;
}

/** Anything that a world says of itself. */
export interface AnyEvent {
  readonly type: string;
}

/** What `create` gets. */
export interface Context<E> {
  readonly seed: number;
  /** Hand this to the engine. */
  readonly trace: (event: E) => void;
  /** A simulation of several nodes says whose event comes next, and when. */
  readonly stamp: (node: number, timeTicks: number) => void;
}

/** Shapes of marks on the scrubber; see `.scrubber-mark` in figure.css. */
export type MarkKind = 'write' | 'sync' | 'crash' | 'fork' | 'error';

/** A place in a run that is worth jumping to. */
export interface Mark {
  readonly kind: MarkKind;
  readonly label: string;
}

/** Something the reader may do now: one button. */
export interface Offer<A> {
  readonly action: A;
  /** `fault`: something that hurts. */
  readonly kind?: 'fault';
  /** Why it can't be done at this moment; the button stays in its place, disabled. */
  readonly unavailable?: string;
}

export interface Scenario<World, A extends AnyAction, State, E extends AnyEvent = EngineEvent> {
  /** Lower-case letters, digits and hyphens; part of every share link. */
  readonly id: string;
  /** Raise it when old links would no longer show what they showed. */
  readonly version: number;
  readonly seed: number;
  /** What happens before the reader has done anything. */
  readonly script: readonly A[];

  /** Builds the world. Events that it emits come before the first action. */
  create(context: Context<E>): World;
  /** Does one action, to its end. What it throws ends the run, with its message shown. */
  apply(world: World, action: A): void;
  /**
   * Takes the power away: files are dead from here on. It may be called from inside
   * the trace function, in the middle of `apply`; what `apply` does afterwards is
   * neither heard nor of any effect. Absent: this world can't be cut.
   */
  cut?(world: World, action: A): void;
  /**
   * The same action, ended after the step that makes its `events`-th event: so a long one (a
   * stretch of virtual time) can be left in the middle. Absent or undefined: it is done whole.
   */
  shorten?(action: A, events: number): A | undefined;
  /** Virtual ticks for a millisecond of playing, at speed 1. Absent: event after event. */
  readonly ticksPerMs?: number;

  readonly initial: State;
  readonly project: Projection<State, Recorded<E>>;

  /** The sentence before the first event: it poses the question. */
  readonly opening: Caption;
  /** The sentence for an event; `state` is the one after it. */
  caption(entry: Recorded<E>, state: State): Caption;
  /** Which events get a mark on the scrubber. */
  mark?(entry: Recorded<E>): Mark | undefined;

  /** A few words for an action: its button, and the name of the branch that it starts. */
  label(action: A): string;
  /** All buttons, always in the same order. */
  offers(state: State): readonly Offer<A>[];
  /** A valid action out of untrusted data, or undefined. */
  parse(action: unknown): A | undefined;

  /** Where a page without scripts stands: how many events in. The end of the script if absent. */
  poster?(entries: readonly Recorded<E>[]): number;
}

// The player and tests handle scenarios whose worlds they never look into.
// biome-ignore lint/suspicious/noExplicitAny: a scenario is invariant in its world
export type AnyScenario = Scenario<any, any, any, any>;
