// A sorted table, open for reading: an immutable file of entries in order.
//
//    find k   filter  -- "not here" -->  false, nothing was read
//               | "maybe here"
//             index   --> one block
//               |
//             block   --> restart point --> entry
//
// Filter and index stay in memory while the table is open; blocks are read as they are
// needed, and kept by the block cache if there is one. A lookup reads one block at most.
//
// The filter is there to spare a read. Where the block is in memory there is none to spare, and a
// key that was found makes it likely that the next one is here, too: then the filter is not asked.
// (Who traces sees it asked every time.)
//
// The design is Bigtable's SSTable (Chang et al., 2006).

import { assert } from '../../base/assert.ts';
import type { File, Files } from '../../env/files.ts';
import type { Trace } from '../../trace/events.ts';
import type { KeyCursor } from '../cursor.ts';
import type { Found } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import { Block } from './block.ts';
import type { CachedBlocks } from './block-cache.ts';
import { findInBlock } from './block-find.ts';
import { type BlockSource, FileBlocks } from './block-source.ts';
import type { Bloom } from './bloom.ts';
import { type Directory, readDirectory } from './directory.ts';
import type { Properties } from './properties.ts';
import { decodeRangeDeletes } from './range-delete-block.ts';
import { type Blocks, type CursorOptions, TableCursor } from './table-cursor.ts';
import type { TableIndex } from './table-index.ts';

const NOWHERE = -1;

/** A table in a file, open until `close`. */
export class Table implements Blocks {
  readonly number: number;
  readonly properties: Properties;
  readonly bloom: Bloom;
  readonly index: TableIndex;
  readonly #file: File;
  readonly #blocks: BlockSource;
  readonly #cached: CachedBlocks | undefined;
  readonly #trace: Trace | undefined;
  readonly #rangeDeletesBlock: Directory['rangeDeletes'];
  #rangeDeletes: readonly RangeDelete[] | undefined;
  /** True when the last key that was looked for was found, and nobody traces. */
  #expects = false;

  /**
   * Opens the table in file `fileName`; `cached` is its part of a block cache.
   * @throws FERRIS_NOT_FOUND, FERRIS_CORRUPTION when its ends are damaged or it is another table,
   *   FERRIS_UNSUPPORTED when a later version wrote it. Damaged data blocks are met when read.
   */
  static open(
    files: Files,
    fileName: string,
    number: number,
    trace?: Trace,
    cached?: CachedBlocks,
  ): Table {
    const file = files.open(fileName);
    try {
      return new Table(file, number, trace, cached);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private constructor(
    file: File,
    number: number,
    trace: Trace | undefined,
    cached: CachedBlocks | undefined,
  ) {
    const { bloom, index, properties, rangeDeletes } = readDirectory(file, number);
    this.#file = file;
    this.#blocks = new FileBlocks(file, number, trace);
    this.#cached = cached;
    this.#trace = trace;
    this.#rangeDeletesBlock = rangeDeletes;
    this.bloom = bloom;
    this.index = index;
    this.properties = properties;
    this.number = number;
    trace?.({ type: 'table.open', table: number, entries: properties.entries });
  }

  /**
   * Fills `found` with the newest entry of `key` at or below `sequence`; false when there is
   * none. The value is a view of a block that nobody writes to, and keeps that block in
   * memory: copy what you keep for long. Range deletes don't count here.
   * @throws FERRIS_CORRUPTION, FERRIS_UNSUPPORTED, FERRIS_IO, FERRIS_CLOSED
   */
  find(key: Uint8Array, sequence: number, found: Found): boolean {
    const { index } = this;
    let at = this.#expects ? index.find(key, sequence) : NOWHERE;
    if (at === NOWHERE || this.#cached?.peek(at) === undefined) {
      if (!this.#mayContain(key) || index.count === 0) return false;
      at = index.find(key, sequence);
    }
    const isFound = findInBlock(this.block(at, true), key, sequence, found);
    this.#expects = isFound && this.#trace === undefined;
    return isFound;
  }

  #mayContain(key: Uint8Array): boolean {
    const maybe = this.bloom.mayContain(key);
    this.#trace?.({
      type: 'table.bloom',
      table: this.number,
      key: key.slice(),
      verdict: maybe ? 'maybe' : 'no',
    });
    return maybe;
  }

  /** A cursor over all versions of all keys. Its values may be kept: see `find`. */
  cursor(options?: CursorOptions): KeyCursor {
    return new TableCursor(this, options);
  }

  /** Its range deletes, by start, and newest first where that is the same. @throws FERRIS_CORRUPTION */
  get rangeDeletes(): readonly RangeDelete[] {
    const block = this.#rangeDeletesBlock;
    this.#rangeDeletes ??=
      block === undefined ? [] : decodeRangeDeletes(block.contents, this.#file.name, block.offset);
    return this.#rangeDeletes;
  }

  /** Data block number `index`, read, checked and decoded. `keep`: see `Blocks`. @throws as `find` does */
  block(index: number, keep: boolean): Block {
    const cached = this.#cached;
    const held = keep ? cached?.get(index) : cached?.peek(index);
    if (held !== undefined) return held;
    assert(index >= 0, 'a block is in the table');
    const { offset, size } = this.index.block(index);
    const isKept = keep && cached !== undefined;
    const block = new Block(this.#blocks.read(offset, size, isKept), this.#file.name, offset);
    if (isKept) cached.put(index, block);
    return block;
  }

  get fileName(): string {
    return this.#file.name;
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  /** Closes its file: what is not in memory can't be read any more. */
  close(): void {
    this.#file.close();
  }
}
