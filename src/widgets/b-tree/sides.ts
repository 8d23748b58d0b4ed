// The two structures behind one interface, each on a disk of its own whose bytes are counted.
//
//     write, get, scan ──> Store ──> counted files      written, read, space: what the files
//     write, get, scan ──> BTree ──> counted files      were asked for
//
// 1. Both sync every batch, and both may keep the same number of bytes in memory: the store as
//    memtable and block cache, the B-tree as pages.
// 2. Work that is due is done at once: the store's compactions, and a vacuum of the B-tree when
//    its file has so many pages for each one that can be reached. So what is counted is the whole.

import { Batch, BTree, type EngineEvent, Store, utf8 } from '../../../engine/index.ts';
import { type Counted, CountedFiles } from './counted-files.ts';
import type { Operation } from './workload.ts';

export type SideName = 'lsm' | 'btree';
export const SIDES: readonly SideName[] = ['lsm', 'btree'];

export interface Sizes {
  /** Of the store: what fills up before it is written as a table. */
  readonly memtableBytes: number;
  /** Of the B-tree. */
  readonly pageBytes: number;
  /** What either may keep in memory. */
  readonly memoryBytes: number;
}

export interface Side {
  write(operations: readonly Operation[]): void;
  get(key: string): boolean;
  /** Reads so many keys from here on; returns how many there were. */
  scan(from: string, limit: number): number;
  readonly counted: Counted;
}

/** A vacuum is due when the file has this many pages for each that can be reached. */
export const VACUUM_AT = 4;
const VACUUM_PAGES_MIN = 64;
const BLOCK_BYTES = 512;

export class LsmSide implements Side {
  readonly #files = new CountedFiles();
  readonly #store: Store;

  constructor({ memtableBytes, memoryBytes }: Sizes, trace: (event: EngineEvent) => void) {
    this.#store = Store.open({
      files: this.#files,
      trace,
      memtableBytes,
      logBytes: memtableBytes,
      blockCacheBytes: Math.max(memoryBytes - memtableBytes, 0),
      blockBytes: BLOCK_BYTES,
      level0Tables: 4,
      levelBytes: 4 * memtableBytes,
      tableBytes: 2 * memtableBytes,
      levelFanout: 8,
    });
  }

  write(operations: readonly Operation[]): void {
    const batch = new Batch();
    for (const [key, value] of operations) {
      if (value === null) batch.delete(utf8(key));
      else batch.put(utf8(key), utf8(value));
    }
    this.#store.write(batch, 'full');
    while (this.#store.work());
  }

  get(key: string): boolean {
    return this.#store.get(utf8(key)) !== undefined;
  }

  scan(from: string, limit: number): number {
    const scan = this.#store.scan({ gte: utf8(from), limit });
    let keys = 0;
    while (scan.next()) keys++;
    scan.close();
    return keys;
  }

  get counted(): Counted {
    return this.#files.counted;
  }
}

export class BTreeSide implements Side {
  readonly #files = new CountedFiles();
  readonly #tree: BTree;

  constructor({ pageBytes, memoryBytes }: Sizes, trace: (event: EngineEvent) => void) {
    const cachePages = Math.max(Math.floor(memoryBytes / pageBytes), 1);
    this.#tree = BTree.open({ files: this.#files, pageBytes, cachePages, trace });
  }

  write(operations: readonly Operation[]): void {
    const all = operations.map(([key, value]) => {
      return [utf8(key), value === null ? undefined : utf8(value)] as const;
    });
    this.#tree.write(all);
    const { pages, livePages } = this.#tree.stats;
    if (pages > VACUUM_PAGES_MIN && pages > VACUUM_AT * livePages) this.#tree.vacuum();
  }

  get(key: string): boolean {
    return this.#tree.get(utf8(key)) !== undefined;
  }

  scan(from: string, limit: number): number {
    const scan = this.#tree.scan({ start: utf8(from) });
    let keys = 0;
    for (; scan.valid && keys < limit; scan.next()) keys++;
    scan.close();
    return keys;
  }

  get counted(): Counted {
    return this.#files.counted;
  }
}
