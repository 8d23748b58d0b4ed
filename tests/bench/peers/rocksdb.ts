// RocksDB, through @nxtedition/rocksdb: the package that is kept up and has a binary for Linux and
// macOS. (The package called `rocksdb` dates from 2022 and ends Node 26 with "free(): invalid
// pointer".)
//
// Its own defaults: 64 MiB memtables, which nothing here fills but the million records, and
// compaction by its own threads. Our cache size. Compression of blocks only where it is asked for, of
// the log never. The synchronous calls that the binding has for gets, batches and iterators save
// the way through a thread pool, which costs more than the work.

import { rmSync } from 'node:fs';
import { RocksLevel } from '@nxtedition/rocksdb';
import { CACHE_BYTES } from '../cache.ts';
import type { Data } from '../data.ts';
import { directoryFootprint } from '../node/directory.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';

const PAGE_RECORDS = 1000;

export class Rocks implements Peer {
  readonly settings = {
    unsynced: `sync: false, ${CACHE_BYTES >> 10} KiB cache, Zstandard only in space-half`,
    synced: `sync: true, ${CACHE_BYTES >> 10} KiB cache`,
  };
  readonly #directory: string;
  #db!: RocksLevel;
  #options = { sync: false };
  #compress = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(mode: Mode, compress = false): Promise<void> {
    this.#options = { sync: mode === 'synced' };
    this.#compress = compress;
    this.#db = new RocksLevel(this.#directory, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      compression: compress,
      walCompression: false,
      cacheSize: CACHE_BYTES,
    });
    await this.#db.open();
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const batch = this.#db._chainedBatch();
    batch._put(key, value);
    batch._writeSync(this.#options);
    batch._closeSync();
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): void {
    const batch = this.#db._chainedBatch();
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      batch._put(data.keys[index] as Uint8Array, data.value(index));
    }
    batch._writeSync(this.#options);
    batch._closeSync();
  }

  beginReads(): void {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#db._getManySync([key], {})[0];
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    const encoding = { keyEncoding: 'buffer', valueEncoding: 'buffer', keys: true, values: true };
    const range = start ? { ...encoding, gte: start, limit } : { ...encoding, limit };
    const iterator = this.#db._iterator(range);
    for (let left = limit; left > 0; ) {
      const { rows, finished } = iterator._nextvSync(Math.min(left, PAGE_RECORDS), {});
      for (let i = 0; i < rows.length; i += 2) visit(rows[i] as Buffer, rows[i + 1] as Buffer);
      left -= rows.length / 2;
      if (finished || rows.length === 0) break;
    }
    iterator._closeSync();
  }

  endReads(): void {}

  /** The binding can't ask for a flush; opening it again writes the log's entries to tables. */
  async settle(): Promise<void> {
    await this.#db.close();
    await this.open('unsynced', this.#compress);
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  footprint(): Promise<Footprint> {
    return directoryFootprint(this.#directory);
  }

  async destroy(): Promise<void> {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
