// What the stores with the interface of abstract-level have in common: batches as arrays, and
// iterators that fetch a thousand entries at a time. Keys and values are byte arrays.

import type { AbstractLevel } from 'abstract-level';
import type { Data } from '../data.ts';
import type { Footprint, Maybe, Mode, Peer, Visit } from '../peer.ts';

export type Bytes = Uint8Array;
export type Database = AbstractLevel<string | Bytes | Buffer, Bytes, Bytes>;

const PAGE_RECORDS = 1000;

export abstract class AbstractLevelPeer implements Peer {
  abstract readonly settings: Record<Mode, string>;
  protected db!: Database;
  protected writeOptions: object = {};

  abstract open(mode: Mode, compress?: boolean): Promise<void>;
  abstract footprint(): Promise<Footprint | undefined>;
  abstract destroy(): Promise<void>;

  put(key: Bytes, value: Bytes): Promise<void> {
    return this.db.put(key, value, this.writeOptions);
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const operations = Array.from(order.subarray(from, to), (index) => {
      const key = data.keys[index] as Bytes;
      return { type: 'put' as const, key, value: data.value(index) };
    });
    return this.db.batch(operations, this.writeOptions);
  }

  beginReads(): void {}

  get(key: Bytes): Maybe<Bytes | undefined> {
    return this.db.get(key);
  }

  async scan(start: Bytes | undefined, limit: number, visit: Visit): Promise<void> {
    const iterator = this.db.iterator(start ? { gte: start, limit } : { limit });
    for (let left = limit; left > 0; ) {
      const entries = await iterator.nextv(Math.min(left, PAGE_RECORDS));
      if (entries.length === 0) break;
      for (const [key, value] of entries) visit(key, value);
      left -= entries.length;
    }
    await iterator.close();
  }

  endReads(): void {}

  settle(): Maybe<void> {}

  close(): Promise<void> {
    return this.db.close();
  }
}
