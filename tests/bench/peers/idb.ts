// IndexedDB, through `idb`. One object store with binary keys.
//
// A transaction per write, its durability `relaxed` (handed to the operating system)
// or `strict` (flushed to the disk). The put is not awaited by itself, only the
// transaction, and `commit` is called at once, which saves a turn. Reads share one
// transaction. Scans use getAllRecords, which fetches keys and values in one request, a
// thousand at a time; older browsers need two.

import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { Data } from '../data.ts';
import type { Mode, Peer, Visit } from '../peer.ts';

const STORE = 'kv';
const PAGE_RECORDS = 1000;

type Row = { key: ArrayBuffer; value: Uint8Array };
type Reading = IDBPTransaction<unknown, ['kv'], 'readonly'>;

export class Idb implements Peer {
  readonly settings = {
    unsynced: 'durability relaxed',
    synced: 'durability strict',
  };
  readonly #name: string;
  #db!: IDBPDatabase;
  #durability: IDBTransactionDurability = 'relaxed';
  #reading!: Reading;

  constructor(name = 'bench') {
    this.#name = name;
  }

  async open(mode: Mode): Promise<void> {
    this.#durability = mode === 'synced' ? 'strict' : 'relaxed';
    this.#db = await openDB(this.#name, 1, { upgrade: (db) => void db.createObjectStore(STORE) });
  }

  put(key: Uint8Array<ArrayBuffer>, value: Uint8Array): Promise<void> {
    const transaction = this.#write();
    transaction.store.put(value, key);
    transaction.commit();
    return transaction.done;
  }

  batch(data: Data, order: Uint32Array, from: number, to: number): Promise<void> {
    const transaction = this.#write();
    for (let i = from; i < to; i++) {
      const index = order[i] as number;
      transaction.store.put(data.value(index), data.keys[index]);
    }
    transaction.commit();
    return transaction.done;
  }

  beginReads(): void {
    this.#reading = this.#db.transaction([STORE], 'readonly');
  }

  get(key: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
    return this.#reading.objectStore(STORE).get(key);
  }

  getAlone(key: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
    return this.#db.get(STORE, key);
  }

  async scan(
    start: Uint8Array<ArrayBuffer> | undefined,
    limit: number,
    visit: Visit,
  ): Promise<void> {
    let range = start && IDBKeyRange.lowerBound(start);
    for (let left = limit; left > 0; ) {
      const count = Math.min(left, PAGE_RECORDS);
      const rows = await this.#rows(range, count);
      for (const { key, value } of rows) visit(new Uint8Array(key), value);
      left -= rows.length;
      const last = rows.at(-1);
      if (!last || rows.length < count) return;
      range = IDBKeyRange.lowerBound(last.key, true);
    }
  }

  async #rows(range: IDBKeyRange | undefined, count: number): Promise<Row[]> {
    const store = this.#reading.objectStore(STORE);
    if ('getAllRecords' in store) {
      const query = range === undefined ? { count } : { query: range, count };
      return (store.getAllRecords as (options: object) => Promise<Row[]>)(query);
    }
    const [keys, values] = await Promise.all([
      store.getAllKeys(range, count) as Promise<ArrayBuffer[]>,
      store.getAll(range, count) as Promise<Uint8Array[]>,
    ]);
    return keys.map((key, i) => ({ key, value: values[i] as Uint8Array }));
  }

  async endReads(): Promise<void> {
    await this.#reading.done;
  }

  settle(): void {}

  async close(): Promise<void> {
    this.#db.close();
  }

  destroy(): Promise<void> {
    return deleteDB(this.#name);
  }

  /** Browsers say what an origin takes, deleted databases included, and not what one database does. */
  async footprint(): Promise<undefined> {}

  facts(): string {
    return 'getAllRecords' in IDBObjectStore.prototype ? 'getAllRecords' : 'getAll and getAllKeys';
  }

  #write() {
    return this.#db.transaction(STORE, 'readwrite', { durability: this.#durability });
  }
}
