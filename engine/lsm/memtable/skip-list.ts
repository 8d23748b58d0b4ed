// A skip list (Pugh, 1990), each of whose lists is laid out in blocks: sorted entries,
// found in O(log n) steps.
//
//    level 2   head ----------------------> d ----------------------->
//    level 1   head ---------> b ---------> d ---------> f ---------->
//    level 0   head --> a ---> b --> c ---> d --> e ---> f --> g ---->
//
// Every entry is in the list of level 0; coins decide whether it is in the next list too,
// and the next. A search runs along the highest list until it would step too far, goes
// down one, and runs on. Nothing is ever rebalanced.
//
// What a search waits for is memory. So neighbors lie side by side: an entry that goes on to
// the next level begins a block, and those after it, up to the next such entry, lie in it.
//
//    level 1   [head . . b . . d . . f]
//                |       |     |     |
//    level 0   [head a] [b c] [d e] [f g]
//
// The lists and the steps are Pugh's; the blocks are the B-skip list's (Golovin, 2010; Luo et
// al., 2025). And most steps look at no entry at all: each place carries a code of how its
// key differs from the key before it. Offset-value.ts says how, and proves it.
//
// 1. The first place of all on a level is the head's: its entry is NONE. It counts as an entry
//    of the empty key, newer than all.
// 2. An entry that is on the level above, too, is the first of its block, and the place above
//    has the address of that block. It stays there: what is full is cut behind it.
// 3. The code of a place is relative to the place before it on its level, in whichever block.
// 4. After an insert, `#places[0]` is the new entry's place. When an insert has come right after
//    the one before it, the next one looks there first: most ascending inserts need no search.

import { assert } from '../../base/assert.ts';
import type { Xoshiro } from '../../base/xoshiro.ts';
import type { PointKind } from '../entry.ts';
import { BELOW, Blocks, CODE, COUNT, ENTRY, NEXT, PLACE_MASK } from './blocks.ts';
import { Entries } from './entries.ts';
import { lowestAgreeing, offsetBetween, offsetOf } from './offset-value.ts';
import { NONE, type SortedList } from './sorted-list.ts';

/** Levels at most: enough for 16^8 entries. */
export const HEIGHT_MAX = 8;

/** Coins that must all show heads for one more level: a sixteenth goes up, to fill half a block. */
const COINS = 4;

export interface SkipListOptions {
  /** About what it will hold: a hint. */
  readonly capacityBytes: number;
  /** How many levels the nth entry is on that is inserted, from 0 on: `coins`, or 1 to 8 as you like. */
  readonly heights: (nth: number) => number;
}

/** Heights by the fall of coins. */
export function coins(random: Xoshiro): () => number {
  return () => {
    const draw = random.u32() | (1 << (COINS * (HEIGHT_MAX - 1)));
    const heads = 31 - Math.clz32(draw & -draw);
    return 1 + Math.floor(heads / COINS);
  };
}

/** The list of one thread. */
export class SkipList implements SortedList {
  readonly entries: Entries;
  readonly #blocks: Blocks;
  readonly #heights: (nth: number) => number;
  readonly #heads = new Int32Array(HEIGHT_MAX);
  /** The last place before the probe on each level, and the probe's code after it. */
  readonly #places = new Int32Array(HEIGHT_MAX);
  readonly #codes = new Int32Array(HEIGHT_MAX);
  /** Whether `#places` are those of the last insert, which came right after the one before it. */
  #isRun = false;
  #height = 0;
  #count = 0;

  constructor({ capacityBytes, heights }: SkipListOptions) {
    this.entries = new Entries(capacityBytes);
    this.#blocks = new Blocks(capacityBytes / 8);
    this.#heights = heights;
    this.#rise();
  }

  get count(): number {
    return this.#count;
  }

  get usedBytes(): number {
    return this.entries.usedBytes;
  }

