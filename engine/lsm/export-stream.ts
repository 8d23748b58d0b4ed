// An export: keys and values of one moment, as a stream that any later version can read back.
//
//    header | batch | batch | ... | trailer: how many entries
//
// The chunks (chunk-stream.ts) are batches (batch.ts) of puts and expiring puts, with keys
// ascending from one to the next. No deletes, no versions, no merges: what a reader of that moment
// saw. A value that expires keeps its time; one that merges have changed since is exported as it is.

import { compareBytes } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { checkBatch, readBatch } from './batch.ts';
import { ChunkReader, ChunkWriter, type StreamFormat } from './chunk-stream.ts';
import { KIND_EXPIRING, KIND_PUT } from './entry.ts';

const EXPORT_FORMAT: StreamFormat = { magic: 'FDB_EXP\0', version: 1, noun: 'an export' };

/** Makes an export of batches. */
export class ExportWriter {
  readonly #chunks = new ChunkWriter(EXPORT_FORMAT);
  #entries = 0;

  header(createdMs: number): Uint8Array<ArrayBuffer> {
    return this.#chunks.header(createdMs);
  }

  /** @param batch puts and expiring puts, keys ascending, behind those of the batch before */
  batch(batch: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#entries += checkBatch(batch).count;
    return this.#chunks.chunk(batch);
  }

  trailer(): Uint8Array<ArrayBuffer> {
    return this.#chunks.trailer(this.#entries);
  }
}

/** Reads an export as it arrives. Errors are those of `ChunkReader`. */
export class ExportReader {
  readonly #chunks = new ChunkReader(EXPORT_FORMAT);
  #entries = 0;
  #lastKey: Uint8Array | undefined;

  /** The batches that are complete by now, checked: they can be written as they are. */
  push(arrived: Uint8Array): Uint8Array[] {
    const batches = this.#chunks.push(arrived);
    for (const batch of batches) this.#check(batch);
    return batches;
  }

  /** Says that nothing more arrives; returns how many entries there were. */
  finish(): number {
    const count = this.#chunks.finish();
    if (count === this.#entries) return count;
    throw corrupt(`holds ${this.#entries} entries where its trailer says ${count}`);
  }

  #check(batch: Uint8Array): void {
    readBatch(batch, (kind, key) => {
      if (kind !== KIND_PUT && kind !== KIND_EXPIRING) throw corrupt('holds more than puts');
      if (this.#lastKey !== undefined && compareBytes(this.#lastKey, key) >= 0)
        throw corrupt('has keys out of order');
      this.#lastKey = key;
      this.#entries++;
    });
  }
}

function corrupt(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `an export ${what}; use another copy`);
}
