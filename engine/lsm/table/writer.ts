// Writes a sorted table: entries in, in order; a finished file out.
//
//    add ... add      ->  data block   ->  gathered  ->  file
//                         separator    ->  index        \
//                         key hashes   ->  filter        >  written by finish
//                         counts       ->  properties   /
//    addRangeDelete   ->  sorted       ->  range deletes
//
// The caller decides how many entries it adds before it lets others work. Nothing
// refers to the file until `finish` has returned and the caller has made it part of
// the database: until then it can be dropped at any point.

import { assert } from '../../base/assert.ts';
import { compareBytes, sharedPrefixBytes } from '../../base/bytes.ts';
import { viewOf } from '../../base/layout.ts';
import type { File, Files } from '../../env/files.ts';
import { encodeHeader } from '../../env/header.ts';
import type { Trace } from '../../trace/events.ts';
import type { PointKind } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import { BlockBuilder } from './block-builder.ts';
import { BloomBuilder } from './bloom.ts';
import { CODEC_NONE, type Codec, encodeContents } from './codec.ts';
import { encodeFooter } from './footer.ts';
import {
  BLOCK_BYTES,
  BlockTrailer,
  blockCrc,
  FILTER_BITS_PER_KEY,
  RESTART_INTERVAL,
  TABLE_FORMAT,
  type TableInfo,
} from './format.ts';
import { KeyBuffer } from './key-buffer.ts';
import { Output } from './output.ts';
import { encodeProperties, type Properties } from './properties.ts';
import { compareRangeDeletes, encodeRangeDeletes } from './range-delete-block.ts';
import { BEFORE_ALL_VERSIONS, IndexBuilder, separatorBytes } from './table-index.ts';
import { keyRange, Tally } from './tally.ts';

export type { TableInfo } from './format.ts';

export interface TableWriterOptions {
  /** For the file's header. */
  readonly createdMs?: number | undefined;
  /** Size limit of a data block with its trailer, uncompressed; only a single entry may pass it. */
  readonly blockBytes?: number | undefined;
  /** Entries from one restart point to the next. */
  readonly restartInterval?: number | undefined;
  readonly bloomBitsPerKey?: number | undefined;
  /** For data blocks that it makes smaller. Default 'none'. */
  readonly codec?: Codec | undefined;
  readonly trace?: Trace | undefined;
}

/** A table being written. */
export class TableWriter {
  readonly number: number;
  readonly #file: File;
  readonly #output: Output;
  readonly #trace: Trace | undefined;
  readonly #bloomBitsPerKey: number;
  readonly #codec: Codec;
  readonly #block: BlockBuilder;
  readonly #index = new IndexBuilder();
  readonly #bloom = new BloomBuilder();
  readonly #firstKeyOfBlock = new KeyBuffer();
  readonly #lastKey = new KeyBuffer();
  #lastSequence = 0;
  #firstKey: Uint8Array | undefined;
  readonly #tally = new Tally();
  readonly #rangeDeletes: RangeDelete[] = [];

  /** Creates the file. @throws FERRIS_EXISTS, FERRIS_NO_SPACE */
  constructor(files: Files, fileName: string, number: number, options: TableWriterOptions = {}) {
    const { blockBytes = BLOCK_BYTES, restartInterval = RESTART_INTERVAL } = options;
    const { createdMs = 0, bloomBitsPerKey = FILTER_BITS_PER_KEY, trace } = options;
    this.#codec = options.codec ?? 'none';
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

  /** Entries and range deletes so far; there must be one for `finish`. */
  get count(): number {
    return this.#tally.entries + this.#rangeDeletes.length;
  }

  /** About how big the file is by now. */
  get sizeBytes(): number {
    return this.#output.size + this.#block.sizeBytes;
  }

  /**
   * Adds an entry, which must sort after the one before. Key and value are copied.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: give up then, with `abandon`
   */
  add(key: Uint8Array, sequence: number, kind: PointKind, value: Uint8Array): void {
    const shared = sharedPrefixBytes(this.#lastKey.bytes, key);
    const sameKey = this.#checkOrder(key, shared, sequence);
    if (!this.#block.fits(key.length, shared, sequence, value.length)) this.#finishBlock();
    if (this.#block.count === 0) this.#startBlock(key, shared, sameKey);
    this.#block.add(key, shared, sequence, kind, value);
    if (!sameKey) {
      this.#bloom.add(key);
      this.#lastKey.take(key);
    }
    this.#lastSequence = sequence;
    this.#tally.count(key, sequence, kind, value, sameKey);
  }

  /** Deletes, for readers, the keys from `start` up to `end`. In any order; keys are copied. */
  addRangeDelete(start: Uint8Array, end: Uint8Array, sequence: number): void {
    assert(compareBytes(start, end) < 0, 'a range delete has a key in it');
    this.#rangeDeletes.push({ start: start.slice(), end: end.slice(), sequence });
    this.#tally.countSequence(sequence);
  }

  /**
   * Writes the rest, syncs and closes the file; the caller syncs the directory.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: give up then, with `abandon`
   */
  finish(): TableInfo {
    assert(this.count > 0, 'a table has an entry, or a range delete');
    if (this.#block.count > 0) this.#finishBlock();
    this.#rangeDeletes.sort(compareRangeDeletes);
    const properties = this.#properties();
    const filterOffset = this.#output.size;
    const filterBytes = this.#putBlock(this.#bloom.finish(this.#bloomBitsPerKey));
    const indexOffset = this.#output.size;
    const indexBytes = this.#putBlock(this.#index.finish());
    const propertiesOffset = this.#output.size;
    const propertiesBytes = this.#putBlock(encodeProperties(properties));
    const rangeDeletesBytes = this.#putRangeDeletes();
    const offsets = { filterOffset, indexOffset, propertiesOffset };
    const sizes = { filterBytes, indexBytes, propertiesBytes, rangeDeletesBytes };
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
    if (this.#tally.entries === 0) return false;
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
    if (this.#tally.entries === 0) {
      this.#firstKey = key.slice();
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
    const { stored, codec } = encodeContents(this.#block.finish(), this.#codec);
    const size = this.#putBlock(stored, codec);
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

  #putRangeDeletes(): number {
    const sorted = this.#rangeDeletes;
    return sorted.length === 0 ? 0 : this.#putBlock(encodeRangeDeletes(sorted));
  }

  /** Writes a block's contents, as `codec` has them, and their trailer; returns the size of both. */
  #putBlock(contents: Uint8Array, codec: number = CODEC_NONE): number {
    const trailer = new Uint8Array(BlockTrailer.size);
    const crc = blockCrc(contents, codec, this.number, this.#output.size);
    BlockTrailer.write(viewOf(trailer), 0, { codec, crc });
    this.#output.put(contents);
    this.#output.put(trailer);
    return contents.length + trailer.length;
  }

  #properties(): Properties {
    const last = this.#firstKey === undefined ? undefined : this.#lastKey.bytes.slice();
    return {
      ...this.#tally,
      blocks: this.#index.count,
      ...keyRange(this.#firstKey, last, this.#rangeDeletes),
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
    const rangeDeletes = this.#rangeDeletes.length;
    return { number, sizeBytes, entries, tombstones, rangeDeletes, ...keys };
  }
}
