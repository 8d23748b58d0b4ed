// A data block as it lies in memory: its bytes, and where they come from.
// Entries are read by a lookup (block-find.ts) or a cursor (block-cursor.ts); their format
// is in block-builder.ts.

import { viewOf } from '../../base/layout.ts';
import { BlockPlaces, PLACES_BYTES_PER_RESTART } from './block-places.ts';
import { corruptTable } from './format.ts';

/** The contents of a data block whose checksum was right. Nobody writes to its bytes. */
export class Block extends BlockPlaces {
  readonly bytes: Uint8Array;
  /** Where the entries end and the restart offsets begin. */
  readonly entriesEnd: number;
  /**
   * Offsets of the restart points, within the entries. They are few, and a copy of them lies
   * beside this object: to look at the end of the bytes for them would be a cache miss more.
   */
  readonly restarts: Uint32Array;
  readonly #file: string;
  readonly #offset: number;
  /** How often it was asked for, as the block cache counts. */
  hits = 0;

  /** @throws FERRIS_CORRUPTION when the restart points don't fit in the block. */
  constructor(bytes: Uint8Array, file: string, offset: number) {
    super();
    this.bytes = bytes;
    this.#file = file;
    this.#offset = offset;
    const view = viewOf(bytes);
    const count = bytes.length < 8 ? 0 : view.getUint32(bytes.length - 4, true);
    this.entriesEnd = bytes.length - 4 - 4 * count;
    if (count === 0 || this.entriesEnd < 0) {
      throw this.corrupt(0, 'has a block whose restart points do not fit in it');
    }
    this.restarts = new Uint32Array(count);
    for (let i = 0, at = this.entriesEnd; i < count; i++, at += 4) {
      const restart = view.getUint32(at, true);
      if (restart >= this.entriesEnd)
        throw this.corrupt(at, 'has a restart point outside its block');
      this.restarts[i] = restart;
    }
  }

  /** Where its entries are; the first who asks has them searched for. @throws FERRIS_CORRUPTION */
  get places(): BlockPlaces {
    if (this.count === 0) this.collect(this);
    return this;
  }

  /** What it takes in memory, with the places of its entries. */
  get memoryBytes(): number {
    return this.bytes.buffer.byteLength + this.restarts.length * PLACES_BYTES_PER_RESTART;
  }

  /** The error for damage at `at` in this block. */
  corrupt(at: number, what: string) {
    return corruptTable(this.#file, this.#offset + at, what);
  }
}
