// What may come next: the operations not placed yet, as linked lists in the order of time.
//
//     entries     call a   call b   answer a   call c   call u   answer c   answer b
//     answered    a  <->  b  <->  c                calls of operations that were answered
//     optional    u                                calls whose outcome is unknown
//     answers     a  <->  c  <->  b
//
// 1. A call may come next while its entry is before the first answer left: nothing that was
//    answered before it was called is still to be placed.
// 2. Placing takes an operation out of its lists, in a few assignments; taking back, always
//    in the opposite order, puts it where it was, for it still knows its neighbors (Wing and
//    Gong, 1993; Knuth's dancing links are the same trick).
// 3. Calls at the very time of an answer come before it: those two overlap.

import { assert } from '../base/assert.ts';
import { type BitSet, EMPTY } from './dead-ends.ts';

/** There is no candidate. */
export const NONE = -1;

interface Times {
  readonly invoked: number;
  readonly returned: number | undefined;
}

/** A doubly linked list of whole numbers below `size`. */
class Links {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #end: number;

  constructor(size: number, items: readonly number[]) {
    this.#end = size;
    this.#next = new Int32Array(size + 1).fill(size);
    this.#previous = new Int32Array(size + 1).fill(size);
    let last = size;
    for (const item of items) {
      this.#previous[item] = last;
      this.#next[last] = item;
      last = item;
    }
    this.#previous[size] = last;
  }

  get first(): number {
    return this.after(this.#end);
  }

  after(item: number): number {
    const next = this.#next[item] as number;
    return next === this.#end ? NONE : next;
  }

  unlink(item: number): void {
    this.#next[this.#previous[item] as number] = this.#next[item] as number;
    this.#previous[this.#next[item] as number] = this.#previous[item] as number;
  }

  relink(item: number): void {
    this.#next[this.#previous[item] as number] = item;
    this.#previous[this.#next[item] as number] = item;
  }
}

/** The operations left to be placed, known by their index in `intervals`. */
export class Candidates {
  readonly #answered: Links;
  readonly #optional: Links;
  readonly #answers: Links;
  /** Index -> place of its call and of its answer among all entries. */
  readonly #callAt: Int32Array;
  readonly #answerAt: Int32Array;
  /** Index -> its place among the answered, or among the optional ones, in order of calls. */
  readonly #rank: Int32Array;
  /** Index of an answered one -> how many answered ones were called before its answer. */
  readonly #calledBefore: Int32Array;
  readonly #isOptional: boolean[];
  /** A bit for each answered one, by rank: is it placed? */
  readonly #placed: Uint32Array;
  readonly answeredCount: number;

  constructor(intervals: readonly Times[]) {
    const size = intervals.length;
    this.#callAt = new Int32Array(size);
    this.#answerAt = new Int32Array(size);
    this.#rank = new Int32Array(size);
    this.#calledBefore = new Int32Array(size);
    this.#isOptional = intervals.map(({ returned }) => returned === undefined);
    const answered: number[] = [];
    const optional: number[] = [];
    const answers: number[] = [];
    entriesOf(intervals).forEach(({ index, isCall }, place) => {
      if (isCall) {
        const list = this.#isOptional[index] ? optional : answered;
        this.#callAt[index] = place;
        this.#rank[index] = list.length;
        list.push(index);
      } else {
        this.#answerAt[index] = place;
        this.#calledBefore[index] = answered.length;
        answers.push(index);
      }
    });
    this.#answered = new Links(size, answered);
    this.#optional = new Links(size, optional);
    this.#answers = new Links(size, answers);
    this.#placed = new Uint32Array((answered.length + 31) >>> 5);
    this.answeredCount = answered.length;
  }

  isOptional(index: number): boolean {
    return this.#isOptional[index] as boolean;
  }

  /** The set that holds an optional operation alone; the empty one for others. */
  optionalBit(index: number): BitSet {
    return this.isOptional(index) ? 1n << BigInt(this.#rank[index] as number) : EMPTY;
  }

  /** The first that may come next: an answered one, as the first of them always may. */
  first(): number {
    return this.#answered.first;
  }

  /**
   * The one after `index`: answered ones by time, then optional ones by time. `index` may have
   * been placed and taken back meanwhile.
   */
  after(index: number): number {
    if (this.isOptional(index)) return this.#ifOpen(this.#optional.after(index));
    const next = this.#ifOpen(this.#answered.after(index));
    return next === NONE ? this.#ifOpen(this.#optional.first) : next;
  }

  /** Those that may come next and were answered. */
  answered(): number[] {
    const found: number[] = [];
    let index = this.#ifOpen(this.#answered.first);
    for (; index !== NONE; index = this.#ifOpen(this.#answered.after(index))) found.push(index);
    return found;
  }

  place(index: number): void {
    if (this.isOptional(index)) {
      this.#optional.unlink(index);
      return;
    }
    this.#answered.unlink(index);
    this.#answers.unlink(index);
    this.#flip(index);
  }

  /** Undoes the last `place` that was not undone yet, which must have been of `index`. */
  takeBack(index: number): void {
    if (this.isOptional(index)) {
      this.#optional.relink(index);
      return;
    }
    this.#answers.relink(index);
    this.#answered.relink(index);
    this.#flip(index);
  }

  /**
   * Names the set of answered operations that are placed: equal sets have equal names. All
   * before the first one left are placed, and none called after the first answer left, so
   * the bits between the two tell the rest.
   */
  placedName(): string {
    const first = this.#answered.first;
    if (first === NONE) return 'all';
    const low = this.#rank[first] as number;
    const high = this.#calledBefore[this.#answers.first] as number;
    let name = `${low}`;
    for (let word = low >>> 5; word <= (high - 1) >>> 5; word++) name += `.${this.#placed[word]}`;
    return name;
  }

  #ifOpen(index: number): number {
    if (index === NONE || this.#answers.first === NONE) return NONE;
    const isOpen =
      (this.#callAt[index] as number) < (this.#answerAt[this.#answers.first] as number);
    return isOpen ? index : NONE;
  }

  #flip(index: number): void {
    const rank = this.#rank[index] as number;
    this.#placed[rank >>> 5] = (this.#placed[rank >>> 5] as number) ^ (1 << (rank & 31));
  }
}

interface Entry {
  readonly index: number;
  readonly isCall: boolean;
  readonly time: number;
}

function entriesOf(intervals: readonly Times[]): Entry[] {
  const entries: Entry[] = [];
  intervals.forEach(({ invoked, returned }, index) => {
    entries.push({ index, isCall: true, time: invoked });
    if (returned === undefined) return;
    assert(returned >= invoked, 'nothing is answered before it is called');
    entries.push({ index, isCall: false, time: returned });
  });
  return entries.sort((a, b) => a.time - b.time || Number(b.isCall) - Number(a.isCall));
}
