// Chunks: bytes that are added one after the other, and stay where they are.
//
//    chunk 0        chunk 1               chunk 2
//    | a | b | .. | | c | d | e | ... | | f | free         |
//
// A full chunk is left as it is and the next one begins, so nothing is ever copied: a
// view of what was added keeps showing the same bytes. Each chunk is twice as large as
// the one before, up to a limit; what is larger than that gets a chunk of its own size.

const CHUNK_BYTES_MIN = 1 << 10;
const CHUNK_BYTES_MAX = 1 << 20;

export class Chunks {
  readonly #chunks: Uint8Array[];
  #last: Uint8Array;
  /** Bytes taken from the last chunk. */
  #used = 0;
  #usedBytes = 0;

  /** @param capacityBytes of the first chunk. */
  constructor(capacityBytes: number) {
    this.#last = new Uint8Array(capacityBytes);
    this.#chunks = [this.#last];
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The number of the chunk that was added to last. */
  get last(): number {
    return this.#chunks.length - 1;
  }

  /** Adds a copy of `bytes` to the last chunk, or to a new one; returns where in it they begin. */
  add(bytes: Uint8Array): number {
    const { length } = bytes;
    if (this.#used + length > this.#last.length) this.#begin(length);
    const at = this.#used;
    this.#last.set(bytes, at);
    this.#used = at + length;
    this.#usedBytes += length;
    return at;
  }

  view(chunk: number, at: number, length: number): Uint8Array {
    const { buffer } = this.#chunks[chunk] as Uint8Array;
    return new Uint8Array(buffer, at, length);
  }

  #begin(bytesMin: number): void {
    const doubled = Math.min(this.#last.length * 2 + CHUNK_BYTES_MIN, CHUNK_BYTES_MAX);
    this.#last = new Uint8Array(Math.max(bytesMin, doubled));
    this.#chunks.push(this.#last);
    this.#used = 0;
  }
}
