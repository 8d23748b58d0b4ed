// Counts what goes into a table, or is found in it: the numbers of its properties.

import { compareBytes, EMPTY_BYTES } from '../../base/bytes.ts';
import { KIND_DELETE, type PointKind } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';

/** Numbers of the entries counted so far; those of sequence numbers cover range deletes too. */
export class Tally {
  entries = 0;
  tombstones = 0;
  /** Different keys of entries. */
  keys = 0;
  keyBytes = 0;
  valueBytes = 0;
  smallestSequence = Number.MAX_SAFE_INTEGER;
  largestSequence = 0;

  /** Counts an entry; `sameKey`: the one before has its key. */
  count(key: Uint8Array, sequence: number, kind: PointKind, value: Uint8Array, sameKey: boolean) {
    this.entries++;
    if (kind === KIND_DELETE) this.tombstones++;
    if (!sameKey) this.keys++;
    this.keyBytes += key.length;
    this.valueBytes += value.length;
    this.countSequence(sequence);
  }

  countSequence(sequence: number): void {
    if (sequence < this.smallestSequence) this.smallestSequence = sequence;
    if (sequence > this.largestSequence) this.largestSequence = sequence;
  }
}

/** The first and the last key of all; `first` and `last` are those of the entries, if there are any. */
export function keyRange(
  first: Uint8Array | undefined,
  last: Uint8Array | undefined,
  rangeDeletes: readonly RangeDelete[],
): { readonly smallestKey: Uint8Array; readonly largestKey: Uint8Array } {
  let smallest = first;
  let largest = last;
  for (const { start, end } of rangeDeletes) {
    if (smallest === undefined || compareBytes(start, smallest) < 0) smallest = start;
    if (largest === undefined || compareBytes(end, largest) > 0) largest = end;
  }
  return { smallestKey: smallest ?? EMPTY_BYTES, largestKey: largest ?? EMPTY_BYTES };
}
