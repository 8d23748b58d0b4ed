// LevelDB, through classic-level: our nearest relative, in C++ with a thread that compacts.
//
// Its own block and write buffer sizes (4 KiB and 4 MiB, as ours), compression only where it is
// asked for, our cache size, and a bloom filter, which it has by default. Each write is awaited before the next. Gets are synchronous,
// which is its fastest way for data in cache; scans fetch a thousand entries at a time.

import { rmSync } from 'node:fs';
import { ClassicLevel } from 'classic-level';
import { CACHE_BYTES } from '../cache.ts';
import type { Data } from '../data.ts';
import { directoryFootprint } from '../node/directory.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';

const PAGE_RECORDS = 1000;

export class Level implements Peer {
  readonly settings = {
    unsynced: `sync: false, ${CACHE_BYTES >> 10} KiB cache, Snappy only in space-half`,
    synced: `sync: true, ${CACHE_BYTES >> 10} KiB cache`,
  };
  readonly #directory: string;
  #db!: ClassicLevel<Uint8Array, Uint8Array>;
  #options = { sync: false };

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(mode: Mode, compress = false): Promise<void> {
    this.#options = { sync: mode === 'synced' };
    const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const;
    this.#db = new ClassicLevel(this.#directory, {
      ...encoding,
      compression: compress,
      cacheSize: CACHE_BYTES,
    });
    await this.#db.open();
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#db.put(key, value, this.#options);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const batch = this.#db.batch();
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      batch.put(data.keys[index] as Uint8Array, data.value(index));
    }
    return batch.write(this.#options);
  }

  beginReads(): void {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#db.getSync(key);
  }

  async scan(start: Uint8Array | undefined, limit: number, visit: Visit): Promise<void> {
    const range = start ? { gte: start, limit } : { limit };
    const iterator = this.#db.iterator(range);
    for (let left = limit; left > 0; ) {
      const entries = await iterator.nextv(Math.min(left, PAGE_RECORDS));
      if (entries.length === 0) break;
      for (const [key, value] of entries) visit(key, value);
      left -= entries.length;
    }
    await iterator.close();
  }

  endReads(): void {}

  settle(): Promise<void> {
    return this.#db.compactRange(new Uint8Array(0), new Uint8Array([255]));
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
