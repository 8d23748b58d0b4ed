// Bytes that grow at the end, in one buffer that doubles when it is full.
//
// Doubling makes the copying cheap on average: a byte is copied about once, however
// small the appends are. The price is up to half of the buffer lying empty.

import { EMPTY_BYTES } from '../base/bytes.ts';

const CAPACITY_BYTES_MIN = 256;

/** An append-only array of bytes. */
export class GrowingBytes {
  #buffer: Uint8Array = EMPTY_BYTES;
  #size = 0;

  constructor(bytes: Uint8Array = EMPTY_BYTES) {
    if (bytes.length > 0) this.append(bytes);
  }

  get size(): number {
    return this.#size;
  }

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    const end = this.#size + bytes.length;
    if (end > this.#buffer.length) this.#grow(end);
    this.#buffer.set(bytes, this.#size);
    this.#size = end;
  }

  /** Copies from `offset` into `into`; returns how many bytes that was, 0 past the end. */
  read(offset: number, into: Uint8Array): number {
    if (offset >= this.#size) return 0;
    const end = Math.min(offset + into.length, this.#size);
    into.set(this.#buffer.subarray(offset, end));
    return end - offset;
  }

  /** The bytes from `start` to `end` without copying: good until the next append. */
  view(start = 0, end = this.#size): Uint8Array {
    return this.#buffer.subarray(start, Math.min(end, this.#size));
  }

  #grow(need: number): void {
    let capacity = Math.max(this.#buffer.length, CAPACITY_BYTES_MIN);
    while (capacity < need) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.view());
    this.#buffer = grown;
  }
}
