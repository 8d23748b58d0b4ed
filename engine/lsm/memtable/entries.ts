// The entries of a memtable, in the order they came: they are never moved or changed.
//
// An entry is a run of words. Its address is the number of a chunk and that of its first word in it:
//
//        0          1          2             3       4
//    +-------+-----------+-------------+----------+-----+-----+-------+-----
//    | key   | sequence  | sequence    | value    | key .. 0  | value .. 0
//    | bytes | low       | high, h, k  | bytes    |           |
//    +-------+-----------+-------------+----------+-----+-----+-------+-----
//
// h is the height of the entry (a number of the skip list's) and k its kind. Key and value are
// padded with zeros to whole words, so keys are compared by words.
//
// Entries lie in chunks, each twice as large as the one before, up to as many words as an address
// can tell; what is larger has a chunk that nothing else begins in. A full chunk is left as it
// is: nothing is ever copied, and a view of a key or a value keeps showing the same bytes. To the
// garbage collector a million entries are a few objects.
//
//    chunk 0        chunk 1               chunk 2
//    | a | b | .. | | c | d | e | ... | | f | free         |
//
// Comparing is with the *probe*, the key that is being searched for or inserted. It is copied to
// where it is compared from: the caller's memory is looked at once.

import { copyBytes } from '../../base/bytes.ts';
import type { PointKind } from '../entry.ts';
import { codeOf, OFFSET_END } from './offset-value.ts';

const KEY_BYTES = 0;
const SEQUENCE_LOW = 1;
const TAG = 2; // sequence high << 8 | height << 4 | kind
const VALUE_BYTES = 3;
const KEY = 4;

/** What an entry takes besides key and value, here and in the list's blocks, about. */
const OVERHEAD_BYTES = 40;

const U32 = 0x100000000;

/** The bits of an address that are the number of a word: chunks are at most a megabyte. */
const WORD_BITS = 18;
const CHUNK_WORDS_MAX = 1 << WORD_BITS;
const WORD_MASK = CHUNK_WORDS_MAX - 1;

export class Entries {
  /** The chunks, as words and as bytes. */
  readonly #chunks: Int32Array[] = [];
  readonly #chunkBytes: Uint8Array<ArrayBuffer>[] = [];
  /** Words of the last chunk, and how many of them are taken. */
  #size: number;
  #used: number;
  /** What the entries take, and their places in the list. */
  usedBytes = 24;

  // The probe, padded as in an entry.
  #words = new Int32Array(16);
  #bytes = new Uint8Array(this.#words.buffer);
  #keyBytes = 0;
  #sequence = 0;

  /** At which offset the probe and the entry differ that were compared last. */
  offset = 0;

  constructor(capacityBytes: number) {
    this.#size = capacityBytes >>> 3; // the first chunk is twice as large as the none before it
    this.#used = this.#size;
    this.#allocate(KEY); // no entry has address 0
  }