  insertFrom(
    bytes: Uint8Array,
    kind: PointKind,
    keyAt: number,
    keyEnd: number,
    valueAt: number,
    valueEnd: number,
    sequence: number,
  ): number {
    this.entries.aim(bytes, keyAt, keyEnd, sequence);
    const height = this.#heights(this.#count);
    if (height > 1 || !this.#isRun || !this.#stillAt()) {
      const last = this.#places[0];
      this.#search();
      this.#isRun = this.#places[0] === last;
    }
    const entry = this.entries.add(height, kind, bytes, valueAt, valueEnd);
    while (this.#height < height) this.#rise();
    let below = NONE;
    for (let level = 0; level < height; level++) {
      const place = this.#places[level] as number;
      const code = this.#codes[level] as number;
      this.#recode(place, code);
      const blocks = this.#blocks;
      const free = level < height - 1 ? blocks.cut(level, place) : blocks.open(level, place);
      blocks.fill(level, place, free, code, entry, below);
      this.#places[level] = free;
      below = free;
    }
    this.#count++;
    return entry;
  }

  seek(key: Uint8Array, sequence: number): number {
    this.entries.aim(key, 0, key.length, sequence);
    this.#search();
    return this.after(this.#places[0] as number);
  }

  seekBefore(key: Uint8Array, sequence: number): number {
    this.entries.aim(key, 0, key.length, sequence);
    this.#search();
    return this.#unlessHead(this.#places[0] as number);
  }

  first(): number {
    return this.after(this.#heads[0] as number);
  }

  last(): number {
    let place = this.#heads[this.#height - 1] as number;
    for (let level = this.#height - 1; ; level--) {
      for (let next = this.after(place); next !== NONE; next = this.after(place)) place = next;
      if (level === 0) return this.#unlessHead(place);
      place = this.#blocks.below(place);
    }
  }

  /** The place after `place` on its level, or NONE. */
  after(place: number): number {
    return this.#blocks.after(place);
  }

  /** The place before `place` on level 0, or NONE. At the beginning of a block it takes a search. */
  before(place: number): number {
    if ((place & PLACE_MASK) > 0) return this.#unlessHead(place - 1);
    const entry = this.entryAt(place);
    return this.seekBefore(this.entries.key(entry), this.entries.sequence(entry));
  }

  /** The entry at a place; NONE at the head's. */
  entryAt(place: number): number {
    return this.#blocks.entryAt(place);
  }

  /** The place on the level below of the entry at `place`. */
  below(place: number): number {
    return this.#blocks.below(place);
  }

  /** The head's place on each level, from level 0 up. */
  get heads(): number[] {
    return [...this.#heads.subarray(0, this.#height)];
  }

  #unlessHead(place: number): number {
    return this.entryAt(place) === NONE ? NONE : place;
  }

  /** Finds the last place before the probe on each level, and the probe's code after it. */
  #search(): void {
    const { words } = this.#blocks;
    const { entries } = this;
    this.#isRun = false;
    let code = entries.firstCode();
    let place = this.#heads[this.#height - 1] as number;
    for (let level = this.#height - 1; ; level--) {
      let block = place & ~PLACE_MASK;
      let next = place + 1;
      let end = block + (words[block + COUNT] as number);
      for (;;) {
        const low = lowestAgreeing(code);
        while (next < end && (words[next + CODE] as number) < low) next++;
        const link = words[next + CODE] as number;
        place = next - 1;
        if (link > code) break;
        if (next === end) {
          next = words[block + NEXT] as number;
          if (next === NONE) break;
          block = next;
          end = block + (words[block + COUNT] as number);
        }
        if (link === code) {
          if (entries.compare(words[next + ENTRY] as number, offsetOf(code)) >= 0) break;
          code = entries.probeCode(entries.offset);
        } else if (link >= low) {
          code = this.#codePast(next, link, code);
        }
        place = next++;
      }
      this.#places[level] = place;
      this.#codes[level] = code;
      if (level === 0) return;
      place = words[place + BELOW] as number;
    }
  }

  /** The probe's code after the entry at `place`, which is before it, and whose code agrees. */
  #codePast(place: number, link: number, code: number): number {
    const { entries } = this;
    const offset = offsetBetween(link, code);
    if (offset >= 0) return entries.probeCode(offset);
    entries.compare(this.entryAt(place), offsetOf(code));
    return entries.probeCode(entries.offset);
  }

  /** True when the probe goes in right after `#places[0]`; then `#codes[0]` is its code there. */
  #stillAt(): boolean {
    const { entries } = this;
    const place = this.#places[0] as number;
    if (entries.compare(this.entryAt(place), 0) >= 0) return false;
    const code = entries.probeCode(entries.offset);
    this.#codes[0] = code;
    const link = this.#blocks.words[place + 1 + CODE] as number;
    if (link !== code) return link > code;
    const next = this.after(place);
    return next === NONE || entries.compare(this.entryAt(next), offsetOf(code)) >= 0;
  }

  /** The place after `place` will be after the probe, whose code is `code`: it gets its code anew. */
  #recode(place: number, code: number): void {
    const { words } = this.#blocks;
    const link = words[place + 1 + CODE] as number;
    if (lowestAgreeing(link) !== lowestAgreeing(code)) return;
    const next = this.after(place);
    if (next === NONE) return;
    const entry = this.entryAt(next);
    assert(this.entries.compare(entry, offsetOf(code)) !== 0, 'an entry is inserted once');
    const changed = this.entries.code(entry, this.entries.offset);
    words[next + CODE] = changed;
    words[place + 1 + CODE] = changed; // the same word, or what its block knows of the next
  }

  /** One more level, with nothing but the head in it. */
  #rise(): void {
    const level = this.#height++;
    const below = level > 0 ? (this.#heads[level - 1] as number) : NONE;
    const block = this.#blocks.begin(level, below);
    this.#heads[level] = block;
    this.#places[level] = block;
    this.#codes[level] = this.entries.firstCode();
  }
}
