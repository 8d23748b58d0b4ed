// Finds one entry in a data block, without putting its keys together.
//
// A cursor needs whole keys; a lookup only needs to know how each compares with the key
// it looks for. While it walks it keeps one number, how many leading bytes of that key the
// entry before has (`matched`), and the entry before sorts lower. Of the next entry:
//
//    shared > matched    it has the byte that made the one before lower: lower as well
//    shared <= matched   its tail is compared with the rest of the key, from `shared` on
//
//    looking for "marmot"          matched
//    "mango"        "ma"           2
//    4 "les"        shared 4 > 2   2    not even looked at
//    2 "rble"       "marb"         3    b < m: lower
//    3 "mot"        "marmot"       6    here it is
//
// So most entries cost the reading of three lengths. (The idea is that of prefix-truncated
// B-tree nodes: Graefe, "Modern B-Tree Techniques", 2011, section 3.5.)

import { EMPTY_BYTES } from '../../base/bytes.ts';
import { type Found, KIND_DELETE } from '../entry.ts';
import type { Block } from './block.ts';
import { EntryReader } from './entry-reader.ts';

/** One for all lookups: a lookup is one synchronous call. */
const entry = new EntryReader();
const NOT_AN_ENTRY = 'has an entry that is no entry';

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
  const { bytes, entriesEnd } = block;
  let matched = 0;
  let lengthBefore = 0;
  let at = block.restarts[restartBefore(block, key, sequence)] as number;
  while (at < entriesEnd) {
    if (!entry.read(bytes, at, entriesEnd)) throw block.corrupt(at, NOT_AN_ENTRY);
    const { shared, unshared } = entry;
    if (shared > lengthBefore) throw block.corrupt(at, NOT_AN_ENTRY);
    lengthBefore = shared + unshared;
    if (shared <= matched) {
      matched = shared + matchedBytes(bytes, entry.keyAt, unshared, key, shared);
      if (matched === key.length) {
        if (matched !== lengthBefore) return false; // the key and more
        if (entry.sequence <= sequence) return take(bytes, found);
      } else if (matched < lengthBefore && isHigher(bytes, key, shared, matched)) return false;
    }
    at = entry.after;
  }
  return false;
}

/** The last restart point whose entry is before (key, sequence); the first one if there is none. */
export function restartBefore(block: Block, key: Uint8Array, sequence: number): number {
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

/** How many of `count` bytes from `at` on are those of `key` from `from` on. */
function matchedBytes(
  bytes: Uint8Array,
  at: number,
  count: number,
  key: Uint8Array,
  from: number,
): number {
  const most = Math.min(count, key.length - from);
  let matched = 0;
  while (matched < most && bytes[at + matched] === key[from + matched]) matched++;
  return matched;
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
