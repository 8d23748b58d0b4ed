// What a memtable asks of the list that sorts its entries. Two lists do it: skip-list.ts, for
// one thread and fast, and shared-skip-list.ts, for several.

import type { PointKind } from '../entry.ts';

/** The address that means: there is no entry, no place. */
export const NONE = 0;

/** Reads entries, which are named by their addresses. Views stay as they are. */
export interface EntryReader {
  key(entry: number): Uint8Array;
  value(entry: number): Uint8Array;
  sequence(entry: number): number;
  kind(entry: number): PointKind;
  /** Levels that it is linked into, from 1. */
  height(entry: number): number;
  /** True when the entry's key is `key`. */
  holds(entry: number, key: Uint8Array): boolean;
}

/** The way of a search on one level: entries it went on to, and last the one too far, or NONE. */
export interface LevelPath {
  readonly level: number;
  readonly entries: readonly number[];
}

/** Entries sorted by (key ascending, sequence descending). A place is good until the next insert. */
export interface SortedList {
  readonly entries: EntryReader;
  /** How many entries were inserted here. */
  readonly count: number;
  readonly usedBytes: number;
  /**
   * Adds an entry, whose key and sequence number must be new; returns its address, NONE if full. The
   * key and the value lie in `bytes`, which is looked at until it returns.
   */
  insertFrom(
    bytes: Uint8Array,
    kind: PointKind,
    keyAt: number,
    keyEnd: number,
    valueAt: number,
    valueEnd: number,
    sequence: number,
  ): number;
  /** The first place at or after (key, sequence), or NONE. */
  seek(key: Uint8Array, sequence: number): number;
  /** The last place before (key, sequence), or NONE. */
  seekBefore(key: Uint8Array, sequence: number): number;
  first(): number;
  last(): number;
  after(place: number): number;
  before(place: number): number;
  entryAt(place: number): number;
}

/** A list that tells figures and tests what it is made of. */
export interface ShownList extends SortedList {
  /** The entries of each level in order, from level 0 up. */
  levels(): number[][];
  /** The way of the search for (key, sequence), from the highest level down. */
  pathTo(key: Uint8Array, sequence: number): LevelPath[];
}
