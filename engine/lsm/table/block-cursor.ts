// A cursor over one data block.
//
//    restart 0            restart 1            restart 2
//    |                    |                    |
//    e0 e1 e2 ... e15     e16 e17 ...          e32 e33
//
// A seek is a binary search over the heads of the keys (block-places.ts). Keys are put together
// in a buffer: the walk writes only what differs from the key before. Going back means
// walking again from the restart point before.

import { compareBytes, EMPTY_BYTES } from '../../base/bytes.ts';
import type { Cursor } from '../cursor.ts';
import type { PointKind } from '../entry.ts';
import type { Block } from './block.ts';
import { restartAmongAlike } from './block-find.ts';
import { NOT_AN_ENTRY } from './block-places.ts';
import { EntryReader } from './entry-reader.ts';
import { headAt } from './heads.ts';
import { KeyBuffer } from './key-buffer.ts';

const NOWHERE = -1;

/** A place in a block. The same cursor can be put on another block with `enter`. */
export class BlockCursor implements Cursor {
  #block: Block | undefined;
  #bytes: Uint8Array = EMPTY_BYTES;
  /** The memory below the bytes, and where in it they begin: a view made of these is the cheapest. */
  #memory: ArrayBufferLike = EMPTY_BYTES.buffer;
  #memoryAt = 0;
  #end = 0;
  /** Offset of the current entry. */
  #at = NOWHERE;
  readonly #entry = new EntryReader();
  readonly #key = new KeyBuffer();
  /** True unless the entry read before had this key, too. */
  #isOtherKey = true;

  /** Stands before the first entry of `block` from now on. */
  enter(block: Block): void {
    this.#block = block;
    this.#bytes = block.bytes;
    this.#memory = block.bytes.buffer;
    this.#memoryAt = block.bytes.byteOffset;
    this.#end = block.entriesEnd;
    this.leave();
  }

  /** Stands before the first entry again. `key` stays what it was, for `nextKey` to compare with. */
  leave(): void {
    this.#entry.after = 0;
    this.#at = NOWHERE;
  }

  get valid(): boolean {
    return this.#at !== NOWHERE;
  }

  get key(): Uint8Array {
    return this.#key.bytes;
  }

  get sequence(): number {
    return this.#entry.sequence;
  }

  get kind(): PointKind {
    return this.#entry.kind;
  }

  /** A view of the block's bytes: they never change, so it may be kept. */
  get value(): Uint8Array {
    const { valueAt, after } = this.#entry;
    return new Uint8Array(this.#memory, this.#memoryAt + valueAt, after - valueAt);
  }

  seekToFirst(): void {
    this.leave();
    this.next();
  }

  seekToLast(): void {
    this.#walkTo((this.#block as Block).restarts.length - 1, this.#end);
  }

  seek(key: Uint8Array, sequence: number): void {
    const block = this.#block as Block;
    const { places } = block;
    this.#at = NOWHERE;
    const order = places.comparePrefix(key);
    if (order > 0) this.seekToFirst();
    if (order !== 0) return;
    const first = places.search(headAt(key, places.prefixBytes, key.length));
    if (first === places.count) return;
    const restart = restartAmongAlike(block, first, key, sequence);
    if (restart >= 0) this.#read(restart, 0);
    else this.#readPlace(first);
    while (this.valid && this.#compare(key, sequence) < 0) this.next();
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.seek(key, sequence);
    if (this.valid) this.prev();
    else this.seekToLast();
  }

  /** False when there is none. */
  next(): boolean {
    const { after } = this.#entry;
    if (after < this.#end) this.#read(after, after === 0 ? 0 : this.#key.bytes.length);
    else this.#at = NOWHERE;
    return this.valid;
  }

  /** False when there is none. */
  nextKey(): boolean {
    while (this.next() && !this.#isOtherKey);
    return this.valid;
  }

  prev(): void {
    const here = this.#at;
    if (here === 0) this.#at = NOWHERE;
    else this.#walkTo(this.#restartAbove(here) - 1, here);
  }

  /** The first restart point at or after `offset`; the number of restart points if there is none. */
  #restartAbove(offset: number): number {
    const { restarts } = this.#block as Block;
    let low = 1; // nothing is before the first
    let high = restarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((restarts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** From a restart point to the entry that ends at `end`. */
  #walkTo(restart: number, end: number): void {
    this.#readRestart(restart);
    while (this.#entry.after < end) this.#read(this.#entry.after, this.#key.bytes.length);
  }

  /** Negative, zero or positive as the current entry is before, at or after (key, sequence). */
  #compare(key: Uint8Array, sequence: number): number {
    const byKey = compareBytes(this.#key.bytes, key);
    return byKey === 0 ? sequence - this.#entry.sequence : byKey;
  }

  /** Makes entry `index` the current one. */
  #readPlace(index: number): void {
    const { places, bytes, entriesEnd } = this.#block as Block;
    const entry = this.#entry;
    const at = places.offset(index);
    entry.read(bytes, at, entriesEnd);
    const { shared, unshared, keyAt } = entry;
    if (shared > places.knownBytes) {
      this.#walkTo(this.#restartAbove(at) - 1, entry.after);
      return;
    }
    this.#key.resize(shared + unshared);
    const key = this.#key.bytes;
    places.writeKnown(index, shared, key);
    for (let i = 0; i < unshared; i++) key[shared + i] = bytes[keyAt + i] as number;
    this.#at = at;
  }

  /** Makes the entry at a restart point the current one. */
  #readRestart(index: number): void {
    this.#read((this.#block as Block).restarts[index] as number, 0);
  }

  /** Makes the entry at `at` the current one; the key before it has `knownBytes` in the buffer. */
  #read(at: number, knownBytes: number): void {
    const entry = this.#entry;
    this.#at = NOWHERE;
    if (!entry.read(this.#bytes, at, this.#end) || entry.shared > knownBytes) {
      throw (this.#block as Block).corrupt(at, NOT_AN_ENTRY);
    }
    const { shared, unshared, keyAt } = entry;
    this.#isOtherKey = this.#key.extend(shared, this.#bytes, keyAt, unshared);
    this.#at = at;
  }
}
