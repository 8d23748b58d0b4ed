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
// The sequence number is that of the first entry; the i-th entry has sequence + i.
// The client writes 0 there, the store puts in the number just before logging.

import { EMPTY_BYTES, show } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, type Span, u32, u64, viewOf, writeU64 } from '../base/layout.ts';
import { readVarint, VARINT_BYTES_MAX, varintSize, writeVarint } from '../base/varint.ts';
import { type EntryKind, KEY_BYTES_MAX, KIND_DELETE, KIND_PUT, VALUE_BYTES_MAX } from './entry.ts';

export const BatchHeader = layout('batch header', {
  sequence: u64('sequence number of the first entry', 'sequence'),
  count: u32('how many entries follow', 'length'),
});

const ENTRIES_AT = BatchHeader.size;

/** Largest batch, in bytes: one log record. */
const BATCH_BYTES_MAX = 64 << 20;

/** Builds the bytes of a batch. It can be used again after `clear`. */
export class Batch {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #size = ENTRIES_AT;
  #count = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(Math.max(capacityBytes, ENTRIES_AT));
    this.#view = viewOf(this.#bytes);
  }

  /** How many puts and deletes it holds. */
  get count(): number {
    return this.#count;
  }

  /** Size of `bytes`. */
  get size(): number {
    return this.#size;
  }

  /** @throws FERRIS_TOO_LARGE when the key, the value or the whole batch is over its limit. */
  put(key: Uint8Array, value: Uint8Array): this {
    if (value.length > VALUE_BYTES_MAX) throw tooLarge('value', value.length, VALUE_BYTES_MAX);
    this.#start(KIND_PUT, key, value.length + VARINT_BYTES_MAX);
    this.#append(value);
    return this;
  }

  /** @throws FERRIS_TOO_LARGE when the key or the whole batch is over its limit. */
  delete(key: Uint8Array): this {
    this.#start(KIND_DELETE, key, 0);
    return this;
  }

  /** Empties it and keeps its memory. */
  clear(): void {
    this.#size = ENTRIES_AT;
    this.#count = 0;
  }

  /** The encoded batch: a view that holds until the next change. */
  get bytes(): Uint8Array<ArrayBuffer> {
    writeU64(this.#view, BatchHeader.at.sequence, 0);
    this.#view.setUint32(BatchHeader.at.count, this.#count, true);
    return this.#bytes.subarray(0, this.#size);
  }

  #start(kind: EntryKind, key: Uint8Array, moreBytes: number): void {
    if (key.length > KEY_BYTES_MAX) throw tooLarge('key', key.length, KEY_BYTES_MAX);
    this.#reserve(1 + VARINT_BYTES_MAX + key.length + moreBytes);
    this.#bytes[this.#size++] = kind;
    this.#count++;
    this.#append(key);
  }

  #append(bytes: Uint8Array): void {
    this.#size = writeVarint(this.#bytes, this.#size, bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  #reserve(moreBytes: number): void {
    const needed = this.#size + moreBytes;
    if (needed > BATCH_BYTES_MAX) throw tooLarge('batch', needed, BATCH_BYTES_MAX);
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

/** Writes the store's sequence number into an encoded batch, in place; returns its count. */
export function stampBatch(bytes: Uint8Array, sequence: number): number {
  const view = viewOf(bytes);
  writeU64(view, BatchHeader.at.sequence, sequence);
  return view.getUint32(BatchHeader.at.count, true);
}

/** Called for each entry with views into the batch. */
export type BatchVisitor = (
  kind: EntryKind,
  key: Uint8Array,
  value: Uint8Array,
  sequence: number,
) => void;

/**
 * Visits every entry in order. It throws at the damaged place, after visiting what
 * comes before it: call `checkBatch` first where half a batch would be wrong.
 * @throws FERRIS_CORRUPTION when the bytes are not a batch.
 */
export function readBatch(
  bytes: Uint8Array,
  visit: BatchVisitor,
): { sequence: number; count: number } {
  const { sequence, count } = readHeader(bytes);
  let at: number = ENTRIES_AT;
  for (let i = 0; i < count; i++) {
    const kind = kindAt(bytes, at);
    const key = bytesAt(bytes, at + 1, KEY_BYTES_MAX);
    at = key.byteOffset - bytes.byteOffset + key.length;
    let value: Uint8Array = EMPTY_BYTES;
    if (kind === KIND_PUT) {
      value = bytesAt(bytes, at, VALUE_BYTES_MAX);
      at = value.byteOffset - bytes.byteOffset + value.length;
    }
    visit(kind, key, value, sequence + i);
  }
  if (at !== bytes.length) throw corrupt('goes on after its last entry', at);
  return { sequence, count };
}

