// Gathers small pieces into few large appends: a call into OPFS costs as much as
// copying tens of kilobytes.

import type { File } from '../../env/files.ts';

const CHUNK_BYTES = 128 << 10;

/** A file being written from its first byte on. */
export class Output {
  readonly #file: File;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #used = 0;
  #size = 0;

  constructor(file: File) {
    this.#file = file;
  }

  /** Bytes put so far: the offset of what comes next. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes; they are copied or written before it returns. */
  put(bytes: Uint8Array): void {
    if (this.#used + bytes.length > CHUNK_BYTES) this.flush();
    if (bytes.length > CHUNK_BYTES) this.#file.append(bytes);
    else {
      this.#chunk.set(bytes, this.#used);
      this.#used += bytes.length;
    }
    this.#size += bytes.length;
  }

  /** Appends what is gathered. */
  flush(): void {
    if (this.#used > 0) this.#file.append(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }
}
