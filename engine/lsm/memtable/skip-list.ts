// A skip list in an arena: sorted entries, found in O(log n) steps (Pugh, 1990).
//
//    level 2   head ----------------------> d ----------------------->
//    level 1   head ---------> b ---------> d ---------> f ---------->
//    level 0   head --> a ---> b --> c ---> d --> e ---> f --> g ---->
//
// Every node is in the list of level 0; a coin decides whether it is in the next
// list too, and the next. A search runs along the highest list until it would step
// too far, goes down one, and runs on. No node ever moves, nothing is rebalanced.
//
// A node is a run of words in the arena, and its address is the word in the middle:
// links lie before it, so that both they and the key are at fixed distances.
//
//      -2       -1       0       1          2            3       4         5
//    +--------+--------+-------+----------+------------+-------+---------+-----+
//    | link 1 | link 0 | key   | sequence | sequence   | value | value   | key |
//    |        |        | bytes | low      | high, kind | bytes | address |     |
//    +--------+--------+-------+----------+------------+-------+---------+-----+
//
// Values lie in an arena of their own. A search compares keys all over the list, and
// what it waits for is memory: with the nodes close together, more of them fit in the
// processor's cache (a million random inserts take three quarters of the time).
//
// 1. Nodes are ordered by key ascending, then by sequence number descending.
// 2. A link is the address of the next node on that level, or 0 at the end.
// 3. A key is padded with zeros to whole words. Keys compare four bytes at
//    a time; if all common words are equal, the shorter key is first.
// 4. Once a node is linked, only its links change.
// 5. `#previous[l]` is the last node of level l before the place searched last. The
//    next search first looks there, so ascending inserts need no search at all.

import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import type { PointKind } from '../entry.ts';
import { Arena } from './arena.ts';

/** Levels at most: enough for 4^12, some 16 million entries. */
export const HEIGHT_MAX = 12;

/** The address that means: there is no node. */
export const NONE = 0;

const HEAD = HEIGHT_MAX;

// Words of a node, counted from its address.
const LINK = -1; // of level 0; level l is l words before it
const KEY_BYTES = 0;
const SEQUENCE_LOW = 1;
const TAG = 2; // sequence high << 8 | height << 4 | kind
const VALUE_BYTES = 3;
const VALUE = 4; // address in the arena of values
const KEY = 5;

const U32 = 0x100000000;

// Bytes and words alias each other, so byte 0 of a word has to be its lowest.
assert(new Uint8Array(Int32Array.of(1).buffer)[0] === 1, 'this machine is little-endian');

/** Entries sorted by (key ascending, sequence descending). Nodes are named by address. */
export class SkipList {
  readonly #arena: Arena;
  readonly #values: Arena;
  readonly #random: Random;
  readonly #previous = new Int32Array(HEIGHT_MAX).fill(HEAD);
  #height = 1;
  #count = 0;

  // What is being searched for.
  #probe = new Int32Array(16);
  #probeKeyBytes = 0;
  #probeLow = 0;
  #probeHigh = 0;

  constructor(capacityBytes: number, random: Random) {
    this.#arena = new Arena(capacityBytes / 2);
    this.#values = new Arena(capacityBytes / 2);
    this.#random = random;
    this.#arena.allocate(HEAD + KEY);
  }

  get count(): number {
    return this.#count;
  }

  get usedBytes(): number {
    return this.#arena.usedBytes + this.#values.usedBytes;
  }

