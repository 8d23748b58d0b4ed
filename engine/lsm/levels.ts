// Tables by key: which of a level's tables a key or a range concerns.
//
// Level 0 is looked through one by one. A deeper level is sorted, so a binary search
// finds where to begin; see manifest/version.ts for why two of its tables may touch.

import { compareBytes } from '../base/bytes.ts';

/** What a table covers: both ends included. */
export interface KeyBounds {
  readonly smallestKey: Uint8Array;
  readonly largestKey: Uint8Array;
}

/** True when the two have a key in common, or touch. */
export function overlaps(a: KeyBounds, b: KeyBounds): boolean {
  return (
    compareBytes(a.smallestKey, b.largestKey) <= 0 && compareBytes(b.smallestKey, a.largestKey) <= 0
  );
}

/** The bounds of all `tables` together. Give at least one. */
export function boundsOf(tables: readonly KeyBounds[]): KeyBounds {
  let { smallestKey, largestKey } = tables[0] as KeyBounds;
  for (const table of tables) {
    if (compareBytes(table.smallestKey, smallestKey) < 0) smallestKey = table.smallestKey;
    if (compareBytes(table.largestKey, largestKey) > 0) largestKey = table.largestKey;
  }
  return { smallestKey, largestKey };
}

/** Index of the first table of a sorted level whose largest key is at or after `key`. */
export function firstAtOrAfter(level: readonly KeyBounds[], key: Uint8Array): number {
  let low = 0;
  let high = level.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes((level[middle] as KeyBounds).largestKey, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
