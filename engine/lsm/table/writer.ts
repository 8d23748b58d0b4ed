// Writes a sorted table: entries in, in order; a finished file out.
//
//    add ... add   ->  data block  ->  gathered  ->  file
//                      separator   ->  index     \
//                      key hashes  ->  filter     >  written by finish
//                      counts      ->  properties/
//
// The caller decides how many entries it adds before it lets others work. Nothing
// refers to the file until `finish` has returned and the caller has made it part of
// the database: until then it can be dropped at any point.

import { assert } from '../../base/assert.ts';
import { sharedPrefixBytes } from '../../base/bytes.ts';
import { viewOf } from '../../base/layout.ts';
import type { File, Files } from '../../env/files.ts';
import { encodeHeader } from '../../env/header.ts';
import type { Trace } from '../../trace/events.ts';
import { type EntryKind, KIND_DELETE } from '../entry.ts';
import { BlockBuilder } from './block-builder.ts';
import { BloomBuilder } from './bloom.ts';
import { encodeFooter } from './footer.ts';
import {
  BLOCK_BYTES,
  BlockTrailer,
  blockCrc,
  CODEC_NONE,
  FILTER_BITS_PER_KEY,
  RESTART_INTERVAL,
  TABLE_FORMAT,
  type TableInfo,
} from './format.ts';
import { KeyBuffer } from './key-buffer.ts';
import { Output } from './output.ts';
import { encodeProperties, type Properties } from './properties.ts';
import { BEFORE_ALL_VERSIONS, IndexBuilder, separatorBytes } from './table-index.ts';

export type { TableInfo } from './format.ts';

export interface TableWriterOptions {
  /** For the file's header. */
  readonly createdMs?: number | undefined;
  /** Size limit of a data block with its trailer; only a single entry may pass it. */
  readonly blockBytes?: number | undefined;
  /** Entries from one restart point to the next. */
  readonly restartInterval?: number | undefined;
  readonly bloomBitsPerKey?: number | undefined;
  readonly trace?: Trace | undefined;
}

/** A table being written. */
export class TableWriter {
  readonly number: number;
  readonly #file: File;
  readonly #output: Output;
  readonly #trace: Trace | undefined;
  readonly #bloomBitsPerKey: number;
  readonly #block: BlockBuilder;
  readonly #index = new IndexBuilder();
  readonly #bloom = new BloomBuilder();
  readonly #firstKeyOfBlock = new KeyBuffer();
  readonly #lastKey = new KeyBuffer();
  #lastSequence = 0;
  #smallestKey: Uint8Array | undefined;

  #entries = 0;
  #tombstones = 0;
  #keys = 0;
  #keyBytes = 0;
  #valueBytes = 0;
  #smallestSequence = Number.MAX_SAFE_INTEGER;
  #largestSequence = 0;

  /** Creates the file. @throws FERRIS_EXISTS, FERRIS_NO_SPACE */
  constructor(files: Files, fileName: string, number: number, options: TableWriterOptions = {}) {
    const { blockBytes = BLOCK_BYTES, restartInterval = RESTART_INTERVAL } = options;
    const { createdMs = 0, bloomBitsPerKey = FILTER_BITS_PER_KEY, trace } = options;
    this.number = number;
    this.#trace = trace;
    this.#bloomBitsPerKey = bloomBitsPerKey;
    this.#block = new BlockBuilder(blockBytes, restartInterval);
    this.#file = files.create(fileName);
    this.#output = new Output(this.#file);
    const header = { fileNumber: number, createdMs, linkA: 0, linkB: 0 };
    this.#output.put(encodeHeader(TABLE_FORMAT, header));
    trace?.({ type: 'table.create', table: number });
  }

