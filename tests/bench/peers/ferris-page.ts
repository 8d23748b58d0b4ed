// FerrisDB as a page uses it: the promised interface, with the store in a worker of its own
// and every call a message. Measured for information; the other stores send no messages here.

import { type Database, open, opfsFiles } from '../../../engine/index.ts';
import type { Data } from '../data.ts';
import { opfsFootprint } from '../footprint.ts';
import type { Footprint, Mode, Peer, Visit } from '../peer.ts';

const NAME = 'bench-page';

export class FerrisPage implements Peer {
  readonly settings = {
    unsynced: "sync: 'none', from a page",
    synced: "sync: 'full', from a page",
  };
  #db!: Database;

  async open(mode: Mode): Promise<void> {
    const sync = mode === 'synced' ? 'full' : 'none';
    this.#db = await open({ files: opfsFiles(NAME), sync, fallback: false });
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#db.put(key, value);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const operations = Array.from(order.subarray(from, to), (index) => {
      const key = data.keys[index] as Uint8Array;
      return { type: 'put' as const, key, value: data.value(index) };
    });
    return this.#db.batch(operations);
  }

  beginReads(): void {}

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#db.get(key);
  }

  async scan(start: Uint8Array | undefined, limit: number, visit: Visit): Promise<void> {
    for await (const [key, value] of this.#db.scan({ gte: start, limit })) visit(key, value);
  }

  endReads(): void {}

  settle(): Promise<void> {
    return this.#db.flush();
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  footprint(): Promise<Footprint> {
    return opfsFootprint(['ferrisdb', NAME]);
  }

  async destroy(): Promise<void> {
    const origin = await navigator.storage.getDirectory();
    const databases = await origin.getDirectoryHandle('ferrisdb', { create: true });
    await databases.removeEntry(NAME, { recursive: true }).catch(() => {}); // it may not be there
  }
}
