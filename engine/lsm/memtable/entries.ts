// The entries of a memtable, in the order they came: they are never moved or changed.
//
// An entry is a run of words in an arena, and its address is that of the first:
//
//        0           1          2           3         4         5
//    +-------+----------+-------------+-------+---------+---------+-----+
//    | key   | sequence | sequence    | value | value   | value   | key |
//    | bytes | low      | high, h, k  | bytes | chunk   | offset  |     |
//    +-------+----------+-------------+-------+---------+---------+-----+
//
// h is the height of the entry (a number of the skip list's) and k its kind. A key is padded
// with zeros to whole words. Values lie in chunks of their own, which are never copied: a
// search reads keys here and there, and the closer they are, the more of them are cached.
//
// Comparing is with the *probe*, the entry that is being searched for or inserted.

import type { PointKind } from '../entry.ts';
import { Arena } from './arena.ts';
import { Chunks } from './chunks.ts';
import { codeOf, OFFSET_END } from './offset-value.ts';

const KEY_BYTES = 0;
const SEQUENCE_LOW = 1;
const TAG = 2; // sequence high << 8 | height << 4 | kind
const VALUE_BYTES = 3;
const VALUE_CHUNK = 4;
const VALUE_OFFSET = 5;
const KEY = 6;

const U32 = 0x100000000;

export class Entries {
  readonly #arena: Arena;
  readonly #values: Chunks;

  // The probe.
  #key: Uint8Array = new Uint8Array(0);
  #low = 0;
  #high = 0;

  /** At which offset the probe and the entry differ that were compared last. */
  offset = 0;

  constructor(capacityBytes: number) {
    this.#arena = new Arena(capacityBytes / 2);
    this.#values = new Chunks(capacityBytes / 2);
    this.#arena.allocate(KEY); // no entry has address 0
  }

  get usedBytes(): number {
    return this.#arena.usedBytes + this.#values.usedBytes;
  }

  /** Makes (key, sequence) the probe. The key is looked at until the next call. */
  aim(key: Uint8Array, sequence: number): void {
    this.#key = key;
    this.#low = sequence >>> 0;
    this.#high = Math.floor(sequence / U32);
  }

  /** Copies the probe, with a value, to where it stays; returns its address. */
  add(height: number, kind: PointKind, value: Uint8Array): number {
    const key = this.#key;
    const entry = this.#arena.allocate(KEY + ((key.length + 3) >>> 2));
    const { words, bytes } = this.#arena;
    words[entry + KEY_BYTES] = key.length;
    words[entry + SEQUENCE_LOW] = this.#low;
    words[entry + TAG] = (this.#high << 8) | (height << 4) | kind;
    words[entry + VALUE_BYTES] = value.length;
    words[entry + VALUE_OFFSET] = this.#values.add(value);
    words[entry + VALUE_CHUNK] = this.#values.last;
    const at = (entry + KEY) * 4;
    for (let i = 0; i < key.length; i++) bytes[at + i] = key[i] as number;
    return entry;
  }

  /**
   * Negative, zero or positive as the entry sorts before, with or after the probe. Their keys
   * must agree below `offset`; sets `this.offset` to where they differ.
   */
  compare(entry: number, offset: number): number {
    const { words, bytes } = this.#arena;
    const key = this.#key;
    const at = (entry + KEY) * 4;
    const keyBytes = words[entry + KEY_BYTES] as number;
    const common = keyBytes < key.length ? keyBytes : key.length;
    let i = offset;
    while (i < common && bytes[at + i] === key[i]) i++;
    this.offset = i;
    if (i < common) return (bytes[at + i] as number) - (key[i] as number);
    if (keyBytes !== key.length) return keyBytes - key.length;
    this.offset = OFFSET_END;
    const high = this.#high - ((words[entry + TAG] as number) >>> 8);
    return high !== 0 ? high : this.#low - ((words[entry + SEQUENCE_LOW] as number) >>> 0);
  }

  /** The probe's code after the empty key, which is the head's. */
  firstCode(): number {
    return this.probeCode(this.#key.length === 0 ? OFFSET_END : 0);
  }

  /** The probe's code, if it differs from the key before it at `offset`. */
  probeCode(offset: number): number {
    return codeOf(this.#key, 0, this.#key.length, offset);
  }

  /** The entry's code, if it differs from the key before it at `offset`. */
  code(entry: number, offset: number): number {
    const { bytes } = this.#arena;
    return codeOf(bytes, (entry + KEY) * 4, this.#word(entry + KEY_BYTES), offset);
  }

  /** A view of the entry's key. */
  key(entry: number): Uint8Array {
    const keyBytes = this.#word(entry + KEY_BYTES);
    return new Uint8Array(this.#arena.bytes.buffer, (entry + KEY) * 4, keyBytes);
  }

  /** True when the entry's key is `key`. */
  holds(entry: number, key: Uint8Array): boolean {
    if (this.#word(entry + KEY_BYTES) !== key.length) return false;
    const { bytes } = this.#arena;
    const at = (entry + KEY) * 4;
    for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
    return true;
  }

  /** A view of the entry's value. It stays as it is for as long as you hold it. */
  value(entry: number): Uint8Array {
    return this.#values.view(
      this.#word(entry + VALUE_CHUNK),
      this.#word(entry + VALUE_OFFSET),
      this.#word(entry + VALUE_BYTES),
    );
  }

  sequence(entry: number): number {
    return (this.#word(entry + TAG) >>> 8) * U32 + (this.#word(entry + SEQUENCE_LOW) >>> 0);
  }

  kind(entry: number): PointKind {
    return (this.#word(entry + TAG) & 0xf) as PointKind;
  }

  height(entry: number): number {
    return (this.#word(entry + TAG) >>> 4) & 0xf;
  }

  #word(address: number): number {
    return this.#arena.words[address] as number;
  }
}
