// A key that is written again and again into the same memory.

import { EMPTY_BYTES } from '../../base/bytes.ts';

/** The key written last. */
export class KeyBuffer {
  /** A view that holds until the next change. It is made anew only when the length changes. */
  bytes: Uint8Array = EMPTY_BYTES;
  #buffer = new Uint8Array(64);

  /** Copies `key`. */
  take(key: Uint8Array): void {
    this.extend(0, key, 0, key.length);
  }

  /** Keeps the first `kept` bytes and puts `count` bytes of `from`, beginning at `at`, after them. */
  extend(kept: number, from: Uint8Array, at: number, count: number): void {
    const length = kept + count;
    if (length > this.#buffer.length) this.#grow(length);
    const buffer = this.#buffer;
    for (let i = 0; i < count; i++) buffer[kept + i] = from[at + i] as number;
    if (this.bytes.length !== length) this.bytes = buffer.subarray(0, length);
  }

  #grow(length: number): void {
    const grown = new Uint8Array(length * 2);
    grown.set(this.#buffer);
    this.#buffer = grown;
    this.bytes = EMPTY_BYTES; // it showed the old memory
  }
}
