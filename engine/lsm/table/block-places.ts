// The places of a block's entries: where each begins, and the head of its key (heads.ts).
//
// Keys in a block share prefixes, so a search would have to come from a restart point, sixteen
// entries away, and touch each on the way: with values of 100 bytes that is a cache miss each.
// This is an index of a few hundred bytes instead, made when a block is first searched.
//
//    "mango" "mangle" "marble" "marmot"       all begin with "ma"
//
//    prefix    "ma"
//    heads     "ngo"  "ngle"  "rble"  "rmot"
//    offsets     0      17      34      51
//
// All of it is one array, whose lines are likely to be in the processor's cache together.
//
// 1. An entry that shares no more with the one before than the prefix and the head can be
//    read by itself: the first key has the prefix, and its head the rest.
// 2. Making it reads every entry, so no later search need check them again.

import type { Block } from './block.ts';
import { EntryReader } from './entry-reader.ts';
import { HEAD_BYTES, headAt, matchedBytes } from './heads.ts';

/** About what the places of the entries after one restart point take. */
export const PLACES_BYTES_PER_RESTART = 16 * 8;

export const NOT_AN_ENTRY = 'has an entry that is no entry';

const entry = new EntryReader();

/** Places as they are found, head and offset by turns: how many there are is known at the end. */
let scratch = new Uint32Array(256);

/** Longer prefixes are cut: keys are up to a mebibyte long, and so may be what they share. */
const PREFIX_BYTES_MAX = 64;

const NO_WORDS = new Uint32Array(0);

/** Where the entries of one block are: a part of the block, so that a search visits one object less. */
export abstract class BlockPlaces {
  /** How many entries there are; 0 until they are collected. */
  count = 0;
  /** All keys begin alike for so long at least. */
  prefixBytes = 0;
  /** The prefix, four bytes each; then all heads, then all offsets. */
  #words = NO_WORDS;
  #headsAt = 0;

  /** @throws FERRIS_CORRUPTION when the block holds something else than entries */
  protected collect(block: Block): void {
    const { bytes, entriesEnd } = block;
    if (!entry.read(bytes, 0, entriesEnd)) throw block.corrupt(0, NOT_AN_ENTRY);
    const { keyAt } = entry;
    this.prefixBytes = prefixOf(block, keyAt, Math.min(entry.unshared, PREFIX_BYTES_MAX));
    const count = collectPlaces(block, this.prefixBytes);
    const headsAt = Math.ceil(this.prefixBytes / HEAD_BYTES);
    const words = new Uint32Array(headsAt + 2 * count);
    for (let i = 0; i < headsAt; i++)
      words[i] = headAt(bytes, keyAt + i * HEAD_BYTES, keyAt + this.prefixBytes);
    for (let i = 0; i < count; i++) {
      words[headsAt + i] = scratch[2 * i] as number;
      words[headsAt + count + i] = scratch[2 * i + 1] as number;
    }
    this.count = count;
    this.#headsAt = headsAt;
    this.#words = words;
  }

  head(index: number): number {
    return this.#words[this.#headsAt + index] as number;
  }

  /** Where entry `index` begins in the block. */
  offset(index: number): number {
    return this.#words[this.#headsAt + this.count + index] as number;
  }

  /** How many bytes of a key are known from its place alone. */
  get knownBytes(): number {
    return this.prefixBytes + HEAD_BYTES;
  }

  /** Writes the first `count` bytes of the key of entry `index`, of those that are known. */
  writeKnown(index: number, count: number, into: Uint8Array): void {
    const words = this.#words;
    const inPrefix = Math.min(count, this.prefixBytes);
    for (let i = 0; i < inPrefix; i++) into[i] = (words[i >>> 2] as number) >>> (24 - 8 * (i & 3));
    const head = this.head(index);
    for (let i = inPrefix; i < count; i++) into[i] = head >>> (24 - 8 * (i - inPrefix));
  }

  /** Positive when all keys are after `key`, negative when before, 0 when it has their prefix. */
  comparePrefix(key: Uint8Array): number {
    const words = this.#words;
    const end = Math.min(key.length, this.prefixBytes);
    for (let i = 0; i < this.#headsAt; i++) {
      const difference = (words[i] as number) - headAt(key, i * HEAD_BYTES, end);
      if (difference !== 0) return difference;
    }
    return this.prefixBytes - end;
  }

  /** The first entry whose head is at or above that of `key`, which has the prefix; `count` if none is. */
  search(head: number): number {
    const words = this.#words;
    let low = this.#headsAt;
    let high = low + this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((words[middle] as number) < head) low = middle + 1;
      else high = middle;
    }
    return low - this.#headsAt;
  }
}

/** How many bytes all keys have in common: the first key has them, and the last one. */
function prefixOf(block: Block, firstAt: number, firstBytes: number): number {
  const { bytes, entriesEnd, restarts } = block;
  let at = restarts[restarts.length - 1] as number;
  let shared = firstBytes;
  for (let isWhole = true; at < entriesEnd; at = entry.after, isWhole = false) {
    if (!entry.read(bytes, at, entriesEnd)) throw block.corrupt(at, NOT_AN_ENTRY);
    if (isWhole)
      shared = matchedBytes(bytes, firstAt, Math.min(shared, entry.unshared), bytes, entry.keyAt);
    else if (entry.shared < shared) shared = entry.shared;
  }
  return shared;
}

/** Fills `scratch` with the place of each entry; returns how many there are. */
function collectPlaces(block: Block, prefixBytes: number): number {
  const { bytes, entriesEnd } = block;
  let count = 0;
  let lengthBefore = 0;
  let head = 0;
  for (let at = 0; at < entriesEnd; at = entry.after) {
    if (!entry.read(bytes, at, entriesEnd) || entry.shared > lengthBefore)
      throw block.corrupt(at, NOT_AN_ENTRY);
    lengthBefore = entry.shared + entry.unshared;
    head = headAfter(head, bytes, prefixBytes);
    if (2 * count === scratch.length) grow();
    scratch[2 * count] = head;
    scratch[2 * count + 1] = at;
    count++;
  }
  return count;
}

/** The head of `entry`, after an entry with the head `before`. */
function headAfter(before: number, bytes: Uint8Array, prefixBytes: number): number {
  const { shared, unshared, keyAt } = entry;
  const kept = shared - prefixBytes;
  if (kept >= HEAD_BYTES) return before;
  const end = keyAt + unshared;
  if (kept <= 0) return headAt(bytes, keyAt - kept, end);
  const tail = headAt(bytes, keyAt, end) >>> (8 * kept);
  return ((before & (-1 << (32 - 8 * kept))) | tail) >>> 0;
}

function grow(): void {
  const grown = new Uint32Array(scratch.length * 2);
  grown.set(scratch);
  scratch = grown;
}
