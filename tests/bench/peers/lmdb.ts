// LMDB, through lmdb-js: a memory-mapped copy-on-write B-tree, in C.
//
// Unsynced it runs with noSync. Synced it commits with a flush before the call returns
// (overlappingSync would return first and flush later). Binary keys and values; a get
// returns a view of memory that is used again, its fastest way.

import { rmSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import type { Data } from '../data.ts';
import { directoryFootprint } from '../node/directory.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';

export class Lmdb implements Peer {
  readonly settings = {
    unsynced: 'noSync, the whole file mapped',
    synced: 'flush in each commit (overlappingSync: false)',
  };
  readonly #directory: string;
  #db!: RootDatabase<Uint8Array, Uint8Array>;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(mode: Mode): Promise<void> {
    const durability = mode === 'synced' ? { overlappingSync: false } : { noSync: true };
    const encoding = { keyEncoding: 'binary', encoding: 'binary' } as const;
    this.#db = open({ path: this.#directory, ...encoding, ...durability });
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#db.putSync(key, value as Buffer);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): void {
    this.#db.transactionSync(() => {
      for (let i = from; i < to; i++) {
        const index = order[i] as number;
        this.#db.putSync(data.keys[index] as Uint8Array, data.value(index));
      }
    });
  }

  beginReads(): void {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#db.getBinaryFast(key);
  }

  scan(start: Uint8Array | undefined, limit: number, visit: Visit): void {
    const range = start ? { start, limit } : { limit };
    for (const { key, value } of this.#db.getRange(range)) visit(key, value);
  }

  endReads(): void {}

  settle(): void {}

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
