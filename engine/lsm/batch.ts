// A write batch: the unit that is applied as a whole or not at all.
//
// Its bytes are the payload of one log record, and they are also what crosses from
// a page to its worker, so a batch is encoded once on its way to the disk:
//
//    0          8       12
//    +----------+-------+-------+-------+-----
//    | sequence | count | entry | entry | ...
//    +----------+-------+-------+-------+-----
//
//    entry:  kind u8 | key length varint | key | value length varint | value
//            (a delete ends after its key)
//
// What stands in key and value is different for each kind: docs/decisions/0007.
//
// The sequence number is that of the first entry; the i-th entry has sequence + i.
// The client writes 0 there, the store puts in the number just before logging.
//
// Every write passes through here, so there is no object made for an entry: whoever
// copies the bytes anyway takes their offsets (`walkBatch`), others take views.

import { compareBytes, copyBytes, EMPTY_BYTES } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, u32, u64 } from '../base/layout.ts';
import { readVarint, VARINT_BYTES_MAX, varintSize, writeVarint } from '../base/varint.ts';
import {
  type EntryKind,
  KEY_BYTES_MAX,
  KIND_DELETE,
  KIND_DELETE_RANGE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
  VALUE_BYTES_MAX,
} from './entry.ts';
import { checkExpiresMs, EXPIRY_BYTES, expiresMsOf, writeExpiry } from './expiry.ts';
import { type OperatorName, operatorId } from './operators.ts';

export const BatchHeader = layout('batch header', {
  sequence: u64('sequence number of the first entry', 'sequence'),
  count: u32('how many entries follow', 'length'),
});

const SEQUENCE_AT = BatchHeader.at.sequence;
const COUNT_AT = BatchHeader.at.count;
const ENTRIES_AT = BatchHeader.size;

/** Largest batch, in bytes: one log record. */
const BATCH_BYTES_MAX = 64 << 20;

/** Small batches share one piece of memory, each its own part: a buffer for each costs far more. */
const SLAB_BYTES = 1 << 15;
const SLAB_SHARE_BYTES_MAX = 1 << 10;
let slab = new Uint8Array(0);
let slabUsedBytes = 0;

function newMemory(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes > SLAB_SHARE_BYTES_MAX) return new Uint8Array(bytes);
  if (slabUsedBytes + bytes > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsedBytes = 0;
  }
  slabUsedBytes += bytes;
  return slab.subarray(slabUsedBytes - bytes, slabUsedBytes);
}

/** A small batch grows by four, a larger one by two: most of the time goes into getting memory. */
const GROW_SLOWER_BYTES = 1 << 16;

