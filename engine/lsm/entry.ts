// An entry: one version of one key, the unit that memtables and tables are made of.
//
// Entries are ordered by user key ascending, then by sequence number descending, so
// a reader that wants key k as of sequence s seeks to (k, s) and finds the newest
// version that it may see. A delete is an entry too (a tombstone): it must hide
// older versions that lie in older tables.

import { compareBytes, EMPTY_BYTES } from '../base/bytes.ts';

/** What an entry does to its key. The numbers are on the disk; docs/decisions/0007 says more. */
export const KIND_DELETE = 0;
export const KIND_PUT = 1;
/** Changes what is below it: the value is an operator and its operand. */
export const KIND_MERGE = 2;
/** A put that is a delete from some time on: the value begins with that time. */
export const KIND_EXPIRING = 3;
/** What lies in order in memtables and tables. */
export type PointKind =
  | typeof KIND_DELETE
  | typeof KIND_PUT
  | typeof KIND_MERGE
  | typeof KIND_EXPIRING;
/** How events name these, by number. */
export const KIND_NAMES = ['delete', 'put', 'merge', 'expiring'] as const;
/** Deletes from its key up to its value, which is not included. It lies beside the others. */
export const KIND_DELETE_RANGE = 4;
export type EntryKind = PointKind | typeof KIND_DELETE_RANGE;

/** Higher than any sequence number in use: seeking with it finds the newest version. */
export const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;

/** Longest key and value, in bytes. */
export const KEY_BYTES_MAX = 1 << 20;
export const VALUE_BYTES_MAX = 10 << 20;

/**
 * The entry that `find` has found in a run. One object serves many lookups, so that none
 * of them makes one: the next `find` overwrites it. The value is a view (docs/decisions/0008).
 */
export class Found {
  sequence = 0;
  kind: PointKind = KIND_DELETE;
  value: Uint8Array = EMPTY_BYTES;
}

/** Negative, zero or positive as entry (a, sequenceA) sorts before, with or after (b, sequenceB). */
export function compareEntries(
  a: Uint8Array,
  sequenceA: number,
  b: Uint8Array,
  sequenceB: number,
): number {
  const byKey = compareBytes(a, b);
  return byKey === 0 ? sequenceB - sequenceA : byKey;
}
