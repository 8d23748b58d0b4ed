// A merge of cursors: many sorted runs seen as one.
//
//     memtable   a9        d7
//     table 5         c4   d2
//     table 3    a1   c1        f1
//                a9 a1 c4 c1 d7 d2 f1      key ascending, newest version first
//
// The runs are few (memtables, tables of level 0, deeper levels), so the first is found by
// looking at each. The second is remembered: as long as the first stays before it, which is
// most of the time when one level holds nearly everything, a step costs one comparison.
// Sequence numbers are unique, so no two entries are equal.
// Turning round in the middle repositions every other run, which costs a seek each.

import type { Cursor } from './cursor.ts';
import { compareEntries, type PointKind } from './entry.ts';

/** One cursor over all entries of `runs`. */
export class MergeCursor implements Cursor {
  readonly #runs: readonly Cursor[];
  #current: Cursor | undefined;
  /** The run that comes after the current one in this direction. */
  #second: Cursor | undefined;
  #forward = true;

  constructor(runs: readonly Cursor[]) {
    this.#runs = runs;
  }

  get valid(): boolean {
    return this.#current !== undefined;
  }

  seekToFirst(): void {
    for (const run of this.#runs) run.seekToFirst();
    this.#settle(true);
  }

  seekToLast(): void {
    for (const run of this.#runs) run.seekToLast();
    this.#settle(false);
  }

  seek(key: Uint8Array, sequence: number): void {
    for (const run of this.#runs) run.seek(key, sequence);
    this.#settle(true);
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    for (const run of this.#runs) run.seekBefore(key, sequence);
    this.#settle(false);
  }

  next(): void {
    const current = this.#here();
    const turned = !this.#forward;
    if (turned) this.#turn((run) => run.seek(current.key, current.sequence));
    current.next();
    if (turned || !current.valid || this.#isOvertaken(current)) this.#settle(true);
  }

  prev(): void {
    const current = this.#here();
    const turned = this.#forward;
    if (turned) this.#turn((run) => run.seekBefore(current.key, current.sequence));
    current.prev();
    if (turned || !current.valid || this.#isOvertaken(current)) this.#settle(false);
  }

  get key(): Uint8Array {
    return this.#here().key;
  }

  get sequence(): number {
    return this.#here().sequence;
  }

  get kind(): PointKind {
    return this.#here().kind;
  }

  get value(): Uint8Array {
    return this.#here().value;
  }

  #here(): Cursor {
    return this.#current as Cursor;
  }

  #turn(reposition: (run: Cursor) => void): void {
    for (const run of this.#runs) if (run !== this.#current) reposition(run);
  }

  #isOvertaken(current: Cursor): boolean {
    return this.#second !== undefined && comesFirst(this.#second, current, this.#forward);
  }

  /** Chooses the run that comes first in this direction, and the one after it. */
  #settle(forward: boolean): void {
    this.#forward = forward;
    let best: Cursor | undefined;
    let second: Cursor | undefined;
    for (const run of this.#runs) {
      if (!run.valid) continue;
      if (best === undefined || comesFirst(run, best, forward)) {
        second = best;
        best = run;
      } else if (second === undefined || comesFirst(run, second, forward)) second = run;
    }
    this.#current = best;
    this.#second = second;
  }
}

function comesFirst(a: Cursor, b: Cursor, forward: boolean): boolean {
  const order = compareEntries(a.key, a.sequence, b.key, b.sequence);
  return forward ? order < 0 : order > 0;
}
