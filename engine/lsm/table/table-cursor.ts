// A cursor over a table: a place among its blocks, and a place in that block.
// It holds one block in memory, and reads the next when it walks off the end.

import type { Cursor } from '../cursor.ts';
import type { EntryKind } from '../entry.ts';
import type { Block } from './block.ts';
import { BlockCursor } from './block-cursor.ts';
import type { TableIndex } from './table-index.ts';

/** What a cursor needs of a table. */
export interface Blocks {
  readonly index: TableIndex;
  block(index: number): Block;
}

/** A place in a table. A failed read leaves it invalid. */
export class TableCursor implements Cursor {
  readonly #table: Blocks;
  readonly #inner = new BlockCursor();
  #index = -1;
  #valid = false;

  constructor(table: Blocks) {
    this.#table = table;
  }

  get valid(): boolean {
    return this.#valid;
  }

  get key(): Uint8Array {
    return this.#inner.key;
  }

  get sequence(): number {
    return this.#inner.sequence;
  }

  get kind(): EntryKind {
    return this.#inner.kind;
  }

  /** A view of a block that nobody writes to: it may be kept. */
  get value(): Uint8Array {
    return this.#inner.value;
  }

  /** The data block that it is in. */
  get blockIndex(): number {
    return this.#index;
  }

  seekToFirst(): void {
    this.#enter(0);
    this.#inner.seekToFirst();
    this.#valid = true;
  }

  seekToLast(): void {
    this.#enter(this.#table.index.count - 1);
    this.#inner.seekToLast();
    this.#valid = true;
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#enter(this.#table.index.find(key, sequence));
    this.#inner.seek(key, sequence);
    this.#settleForward();
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#enter(this.#table.index.find(key, sequence));
    this.#inner.seekBefore(key, sequence);
    this.#settleBackward();
  }

  next(): void {
    this.#valid = false;
    this.#inner.next();
    this.#settleForward();
  }

  prev(): void {
    this.#valid = false;
    this.#inner.prev();
    this.#settleBackward();
  }

  /** Off the end of a block, goes on at the start of the next. */
  #settleForward(): void {
    if (!this.#inner.valid && this.#index + 1 < this.#table.index.count) {
      this.#enter(this.#index + 1);
      this.#inner.seekToFirst();
    }
    this.#valid = this.#inner.valid;
  }

  /** Off the start of a block, goes on at the end of the one before. */
  #settleBackward(): void {
    if (!this.#inner.valid && this.#index > 0) {
      this.#enter(this.#index - 1);
      this.#inner.seekToLast();
    }
    this.#valid = this.#inner.valid;
  }

  #enter(index: number): void {
    this.#valid = false;
    if (this.#index === index) return;
    this.#inner.enter(this.#table.block(index));
    this.#index = index;
  }
}
