// A scan: what a reader sees of a range of keys, as of one sequence number.
//
// Below it lie entries: every version of every key, tombstones included. A scan
// shows each key once, with its newest visible version, and hides deleted ones.
//
// Forward that is easy: the newest version comes first. Backward the oldest comes
// first, so the scan walks through all versions of a key, remembers the last one
// it was allowed to see, and stops when the key changes (LevelDB's `DBIter`).
//
// A scan that met an error is over: the run that failed would be missing from what
// follows, and an older version, or a deleted key, would show in its place.

import { compareBytes, EMPTY_BYTES, equalBytes, prefixEnd } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import type { Cursor } from './cursor.ts';
import { KIND_PUT, SEQUENCE_MAX } from './entry.ts';

/** Which keys to scan. Give at most one lower and one upper bound, or a prefix. */
export interface ScanRange {
  readonly gte?: Uint8Array | undefined;
  readonly gt?: Uint8Array | undefined;
  readonly lte?: Uint8Array | undefined;
  readonly lt?: Uint8Array | undefined;
  readonly prefix?: Uint8Array | undefined;
  /** From the highest key down. */
  readonly reverse?: boolean | undefined;
  /** At most so many keys. */
  readonly limit?: number | undefined;
}

/** Half-open: from `start` (included) up to `end` (not included; absent: no end). */
interface Bounds {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
}

/** Moves over the visible keys of a range, one `next` at a time, in one direction. */
export class Scan {
  readonly #entries: Cursor;
  readonly #sequence: number;
  readonly #bounds: Bounds;
  readonly #reverse: boolean;
  #left: number;
  #started = false;
  #failure: unknown;
  #key: Uint8Array = EMPTY_BYTES;
  #value: Uint8Array = EMPTY_BYTES;

  /** @throws FERRIS_INVALID_ARGUMENT when the bounds or the limit make no sense together */
  constructor(entries: Cursor, sequence: number, range: ScanRange) {
    this.#entries = entries;
    this.#sequence = sequence;
    this.#bounds = boundsOf(range);
    this.#reverse = range.reverse ?? false;
    this.#left = limitOf(range);
  }

  /** Key at the current place; valid until the next `next`. */
  get key(): Uint8Array {
    return this.#key;
  }

  /** Value at the current place; a view, valid until the next `next`. */
  get value(): Uint8Array {
    return this.#value;
  }

  /**
   * Moves to the first or next visible key; false when there are no more.
   * @throws FERRIS_CORRUPTION, FERRIS_IO, FERRIS_CLOSED, and the same again from then on
   */
  next(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#left <= 0) return false;
    try {
      const found = this.#reverse ? this.#backward() : this.#forward();
      this.#left = found ? this.#left - 1 : 0;
      return found;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #forward(): boolean {
    const entries = this.#entries;
    if (this.#started) skipKey(entries, this.#key);
    else entries.seek(this.#bounds.start, SEQUENCE_MAX);
    this.#started = true;
    while (entries.valid && !this.#past(entries.key)) {
      if (entries.sequence > this.#sequence) {
        entries.next();
        continue;
      }
      this.#key = entries.key.slice();
      if (entries.kind === KIND_PUT) {
        this.#value = entries.value;
        return true;
      }
      skipKey(entries, this.#key);
    }
    return false;
  }

  #backward(): boolean {
    const entries = this.#entries;
    if (!this.#started) this.#toEnd();
    this.#started = true;
    while (entries.valid && compareBytes(entries.key, this.#bounds.start) >= 0) {
      this.#key = entries.key.slice();
      if (this.#newestVisible()) return true;
    }
    return false;
  }

  /** Walks back through every version of `#key`; true if the newest visible one is a put. */
  #newestVisible(): boolean {
    const entries = this.#entries;
    let visible = false;
    while (entries.valid && equalBytes(entries.key, this.#key)) {
      if (entries.sequence <= this.#sequence) {
        visible = entries.kind === KIND_PUT;
        if (visible) this.#value = entries.value.slice();
      }
      entries.prev();
    }
    return visible;
  }

  #toEnd(): void {
    const { end } = this.#bounds;
    if (end === undefined) this.#entries.seekToLast();
    else this.#entries.seekBefore(end, SEQUENCE_MAX);
  }

  #past(key: Uint8Array): boolean {
    const { end } = this.#bounds;
    return end !== undefined && compareBytes(key, end) >= 0;
  }
}

function skipKey(entries: Cursor, key: Uint8Array): void {
  while (entries.valid && equalBytes(entries.key, key)) entries.next();
}

function limitOf({ limit }: ScanRange): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw invalid(`limit must be a whole number from 0 up, not ${limit}`);
}

function boundsOf({ gte, gt, lte, lt, prefix }: ScanRange): Bounds {
  if (gte !== undefined && gt !== undefined) throw invalid('give gte or gt, not both');
  if (lte !== undefined && lt !== undefined) throw invalid('give lte or lt, not both');
  if (prefix !== undefined) {
    if (gte ?? gt ?? lte ?? lt) throw invalid('give a prefix or bounds, not both');
    return { start: prefix, end: prefixEnd(prefix) };
  }
  const start = gte ?? (gt === undefined ? EMPTY_BYTES : successor(gt));
  const end = lt ?? (lte === undefined ? undefined : successor(lte));
  return { start, end };
}

/** The smallest key after `key`: the same bytes and a zero. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