  /**
   * Adds an entry, which must sort after the one before. Key and value are copied.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: give up then, with `abandon`
   */
  add(key: Uint8Array, sequence: number, kind: EntryKind, value: Uint8Array): void {
    const shared = sharedPrefixBytes(this.#lastKey.bytes, key);
    const sameKey = this.#checkOrder(key, shared, sequence);
    if (!this.#block.fits(key.length, shared, sequence, value.length)) this.#finishBlock();
    if (this.#block.count === 0) this.#startBlock(key, shared, sameKey);
    this.#block.add(key, shared, sequence, kind, value);
    if (!sameKey) {
      this.#keys++;
      this.#bloom.add(key);
      this.#lastKey.take(key);
    }
    this.#lastSequence = sequence;
    this.#count(key, sequence, kind, value);
  }

  /**
   * Writes the rest, syncs and closes the file; the caller syncs the directory.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: give up then, with `abandon`
   */
  finish(): TableInfo {
    assert(this.#entries > 0, 'a table has an entry');
    this.#finishBlock();
    const properties = this.#properties();
    const filterOffset = this.#output.size;
    const filterBytes = this.#putBlock(this.#bloom.finish(this.#bloomBitsPerKey));
    const indexOffset = this.#output.size;
    const indexBytes = this.#putBlock(this.#index.finish());
    const propertiesOffset = this.#output.size;
    const propertiesBytes = this.#putBlock(encodeProperties(properties));
    const offsets = { filterOffset, indexOffset, propertiesOffset };
    const sizes = { filterBytes, indexBytes, propertiesBytes };
    this.#output.put(encodeFooter({ ...offsets, ...sizes, fileNumber: this.number }));
    this.#output.flush();
    this.#file.sync();
    this.#file.close();
    return this.#finished(properties);
  }

  /** Gives up: closes the file as it is. The caller deletes it. */
  abandon(): void {
    this.#file.close();
  }

  /** True when `key` is the last one again; asserts that the entry sorts after the last. */
  #checkOrder(key: Uint8Array, shared: number, sequence: number): boolean {
    if (this.#entries === 0) return false;
    const last = this.#lastKey.bytes;
    if (shared === last.length && shared === key.length) {
      assert(sequence < this.#lastSequence, 'versions of a key are added newest first');
      return true;
    }
    const after =
      shared === last.length ||
      (shared < key.length && (last[shared] as number) < (key[shared] as number));
    assert(after, 'keys are added in order');
    return false;
  }

  #startBlock(key: Uint8Array, shared: number, sameKey: boolean): void {
    const offset = this.#output.size;
    this.#firstKeyOfBlock.take(key);
    if (this.#entries === 0) {
      this.#smallestKey = key.slice();
      this.#index.add(key, 0, BEFORE_ALL_VERSIONS, offset);
    } else if (sameKey) {
      this.#index.add(key, key.length, this.#lastSequence - 1, offset);
    } else {
      this.#index.add(key, separatorBytes(shared), BEFORE_ALL_VERSIONS, offset);
    }
  }

  #finishBlock(): void {
    const offset = this.#output.size;
    const entries = this.#block.count;
    const size = this.#putBlock(this.#block.finish());
    this.#block.clear();
    this.#trace?.({
      type: 'table.block.write',
      table: this.number,
      offset,
      size,
      entries,
      firstKey: this.#firstKeyOfBlock.bytes.slice(),
      lastKey: this.#lastKey.bytes.slice(),
    });
  }

  /** Writes a block's contents and their trailer; returns the size of both. */
  #putBlock(contents: Uint8Array): number {
    const trailer = new Uint8Array(BlockTrailer.size);
    const crc = blockCrc(contents, CODEC_NONE, this.number, this.#output.size);
    BlockTrailer.write(viewOf(trailer), 0, { codec: CODEC_NONE, crc });
    this.#output.put(contents);
    this.#output.put(trailer);
    return contents.length + trailer.length;
  }

  #count(key: Uint8Array, sequence: number, kind: EntryKind, value: Uint8Array): void {
    this.#entries++;
    if (kind === KIND_DELETE) this.#tombstones++;
    this.#keyBytes += key.length;
    this.#valueBytes += value.length;
    if (sequence < this.#smallestSequence) this.#smallestSequence = sequence;
    if (sequence > this.#largestSequence) this.#largestSequence = sequence;
  }

  #properties(): Properties {
    return {
      entries: this.#entries,
      tombstones: this.#tombstones,
      keys: this.#keys,
      blocks: this.#index.count,
      keyBytes: this.#keyBytes,
      valueBytes: this.#valueBytes,
      smallestSequence: this.#smallestSequence,
      largestSequence: this.#largestSequence,
      smallestKey: this.#smallestKey as Uint8Array,
      largestKey: this.#lastKey.bytes.slice(),
    };
  }

  #finished(properties: Properties): TableInfo {
    const { entries, tombstones, smallestKey, largestKey, blocks } = properties;
    const { smallestSequence, largestSequence } = properties;
    const sizeBytes = this.#output.size;
    this.#trace?.({
      type: 'table.finish',
      table: this.number,
      size: sizeBytes,
      entries,
      blocks,
      smallestKey,
      largestKey,
    });
    const { number } = this;
    const keys = { smallestKey, largestKey, smallestSequence, largestSequence };
    return { number, sizeBytes, entries, tombstones, ...keys };
  }
}
