// A data block as it lies in memory: its bytes, and where they come from.
// Entries are read by a lookup (block-find.ts) or a cursor (block-cursor.ts); their format
// is in block-builder.ts.

import { corruptTable } from './format.ts';

/** The contents of a data block whose checksum was right. Nobody writes to its bytes. */
export class Block {
  readonly bytes: Uint8Array;
  /** Where the entries end and the restart offsets begin. */
  readonly entriesEnd: number;
  readonly restartCount: number;
  readonly #file: string;
  readonly #offset: number;

  /** @throws FERRIS_CORRUPTION when the restart offsets don't fit in the block. */
  constructor(bytes: Uint8Array, file: string, offset: number) {
    this.bytes = bytes;
    this.#file = file;
    this.#offset = offset;
    if (bytes.length < 8) throw this.corrupt(0, 'has a block too short for an entry');
    this.restartCount = u32At(bytes, bytes.length - 4);
    this.entriesEnd = bytes.length - 4 - 4 * this.restartCount;
    if (this.restartCount === 0 || this.entriesEnd < 0) {
      throw this.corrupt(bytes.length - 4, 'has a block whose restart points do not fit in it');
    }
  }

  /** Offset of the entry at restart point `index`. */
  restart(index: number): number {
    const at = this.entriesEnd + 4 * index;
    const offset = u32At(this.bytes, at);
    if (offset >= this.entriesEnd) throw this.corrupt(at, 'has a restart point outside its block');
    return offset;
  }

  /** The error for damage at `at` in this block. */
  corrupt(at: number, what: string) {
    return corruptTable(this.#file, this.#offset + at, what);
  }
}

/** A view would have to be made for each block, for a few numbers of which most are never read. */
function u32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}
