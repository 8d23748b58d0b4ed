// A cursor over a memtable. Its place is one node, which stays where it is, so it
// keeps its place while entries are inserted.

import type { Cursor } from '../cursor.ts';
import type { PointKind } from '../entry.ts';
import { NONE, type SkipList } from './skip-list.ts';

/** A place in a memtable. Going back is a search; going forward is one step. */
export class MemtableCursor implements Cursor {
  readonly #list: SkipList;
  #node = NONE;

  constructor(list: SkipList) {
    this.#list = list;
  }

  get valid(): boolean {
    return this.#node !== NONE;
  }

  seekToFirst(): void {
    this.#node = this.#list.first();
  }

  seekToLast(): void {
    this.#node = this.#list.last();
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#node = this.#list.seek(key, sequence);
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#node = this.#list.seekBefore(key, sequence);
  }

  next(): void {
    this.#node = this.#list.next(this.#node);
  }

  prev(): void {
    this.#node = this.#list.prev(this.#node);
  }

  get key(): Uint8Array {
    return this.#list.key(this.#node);
  }

  get sequence(): number {
    return this.#list.sequence(this.#node);
  }

  get kind(): PointKind {
    return this.#list.kind(this.#node);
  }

  get value(): Uint8Array {
    return this.#list.value(this.#node);
  }
}
