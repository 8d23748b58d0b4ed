// The keeper: the one place that lets entries go.
//
// Entries come in order, versions of a key newest first. Snapshots cut the sequence numbers
// into strata, and no reader can tell two entries of one stratum apart but the newest:
//
//     snapshots         |S=4            |S=9
//     versions of k   2   4     5  7  9    11  12
//     strata          '--4'     '-----9'   '---12'        kept: 12, 9, 4
//
// 1. Of each key and stratum, the newest entry that is no merge is kept, and what is older
//    goes. Merges above it are folded into it; what can't be folded stays as it is.
// 2. A delete, of a key or a range, goes when nothing that it hides can be left: it is in the
//    oldest stratum, and no run older than the output can hold the key.
// 3. An entry below a range delete of its own stratum goes. One that has expired is a delete to
//    every reader, and so is one that the user's filter gives up and no snapshot can see.
// 4. A merge over an expiring put that is still alive stays a chain: what it amounts to depends
//    on when it is read.
//
// Flush and compaction both go through here. RocksDB calls it CompactionIterator.

import { EMPTY_BYTES, equalBytes } from '../../base/bytes.ts';
import { isFerrisError } from '../../base/errors.ts';
import type { Cursor } from '../cursor.ts';
import {
  KIND_DELETE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
  type PointKind,
  SEQUENCE_MAX,
} from '../entry.ts';
import { isExpired } from '../expiry.ts';
import { combine, fold, type UserMerge } from '../operators.ts';
import type { RangeDelete, RangeDeletes } from '../range-deletes.ts';
import { KeyBuffer } from '../table/key-buffer.ts';

/** Says whether a put that nobody else can see may go. It must give the same for the same. */
export type CompactionFilter = (key: Uint8Array, value: Uint8Array) => 'keep' | 'remove';

/** What decides about an entry. */
export interface KeeperRules {
  /** Sequence numbers of the snapshots in use, ascending. */
  readonly snapshots: readonly number[];
  /** Range deletes of the inputs. */
  readonly rangeDeletes: RangeDeletes;
  readonly nowMs: number;
  readonly merge: UserMerge | undefined;
  readonly filter: CompactionFilter | undefined;
  /** True when a run older than the output may hold `key`. Keys are asked for in order. */
  readonly isDeeper: (key: Uint8Array) => boolean;
  /** The same for any key from `start` up to `end`, not included. */
  readonly isRangeDeeper: (start: Uint8Array, end: Uint8Array) => boolean;
}

interface Kept {
  readonly sequence: number;
  readonly kind: PointKind;
  readonly value: Uint8Array;
}

/** Goes over what is kept of `input`, which stands at its first entry. */
export class Keeper {
  readonly #input: Cursor;
  readonly #rules: KeeperRules;
  readonly #key = new KeyBuffer();
  #keyCount = 0;
  #kept: Kept[] = [];
  #at = 0;
  /** Merges of the stratum at hand that wait for what they apply to, newest first. */
  #merges: Kept[] = [];
  #taken = 0;

  constructor(input: Cursor, rules: KeeperRules) {
    this.#input = input;
    this.#rules = rules;
  }

  /** Different keys of the input seen so far: it tells one key from the next. */
  get keyCount(): number {
    return this.#keyCount;
  }

  /** Entries of the input seen so far. */
  get taken(): number {
    return this.#taken;
  }

  get key(): Uint8Array {
    return this.#key.bytes;
  }

  get sequence(): number {
    return this.#here.sequence;
  }

  get kind(): PointKind {
    return this.#here.kind;
  }

  get value(): Uint8Array {
    return this.#here.value;
  }

  /** To the first or next entry that is kept; false at the end. @throws FERRIS_CORRUPTION, FERRIS_IO */
  next(): boolean {
    this.#at++;
    while (this.#at >= this.#kept.length) {
      if (!this.#input.valid) return false;
      this.#kept.length = 0;
      this.#at = 0;
      this.#takeStratum();
    }
    return true;
  }

  /** What is left of the range deletes, in order of their starts. */
  *rangeDeletes(): Generator<RangeDelete, void, void> {
    let lastStart: Uint8Array | undefined;
    let lastTop = Number.POSITIVE_INFINITY;
    for (const range of this.#rules.rangeDeletes) {
      const top = this.#topOf(range.sequence);
      const isHidden = range.start === lastStart && top === lastTop;
      [lastStart, lastTop] = [range.start, top];
      if (isHidden || this.#isUseless(range)) continue;
      yield range;
    }
  }

  get #here(): Kept {
    return this.#kept[this.#at] as Kept;
  }

  /** All entries of one key in one stratum: fills `#kept`. */
  #takeStratum(): void {
    const input = this.#input;
    if (this.#keyCount === 0 || !equalBytes(this.key, input.key)) {
      this.#key.take(input.key);
      this.#keyCount++;
    }
    const bottom = this.#bottomOf(input.sequence);
    const covered = this.#rules.rangeDeletes.covering(this.key, this.#topOf(input.sequence));
    let settled = false;
    do {
      if (!settled) settled = this.#take(bottom, covered);
      this.#taken++;
      input.next();
    } while (input.valid && input.sequence > bottom && equalBytes(this.key, input.key));
    if (!settled) this.#endChain(bottom === 0 && !this.#rules.isDeeper(this.key));
    this.#merges.length = 0;
  }

