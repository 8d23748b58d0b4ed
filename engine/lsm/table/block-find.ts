// Finds one entry in a data block, without putting its keys together.
//
// The heads of the keys (block-places.ts) say where to begin: at the first entry with the head of
// the key that is looked for. Mostly that is the entry, or there is none with that head.
//
// Where several keys have that head, the search walks on. A cursor needs whole keys; a lookup only
// needs to know how each compares with the key it looks for. It keeps one number, how many
// leading bytes of that key the entry before has (`matched`), and the entry before sorts lower.
// Of the next entry:
//
//    shared > matched    it has the byte that made the one before lower: lower as well
//    shared <= matched   its tail is compared with the rest of the key, from `shared` on
//
//    looking for "marmoset"        matched
//    "mango"        "ma"           2
//    4 "les"        shared 4 > 2   2    not even looked at
//    2 "rble"       "marb"         3    b < m: lower
//    3 "moset"      "marmoset"     8    here it is
//
// (The idea is that of prefix-truncated B-tree nodes: Graefe, "Modern B-Tree Techniques", 2011,
// section 3.5.)

import { EMPTY_BYTES } from '../../base/bytes.ts';
import { type Found, KIND_DELETE } from '../entry.ts';
import type { Block } from './block.ts';
import { type BlockPlaces, NOT_AN_ENTRY } from './block-places.ts';
import { EntryReader } from './entry-reader.ts';
import { headAt, matchedBytes, sharedHeadBytes } from './heads.ts';

/** One for all lookups: a lookup is one synchronous call. */
const entry = new EntryReader();

/** More entries than this with one head, such as versions of one key, are searched by restart points. */
const ALIKE_MAX = 16;

/**
 * Fills `found` with the newest entry of `key` at or below `sequence` in this block; false
 * when there is none. Its value is a view of the block. @throws FERRIS_CORRUPTION
 */
export function findInBlock(
  block: Block,
  key: Uint8Array,
  sequence: number,
  found: Found,
): boolean {
  const { places } = block;
  if (places.comparePrefix(key) !== 0) return false;
  const head = headAt(key, places.prefixBytes, key.length);
  const first = places.search(head);
  if (first === places.count || places.head(first) !== head) return false;
  const restart = restartAmongAlike(block, first, key, sequence);
  if (restart >= 0) return walk(block, restart, 0, key, sequence, found);
  return walk(
    block,
    places.offset(first),
    matchedBefore(places, first, head),
    key,
    sequence,
    found,
  );
}

/** How many bytes of a key with `head` the entry before `index` has. */
function matchedBefore(places: BlockPlaces, index: number, head: number): number {
  return index === 0 ? 0 : places.prefixBytes + sharedHeadBytes(places.head(index - 1), head);
}

/** Looks at the entries from `from` on; `matched`: how much of `key` the one before has. */
function walk(
  block: Block,
  from: number,
  matched: number,
  key: Uint8Array,
  sequence: number,
  found: Found,
): boolean {
  const { bytes, entriesEnd } = block;
  for (let at = from; at < entriesEnd; at = entry.after) {
    if (!entry.read(bytes, at, entriesEnd)) throw block.corrupt(at, NOT_AN_ENTRY);
    const { shared, unshared } = entry;
    if (shared > matched) continue;
    matched = shared + matchedBytes(bytes, entry.keyAt, unshared, key, shared);
    if (matched === key.length) {
      if (matched !== shared + unshared) return false; // the key and more
      if (entry.sequence <= sequence) return take(bytes, found);
    } else if (matched < shared + unshared && isHigher(bytes, key, shared, matched)) return false;
  }
  return false;
}

/**
 * When many entries from `first` on have one head: the offset of the last restart point before
 * (key, sequence), if it is after `first`; else -1.
 */
export function restartAmongAlike(
  block: Block,
  first: number,
  key: Uint8Array,
  sequence: number,
): number {
  const { places, restarts } = block;
  const far = first + ALIKE_MAX;
  if (far >= places.count || places.head(far) !== places.head(first)) return -1;
  const restart = restarts[restartBefore(block, key, sequence)] as number;
  return restart > places.offset(first) ? restart : -1;
}

/** The last restart point whose entry is before (key, sequence); the first one if there is none. */
function restartBefore(block: Block, key: Uint8Array, sequence: number): number {
  const { bytes, entriesEnd } = block;
  let low = 0;
  let high = block.restarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const at = block.restarts[middle] as number;
    if (!entry.read(bytes, at, entriesEnd) || entry.shared !== 0) {
      throw block.corrupt(at, NOT_AN_ENTRY);
    }
    if (isBefore(bytes, key, sequence)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** True when `entry`, whose key is whole, is before (key, sequence). */
function isBefore(bytes: Uint8Array, key: Uint8Array, sequence: number): boolean {
  const { unshared, keyAt } = entry;
  const matched = matchedBytes(bytes, keyAt, unshared, key, 0);
  if (matched === key.length) return matched === unshared && entry.sequence > sequence;
  return matched === unshared || (bytes[keyAt + matched] as number) < (key[matched] as number);
}

/** True when `entry` has a higher byte than `key` where they begin to differ. */
function isHigher(bytes: Uint8Array, key: Uint8Array, shared: number, matched: number): boolean {
  return (bytes[entry.keyAt + matched - shared] as number) > (key[matched] as number);
}

function take(bytes: Uint8Array, found: Found): true {
  found.sequence = entry.sequence;
  found.kind = entry.kind;
  found.value =
    entry.kind === KIND_DELETE ? EMPTY_BYTES : bytes.subarray(entry.valueAt, entry.after);
  return true;
}
