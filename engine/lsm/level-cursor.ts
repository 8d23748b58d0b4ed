// A cursor over a level: its tables one after the other, as one run.
//
//     level 2   [a-b][c--f][g-----n][p------z]
//                      ^ the cursor is in one table at a time
//
// A table is entered when the walk or a seek comes to it, so a scan of a few keys opens
// one table of a level, however many there are. Tables without point entries (they hold
// range deletes alone) are walked over.

import { assert } from '../base/assert.ts';
import type { Cursor } from './cursor.ts';
import type { PointKind } from './entry.ts';
import { firstAtOrAfter, type KeyBounds } from './levels.ts';

/** What a level is made of. */
export interface LevelTable extends KeyBounds {
  cursor(): Cursor;
}

/** A place in a level whose tables are sorted and disjoint. A failed read leaves it invalid. */
export class LevelCursor implements Cursor {
  readonly #tables: readonly LevelTable[];
  #index = -1;
  #table: Cursor | undefined;

  constructor(tables: readonly LevelTable[]) {
    this.#tables = tables;
  }

  get valid(): boolean {
    return this.#table?.valid ?? false;
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

  seekToFirst(): void {
    this.#enter(0)?.seekToFirst();
    this.#settleForward();
  }

  seekToLast(): void {
    this.#enter(this.#tables.length - 1)?.seekToLast();
    this.#settleBackward();
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#enter(firstAtOrAfter(this.#tables, key))?.seek(key, sequence);
    this.#settleForward();
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    const index = firstAtOrAfter(this.#tables, key);
    this.#enter(Math.min(index, this.#tables.length - 1))?.seekBefore(key, sequence);
    this.#settleBackward();
  }

  next(): void {
    this.#here().next();
    this.#settleForward();
  }

  prev(): void {
    this.#here().prev();
    this.#settleBackward();
  }

  #here(): Cursor {
    assert(this.#table !== undefined, 'the cursor is at an entry');
    return this.#table;
  }

  #settleForward(): void {
    while (this.#table !== undefined && !this.#table.valid) {
      this.#enter(this.#index + 1)?.seekToFirst();
    }
  }

  #settleBackward(): void {
    while (this.#table !== undefined && !this.#table.valid) {
      this.#enter(this.#index - 1)?.seekToLast();
    }
  }

  /** The cursor of table `index`; off either end there is none. */
  #enter(index: number): Cursor | undefined {
    if (index === this.#index && this.#table !== undefined) return this.#table;
    const table = this.#tables[index];
    this.#index = index;
    this.#table = table?.cursor();
    return this.#table;
  }
}
