// The memory of a shared skip list: a head, and nodes that are handed out from the front.
//
//    word 0         1        2 ...                      head              used
//    +------------+--------+--------------------------+--------+--------+------
//    | used words | levels | the head's links         | node   | node   | free
//    +------------+--------+--------------------------+--------+--------+------
//
// A node is a run of words; its address is the word in the middle, so that both its links and
// its key are at fixed distances.
//
//      -2       -1       0       1          2                3
//    +--------+--------+-------+----------+----------------+-------+-----+-------+
//    | link 1 | link 0 | key   | sequence | sequence high, | value | key | value |
//    |        |        | bytes | low      | height, kind   | bytes |     |       |
//    +--------+--------+-------+----------+----------------+-------+-----+-------+
//
// 1. A link is the address of the next node on its level, or NONE. It is read and written by
//    atomic operations alone; `linkAt` says where it is.
// 2. All else of a node is written before any other thread can find it, and never again.
// 3. Taking memory is one atomic addition. What does not fit is given back: while it is taken,
//    whoever else asks is refused too, so nobody gets memory behind it.
// 4. Memory is never freed: the list lives as long as its buffer.

import { assert } from '../../base/assert.ts';
import type { PointKind } from '../entry.ts';

/** Levels at most: enough for 4^12 entries. */
export const SHARED_LEVELS_MAX = 12;

/** The address that means: there is no node. */
export const NO_NODE = 0;

const USED = 0;
const LEVELS = 1;
const HEADER_WORDS = 2;

const LINK = -1; // of level 0; level l is l words before it
const KEY_BYTES = 0;
const SEQUENCE_LOW = 1;
const TAG = 2; // sequence high << 8 | height << 4 | kind
const VALUE_BYTES = 3;
const KEY = 4;

const U32 = 0x100000000;

/** What an insert brings. */
export interface NewEntry {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly kind: PointKind;
  readonly value: Uint8Array;
  /** Levels it is to be linked into. */
  readonly height: number;
}

export class SharedNodes {
  /** The memory, which several threads may have. */
  readonly words: Int32Array;
  readonly levels: number;
  /** The address of the head, which has no key. */
  readonly head: number;
  readonly #bytes: Uint8Array;

  /** @param levels lays out new memory; left out, the memory has been laid out. */
  constructor(buffer: ArrayBufferLike, levels?: number) {
    this.words = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    if (levels !== undefined) {
      Atomics.store(this.words, LEVELS, levels);
      Atomics.store(this.words, USED, HEADER_WORDS + levels);
    }
    this.levels = Atomics.load(this.words, LEVELS);
    this.head = HEADER_WORDS + this.levels;
  }

  get usedBytes(): number {
    return Atomics.load(this.words, USED) * 4;
  }

  /** The word that holds the node's link on a level. */
  linkAt(node: number, level: number): number {
    return node + LINK - level;
  }

  /** A node with this content, not linked anywhere; NO_NODE if it does not fit. */
  allocate({ key, sequence, kind, value, height }: NewEntry): number {
    const { words } = this;
    const keyWords = wordsOf(key.length);
    const count = height + KEY + keyWords + wordsOf(value.length);
    const start = Atomics.add(words, USED, count);
    if (start + count > words.length) {
      Atomics.sub(words, USED, count);
      return NO_NODE;
    }
    const node = start + height;
    words[node + KEY_BYTES] = key.length;
    words[node + SEQUENCE_LOW] = sequence | 0;
    words[node + TAG] = (Math.floor(sequence / U32) << 8) | (height << 4) | kind;
    words[node + VALUE_BYTES] = value.length;
    this.#bytes.set(key, (node + KEY) * 4);
    this.#bytes.set(value, (node + KEY + keyWords) * 4);
    return node;
  }

  /** Negative, zero or positive as the node sorts before, with or after (key, sequence). */
  compare(node: number, key: Uint8Array, sequence: number): number {
    assert(node !== this.head, 'the head is before all and is not compared');
    const bytes = this.#bytes;
    const at = (node + KEY) * 4;
    const keyBytes = this.words[node + KEY_BYTES] as number;
    const common = Math.min(keyBytes, key.length);
    for (let i = 0; i < common; i++) {
      const difference = (bytes[at + i] as number) - (key[i] as number);
      if (difference !== 0) return difference;
    }
    return keyBytes !== key.length ? keyBytes - key.length : sequence - this.sequence(node);
  }

  /** True when the node's key is `key`. */
  holds(node: number, key: Uint8Array): boolean {
    return this.compare(node, key, this.sequence(node)) === 0;
  }

  /** A view of the node's key. */
  key(node: number): Uint8Array {
    return new Uint8Array(this.words.buffer, (node + KEY) * 4, this.words[node + KEY_BYTES]);
  }

  /** A view of the node's value. */
  value(node: number): Uint8Array {
    const keyWords = wordsOf(this.words[node + KEY_BYTES] as number);
    const at = (node + KEY + keyWords) * 4;
    return new Uint8Array(this.words.buffer, at, this.words[node + VALUE_BYTES]);
  }

  sequence(node: number): number {
    const { words } = this;
    const high = (words[node + TAG] as number) >>> 8;
    return high * U32 + ((words[node + SEQUENCE_LOW] as number) >>> 0);
  }

  kind(node: number): PointKind {
    return ((this.words[node + TAG] as number) & 0xf) as PointKind;
  }

  height(node: number): number {
    return ((this.words[node + TAG] as number) >>> 4) & 0xf;
  }
}

/** How many words hold `bytes` bytes. */
function wordsOf(bytes: number): number {
  return (bytes + 3) >>> 2;
}
