// FerrisDB: its synchronous core, in the thread that measures. Default options but for sync.
//
// What waits in the background (flushes, compactions, refilling the pool of files) is done
// between writes, a slice at a time, as a driver must, and its time counts. Scans give views, as gets do.

import { Batch, type FilesSource, Store, useDeflate, type Volume } from '../../../engine/index.ts';
import { CACHE_BYTES } from '../cache.ts';
import type { Data } from '../data.ts';
import type { Footprint, Maybe, Mode, Peer, Stalls, Visit } from '../peer.ts';

// Tables may be compressed.
useDeflate();

export class Ferris implements Peer {
  readonly settings = {
    unsynced: `sync: 'none', ${CACHE_BYTES >> 10} KiB cache, DEFLATE only in space-half`,
    synced: `sync: 'full', ${CACHE_BYTES >> 10} KiB cache`,
  };
  readonly footprint: () => Promise<Footprint>;
  readonly #source: FilesSource;
  readonly #batch = new Batch(1 << 16);
  #volume!: Volume;
  #store!: Store;

  constructor(source: FilesSource, footprint: () => Promise<Footprint>) {
    this.#source = source;
    this.footprint = footprint;
  }

  async open(mode: Mode, compress = false): Promise<void> {
    this.#volume = await this.#source.mount();
    this.#store = Store.open({
      files: this.#volume.files,
      sync: mode === 'synced' ? 'full' : 'none',
      codec: compress ? 'deflate' : 'none',
      blockCacheBytes: CACHE_BYTES,
    });
  }

  put(key: Uint8Array, value: Uint8Array): Maybe<void> {
    this.#batch.clear();
    this.#batch.put(key, value);
    return this.#write();
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): Maybe<void> {
    this.#batch.clear();
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      this.#batch.put(data.keys[index] as Uint8Array, data.value(index));
    }
    return this.#write();
  }

  beginReads(): void {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(key);
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    const scan = this.#store.scan({ gte: start, limit });
    while (scan.next()) visit(scan.key, scan.value);
  }

  endReads(): void {}

  async settle(): Promise<void> {
    this.#store.compactRange();
    while (this.#store.workDue) {
      this.#store.work();
      if (this.#volume.upkeepDue) await this.#volume.upkeep();
    }
  }

  stalls(): Stalls {
    const { slowdowns, stops } = this.#store.stats();
    return { slowdowns, stops };
  }

  async close(): Promise<void> {
    this.#store.close();
    await this.#volume.close();
  }

  destroy(): Promise<void> {
    return this.#source.destroy();
  }

  #write(): Maybe<void> {
    this.#store.write(this.#batch);
    if (this.#store.workDue) this.#store.work();
    if (this.#volume.upkeepDue) return this.#volume.upkeep();
  }
}
