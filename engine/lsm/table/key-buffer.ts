// A key that is written again and again into the same memory.
//
//    keys of one length     the buffer is the key
//    of several             views of a larger buffer, made once for each length
//
// Making a view of memory costs more than reading an entry does. Most databases have keys
// of one length, or a few, and a short scan shouldn't pay for more than it needs.

import { EMPTY_BYTES } from '../../base/bytes.ts';

/** Keys up to this long have views that are made once. */
const VIEW_BYTES_MAX = 256;

/** A buffer for keys of several lengths has room for this at least. */
const BUFFER_BYTES_MIN = 64;

/** The key written last. */
export class KeyBuffer {
  /** A view that holds until the next change. */
  bytes: Uint8Array = EMPTY_BYTES;
  #buffer: Uint8Array = EMPTY_BYTES;
  /** Views of the buffer by their length. */
  #views: (Uint8Array | undefined)[] | undefined;

  /** Copies `key`. */
  take(key: Uint8Array): void {
    this.extend(0, key, 0, key.length);
  }

  /**
   * Keeps the first `kept` bytes and puts `count` bytes of `from`, beginning at `at`, after them. True
   * when that is another key than before.
   */
  extend(kept: number, from: Uint8Array, at: number, count: number): boolean {
    const length = kept + count;
    let isOther = this.bytes.length !== length;
    if (isOther) this.resize(length);
    const { bytes } = this;
    for (let i = 0; i < count; i++) {
      const byte = from[at + i] as number;
      if (bytes[kept + i] !== byte) isOther = true;
      bytes[kept + i] = byte;
    }
    return isOther;
  }

  /** Makes `bytes` so long: the beginning stays, and what is new is to be written by the caller. */
  resize(length: number): void {
    if (length > this.#buffer.length) this.#grow(length);
    this.bytes = length === this.#buffer.length ? this.#buffer : this.#view(length);
  }

  #view(length: number): Uint8Array {
    if (length > VIEW_BYTES_MAX) return this.#buffer.subarray(0, length);
    this.#views ??= [];
    this.#views[length] ??= this.#buffer.subarray(0, length);
    return this.#views[length];
  }

  #grow(length: number): void {
    const isFirst = this.#buffer.length === 0;
    const grown = new Uint8Array(isFirst ? length : Math.max(length * 2, BUFFER_BYTES_MIN));
    grown.set(this.#buffer);
    this.#buffer = grown;
    this.#views = undefined; // they showed the old memory
  }
}