  /** One entry; true when the rest of the stratum is hidden. */
  #take(bottom: number, covered: number): boolean {
    const { sequence, kind, value } = this.#input;
    if (sequence < covered) {
      this.#endChain(true);
      return true;
    }
    if (kind === KIND_MERGE) {
      this.#merges.push({ sequence, kind, value });
      return false;
    }
    if (this.#isGone(kind, value)) this.#takeDelete(sequence, bottom);
    else this.#takeValue({ sequence, kind, value });
    return true;
  }

  #takeDelete(sequence: number, bottom: number): void {
    if (this.#foldMerges(undefined)) return;
    this.#keepMerges();
    const useless = bottom === 0 && this.#kept.length === 0 && !this.#rules.isDeeper(this.key);
    if (!useless) this.#kept.push({ sequence, kind: KIND_DELETE, value: EMPTY_BYTES });
  }

  #takeValue(entry: Kept): void {
    if (entry.kind === KIND_PUT && this.#foldMerges(entry.value)) return;
    this.#keepMerges();
    this.#kept.push(entry);
  }

  /** The stratum ends without a put or delete; `nothingBelow`: there is none anywhere. */
  #endChain(nothingBelow: boolean): void {
    if (nothingBelow && this.#foldMerges(undefined)) return;
    this.#keepMerges();
  }

  /** True when there were merges and they are one put now. */
  #foldMerges(base: Uint8Array | undefined): boolean {
    const newest = this.#merges[0];
    if (newest === undefined) return false;
    try {
      const values = this.#merges.map(({ value }) => value).reverse();
      const value = fold(this.key, base, values, this.#rules.merge);
      this.#kept.push({ sequence: newest.sequence, kind: KIND_PUT, value });
      return true;
    } catch (error) {
      // An operator that isn't there, or that fails: readers will be told, nothing is lost here.
      if (isFerrisError(error)) return false;
      throw error;
    }
  }

  /** Keeps the chain, with neighbors combined where that is possible. */
  #keepMerges(): void {
    let newer: Kept | undefined;
    for (const older of this.#merges) {
      const both = newer === undefined ? undefined : combine(older.value, newer.value);
      if (newer !== undefined && both === undefined) this.#kept.push(newer);
      newer = both === undefined ? older : { ...(newer as Kept), value: both };
    }
    if (newer !== undefined) this.#kept.push(newer);
    this.#merges.length = 0;
  }

  /** True for a delete and for what counts as one. */
  #isGone(kind: PointKind, value: Uint8Array): boolean {
    if (kind === KIND_DELETE) return true;
    const { nowMs, filter, snapshots } = this.#rules;
    if (kind === KIND_EXPIRING) return isExpired(value, nowMs);
    if (filter === undefined || this.#merges.length > 0) return false;
    const isSeen = this.#input.sequence <= (snapshots.at(-1) ?? 0);
    return !isSeen && filter(this.key, value) === 'remove';
  }

  #isUseless({ start, end, sequence }: RangeDelete): boolean {
    return this.#bottomOf(sequence) === 0 && !this.#rules.isRangeDeeper(start, end);
  }

  /** The highest snapshot below `sequence`: its stratum begins after that; 0 for the oldest. */
  #bottomOf(sequence: number): number {
    const { snapshots } = this.#rules;
    for (let i = snapshots.length - 1; i >= 0; i--) {
      if ((snapshots[i] as number) < sequence) return snapshots[i] as number;
    }
    return 0;
  }

  /** The lowest snapshot at or above `sequence`: its stratum ends there. */
  #topOf(sequence: number): number {
    return this.#rules.snapshots.find((snapshot) => snapshot >= sequence) ?? SEQUENCE_MAX;
  }
}
