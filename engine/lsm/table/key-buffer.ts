// A key that is written again and again into the same memory.

import { EMPTY_BYTES } from '../../base/bytes.ts';

/** Keys up to this long have views that are made once. */
const VIEW_BYTES_MAX = 256;

/** The key written last. */
export class KeyBuffer {
  /** A view that holds until the next change. */
  bytes: Uint8Array = EMPTY_BYTES;
  #buffer = new Uint8Array(64);
  /** Views of the buffer by their length: making one costs more than reading an entry does. */
  readonly #views: (Uint8Array | undefined)[] = [];

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
    if (this.bytes.length !== length) this.bytes = this.#view(length);
  }

  #view(length: number): Uint8Array {
    if (length > VIEW_BYTES_MAX) return this.#buffer.subarray(0, length);
    this.#views[length] ??= this.#buffer.subarray(0, length);
    return this.#views[length];
  }

  #grow(length: number): void {
    const grown = new Uint8Array(length * 2);
    grown.set(this.#buffer);
    this.#buffer = grown;
    this.#views.length = 0; // they showed the old memory
    this.bytes = EMPTY_BYTES;
  }
}
