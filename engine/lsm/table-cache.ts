// The tables of a store, of which only some are awake.
//
//     open(7)            find / cursor             others are used
//     -------->  asleep  ------------->  awake  ------------------>  asleep
//                a number               index, filter, file handle   a number
//
// An awake table holds its index, its filter and its file's handle: about half a percent of
// its size, and a handle, of which there may be few. So at most `maxOpen` are awake; the one
// whose last use is longest ago falls asleep when another wakes. Waking is three reads.
//
// 1. Opening a handle reads nothing.
// 2. Who holds a handle or a cursor doesn't notice: both wake the table when they need it.
// 3. Blocks in the block cache stay there while their table sleeps; range deletes, once
//    asked for, stay in memory.
// 4. A damaged table throws at every use, and is tried anew each time: nothing of a failed
//    waking remains.
//
// LevelDB's table cache does this too (db/table_cache.cc).

import { assert } from '../base/assert.ts';
import { FerrisError } from '../base/errors.ts';
import type { Files } from '../env/files.ts';
import type { Trace } from '../trace/events.ts';
import type { KeyCursor } from './cursor.ts';
import type { Found } from './entry.ts';
import { tableName } from './file-names.ts';
import type { RangeDelete } from './range-deletes.ts';
import type { Block } from './table/block.ts';
import type { BlockCache, CachedBlocks } from './table/block-cache.ts';
import { Table } from './table/table.ts';
import { type Blocks, type CursorOptions, TableCursor } from './table/table-cursor.ts';
import type { TableIndex } from './table/table-index.ts';

/** Tables that may be awake if nobody says otherwise. */
const OPEN_MAX = 256;

export interface TableCacheOptions {
  readonly files: Files;
  /** Shared by all tables; without it every lookup reads. */
  readonly blockCache?: BlockCache | undefined;
  /** How many tables may be awake, at least one. Default 256. */
  readonly maxOpen?: number | undefined;
  readonly trace?: Trace | undefined;
}

/** Counts of a cache of tables. */
export interface TableCacheStats {
  /** Handles that are open, and how many of their tables are awake. */
  readonly open: number;
  readonly awake: number;
  /** How often a table has woken, and fallen asleep to make room. */
  readonly wakes: number;
  readonly sleeps: number;
}

/** All tables of a store. */
export class TableCache {
  readonly files: Files;
  readonly trace: Trace | undefined;
  readonly #blockCache: BlockCache | undefined;
  readonly #maxOpen: number;
  readonly #handles = new Map<number, TableHandle>();
  readonly #awake = new Set<TableHandle>();
  #wakes = 0;
  #sleeps = 0;
  #uses = 0;

  constructor({ files, blockCache, maxOpen = OPEN_MAX, trace }: TableCacheOptions) {
    assert(maxOpen >= 1, 'a table can be awake');
    this.files = files;
    this.trace = trace;
    this.#blockCache = blockCache;
    this.#maxOpen = maxOpen;
  }

  get stats(): TableCacheStats {
    const { size: open } = this.#handles;
    return { open, awake: this.#awake.size, wakes: this.#wakes, sleeps: this.#sleeps };
  }

  /** The handle of table `number`: the same one until it is forgotten. Reads nothing. */
  open(number: number): TableHandle {
    let handle = this.#handles.get(number);
    if (handle === undefined) {
      handle = new TableHandle(this, number, this.#blockCache?.part(number));
      this.#handles.set(number, handle);
    }
    return handle;
  }

  /** Lets go of a table whose file is about to be deleted, and of its blocks. Twice is fine. */
  forget(number: number): void {
    const handle = this.#handles.get(number);
    if (handle === undefined) return;
    this.#handles.delete(number);
    this.#awake.delete(handle);
    handle.end();
  }

  /** Lets go of all tables. */
  close(): void {
    for (const number of [...this.#handles.keys()]) this.forget(number);
  }

  /** Handles call this at each use: the number orders them by how long ago that was. */
  nextUse(): number {
    return ++this.#uses;
  }

  /** One more may wake after this. */
  makeRoom(): void {
    if (this.#awake.size >= this.#maxOpen) this.#sleepOldest();
  }

  woke(handle: TableHandle): void {
    this.#awake.add(handle);
    this.#wakes++;
  }

  #sleepOldest(): void {
    let oldest: TableHandle | undefined;
    for (const handle of this.#awake) {
      if (oldest === undefined || handle.lastUse < oldest.lastUse) oldest = handle;
    }
    if (oldest === undefined) return;
    this.#awake.delete(oldest);
    this.#sleeps++;
    oldest.sleep();
  }
}

/**
 * A table of the store, awake or not. Any use may wake it, and then throws FERRIS_NOT_FOUND,
 * FERRIS_CORRUPTION, FERRIS_UNSUPPORTED or FERRIS_IO as opening a table does; FERRIS_CLOSED
 * once it is forgotten.
 */
export class TableHandle implements Blocks {
  readonly number: number;
  readonly #cache: TableCache;
  readonly #cached: CachedBlocks | undefined;
  #table: Table | undefined;
  #rangeDeletes: readonly RangeDelete[] | undefined;
  #isForgotten = false;
  /** Number of its last use, by which the longest unused is found. */
  lastUse = 0;

  /** See `TableCache.open`. */
  constructor(cache: TableCache, number: number, cached: CachedBlocks | undefined) {
    this.#cache = cache;
    this.number = number;
    this.#cached = cached;
  }

  /** As `Table.find`. */
  find(key: Uint8Array, sequence: number, found: Found): boolean {
    return this.#use().find(key, sequence, found);
  }

  /** A cursor over all point entries; it holds no more than one block in memory. */
  cursor(options?: CursorOptions): KeyCursor {
    return new TableCursor(this, options);
  }

  get rangeDeletes(): readonly RangeDelete[] {
    this.#rangeDeletes ??= this.#use().rangeDeletes;
    return this.#rangeDeletes;
  }

  /** Wakes it: who has just written a table finds out whether it can be read. */
  touch(): void {
    this.#use();
  }

  /** For cursors. */
  get index(): TableIndex {
    return this.#use().index;
  }

  /** For cursors. */
  block(index: number, keep: boolean): Block {
    return this.#use().block(index, keep);
  }

  /** Drops what it holds until the next use. */
  sleep(): void {
    this.#table?.close();
    this.#table = undefined;
    this.#cache.trace?.({ type: 'table.sleep', table: this.number });
  }

  /** Drops it for good. */
  end(): void {
    this.#table?.close();
    this.#table = undefined;
    this.#cached?.clear();
    this.#isForgotten = true;
  }

  #use(): Table {
    this.lastUse = this.#cache.nextUse();
    return this.#table ?? this.#wake();
  }

  #wake(): Table {
    if (this.#isForgotten) {
      const message = `table ${this.number} is no longer part of the database; open a new scan`;
      throw new FerrisError('FERRIS_CLOSED', message, { file: tableName(this.number) });
    }
    const { files, trace } = this.#cache;
    this.#cache.makeRoom();
    const table = Table.open(files, tableName(this.number), this.number, trace, this.#cached);
    this.#cache.woke(this);
    this.#table = table;
    return table;
  }
}