  /** Adds an entry, whose key and sequence number must be new; returns its node. */
  insert(key: Uint8Array, sequence: number, kind: PointKind, value: Uint8Array): number {
    this.#aim(key, sequence);
    const next = this.#link(this.#search(), 0);
    assert(next === NONE || this.#compare(next) !== 0, 'an entry is inserted once');
    const height = this.#drawHeight();
    const node = this.#allocate(height, kind, value);
    this.#join(node, height);
    this.#count++;
    return node;
  }

  /** The first node at or after (key, sequence), or NONE. */
  seek(key: Uint8Array, sequence: number): number {
    this.#aim(key, sequence);
    return this.#link(this.#search(), 0);
  }

  /** The last node before (key, sequence), or NONE. */
  seekBefore(key: Uint8Array, sequence: number): number {
    this.#aim(key, sequence);
    const node = this.#search();
    return node === HEAD ? NONE : node;
  }

  first(): number {
    return this.#link(HEAD, 0);
  }

  last(): number {
    let node = HEAD;
    for (let level = this.#height - 1; level >= 0; level--) {
      for (let next = this.#link(node, level); next !== NONE; next = this.#link(node, level))
        node = next;
    }
    return node === HEAD ? NONE : node;
  }

  next(node: number): number {
    return this.#link(node, 0);
  }

  /** The node before this one: a search, since links lead one way only. */
  prev(node: number): number {
    return this.seekBefore(this.key(node), this.sequence(node));
  }

  /** A view of the node's key. */
  key(node: number): Uint8Array {
    return new Uint8Array(this.#arena.bytes.buffer, (node + KEY) * 4, this.#word(node + KEY_BYTES));
  }

  /** A view of the node's value. It stays as it is for as long as you hold it. */
  value(node: number): Uint8Array {
    const at = this.#word(node + VALUE) * 4;
    return new Uint8Array(this.#values.bytes.buffer, at, this.#word(node + VALUE_BYTES));
  }

  sequence(node: number): number {
    return (this.#word(node + TAG) >>> 8) * U32 + (this.#word(node + SEQUENCE_LOW) >>> 0);
  }

  kind(node: number): PointKind {
    return (this.#word(node + TAG) & 0xf) as PointKind;
  }

  /** Levels that the node is linked into, 1 to HEIGHT_MAX. */
  height(node: number): number {
    return (this.#word(node + TAG) >>> 4) & 0xf;
  }

  /** The nodes that follow `node` (the head, if it is NONE), one a level from level 0 up; NONE at the end. */
  links(node: number): number[] {
    const height = node === NONE ? this.#height : this.height(node);
    const from = node === NONE ? HEAD : node;
    return Array.from({ length: height }, (_, level) => this.#link(from, level));
  }

  /** The nodes that a search for (key, sequence) compares with, in order, when it begins at the head. */
  path(key: Uint8Array, sequence: number): number[] {
    this.#aim(key, sequence);
    const path: number[] = [];
    this.#search(path);
    return path;
  }

  /** True when the node's key is `key`. */
  holds(node: number, key: Uint8Array): boolean {
    if (this.#word(node + KEY_BYTES) !== key.length) return false;
    const { bytes } = this.#arena;
    const at = (node + KEY) * 4;
    for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
    return true;
  }

  #word(address: number): number {
    return this.#arena.words[address] as number;
  }

  #link(node: number, level: number): number {
    return this.#arena.words[node + LINK - level] as number;
  }

  /** Makes (key, sequence) what `#compare` compares with. */
  #aim(key: Uint8Array, sequence: number): void {
    const count = wordsOf(key.length);
    if (count > this.#probe.length) this.#probe = new Int32Array(count * 2);
    const probe = this.#probe;
    const whole = key.length >>> 2;
    let at = 0;
    for (let i = 0; i < whole; i++, at += 4) {
      probe[i] =
        (key[at] as number) |
        ((key[at + 1] as number) << 8) |
        ((key[at + 2] as number) << 16) |
        ((key[at + 3] as number) << 24);
    }
    if (count > whole) {
      probe[whole] = (key[at] as number) | ((key[at + 1] ?? 0) << 8) | ((key[at + 2] ?? 0) << 16);
    }
    this.#probeKeyBytes = key.length;
    this.#probeLow = sequence | 0;
    this.#probeHigh = Math.floor(sequence / U32);
  }

  /** Negative, zero or positive as the node sorts before, with or after the probe. */
  #compare(node: number): number {
    const words = this.#arena.words;
    const probe = this.#probe;
    const keyBytes = words[node + KEY_BYTES] as number;
    const lengths = keyBytes - this.#probeKeyBytes;
    const common = wordsOf(lengths < 0 ? keyBytes : this.#probeKeyBytes);
    for (let i = 0; i < common; i++) {
      const a = words[node + KEY + i] as number;
      const b = probe[i] as number;
      if (a !== b) return compareWords(a, b);
    }
    if (lengths !== 0) return lengths;
    const high = this.#probeHigh - ((words[node + TAG] as number) >>> 8);
    return high !== 0
      ? high
      : (this.#probeLow >>> 0) - ((words[node + SEQUENCE_LOW] as number) >>> 0);
  }

  /**
   * Finds the last node before the probe (or the head), and that of each level in `#previous`.
   * With a `path` it begins at the head, and writes down every node that it compares.
   */
  #search(path?: number[]): number {
    const previous = this.#previous;
    if (path === undefined && this.#stillAt(previous[0] as number)) return previous[0] as number;
    const words = this.#arena.words;
    let node = HEAD;
    let tooFar = NONE; // the same node often ends several levels: compare it once
    for (let level = this.#height - 1; level >= 0; level--) {
      let next = words[node + LINK - level] as number;
      while (next !== tooFar) {
        path?.push(next);
        if (this.#compare(next) >= 0) break;
        node = next;
        next = words[node + LINK - level] as number;
      }
      tooFar = next;
      previous[level] = node;
    }
    return node;
  }

  /** True when the probe's place is right after `node`. */
  #stillAt(node: number): boolean {
    if (node !== HEAD && this.#compare(node) >= 0) return false;
    const next = this.#link(node, 0);
    return next === NONE || this.#compare(next) >= 0;
  }

  /** 1, and one more for each of two-bit draws that comes up zero: a quarter goes up. */
  #drawHeight(): number {
    const draw = this.#random.u32() | (1 << (2 * (HEIGHT_MAX - 1)));
    const zeros = 31 - Math.clz32(draw & -draw);
    return 1 + (zeros >> 1);
  }

  /** A node for the probe, not linked yet. */
  #allocate(height: number, kind: PointKind, value: Uint8Array): number {
    const keyWords = wordsOf(this.#probeKeyBytes);
    const node = this.#arena.allocate(height + KEY + keyWords) + height;
    const valueAt = this.#values.allocate(wordsOf(value.length));
    const { words } = this.#arena;
    words[node + KEY_BYTES] = this.#probeKeyBytes;
    words[node + SEQUENCE_LOW] = this.#probeLow;
    words[node + TAG] = (this.#probeHigh << 8) | (height << 4) | kind;
    words[node + VALUE_BYTES] = value.length;
    words[node + VALUE] = valueAt;
    for (let i = 0; i < keyWords; i++) words[node + KEY + i] = this.#probe[i] as number;
    this.#values.bytes.set(value, valueAt * 4);
    return node;
  }

  /** Links a node in after `#previous`, and leaves `#previous` right behind it. */
  #join(node: number, height: number): void {
    const { words } = this.#arena;
    if (height > this.#height) this.#height = height;
    for (let level = 0; level < height; level++) {
      const before = this.#previous[level] as number;
      words[node + LINK - level] = words[before + LINK - level] as number;
      words[before + LINK - level] = node;
      this.#previous[level] = node;
    }
  }
}

/** How many words hold `bytes` bytes. */
function wordsOf(bytes: number): number {
  return (bytes + 3) >>> 2;
}

/** Compares two different words by their lowest byte that differs: the first in memory. */
function compareWords(a: number, b: number): number {
  const different = a ^ b;
  const shift = (31 - Math.clz32(different & -different)) & 24;
  return ((a >>> shift) & 0xff) - ((b >>> shift) & 0xff);
}
