// A scan: what a reader sees of a range of keys, as of one sequence number.
//
// Below it lie entries: every version of every key, tombstones included. A scan
// shows each key once, with its newest visible version, and hides deleted ones; a chain
// of merges is folded into one value.
//
// Forward that is easy: the newest version comes first. Backward the oldest comes
// first, so the scan walks through all versions of a key, remembers what the last ones
// that it was allowed to see amount to, and stops when the key changes (LevelDB's `DBIter`).
//
// A scan holds the runs that it began with, and so the files of their tables, until it
// has ended or is closed. One that met an error is over: the run that failed would be
// missing from what follows, and an older version, or a deleted key, would show in its place.

import { compareBytes, EMPTY_BYTES, equalBytes, prefixEnd } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import type { Cursor } from './cursor.ts';
import { KIND_EXPIRING, KIND_MERGE, KIND_PUT, SEQUENCE_MAX } from './entry.ts';
import { expiresMsOf, expiringValue, isExpired } from './expiry.ts';
import { fold, type UserMerge } from './operators.ts';
import type { RangeDeletes } from './range-deletes.ts';
import { KeyBuffer } from './table/key-buffer.ts';

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

/** What a scan reads, and as of when. */
export interface ScanView {
  /** Every point entry of the runs. */
  readonly entries: Cursor;
  readonly rangeDeletes: RangeDeletes;
  /** Entries with higher sequence numbers are not visible. */
  readonly sequence: number;
  /** The time, which decides what has expired. */
  readonly nowMs: number;
  readonly merge: UserMerge | undefined;
  /** Called once, when the runs are no longer needed. */
  readonly onClose: () => void;
}

/** Moves over the visible keys of a range, one `next` at a time, in one direction. */
export class Scan {
  readonly #view: ScanView;
  readonly #entries: Cursor;
  readonly #bounds: Bounds;
  readonly #reverse: boolean;
  #key: Uint8Array = EMPTY_BYTES;
  /** A copy of the key, made where the cursor moves on before the reader does. */
  #copy: KeyBuffer | undefined;
  #value: Uint8Array = EMPTY_BYTES;
  #expiresMs: number | undefined;
  #left: number;
  /** True when the cursor stands where the search for the next key begins. */
  #positioned = false;
  /** True when the cursor is still at entries of the key shown last. */
  #atShown = false;
  /** True when that is the entry shown; merges leave it at a later one. */
  #onShown = false;
  #failure: unknown;
  #closed = false;

  /** @throws FERRIS_INVALID_ARGUMENT when the bounds or the limit make no sense together */
  constructor(view: ScanView, range: ScanRange) {
    this.#view = view;
    this.#entries = view.entries;
    this.#bounds = boundsOf(range);
    this.#reverse = range.reverse ?? false;
    this.#left = limitOf(range);
  }

  /** Key at the current place; a view, valid until the next `next`. */
  get key(): Uint8Array {
    return this.#key;
  }

  /** Value at the current place: a view of memory that nobody writes to. Copy what you keep long. */
  get value(): Uint8Array {
    return this.#value;
  }

  /** When the value at the current place expires; undefined: never, or merges have changed it since. */
  get expiresMs(): number | undefined {
    return this.#expiresMs;
  }

  /**
   * Moves to the first or next visible key; false when there are no more, and then it is closed.
   * @throws FERRIS_CORRUPTION, FERRIS_IO, FERRIS_CLOSED, and the same again from then on
   */
  next(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#left > 0 && !this.#closed) {
      this.#left--;
      if (this.#advance()) return true;
    }
    this.close();
    return false;
  }

