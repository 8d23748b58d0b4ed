// The search for an order: can these operations have taken place one at a time?
//
//     a  [put 1]                    placed so far: put 1            state 1
//     b     [put 2        ]         may come next: put 2, get 2     (called before the first
//     c         [get -> 2]                                           answer among those left)
//     d                       [get -> 2]   not yet: others were answered before it was called
//
// Place an operation that may come next, if the model then answers as the store did. When
// none can be placed, take the last one back and try another. All answered ones placed: the
// order found is a witness. No choice left: there is none, and the history is wrong. It is
// the algorithm of Wing and Gong (1993) with the memory of Lowe (2017), see dead-ends.ts.
// Deciding this is NP-complete (Gibbons and Korach, 1997), so a budget ends it.
//
// 1. What may come next is a call before the first answer of those not placed. Calls and
//    answers are linked lists, so placing and taking back unlink and relink one entry.
// 2. A read that fits is placed at once, and nothing else is tried: an order that has it
//    later works as well with it now. (Not so a write that happens to change nothing now: a
//    delete of what isn't there yet may be needed later.)
// 3. An operation of unknown outcome is `optional`: it has no answer to agree with, and the
//    search is done without it. It is tried last.
// 4. An optional operation must matter to the very next one. If that one would go as well
//    without it (a put over a put), the order without it is as good, and is tried anyway.
//
// Rules 2 to 4 only leave out orders that can't be the only ones; the tests compare with a
// search through all orders. 2 and 4 are what keeps unknown writes from doubling the work
// each.

import { Candidates, NONE } from './candidates.ts';
import { type BitSet, DeadEnds, EMPTY } from './dead-ends.ts';
import type { Model } from './model.ts';

/** A call, and the time within which it took effect: `invoked` and `returned` included. */
export interface Interval<Call, Result> {
  readonly call: Call;
  readonly invoked: number;
  /** Undefined: it may take effect at any time after it was called, or never. */
  readonly returned: number | undefined;
  /** What it answered; not looked at when it didn't return. */
  readonly result: Result;
}

/** When to give up. */
export interface SearchLimits {
  /** Attempts to place an operation. */
  readonly stepsMax: number;
  /** Asked now and then; true ends the search, as if the budget were gone. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/** As far as an order gets: indexes of intervals. */
export interface Prefix<State> {
  readonly order: readonly number[];
  /** The state after them. */
  readonly state: State;
  /** What would have to come next and can't: each was answered otherwise. */
  readonly stuck: readonly number[];
}

export type SearchResult<State> =
  | { readonly found: 'order'; readonly order: readonly number[]; readonly steps: number }
  | { readonly found: 'none'; readonly longest: readonly Prefix<State>[]; readonly steps: number }
  | { readonly found: 'unknown'; readonly steps: number };

/** Prefixes of the same, greatest length that are kept. */
const PREFIXES_MAX = 4;
/** Steps between two questions whether to stop: asking may cost a look at a clock. */
const STEPS_PER_QUESTION = 1024;

/** Looks for an order of `intervals` in which `model` answers as they were answered. */
export function search<State, Call, Result>(
  model: Model<State, Call, Result>,
  intervals: readonly Interval<Call, Result>[],
  limits: SearchLimits,
): SearchResult<State> {
  return new Search(model, intervals).run(limits);
}

/** A placed operation, and what it takes to take it back. */
interface Placed<State> {
  readonly index: number;
  readonly stateBefore: State;
  /** Nothing else need be tried in its stead. */
  readonly isForced: boolean;
}

class Search<State, Call, Result> {
  readonly #model: Model<State, Call, Result>;
  readonly #intervals: readonly Interval<Call, Result>[];
  readonly #left: Candidates;
  readonly #deadEnds = new DeadEnds();
  readonly #placed: Placed<State>[] = [];
  #state: State;
  #spent: BitSet = EMPTY;
  #answeredLeft: number;
  #longest: Prefix<State>[] = [];
  #longestAnswered = -1;
  #steps = 0;

  constructor(model: Model<State, Call, Result>, intervals: readonly Interval<Call, Result>[]) {
    this.#model = model;
    this.#intervals = intervals;
    this.#state = model.initial;
    this.#left = new Candidates(intervals);
    this.#answeredLeft = this.#left.answeredCount;
  }