/** Reads a batch and gives out none of its entries. @throws FERRIS_CORRUPTION when it isn't whole */
export function checkBatch(bytes: Uint8Array): { sequence: number; count: number } {
  const { sequence, count } = readHeader(bytes);
  let at: number = ENTRIES_AT;
  for (let i = 0; i < count; i++) {
    const kind = kindAt(bytes, at);
    at = endOf(bytes, at + 1, KEY_BYTES_MAX);
    if (kind === KIND_PUT) at = endOf(bytes, at, VALUE_BYTES_MAX);
  }
  if (at !== bytes.length) throw corrupt('goes on after its last entry', at);
  return { sequence, count };
}

/** The batch's bytes, named. Needs a batch that `checkBatch` accepts. */
export function describeBatch(bytes: Uint8Array, offset = 0): Span[] {
  const spans: Span[] = BatchHeader.spans(viewOf(bytes), 0).map((span) => ({
    ...span,
    offset: offset + span.offset,
  }));
  readBatch(bytes, (kind, key, value, sequence) => {
    const last = spans[spans.length - 1] as Span;
    const start = last.offset + last.size;
    spans.push(describeEntry(kind, key, value, sequence, start));
  });
  return spans;
}

function describeEntry(
  kind: EntryKind,
  key: Uint8Array,
  value: Uint8Array,
  sequence: number,
  offset: number,
): Span {
  const children: Span[] = [];
  let at = offset;
  const add = (
    name: string,
    spanKind: Span['kind'],
    size: number,
    shown: string | number,
    doc: string,
  ) => {
    children.push({ name, kind: spanKind, offset: at, size, value: shown, doc });
    at += size;
  };
  const verb = kind === KIND_PUT ? 'put' : 'delete';
  add('kind', 'type', 1, verb, '1 puts a value, 0 deletes the key');
  addBytes(add, 'key', key);
  if (kind === KIND_PUT) addBytes(add, 'value', value);
  const doc = `${verb}, with sequence number ${sequence}`;
  return { name: 'entry', kind: 'header', offset, size: at - offset, doc, children };
}

type AddSpan = (
  name: string,
  kind: Span['kind'],
  size: number,
  shown: string | number,
  doc: string,
) => void;

function addBytes(add: AddSpan, name: 'key' | 'value', bytes: Uint8Array): void {
  add(
    `${name} length`,
    'length',
    varintSize(bytes.length),
    bytes.length,
    `bytes of the ${name}, as a varint`,
  );
  if (bytes.length > 0) add(name, name, bytes.length, show(bytes), `the ${name} itself`);
}

function readHeader(bytes: Uint8Array): { sequence: number; count: number } {
  if (bytes.length < ENTRIES_AT) throw corrupt('ends inside its header', 0);
  return BatchHeader.read(viewOf(bytes), 0);
}

function kindAt(bytes: Uint8Array, at: number): EntryKind {
  const kind = bytes[at];
  if (kind === KIND_PUT || kind === KIND_DELETE) return kind;
  throw corrupt('has an entry of an unknown kind', at);
}

/** The bytes whose length stands at `at`, a view. */
function bytesAt(bytes: Uint8Array, at: number, max: number): Uint8Array {
  const end = endOf(bytes, at, max);
  return bytes.subarray(end - readVarint(bytes, at), end);
}

/** Where the bytes end whose length stands at `at`. */
function endOf(bytes: Uint8Array, at: number, max: number): number {
  const length = readVarint(bytes, at);
  const end = at + varintSize(length) + length;
  if (length > max || end > bytes.length) throw corrupt('has an entry longer than itself', at);
  return end;
}

function tooLarge(what: string, size: number, max: number): FerrisError {
  return new FerrisError(
    'FERRIS_TOO_LARGE',
    `a ${what} of ${size} bytes is over the limit of ${max}; split it`,
  );
}

function corrupt(what: string, offsetBytes: number): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a batch ${what}`, { offsetBytes });
}
