// Writing and reading bytes one field after the other, for bodies of variable length.
//
//   writer.clear(); writer.u64(term); writer.u8(kind); writer.raw(data); writer.take()
//   reader.over(bytes, 20); reader.u64(); reader.u8(); reader.raw(size)
//
// 1. A writer keeps its memory from one use to the next, so that making a message costs
//    one copy: `take`.
// 2. A reader copies nothing: `raw` is a view of what it reads.
// 3. What isn't there is FERRIS_CORRUPTION, never a RangeError: bytes from a disk or a
//    network may be anything.

import { FerrisError } from '../base/errors.ts';
import { readU64, viewOf, writeU64 } from '../base/layout.ts';

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

  /** A copy of what is written, for whoever keeps it. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
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

/** Bytes taken from the front. */
export class ByteReader {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#at = from;
    this.#end = to;
  }

  /** Where the next field begins. */
  get offset(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#pass(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#pass(4), true);
  }

  u64(): number {
    return readU64(this.#view, this.#pass(8));
  }

  /** A view of the next `size` bytes. */
  raw(size: number): Uint8Array {
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
