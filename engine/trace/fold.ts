// A fold: the state that a pure projection makes of the first n events of a run.
//
// Going back must cost no more than going forward, so the fold keeps a checkpoint
// every few events and replays from the nearest one. States are never changed in
// place, which is what makes a checkpoint nothing but a reference.

import { assert } from '../base/assert.ts';

/** Pure: the same state and entry always give the same next state. */
export type Projection<State, Entry> = (state: State, entry: Entry) => State;

const CHECKPOINT_EVERY = 64;

/** Random access to the states of a growing list of entries. */
export class Fold<State, Entry> {
  readonly #project: Projection<State, Entry>;
  readonly #entries: readonly Entry[];
  readonly #checkpoints: State[];
  #lastCount = 0;
  #last: State;

  constructor(initial: State, project: Projection<State, Entry>, entries: readonly Entry[]) {
    this.#project = project;
    this.#entries = entries;
    this.#checkpoints = [initial];
    this.#last = initial;
  }

  /** The state after the first `count` entries; `at(0)` is the initial one. */
  at(count: number): State {
    assert(count >= 0, 'a fold starts at 0');
    assert(count <= this.#entries.length, 'a fold ends with its entries');
    let { from, state } = this.#nearest(count);
    for (; from < count; from++) {
      state = this.#project(state, this.#entries[from] as Entry);
      const next = from + 1;
      if (next % CHECKPOINT_EVERY === 0) this.#checkpoints[next / CHECKPOINT_EVERY] = state;
    }
    this.#lastCount = count;
    this.#last = state;
    return state;
  }

  /** Stepping forward starts from the last answer; anything else from a checkpoint. */
  #nearest(count: number): { from: number; state: State } {
    const known = Math.min(Math.floor(count / CHECKPOINT_EVERY), this.#checkpoints.length - 1);
    const from = known * CHECKPOINT_EVERY;
    if (this.#lastCount <= count && this.#lastCount >= from)
      return { from: this.#lastCount, state: this.#last };
    return { from, state: this.#checkpoints[known] as State };
  }
}
