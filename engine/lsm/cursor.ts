// A cursor: a place in a sorted run of entries, moved by seek, next and prev.
//
// Memtables, tables and merges of them all offer this one interface. `key` and
// `value` are views that hold only until the cursor moves: copy what you keep.
// A cursor that isn't `valid` is before the first or after the last entry; only
// seeks are allowed then.

import type { PointKind } from './entry.ts';

export interface Cursor {
  readonly valid: boolean;
  /** To the first entry of all. */
  seekToFirst(): void;
  /** To the last entry of all. */
  seekToLast(): void;
  /** To the first entry at or after (key, sequence): key ascending, sequence descending. */
  seek(key: Uint8Array, sequence: number): void;
  /** To the last entry before (key, sequence). */
  seekBefore(key: Uint8Array, sequence: number): void;
  next(): void;
  prev(): void;
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly kind: PointKind;
  /** Empty for a delete. */
  readonly value: Uint8Array;
  /** See `KeyCursor`. */
  nextKey?(): void;
}

/** A cursor that knows more cheaply than by comparing whole keys which entries have one key. */
export interface KeyCursor extends Cursor {
  /** As `next`, until the key is another one. */
  nextKey(): void;
}
