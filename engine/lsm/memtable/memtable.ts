// The memtable: the newest entries, sorted, in memory.
//
// Every write lands here once it is in the log, and every read looks here first.
// When it has grown to its limit it is frozen, written out as a sorted table, and
// dropped; what it held is then in the table, and its log can go. The name is
// Bigtable's (Chang et al., 2006). The sorting is done by a skip list: skip-list.ts.
//
// Range deletes are kept beside the sorted entries, in a list, as they were written.

import { assert } from '../../base/assert.ts';
import { Xoshiro } from '../../base/xoshiro.ts';
import type { Trace } from '../../trace/events.ts';
import type { Cursor } from '../cursor.ts';
import { type Found, KIND_NAMES, type PointKind } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import { MemtableCursor } from './memtable-cursor.ts';
import { coins, SkipList } from './skip-list.ts';
import { NONE, type SortedList } from './sorted-list.ts';

/** Room that a memtable begins with if it isn't told. */
const CAPACITY_BYTES = 64 << 10;

/** Room at most to begin with: clearing memory that stays empty costs time, and figures open many stores. */
const CAPACITY_BYTES_MAX = 1 << 20;

/** What a range delete takes besides its keys, about: an object, two arrays and their places. */
const RANGE_DELETE_BYTES = 256;

export interface MemtableOptions {
  /** Which memtable of its store this is, counted from 1; events carry it. */
  readonly number: number;
  /** Decides the nodes' heights; the memtable's number if it is not given. */
  readonly seed?: number;
  /** About what it will hold when it is frozen: a hint. */
  readonly capacityBytes?: number;
  /** Dictates the height of the nth entry, from 0 on, in place of coins: for figures. */
  readonly heights?: ((nth: number) => number) | undefined;
  /**
   * Sorts the entries, in place of a list of its own: a SharedSkipList, if several threads are to
   * read it. Its memory does not grow, so freeze the memtable before it is full.
   */
  readonly list?: SortedList | undefined;
  readonly trace?: Trace | undefined;
}

/** Entries sorted by (key ascending, sequence descending), held in memory. */
export class Memtable {
  readonly number: number;
  /** Its entries, sorted. */
  readonly list: SortedList;
  readonly #trace: Trace | undefined;
  readonly #rangeDeletes: RangeDelete[] = [];
  #rangeDeleteBytes = 0;
  #frozen = false;

  constructor(options: MemtableOptions) {
    const { number, seed = number, heights = coins(new Xoshiro(seed)), trace } = options;
    const capacityBytes = Math.min(options.capacityBytes ?? CAPACITY_BYTES, CAPACITY_BYTES_MAX);
    this.number = number;
    this.list = options.list ?? new SkipList({ capacityBytes, heights });
    this.#trace = trace;
  }

  /** How many entries it holds; each version of a key is one. Range deletes are not counted. */
  get count(): number {
    return this.list.count;
  }

  /** Range deletes in the order they came. */
  get rangeDeletes(): readonly RangeDelete[] {
    return this.#rangeDeletes;
  }

  /** Memory that the entries and range deletes take, links and padding included. It only grows. */
  get approximateBytes(): number {
    return this.list.usedBytes + this.#rangeDeleteBytes;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /**
   * Adds one version of `key`; key and value are copied. No other entry may have the
   * same key and sequence number. Sizes are the caller's to check: see entry.ts.
   */
  insert(sequence: number, kind: PointKind, key: Uint8Array, value: Uint8Array): void {
    const bytes = new Uint8Array(key.length + value.length);
    bytes.set(key);
    bytes.set(value, key.length);
    this.insertFrom(bytes, kind, 0, key.length, key.length, bytes.length, sequence);
  }

  /** As `insert`, for a key and a value that lie in `bytes`, as those of a batch do. */
  insertFrom(
    bytes: Uint8Array,
    kind: PointKind,
    keyAt: number,
    keyEnd: number,
    valueAt: number,
    valueEnd: number,
    sequence: number,
  ): void {
    assert(!this.#frozen, 'a frozen memtable takes no more entries');
    const entry = this.list.insertFrom(bytes, kind, keyAt, keyEnd, valueAt, valueEnd, sequence);
    assert(entry !== NONE, 'a memtable is frozen before its list is full');
    this.#trace?.({
      type: 'memtable.insert',
      memtable: this.number,
      key: bytes.slice(keyAt, keyEnd),
      sequence,
      kind: KIND_NAMES[kind],
      value: bytes.slice(valueAt, valueEnd),
      height: this.list.entries.height(entry),
    });
  }

  /** Adds the deletion of every key from `start` up to `end`, not included; both are copied. */
  insertRangeDelete(sequence: number, start: Uint8Array, end: Uint8Array): void {
    assert(!this.#frozen, 'a frozen memtable takes no more entries');
    this.#rangeDeletes.push({ start: start.slice(), end: end.slice(), sequence });
    this.#rangeDeleteBytes += RANGE_DELETE_BYTES + start.length + end.length;
    this.#trace?.({
      type: 'memtable.range-delete',
      memtable: this.number,
      start: start.slice(),
      end: end.slice(),
      sequence,
    });
  }

  /**
   * Finds the newest version of `key` at or below `sequence`, range deletes left aside, and
   * writes it into `found`; false when there is none. The value is a view that stays as it is.
   */
  find(key: Uint8Array, sequence: number, found: Found): boolean {
    const { entries, count } = this.list;
    if (count === 0) return false;
    const place = this.list.seek(key, sequence);
    if (place === NONE) return false;
    const entry = this.list.entryAt(place);
    if (!entries.holds(entry, key)) return false;
    found.sequence = entries.sequence(entry);
    found.kind = entries.kind(entry);
    found.value = entries.value(entry);
    return true;
  }

  /** A cursor over all versions of all keys. Entries inserted later show up in it. */
  cursor(): Cursor {
    return new MemtableCursor(this.list);
  }

  /** No entry may be inserted from now on. */
  freeze(): void {
    assert(!this.#frozen, 'a memtable is frozen once');
    this.#frozen = true;
    this.#trace?.({
      type: 'memtable.freeze',
      memtable: this.number,
      entries: this.count,
      bytes: this.approximateBytes,
    });
  }
}
