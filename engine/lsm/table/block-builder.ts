// Builds the contents of a data block: entries in order, sharing prefixes.
//
//    +-------+-------+-----+-----------------+-------+
//    | entry | entry | ... | restart offsets | count |
//    |       |       |     | u32 each        | u32   |
//    +-------+-------+-----+-----------------+-------+
//
//    entry:  shared varint | unshared varint | value bytes varint | tag | key tail | value
//
// Neighboring keys begin alike, so an entry stores how many bytes its key shares with
// the key before, and the rest. Such a key can only be read by coming from the front;
// every 16th key is therefore stored whole. These restart points are found by binary
// search, as their offsets stand at the end. (LevelDB, table/block_builder.cc.)
//
// Worked example, two puts: "apple" = "1" at sequence number 2, "apply" = "" at 3.
//
//    00 05 01 11 61 70 70 6c 65 31      0 shared, 5 new, 1 of value, tag 2*8+1, "apple", "1"
//    04 01 00 19 79                     4 shared, 1 new, 0 of value, tag 3*8+1, "y"
//    00 00 00 00  01 00 00 00           one restart, at offset 0

import { viewOf } from '../../base/layout.ts';
import { varintSize, writeVarint } from '../../base/varint.ts';
import type { PointKind } from '../entry.ts';
import { BlockTrailer } from './format.ts';
import { tagSize, writeTag } from './tag.ts';

export class BlockBuilder {
  readonly #limitBytes: number;
  readonly #restartInterval: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #size = 0;
  #count = 0;
  readonly #restarts: number[] = [];

  /** @param limitBytes of a block with its trailer; a single entry may pass it. */
  constructor(limitBytes: number, restartInterval: number) {
    this.#limitBytes = limitBytes;
    this.#restartInterval = restartInterval;
    this.#bytes = new Uint8Array(limitBytes);
  }

  /** Entries so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the entries so far. */
  get sizeBytes(): number {
    return this.#size;
  }

  /** True when an entry with these sizes may be added. `shared` is with the entry before. */
  fits(keyBytes: number, shared: number, sequence: number, valueBytes: number): boolean {
    if (this.#count === 0) return true;
    const restart = this.#restartDue;
    const entry = entrySize(keyBytes, restart ? 0 : shared, sequence, valueBytes);
    const restarts = this.#restarts.length + (restart ? 1 : 0);
    return this.#size + entry + 4 * restarts + 4 + BlockTrailer.size <= this.#limitBytes;
  }

  /** Adds an entry, whose key begins with `shared` bytes of the key before. */
  add(key: Uint8Array, shared: number, sequence: number, kind: PointKind, value: Uint8Array): void {
    let kept = shared;
    if (this.#restartDue) {
      this.#restarts.push(this.#size);
      kept = 0;
    }
    this.#reserve(entrySize(key.length, kept, sequence, value.length));
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#size, kept);
    at = writeVarint(bytes, at, key.length - kept);
    at = writeVarint(bytes, at, value.length);
    at = writeTag(bytes, at, sequence, kind);
    for (let i = kept; i < key.length; i++) bytes[at++] = key[i] as number;
    bytes.set(value, at);
    this.#size = at + value.length;
    this.#count++;
  }

  /** The block's contents: a view that holds until `clear`. */
  finish(): Uint8Array {
    this.#reserve(4 * this.#restarts.length + 4);
    const view = viewOf(this.#bytes);
    for (const restart of this.#restarts) {
      view.setUint32(this.#size, restart, true);
      this.#size += 4;
    }
    view.setUint32(this.#size, this.#restarts.length, true);
    return this.#bytes.subarray(0, this.#size + 4);
  }

  /** Begins the next block. */
  clear(): void {
    this.#size = 0;
    this.#count = 0;
    this.#restarts.length = 0;
  }

  get #restartDue(): boolean {
    return this.#count % this.#restartInterval === 0;
  }

  #reserve(moreBytes: number): void {
    const needed = this.#size + moreBytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

function entrySize(keyBytes: number, shared: number, sequence: number, valueBytes: number): number {
  const tail = keyBytes - shared;
  const lengths = varintSize(shared) + varintSize(tail) + varintSize(valueBytes);
  return lengths + tagSize(sequence) + tail + valueBytes;
}
