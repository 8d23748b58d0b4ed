// The blocks that a skip list's levels are laid out in: neighbors lie side by side.
//
// A block is a run of words, and its places are numbered from its first word on:
//
//       0      1      2 ...       33 ...       63 ...
//    +------+-------+-----------+-------------+---------------------------+
//    | next | count | codes, 31 | entries, 30 | blocks below, 30          |
//    | block|       |           |             | (not in a leaf: level 0)  |
//    +------+-------+-----------+-------------+---------------------------+
//
// 1. A place is the address of its block plus its number, from 0; blocks begin at multiples of
//    64 words, so a place tells both.
// 2. Places move when entries are put in before them; all else that is here follows.
// 3. A block that is full is cut in two.
// 4. After the codes of its places a block has that of the next block's first place: most searches
//    that come to its end need not look into another. The last block has one that none is above.

import { assert } from '../../base/assert.ts';

const LEAF_WORDS = 64;
const BRANCH_WORDS = 128;

/** The bits of a place that are its number in its block. */
export const PLACE_MASK = LEAF_WORDS - 1;

/** Words of a block that are there once. */
export const NEXT = 0;
export const COUNT = 1;

/** Words of a place, counted from it. */
export const CODE = 2;
const BLOCK_PLACES = (LEAF_WORDS - CODE - 1) >>> 1;
export const ENTRY = CODE + BLOCK_PLACES + 1;
export const BELOW = ENTRY + BLOCK_PLACES;

// Of constants, so bundlers may leave it out: it would hold there, too.
/* @__PURE__ */ assert(BELOW + BLOCK_PLACES <= BRANCH_WORDS, 'a branch holds its places');

/** No code is above it. */
const CODE_MAX = 0x7fffffff;

export class Blocks {
  /** The memory, for hot loops: read it again after `cut` and `open`, which may replace it. */
  words: Int32Array;
  #usedWords = LEAF_WORDS; // no block has address NONE

  constructor(capacityBytes: number) {
    this.words = new Int32Array(capacityBytes >>> 2);
  }

  /** The place after `place` on its level, or NONE. */
  after(place: number): number {
    const { words } = this;
    const block = place & ~PLACE_MASK;
    const next = place + 1;
    return next < block + (words[block + COUNT] as number) ? next : (words[block + NEXT] as number);
  }

  entryAt(place: number): number {
    return this.words[place + ENTRY] as number;
  }

  /** The first place of the block on the level below that begins with the same entry. */
  below(place: number): number {
    return this.words[place + BELOW] as number;
  }

  /** A block for a new level, whose one place is the head's. */
  begin(level: number, below: number): number {
    const block = this.#allocate(level);
    const { words } = this;
    words[block + COUNT] = 1;
    words[block + 1 + CODE] = CODE_MAX;
    if (level > 0) words[block + BELOW] = below;
    return block;
  }

  /** Puts an entry at the place that `cut` or `open` has made free after `before`. */
  fill(
    level: number,
    before: number,
    place: number,
    code: number,
    entry: number,
    below: number,
  ): void {
    const { words } = this;
    if ((place & PLACE_MASK) === 0) words[before + 1 + CODE] = code;
    words[place + CODE] = code;
    words[place + ENTRY] = entry;
    if (level > 0) words[place + BELOW] = below;
  }

  /** Cuts a level in two after `place`; returns the first place of the second part, to be filled. */
  cut(level: number, place: number): number {
    return this.#split(level, place & ~PLACE_MASK, (place & PLACE_MASK) + 1, 1);
  }

  /** Makes room for one more after `place`; returns the place to be filled. */
  open(level: number, place: number): number {
    let block = place & ~PLACE_MASK;
    let at = (place & PLACE_MASK) + 1;
    if (this.words[block + COUNT] === BLOCK_PLACES) {
      // Ascending inserts leave full blocks behind them.
      const kept = at === BLOCK_PLACES ? BLOCK_PLACES : BLOCK_PLACES >>> 1;
      const split = this.#split(level, block, kept, 0);
      if (at > kept || kept === BLOCK_PLACES) {
        block = split;
        at -= kept;
      }
    }
    const { words } = this;
    const free = block + at;
    const end = block + (words[block + COUNT] as number);
    words[block + COUNT] = end - block + 1;
    words[end + 1 + CODE] = words[end + CODE] as number;
    for (let to = end; to > free; to--) this.#copy(level, to - 1, to);
    return free;
  }

  /** Moves a block's places from `from` on to a new block behind it, to its places from `to` on. */
  #split(level: number, block: number, from: number, to: number): number {
    const made = this.#allocate(level);
    const { words } = this;
    const count = words[block + COUNT] as number;
    for (let i = from; i < count; i++) this.#copy(level, block + i, made + to + i - from);
    words[made + to + count - from + CODE] = words[block + count + CODE] as number;
    words[made + COUNT] = to + count - from;
    words[made + NEXT] = words[block + NEXT] as number;
    words[block + COUNT] = from;
    words[block + NEXT] = made;
    return made;
  }

  /** A block's words, all zero. When memory is used up everything moves to twice as much. */
  #allocate(level: number): number {
    const block = this.#usedWords;
    this.#usedWords += level === 0 ? LEAF_WORDS : BRANCH_WORDS;
    if (this.#usedWords > this.words.length) {
      const grown = new Int32Array(2 * this.#usedWords);
      grown.set(this.words);
      this.words = grown;
    }
    return block;
  }

  #copy(level: number, from: number, to: number): void {
    const { words } = this;
    words[to + CODE] = words[from + CODE] as number;
    words[to + ENTRY] = words[from + ENTRY] as number;
    if (level > 0) words[to + BELOW] = words[from + BELOW] as number;
  }
}