/** Builds the bytes of a batch. It can be used again after `clear`. */
export class Batch {
  #bytes: Uint8Array<ArrayBuffer>;
  #size = ENTRIES_AT;
  #count = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = newMemory(Math.max(capacityBytes, ENTRIES_AT));
  }

  /** How many entries it holds. */
  get count(): number {
    return this.#count;
  }

  /** Size of `bytes`. */
  get size(): number {
    return this.#size;
  }

  /** @throws FERRIS_TOO_LARGE when the key, the value or the whole batch is over its limit. */
  put(key: Uint8Array, value: Uint8Array): this {
    this.#start(KIND_PUT, key, 0, value);
    this.#copy(value);
    return this;
  }

  /**
   * A put that is a delete from `expiresMs` on, in milliseconds of the store's clock.
   * @throws FERRIS_TOO_LARGE; FERRIS_INVALID_ARGUMENT unless it is a whole number, 0 or later
   */
  putExpiring(key: Uint8Array, value: Uint8Array, expiresMs: number): this {
    checkExpiresMs(expiresMs);
    this.#start(KIND_EXPIRING, key, EXPIRY_BYTES, value);
    writeExpiry(this.#bytes, this.#size, expiresMs);
    this.#size += EXPIRY_BYTES;
    this.#copy(value);
    return this;
  }

  /**
   * Changes what is there by an operator, when it is read: see operators.ts.
   * @throws FERRIS_TOO_LARGE; FERRIS_INVALID_ARGUMENT when there is no such operator
   */
  merge(key: Uint8Array, operator: OperatorName, operand: Uint8Array): this {
    const id = operatorId(operator);
    this.#start(KIND_MERGE, key, 1, operand);
    this.#bytes[this.#size++] = id;
    this.#copy(operand);
    return this;
  }

  /** @throws FERRIS_TOO_LARGE when the key or the whole batch is over its limit. */
  delete(key: Uint8Array): this {
    this.#start(KIND_DELETE, key, 0, undefined);
    return this;
  }

  /**
   * Deletes the keys from `start` up to `end`, not included; nothing when they are equal.
   * @throws FERRIS_INVALID_ARGUMENT when `end` is before `start`; FERRIS_TOO_LARGE
   */
  deleteRange(start: Uint8Array, end: Uint8Array): this {
    const order = compareBytes(start, end);
    if (order > 0) throw new FerrisError('FERRIS_INVALID_ARGUMENT', UPSIDE_DOWN);
    if (end.length > KEY_BYTES_MAX) throw tooLarge('key', end.length, KEY_BYTES_MAX);
    if (order === 0) return this;
    this.#start(KIND_DELETE_RANGE, start, 0, end);
    this.#copy(end);
    return this;
  }

  /** Empties it and keeps its memory. */
  clear(): void {
    this.#size = ENTRIES_AT;
    this.#count = 0;
  }

  /** The encoded batch: a view that holds until the next change. */
  get bytes(): Uint8Array<ArrayBuffer> {
    putU64(this.#bytes, SEQUENCE_AT, 0);
    putU32(this.#bytes, COUNT_AT, this.#count);
    return this.#bytes.subarray(0, this.#size);
  }

  /** Everything of an entry up to and with the length of its value: `headBytes`, then `rest`. */
  #start(kind: EntryKind, key: Uint8Array, headBytes: number, rest: Uint8Array | undefined): void {
    if (key.length > KEY_BYTES_MAX) throw tooLarge('key', key.length, KEY_BYTES_MAX);
    const valueBytes = rest === undefined ? 0 : headBytes + rest.length;
    if (valueBytes > VALUE_BYTES_MAX) throw tooLarge('value', valueBytes, VALUE_BYTES_MAX);
    const needed = this.#size + 1 + 2 * VARINT_BYTES_MAX + key.length + valueBytes;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#bytes[this.#size] = kind;
    this.#size = writeVarint(this.#bytes, this.#size + 1, key.length);
    this.#copy(key);
    this.#count++;
    if (rest !== undefined) this.#size = writeVarint(this.#bytes, this.#size, valueBytes);
  }

  #copy(from: Uint8Array): void {
    copyBytes(from, 0, from.length, this.#bytes, this.#size);
    this.#size += from.length;
  }

  #grow(needed: number): void {
    if (needed > BATCH_BYTES_MAX) throw tooLarge('batch', needed, BATCH_BYTES_MAX);
    const { length } = this.#bytes;
    const faster = length < GROW_SLOWER_BYTES ? length * 4 : length * 2;
    const grown = new Uint8Array(Math.max(needed, faster));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

/** Writes the store's sequence number into an encoded batch, in place; returns its count. */
export function stampBatch(bytes: Uint8Array, sequence: number): number {
  putU64(bytes, SEQUENCE_AT, sequence);
  return u32At(bytes, COUNT_AT);
}

/**
 * Called for each entry with where its key and its value lie in the batch. An entry without
 * a value has an empty one.
 */
type EntryPlaces = (
  kind: EntryKind,
  keyAt: number,
  keyEnd: number,
  valueAt: number,
  valueEnd: number,
  sequence: number,
) => void;

/** Called for each entry with views into the batch. */
export type BatchVisitor = (
  kind: EntryKind,
  key: Uint8Array,
  value: Uint8Array,
  sequence: number,
) => void;

/** What stands at the beginning of a batch. */
export interface BatchFacts {
  readonly sequence: number;
  readonly count: number;
}

/**
 * Visits every entry in order. It throws at the damaged place, after visiting what
 * comes before it: call `checkBatch` first where half a batch would be wrong.
 * @throws FERRIS_CORRUPTION when the bytes are not a batch.
 */
export function readBatch(bytes: Uint8Array, visit: BatchVisitor): BatchFacts {
  return walkBatch(bytes, (kind, keyAt, keyEnd, valueAt, valueEnd, sequence) => {
    const value = valueAt === valueEnd ? EMPTY_BYTES : bytes.subarray(valueAt, valueEnd);
    visit(kind, bytes.subarray(keyAt, keyEnd), value, sequence);
  });
}

/** Reads a batch and gives out none of its entries. @throws FERRIS_CORRUPTION when it isn't whole */
export function checkBatch(bytes: Uint8Array): BatchFacts {
  return walkBatch(bytes, undefined);
}

/** `readBatch` with offsets in place of views. Errors are the same. */
export function walkBatch(bytes: Uint8Array, visit: EntryPlaces | undefined): BatchFacts {
  if (bytes.length < ENTRIES_AT) throw corrupt('ends inside its header', 0);
  const sequence = sequenceAt(bytes);
  const count = u32At(bytes, COUNT_AT);
  let at: number = ENTRIES_AT;
  for (let i = 0; i < count; i++) {
    const kind = kindAt(bytes, at);
    const keyEnd = endOf(bytes, at + 1, KEY_BYTES_MAX);
    const keyAt = keyEnd - readVarint(bytes, at + 1);
    let valueAt = keyEnd;
    let valueEnd = keyEnd;
    if (kind !== KIND_DELETE) {
      valueEnd = endOf(bytes, keyEnd, VALUE_BYTES_MAX);
      valueAt = valueEnd - readVarint(bytes, keyEnd);
      if (kind !== KIND_PUT) checkValue(bytes, kind, keyAt, keyEnd, valueAt, valueEnd);
    }
    visit?.(kind, keyAt, keyEnd, valueAt, valueEnd, sequence + i);
    at = valueEnd;
  }
  if (at !== bytes.length) throw corrupt('goes on after its last entry', at);
  return { sequence, count };
}

/** What its kind says of a value. A user's own operator isn't known here, so any number will do. */
function checkValue(
  bytes: Uint8Array,
  kind: EntryKind,
  keyAt: number,
  keyEnd: number,
  valueAt: number,
  valueEnd: number,
): void {
  if (kind === KIND_MERGE && valueAt === valueEnd)
    throw corrupt('has a merge without operator', valueAt);
  if (kind === KIND_EXPIRING) expiresMsOf(bytes.subarray(valueAt, valueEnd));
  if (kind !== KIND_DELETE_RANGE) return;
  const start = bytes.subarray(keyAt, keyEnd);
  const end = bytes.subarray(valueAt, valueEnd);
  if (end.length > KEY_BYTES_MAX || compareBytes(start, end) >= 0)
    throw corrupt('has a range delete that ends before it begins', keyAt);
}

function kindAt(bytes: Uint8Array, at: number): EntryKind {
  const kind = bytes[at] as number;
  if (kind <= KIND_DELETE_RANGE) return kind as EntryKind;
  throw corrupt('has an entry of an unknown kind', at);
}

/** Where the bytes end whose length stands at `at`. */
function endOf(bytes: Uint8Array, at: number, max: number): number {
  const length = readVarint(bytes, at);
  const end = at + varintSize(length) + length;
  if (length > max || end > bytes.length) throw corrupt('has an entry longer than itself', at);
  return end;
}

function sequenceAt(bytes: Uint8Array): number {
  const sequence = u32At(bytes, SEQUENCE_AT + 4) * 0x100000000 + u32At(bytes, SEQUENCE_AT);
  if (sequence <= Number.MAX_SAFE_INTEGER) return sequence;
  throw corrupt('has a sequence number over 2^53 - 1', SEQUENCE_AT);
}

function u32At(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return (low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function putU64(bytes: Uint8Array, at: number, value: number): void {
  putU32(bytes, at, value >>> 0);
  putU32(bytes, at + 4, Math.floor(value / 0x100000000));
}

const UPSIDE_DOWN = 'a range to delete ends before it begins; give the lower key first';

function tooLarge(what: string, size: number, max: number): FerrisError {
  return new FerrisError(
    'FERRIS_TOO_LARGE',
    `a ${what} of ${size} bytes is over the limit of ${max}; split it`,
  );
}

function corrupt(what: string, offsetBytes: number): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a batch ${what}`, { offsetBytes });
}