  /**
   * Goes to `target`: the next `next` finds the first key of the range at or after it (in reverse,
   * at or before it). It may go back as well. The limit goes on counting. Errors are those of `next`.
   */
  seek(target: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) return;
    this.#atShown = false;
    this.#positioned = true;
    try {
      if (this.#reverse) this.#seekBackward(target);
      else this.#seekForward(target);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Lets go of the runs. Closing twice is fine. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#view.onClose();
  }

  #advance(): boolean {
    try {
      return this.#reverse ? this.#backward() : this.#forward();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #fail(error: unknown): unknown {
    this.#failure = error;
    this.close();
    return error;
  }

  #forward(): boolean {
    const entries = this.#entries;
    if (!this.#positioned) this.#toStart();
    else if (this.#atShown) this.#skipShown();
    while (entries.valid) {
      const { key } = entries;
      if (this.#isPast(key)) return false;
      if (entries.sequence > this.#view.sequence) {
        entries.next();
        continue;
      }
      if (entries.nextKey === undefined) this.#copyKey(key);
      else this.#key = key;
      this.#atShown = true;
      this.#onShown = true;
      if (this.#resolveForward()) return true;
      this.#skipShown();
    }
    return false;
  }

  #toStart(): void {
    const { start } = this.#bounds;
    if (start.length === 0) this.#entries.seekToFirst();
    else this.#entries.seek(start, SEQUENCE_MAX);
    this.#positioned = true;
  }

  /** Past the older versions of the key shown last. */
  #skipShown(): void {
    const entries = this.#entries;
    if (this.#onShown && entries.nextKey !== undefined) {
      entries.nextKey();
      return;
    }
    if (this.#onShown) entries.next();
    while (entries.valid && equalBytes(entries.key, this.#key)) entries.next();
  }

  #copyKey(key: Uint8Array): void {
    this.#copy ??= new KeyBuffer();
    this.#copy.take(key);
    this.#key = this.#copy.bytes;
  }

  /** At the newest visible version of `#key`: true, and `#value` set, if it amounts to a value. */
  #resolveForward(): boolean {
    const entries = this.#entries;
    const covered = this.#covered();
    if (entries.sequence < covered) return false;
    if (entries.kind !== KIND_MERGE) return this.#show(this.#valueHere());
    this.#onShown = false;
    this.#copyKey(this.#key);
    const operands: Uint8Array[] = [];
    let base: Uint8Array | undefined;
    while (entries.valid && entries.sequence >= covered && equalBytes(entries.key, this.#key)) {
      if (entries.kind !== KIND_MERGE) {
        base = this.#valueHere();
        break;
      }
      operands.push(entries.value);
      entries.next();
    }
    return this.#showFolded(base, operands.reverse());
  }

  #backward(): boolean {
    const entries = this.#entries;
    if (!this.#positioned) this.#toEnd();
    this.#positioned = true;
    while (entries.valid && compareBytes(entries.key, this.#bounds.start) >= 0) {
      this.#copyKey(entries.key);
      if (this.#resolveBackward()) return true;
    }
    return false;
  }

  /** Walks back through every version of `#key`; true if those that are visible amount to a value. */
  #resolveBackward(): boolean {
    const entries = this.#entries;
    const covered = this.#covered();
    let base: Uint8Array | undefined;
    let operands: Uint8Array[] | undefined;
    while (entries.valid && equalBytes(entries.key, this.key)) {
      const { sequence } = entries;
      if (sequence <= this.#view.sequence && sequence >= covered) {
        if (entries.kind === KIND_MERGE) {
          operands ??= [];
          operands.push(entries.value);
        } else {
          base = this.#valueHere();
          operands = undefined;
        }
      }
      entries.prev();
    }
    if (operands === undefined) return this.#show(base);
    return this.#showFolded(base, operands);
  }

  #showFolded(base: Uint8Array | undefined, operands: readonly Uint8Array[]): boolean {
    this.#expiresMs = undefined;
    return this.#show(fold(this.key, base, operands, this.#view.merge));
  }

  #show(value: Uint8Array | undefined): boolean {
    if (value === undefined) return false;
    this.#value = value;
    return true;
  }

  /** What the entry at hand, no merge, amounts to. */
  #valueHere(): Uint8Array | undefined {
    const { kind, value } = this.#entries;
    this.#expiresMs = undefined;
    if (kind === KIND_PUT) return value;
    if (kind !== KIND_EXPIRING || isExpired(value, this.#view.nowMs)) return undefined;
    this.#expiresMs = expiresMsOf(value);
    return expiringValue(value);
  }

  /** Versions of `#key` below this sequence number are deleted by a range delete. */
  #covered(): number {
    return this.#view.rangeDeletes.covering(this.key, this.#view.sequence);
  }

  #toEnd(): void {
    const { end } = this.#bounds;
    if (end === undefined) this.#entries.seekToLast();
    else this.#entries.seekBefore(end, SEQUENCE_MAX);
  }

  #seekForward(target: Uint8Array): void {
    const { start } = this.#bounds;
    this.#entries.seek(compareBytes(target, start) < 0 ? start : target, SEQUENCE_MAX);
  }

  #seekBackward(target: Uint8Array): void {
    const after = successor(target);
    if (this.#isPast(after)) this.#toEnd();
    else this.#entries.seekBefore(after, SEQUENCE_MAX);
  }

  #isPast(key: Uint8Array): boolean {
    const { end } = this.#bounds;
    return end !== undefined && compareBytes(key, end) >= 0;
  }
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
