// A cursor over a level: its tables one after the other, as one run.
//
//     level 2   [a-b][c--f][g-----n][p------z]
//                      ^ the cursor is in one table at a time
//
// A table is entered when the walk or a seek comes to it, so a scan of a few keys opens
// one table of a level, however many there are. Tables without point entries (they hold
// range deletes alone) are walked over.

import { compareBytes } from '../base/bytes.ts';
import type { KeyCursor } from './cursor.ts';
import type { PointKind } from './entry.ts';
import { firstAtOrAfter, type KeyBounds } from './levels.ts';

/** What a level is made of. */
export interface LevelTable extends KeyBounds {
  cursor(): KeyCursor;
}

/** A place in a level whose tables are sorted and disjoint. A failed read leaves it invalid. */
export class LevelCursor implements KeyCursor {
  readonly #tables: readonly LevelTable[];
  #index = -1;
  #table: KeyCursor | undefined;

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
    // Where two tables touch, the versions of the key may lie in the second.
    while (this.#isOff) this.#enter(this.#index + 1)?.seek(key, sequence);
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    let index = Math.min(firstAtOrAfter(this.#tables, key), this.#tables.length - 1);
    while (this.#beginsUpTo(index + 1, key)) index++;
    this.#enter(index)?.seekBefore(key, sequence);
    while (this.#isOff) this.#enter(this.#index - 1)?.seekBefore(key, sequence);
  }

  next(): void {
    this.#here().next();
    this.#settleForward();
  }

  nextKey(): void {
    this.#here().nextKey(); // all versions of a key are in one table
    this.#settleForward();
  }

  prev(): void {
    this.#here().prev();
    this.#settleBackward();
  }

  #here(): KeyCursor {
    return this.#table as KeyCursor;
  }

  /** True when it is off an end of its table, and others may follow. */
  get #isOff(): boolean {
    return this.#table !== undefined && !this.#table.valid;
  }

  #beginsUpTo(index: number, key: Uint8Array): boolean {
    const table = this.#tables[index];
    return table !== undefined && compareBytes(table.smallestKey, key) <= 0;
  }

  #settleForward(): void {
    while (this.#isOff) this.#enter(this.#index + 1)?.seekToFirst();
  }

  #settleBackward(): void {
    while (this.#isOff) this.#enter(this.#index - 1)?.seekToLast();
  }

  /** The cursor of table `index`; off either end there is none. */
  #enter(index: number): KeyCursor | undefined {
    if (index === this.#index && this.#table !== undefined) return this.#table;
    const table = this.#tables[index];
    this.#index = index;
    this.#table = table?.cursor();
    return this.#table;
  }
}