  run({ stepsMax, shouldStop }: SearchLimits): SearchResult<State> {
    let candidate = this.#firstCandidate();
    while (this.#answeredLeft > 0) {
      if (this.#steps >= stepsMax) return { found: 'unknown', steps: this.#steps };
      if (this.#steps % STEPS_PER_QUESTION === 0 && shouldStop?.() === true)
        return { found: 'unknown', steps: this.#steps };
      this.#steps++;
      if (candidate === NONE) {
        this.#noteDeadEnd();
        const next = this.#takeBack();
        if (next === undefined)
          return { found: 'none', longest: this.#longest, steps: this.#steps };
        candidate = next;
      } else if (this.#place(candidate)) candidate = this.#firstCandidate();
      else candidate = this.#left.after(candidate);
    }
    return { found: 'order', order: this.#order(), steps: this.#steps };
  }

  #order(): number[] {
    return this.#placed.map(({ index }) => index);
  }

  /** Rule 2 has the first word. */
  #firstCandidate(): number {
    for (const index of this.#left.answered())
      if (this.#isRead(index) && this.#fits(this.#state, index)) return index;
    return this.#left.first();
  }

  /** Only asked of answered operations. */
  #isRead(index: number): boolean {
    const { call, result } = this.#interval(index);
    return this.#model.isRead(call, result);
  }

  /** Does an answered operation's answer fit this state? */
  #fits(state: State, index: number): boolean {
    const { call, result } = this.#interval(index);
    return this.#model.agree(this.#model.answer(state, call), result);
  }

  /** Places an operation, unless that can't lead anywhere. */
  #place(index: number): boolean {
    const isOptional = this.#left.isOptional(index);
    if (!isOptional && !this.#fits(this.#state, index)) return false;
    const after = this.#model.apply(this.#state, this.#interval(index).call);
    if (isOptional && this.#model.equal(after, this.#state)) return false;
    if (this.#lastIsUseless(index, after)) return false;
    this.#left.place(index);
    const spent = this.#spent | this.#left.optionalBit(index);
    if (!this.#deadEnds.visit(`${this.#left.placedName()} ${this.#model.nameOf(after)}`, spent)) {
      this.#left.takeBack(index);
      return false;
    }
    this.#placed.push({
      index,
      stateBefore: this.#state,
      isForced: !isOptional && this.#isRead(index),
    });
    this.#state = after;
    this.#spent = spent;
    if (!isOptional) this.#answeredLeft--;
    return true;
  }

  /** Rule 4: would `index` go as well without the optional operation just before it? */
  #lastIsUseless(index: number, after: State): boolean {
    const last = this.#placed.at(-1);
    if (last === undefined || !this.#left.isOptional(last.index)) return false;
    const without = this.#model.apply(last.stateBefore, this.#interval(index).call);
    if (!this.#model.equal(without, after)) return false;
    return this.#left.isOptional(index) || this.#fits(last.stateBefore, index);
  }

  /** Takes the last choice back; what to try instead, or undefined when all has been tried. */
  #takeBack(): number | undefined {
    for (let last = this.#placed.pop(); last !== undefined; last = this.#placed.pop()) {
      this.#left.takeBack(last.index);
      this.#state = last.stateBefore;
      this.#spent &= ~this.#left.optionalBit(last.index);
      if (!this.#left.isOptional(last.index)) this.#answeredLeft++;
      if (!last.isForced) return this.#left.after(last.index);
    }
    return undefined;
  }

  #noteDeadEnd(): void {
    const answered = this.#left.answeredCount - this.#answeredLeft;
    if (answered < this.#longestAnswered) return;
    if (answered > this.#longestAnswered) this.#longest = [];
    this.#longestAnswered = answered;
    if (this.#longest.length === PREFIXES_MAX) return;
    const stuck = this.#left.answered();
    // Many orders come to the same end: one of them is enough.
    if (this.#longest.some((other) => `${other.stuck}` === `${stuck}`)) return;
    this.#longest.push({ order: this.#order(), state: this.#state, stuck });
  }

  #interval(index: number): Interval<Call, Result> {
    return this.#intervals[index]!;
  }
}
