// The memtable: the newest entries, sorted, in memory.
//
// Every write lands here once it is in the log, and every read looks here first.
// When it has grown to its limit it is frozen, written out as a sorted table, and
// dropped; what it held is then in the table, and its log can go. The name is
// Bigtable's (Chang et al., 2006). The sorting is done by a skip list: skip-list.ts.
//
// Range deletes are kept beside the sorted entries, in a list, as they were written.

import { assert } from '../../base/assert.ts';
import { Random } from '../../base/random.ts';
import type { Trace } from '../../trace/events.ts';
import type { Cursor } from '../cursor.ts';
import { type Found, KIND_DELETE, type Lookup, type PointKind, TOMBSTONE } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import { MemtableCursor } from './memtable-cursor.ts';
import { NONE, SkipList } from './skip-list.ts';

/** Room that a memtable begins with if it isn't told; it doubles whenever it is full. */
const CAPACITY_BYTES = 64 << 10;

/** Room at most to begin with: clearing memory that stays empty costs time, and figures open many stores. */
const CAPACITY_BYTES_MAX = 1 << 20;

/** What a range delete takes besides its keys, about: an object, two arrays and their places. */
const RANGE_DELETE_BYTES = 256;

/** How events name the kinds of entries, by number: see entry.ts. */
const KIND_NAMES = ['delete', 'put', 'merge', 'expiring'] as const;

export interface MemtableOptions {
  /** Which memtable of its store this is, counted from 1; events carry it. */
  readonly number: number;
  /** Decides the nodes' heights; the memtable's number if it is not given. */
  readonly seed?: number;
  /** About what it will hold when it is frozen: a hint. */
  readonly capacityBytes?: number;
  readonly trace?: Trace | undefined;
}

/** A node as figures draw it. `offsetBytes` names it; `next` holds one name a level, 0 at the end. */
export interface MemtableNode {
  readonly offsetBytes: number;
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly kind: PointKind;
  readonly value: Uint8Array;
  readonly height: number;
  readonly next: readonly number[];
}

/** Entries sorted by (key ascending, sequence descending), held in memory. */
export class Memtable {
  readonly number: number;
  readonly #list: SkipList;
  readonly #trace: Trace | undefined;
  readonly #rangeDeletes: RangeDelete[] = [];
  #rangeDeleteBytes = 0;
  #frozen = false;

  constructor(options: MemtableOptions) {
    const { number, seed = number, capacityBytes = CAPACITY_BYTES, trace } = options;
    this.number = number;
    this.#list = new SkipList(Math.min(capacityBytes, CAPACITY_BYTES_MAX), new Random(seed));
    this.#trace = trace;
  }

  /** How many entries it holds; each version of a key is one. Range deletes are not counted. */
  get count(): number {
    return this.#list.count;
  }

  /** Range deletes in the order they came. */
  get rangeDeletes(): readonly RangeDelete[] {
    return this.#rangeDeletes;
  }

  /** Memory that the entries and range deletes take, links and padding included. It only grows. */
  get approximateBytes(): number {
    return this.#list.usedBytes + this.#rangeDeleteBytes;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /**
   * Adds one version of `key`; key and value are copied. No other entry may have the
   * same key and sequence number. Sizes are the caller's to check: see entry.ts.
   */
  insert(sequence: number, kind: PointKind, key: Uint8Array, value: Uint8Array): void {
    assert(!this.#frozen, 'a frozen memtable takes no more entries');
    const node = this.#list.insert(key, sequence, kind, value);
    this.#trace?.({
      type: 'memtable.insert',
      memtable: this.number,
      key: key.slice(),
      sequence,
      kind: KIND_NAMES[kind],
      value: value.slice(),
      height: this.#list.height(node),
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
    const list = this.#list;
    const node = list.seek(key, sequence);
    if (node === NONE || !list.holds(node, key)) return false;
    found.sequence = list.sequence(node);
    found.kind = list.kind(node);
    found.value = list.value(node);
    return true;
  }

  /** The newest version of `key` at or below `sequence`. The value is a view that stays as it is. */
  get(key: Uint8Array, sequence: number): Lookup {
    const list = this.#list;
    const node = list.seek(key, sequence);
    if (node === NONE || !list.holds(node, key)) return undefined;
    return list.kind(node) === KIND_DELETE ? TOMBSTONE : list.value(node);
  }

  /** A cursor over all versions of all keys. Entries inserted later show up in it. */
  cursor(): Cursor {
    return new MemtableCursor(this.#list);
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

  /** The first node of each level, from level 0 up; see `nodes`. */
  get head(): readonly number[] {
    return this.#list.links(NONE).map(bytesOf);
  }

  /** Keys that a search for (key, sequence) compares with, in order: for figures and tests. */
  path(key: Uint8Array, sequence: number): Uint8Array[] {
    return this.#list.path(key, sequence).map((node) => this.#list.key(node).slice());
  }

  /** All nodes in order, copied: the skip list as it is in memory, for figures and tests. */
  *nodes(): Generator<MemtableNode> {
    const list = this.#list;
    for (let node = list.first(); node !== NONE; node = list.next(node)) {
      yield {
        offsetBytes: bytesOf(node),
        key: list.key(node).slice(),
        sequence: list.sequence(node),
        kind: list.kind(node),
        value: list.value(node).slice(),
        height: list.height(node),
        next: list.links(node).map(bytesOf),
      };
    }
  }
}

/** A node's address counts words. */
function bytesOf(address: number): number {
  return address * 4;
}
