// An arena: memory that is handed out from the front and given back all at once.
//
//    0                                     used                 capacity
//    |  block  |   block   | block |  ...  |       free         |
//
// Allocating adds to one number. There is nothing to free and nothing for the
// garbage collector to trace: a million entries are one object to it.
//
// 1. A block never overlaps another and begins at a multiple of four bytes, so the
//    same memory reads as 32-bit words and as bytes.
// 2. Addresses are word indices. They stay right when the arena grows.
// 3. Growing copies everything to a buffer twice the size and never writes to the
//    old one again: a view that somebody still holds keeps showing the same bytes.
//
// A list of chunks that never move would save the copy, but each step through a
// structure would first have to find the chunk.

/** Memory for a structure whose parts all die together. Addresses count 32-bit words. */
export class Arena {
  /** The memory as words. It is replaced when the arena grows: read it again after `allocate`. */
  words: Int32Array<ArrayBuffer>;
  /** The same memory as bytes; word w begins at byte 4 * w. */
  bytes: Uint8Array<ArrayBuffer>;
  #usedWords = 0;

  /** @param capacityBytes room to begin with. */
  constructor(capacityBytes: number) {
    const buffer = new ArrayBuffer(Math.ceil(capacityBytes / 4) * 4);
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  get usedBytes(): number {
    return this.#usedWords * 4;
  }

  /** Takes `count` words, all zero; returns the address of the first. */
  allocate(count: number): number {
    const address = this.#usedWords;
    this.#usedWords = address + count;
    if (this.#usedWords > this.words.length) this.#grow();
    return address;
  }

  #grow(): void {
    const grown = new Int32Array(Math.max(this.#usedWords, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
    this.bytes = new Uint8Array(grown.buffer);
  }
}
