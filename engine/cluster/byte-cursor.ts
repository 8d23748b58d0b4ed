// Writing and reading bytes one field after the other, for bodies of variable length.
//
//   writer.clear(); writer.u64(term); writer.u8(kind); writer.raw(data); writer.take()
//   reader.over(bytes, 20); reader.u64(); reader.u8(); reader.raw(size)
//
// 1. A writer keeps its memory from one use to the next, so that making a message costs
//    one copy: `take`. Larger ones are cut from a block that they share (`copyOf`).
// 2. A reader copies nothing: `raw` is a view of what it reads.
// 3. Numbers are put together from bytes: a `DataView` for each message would cost more than
//    reading it.
// 4. What isn't there is FERRIS_CORRUPTION, never a RangeError: bytes from a disk or a
//    network may be anything.

import { EMPTY_BYTES } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import { FerrisError } from '../base/errors.ts';
import { viewOf, writeU64 } from '../base/layout.ts';

/** Bytes that grow at their end. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #size = 0;

  constructor(capacityBytes = 1024) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = viewOf(this.#bytes);
  }

  get size(): number {
    return this.#size;
  }

  /** What is written so far; it holds until the next call that changes it. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
  }

  u8(value: number): void {
    this.#grow(1);
    this.#bytes[this.#size++] = value;
  }

  u16(value: number): void {
    this.#grow(2);
    this.#view.setUint16(this.#size, value, true);
    this.#size += 2;
  }

  u32(value: number): void {
    this.#grow(4);
    this.#view.setUint32(this.#size, value, true);
    this.#size += 4;
  }

  /** A safe integer, 0 or more. */
  u64(value: number): void {
    this.#grow(8);
    writeU64(this.#view, this.#size, value);
    this.#size += 8;
  }

  raw(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Writes over four bytes that were written before. */
  patchU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  /** CRC32 of what is written from `offset` on. */
  crcFrom(offset: number): number {
    return crc32(this.#bytes, offset, this.#size);
  }

  /** A copy of what is written, for whoever keeps it. */
  take(): Uint8Array<ArrayBuffer> {
    return copyOf(this.#bytes, this.#size);
  }

  #grow(more: number): void {
    const wanted = this.#size + more;
    if (wanted <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}

// V8 keeps arrays of up to 64 bytes in its own heap, and asks the system for the memory of each
// larger one, which costs ten times as much as all else that is done for a message. So those are
// cut from blocks. A block lives as long as one of its messages, and what is cut from it is
// mostly entries, which logs keep together anyway.
const HEAP_BYTES_MAX = 64;
const BLOCK_BYTES = 1 << 14;
let block = new Uint8Array(0);
let blockUsedBytes = 0;

/** The first `size` bytes of `bytes`, which nobody will change. */
function copyOf(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size <= HEAP_BYTES_MAX || size > BLOCK_BYTES / 8) return bytes.slice(0, size);
  if (blockUsedBytes + size > block.length) {
    block = new Uint8Array(BLOCK_BYTES);
    blockUsedBytes = 0;
  }
  const copy = block.subarray(blockUsedBytes, blockUsedBytes + size);
  blockUsedBytes += size;
  for (let i = 0; i < size; i++) copy[i] = bytes[i] as number;
  return copy;
}

/** The u32 at `at`, which must be there. */
export function u32At(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
  return (low | (high << 16)) >>> 0;
}

/** Bytes taken from the front. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#pass(1)] as number;
  }

  u16(): number {
    const at = this.#pass(2);
    return (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
  }

  u32(): number {
    return u32At(this.#bytes, this.#pass(4));
  }

  u64(): number {
    const at = this.#pass(8);
    const high = u32At(this.#bytes, at + 4);
    const low = u32At(this.#bytes, at);
    // Nearly always; and a product would be a number with a box of its own, here and wherever
    // it is kept.
    if (high === 0) return low;
    const value = high * 0x100000000 + low;
    if (value > Number.MAX_SAFE_INTEGER) throw ended(`the number at ${at} is over 2^53 - 1`);
    return value;
  }

  /** A view of the next `size` bytes. */
  raw(size: number): Uint8Array {
    if (size === 0) return EMPTY_BYTES;
    const from = this.#pass(size);
    return this.#bytes.subarray(from, from + size);
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    return this.raw(this.left);
  }

  /** @throws FERRIS_CORRUPTION when something is left */
  finish(): void {
    if (this.left > 0) throw ended(`${this.left} bytes follow at ${this.#at}`);
  }

  #pass(size: number): number {
    const from = this.#at;
    if (from + size > this.#end) throw ended(`it ends at ${this.#end}, inside a field at ${from}`);
    this.#at = from + size;
    return from;
  }
}

function ended(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `these bytes are not what they should be: ${what}`);
}