  /** Makes (`from[at, end)`, sequence) the probe. */
  aim(from: Uint8Array, at: number, end: number, sequence: number): void {
    const keyBytes = end - at;
    if (keyBytes > this.#bytes.length) {
      this.#words = new Int32Array((keyBytes + 3) >>> 2);
      this.#bytes = new Uint8Array(this.#words.buffer);
    }
    this.#words[(keyBytes - 1) >>> 2] = 0; // for an empty key that is no word at all
    copyBytes(from, at, end, this.#bytes, 0);
    this.#keyBytes = keyBytes;
    this.#sequence = sequence;
  }

  /** Copies the probe, with the value in `from[at, end)`, to where it stays; returns its address. */
  add(height: number, kind: PointKind, from: Uint8Array, at: number, end: number): number {
    const keyWords = (this.#keyBytes + 3) >>> 2;
    const valueBytes = end - at;
    const entry = this.#allocate(KEY + keyWords + ((valueBytes + 3) >>> 2));
    const words = this.#wordsOf(entry);
    const first = entry & WORD_MASK;
    words[first + KEY_BYTES] = this.#keyBytes;
    words[first + SEQUENCE_LOW] = this.#sequence | 0;
    words[first + TAG] = (Math.floor(this.#sequence / U32) << 8) | (height << 4) | kind;
    words[first + VALUE_BYTES] = valueBytes;
    for (let i = 0; i < keyWords; i++) words[first + KEY + i] = this.#words[i] as number;
    copyBytes(from, at, end, this.#bytesOf(entry), (first + KEY + keyWords) * 4);
    this.usedBytes += OVERHEAD_BYTES + keyWords * 4 + valueBytes;
    return entry;
  }

  /**
   * Negative, zero or positive as the entry sorts before, with or after the probe. Their keys
   * must agree below `offset`; sets `this.offset` to where they differ.
   */
  compare(entry: number, offset: number): number {
    const words = this.#wordsOf(entry);
    const first = entry & WORD_MASK;
    const keyBytes = words[first + KEY_BYTES] as number;
    const common = Math.min(keyBytes, this.#keyBytes);
    const probe = this.#words;
    let i = offset >>> 2;
    while (i * 4 < common && words[first + KEY + i] === probe[i]) i++;
    // They differ in this word, or after the end of one of them.
    const bytes = this.#bytesOf(entry);
    const at = ((entry & WORD_MASK) + KEY) * 4;
    for (i *= 4; i < common; i++) {
      const difference = (bytes[at + i] as number) - (this.#bytes[i] as number);
      if (difference === 0) continue;
      this.offset = i;
      return difference;
    }
    this.offset = common;
    if (keyBytes !== this.#keyBytes) return keyBytes - this.#keyBytes;
    this.offset = OFFSET_END;
    return this.#sequence - this.sequence(entry);
  }

  /** The probe's code after the empty key, which is the head's. */
  firstCode(): number {
    return this.probeCode(this.#keyBytes === 0 ? OFFSET_END : 0);
  }

  /** The probe's code, if it differs from the key before it at `offset`. */
  probeCode(offset: number): number {
    return codeOf(this.#bytes, 0, this.#keyBytes, offset);
  }

  /** The entry's code, if it differs from the key before it at `offset`. */
  code(entry: number, offset: number): number {
    const at = ((entry & WORD_MASK) + KEY) * 4;
    return codeOf(this.#bytesOf(entry), at, this.#word(entry, KEY_BYTES), offset);
  }

  /** A view of the entry's key. */
  key(entry: number): Uint8Array {
    return this.#view(entry, KEY, this.#word(entry, KEY_BYTES));
  }

  /** True when the entry's key is `key`. */
  holds(entry: number, key: Uint8Array): boolean {
    if (this.#word(entry, KEY_BYTES) !== key.length) return false;
    const bytes = this.#bytesOf(entry);
    const at = ((entry & WORD_MASK) + KEY) * 4;
    for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
    return true;
  }

  /** A view of the entry's value. It stays as it is for as long as you hold it. */
  value(entry: number): Uint8Array {
    const keyWords = (this.#word(entry, KEY_BYTES) + 3) >>> 2;
    return this.#view(entry, KEY + keyWords, this.#word(entry, VALUE_BYTES));
  }

  sequence(entry: number): number {
    return (this.#word(entry, TAG) >>> 8) * U32 + (this.#word(entry, SEQUENCE_LOW) >>> 0);
  }

  kind(entry: number): PointKind {
    return (this.#word(entry, TAG) & 0xf) as PointKind;
  }

  height(entry: number): number {
    return (this.#word(entry, TAG) >>> 4) & 0xf;
  }

  /** Takes `count` words, all zero; returns the address of the first. */
  #allocate(count: number): number {
    if (this.#used + count > this.#size) {
      this.#size = Math.max(count, Math.min(2 * this.#size, CHUNK_WORDS_MAX));
      this.#used = 0;
      const words = new Int32Array(this.#size);
      this.#chunks.push(words);
      this.#chunkBytes.push(new Uint8Array(words.buffer));
    }
    this.#used += count;
    return ((this.#chunks.length - 1) << WORD_BITS) | (this.#used - count);
  }

  /** The chunk of an entry: its first word is at `entry & WORD_MASK`. */
  #wordsOf(entry: number): Int32Array {
    return this.#chunks[entry >>> WORD_BITS] as Int32Array;
  }

  #bytesOf(entry: number): Uint8Array<ArrayBuffer> {
    return this.#chunkBytes[entry >>> WORD_BITS] as Uint8Array<ArrayBuffer>;
  }

  #word(entry: number, word: number): number {
    return this.#wordsOf(entry)[(entry & WORD_MASK) + word] as number;
  }

  #view(entry: number, word: number, length: number): Uint8Array {
    const at = ((entry & WORD_MASK) + word) * 4;
    return new Uint8Array(this.#bytesOf(entry).buffer, at, length);
  }
}
