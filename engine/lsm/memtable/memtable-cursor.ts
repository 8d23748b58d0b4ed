// A cursor over a memtable. It stands on an entry, which never moves, and remembers its
// place in the list, which may: after an insert, the next step begins with a search.

import type { Cursor } from '../cursor.ts';
import type { PointKind } from '../entry.ts';
import { type EntryReader, NONE, type SortedList } from './sorted-list.ts';

/** A place in a memtable that stays where it is while entries are inserted. */
export class MemtableCursor implements Cursor {
  readonly #list: SortedList;
  readonly #entries: EntryReader;
  #entry = NONE;
  #place = NONE;
  /** How many entries the list had when `#place` was right. */
  #count = 0;

  constructor(list: SortedList) {
    this.#list = list;
    this.#entries = list.entries;
  }

  get valid(): boolean {
    return this.#entry !== NONE;
  }

  seekToFirst(): void {
    this.#stand(this.#list.first());
  }

  seekToLast(): void {
    this.#stand(this.#list.last());
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#stand(this.#list.seek(key, sequence));
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#stand(this.#list.seekBefore(key, sequence));
  }

  next(): void {
    this.#find();
    this.#stand(this.#list.after(this.#place));
  }

  prev(): void {
    this.#find();
    this.#stand(this.#list.before(this.#place));
  }

  get key(): Uint8Array {
    return this.#entries.key(this.#entry);
  }

  get sequence(): number {
    return this.#entries.sequence(this.#entry);
  }

  get kind(): PointKind {
    return this.#entries.kind(this.#entry);
  }

  get value(): Uint8Array {
    return this.#entries.value(this.#entry);
  }

  #stand(place: number): void {
    this.#place = place;
    this.#entry = place === NONE ? NONE : this.#list.entryAt(place);
    this.#count = this.#list.count;
  }

  /** Finds the entry's place again if it may have moved. */
  #find(): void {
    if (this.#count !== this.#list.count) this.#stand(this.#list.seek(this.key, this.sequence));
  }
}
