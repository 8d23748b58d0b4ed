// A cursor over a table: a place among its blocks, and a place in that block.
// It holds one block in memory, and reads the next when it walks off the end.

import type { KeyCursor } from '../cursor.ts';
import type { PointKind } from '../entry.ts';
import type { Block } from './block.ts';
import { BlockCursor } from './block-cursor.ts';
import type { TableIndex } from './table-index.ts';

/** What a cursor needs of a table. */
export interface Blocks {
  readonly index: TableIndex;
  /** @param keep whether the block cache may note this use of the block, and keep it. */
  block(index: number, keep: boolean): Block;
}

export interface CursorOptions {
  /** False for who reads everything once, as compaction does: the block cache takes no notice. */
  readonly cache?: boolean | undefined;
}

/** A place in a table. A failed read leaves it invalid. */
export class TableCursor implements KeyCursor {
  readonly #table: Blocks;
  readonly #inner = new BlockCursor();
  #index = -1;
  readonly #keep: boolean;

  constructor(table: Blocks, { cache = true }: CursorOptions = {}) {
    this.#table = table;
    this.#keep = cache;
  }

  get valid(): boolean {
    return this.#inner.valid;
  }

  get key(): Uint8Array {
    return this.#inner.key;
  }

  get sequence(): number {
    return this.#inner.sequence;
  }

  get kind(): PointKind {
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
    if (this.#enter(0)) this.#inner.next();
  }

  seekToLast(): void {
    if (this.#enter(this.#table.index.count - 1)) this.#inner.seekToLast();
  }

  seek(key: Uint8Array, sequence: number): void {
    if (!this.#enter(this.#table.index.find(key, sequence))) return;
    this.#inner.seek(key, sequence);
    this.#settleForward();
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    if (!this.#enter(this.#table.index.find(key, sequence))) return;
    this.#inner.seekBefore(key, sequence);
    this.#settleBackward();
  }

  next(): void {
    if (!this.#inner.next()) this.#settleForward();
  }

  /** The versions of a key may go on in the next block. */
  nextKey(): void {
    while (!this.#inner.nextKey() && this.#enter(this.#index + 1));
  }

  prev(): void {
    this.#inner.prev();
    this.#settleBackward();
  }

  /** Off the end of a block, goes on at the start of the next. */
  #settleForward(): void {
    const inner = this.#inner;
    if (!inner.valid && this.#enter(this.#index + 1)) inner.next();
  }

  /** Off the start of a block, goes on at the end of the one before. */
  #settleBackward(): void {
    const inner = this.#inner;
    if (!inner.valid && this.#enter(this.#index - 1)) inner.seekToLast();
  }

  /** Goes before the first entry of a block; false when the table has no such block. */
  #enter(index: number): boolean {
    this.#inner.leave();
    if (index < 0 || index >= this.#table.index.count) return false;
    if (this.#index !== index) {
      this.#inner.enter(this.#table.block(index, this.#keep));
      this.#index = index;
    }
    return true;
  }
}
