// A sorted table, open for reading: an immutable file of entries in order.
//
//    get k    filter  -- "not here" -->  undefined, nothing was read
//               | "maybe here"
//             index   --> one block
//               |
//             block   --> restart point --> entry
//
// Filter and index stay in memory while the table is open; blocks are read as they
// are needed. A lookup reads one block at most, and none if it is the block that the
// lookup before it read. The design is Bigtable's SSTable (Chang et al., 2006).

import { assert } from '../../base/assert.ts';
import { equalBytes } from '../../base/bytes.ts';
import type { File, Files } from '../../env/files.ts';
import { decodeHeader, HEADER_BYTES } from '../../env/header.ts';
import type { Trace } from '../../trace/events.ts';
import type { Cursor } from '../cursor.ts';
import { KIND_DELETE, type Lookup, TOMBSTONE } from '../entry.ts';
import { Block } from './block.ts';
import { BlockCursor } from './block-cursor.ts';
import { type BlockSource, FileBlocks, openBlock, readExactly } from './block-source.ts';
import { Bloom } from './bloom.ts';
import { decodeFooter, type FooterValues } from './footer.ts';
import { corruptTable, FOOTER_BYTES, TABLE_FORMAT, type TableInfo } from './format.ts';
import { decodeProperties, type Properties } from './properties.ts';
import { type Blocks, TableCursor } from './table-cursor.ts';
import { TableIndex } from './table-index.ts';
import { Verifier } from './verify.ts';

/** What lies between the data blocks and the footer, checked and decoded. */
interface Directory {
  readonly bloom: Bloom;
  readonly index: TableIndex;
  readonly properties: Properties;
}

/** A table in a file, open until `close`. */
export class Table implements Blocks {
  readonly info: TableInfo;
  readonly properties: Properties;
  readonly bloom: Bloom;
  readonly index: TableIndex;
  readonly #file: File;
  readonly #blocks: BlockSource;
  readonly #trace: Trace | undefined;
  readonly #cursor = new BlockCursor();
  /** The block that `#cursor` is in, so that a lookup nearby reads nothing. */
  #entered = -1;

  /**
   * Opens the table in file `fileName`.
   * @throws FERRIS_NOT_FOUND, FERRIS_CORRUPTION when its ends are damaged or it is another table,
   *   FERRIS_UNSUPPORTED when a later version wrote it. Damaged data blocks are met when read.
   */
  static open(files: Files, fileName: string, number: number, trace?: Trace): Table {
    const file = files.open(fileName);
    try {
      return new Table(file, number, trace);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private constructor(file: File, number: number, trace: Trace | undefined) {
    checkHeader(file, number);
    const { bloom, index, properties } = readDirectory(file, number);
    this.#file = file;
    this.#blocks = new FileBlocks(file, number, trace);
    this.#trace = trace;
    this.bloom = bloom;
    this.index = index;
    this.properties = properties;
    const { entries, tombstones, smallestKey, largestKey } = properties;
    const { smallestSequence, largestSequence } = properties;
    const keys = { smallestKey, largestKey, smallestSequence, largestSequence };
    this.info = { number, sizeBytes: file.size, entries, tombstones, ...keys };
    trace?.({ type: 'table.open', table: number, entries });
  }

  /**
   * The newest version of `key` at or below `sequence`. The value is a view of a block
   * that nobody writes to, and keeps that block in memory: copy what you keep for long.
   * @throws FERRIS_CORRUPTION, FERRIS_UNSUPPORTED, FERRIS_IO, FERRIS_CLOSED
   */
  get(key: Uint8Array, sequence: number): Lookup {
    const maybe = this.bloom.mayContain(key);
    this.#trace?.({
      type: 'table.bloom',
      table: this.info.number,
      key: key.slice(),
      verdict: maybe ? 'maybe' : 'no',
    });
    if (!maybe) return undefined;
    const cursor = this.#cursor;
    this.#enter(this.index.find(key, sequence));
    cursor.seek(key, sequence);
    if (!cursor.valid || !equalBytes(cursor.key, key)) return undefined;
    return cursor.kind === KIND_DELETE ? TOMBSTONE : cursor.value;
  }

  /** A cursor over all versions of all keys. Its values may be kept: see `get`. */
  cursor(): Cursor {
    return new TableCursor(this);
  }

  /** Data block number `index`, read, checked and decoded. @throws as `get` does */
  block(index: number): Block {
    assert(index >= 0, 'a block is in the table');
    const { offset, size } = this.index.block(index);
    return new Block(this.#blocks.read(offset, size), this.#file.name, offset);
  }

  /**
   * Reads everything, and checks that it is in order and agrees.
   * @throws FERRIS_CORRUPTION at the first thing that doesn't
   */
  verify(): void {
    new Verifier(this, this.#file.name).run();
  }

  /** Closes its file; cursors can't read on. */
  close(): void {
    this.#entered = -1;
    this.#file.close();
  }

  #enter(index: number): void {
    if (this.#entered === index) return;
    this.#cursor.enter(this.block(index));
    this.#entered = index;
  }
}

function checkHeader(file: File, number: number): void {
  if (file.size < HEADER_BYTES + FOOTER_BYTES) {
    throw corruptTable(file.name, 0, `is too short for ${TABLE_FORMAT.noun}`);
  }
  const bytes = readExactly(file, 0, HEADER_BYTES);
  const header = decodeHeader(TABLE_FORMAT, bytes, file.name);
  if (header.fileNumber !== number) {
    throw corruptTable(file.name, 0, `holds table ${header.fileNumber} in place of ${number}`);
  }
}

/** Reads footer, filter, index and properties: all that stays in memory. */
function readDirectory(file: File, number: number): Directory {
  const { name, size } = file;
  const footer = decodeFooter(readExactly(file, size - FOOTER_BYTES, FOOTER_BYTES), size, name);
  const start = footer.filterOffset;
  const bytes = readExactly(file, start, size - FOOTER_BYTES - start);
  const contentsOf = (offset: number, blockBytes: number) =>
    openBlock(bytes.subarray(offset - start, offset - start + blockBytes), number, name, offset);
  return decodeDirectory(footer, contentsOf, name);
}

function decodeDirectory(
  footer: FooterValues,
  contentsOf: (offset: number, blockBytes: number) => Uint8Array,
  name: string,
): Directory {
  const { filterOffset, indexOffset, propertiesOffset } = footer;
  const filter = contentsOf(filterOffset, footer.filterBytes);
  if (filter.length < 2) throw corruptTable(name, filterOffset, 'has a filter without bits');
  const index = contentsOf(indexOffset, footer.indexBytes);
  const properties = contentsOf(propertiesOffset, footer.propertiesBytes);
  return {
    bloom: new Bloom(filter),
    index: new TableIndex(index, filterOffset, name, indexOffset),
    properties: decodeProperties(properties, name, propertiesOffset),
  };
}
