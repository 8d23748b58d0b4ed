// A real database in the page, for its files: made when it is asked for, gone with the page.

import { Batch, MemoryFiles, Random, Store, useDeflate, utf8 } from '../../../engine/index.ts';

// Tables may be compressed.
useDeflate();

export interface FileEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Uint8Array>;
}

const GOODS = ['crab cake', 'eel pie', 'lobster roll', 'prawn toast', 'squid rings'];

export class OwnStore {
  readonly #files = new MemoryFiles();
  readonly #store: Store;
  readonly #random = new Random(5);
  #orders = 0;

  constructor() {
    this.#store = Store.open({ files: this.#files, blockBytes: 1024 });
  }

  put(key: string, value: string): void {
    this.#store.write(new Batch().put(utf8(key), utf8(value)));
  }

  remove(key: string): void {
    this.#store.write(new Batch().delete(utf8(key)));
  }

  /** Orders as a shop has them, one batch each. */
  putOrders(count: number): void {
    for (let i = 0; i < count; i++) {
      const number = String(++this.#orders).padStart(5, '0');
      this.put(`order ${number}`, `${1 + this.#random.below(6)} x ${this.#random.pick(GOODS)}`);
    }
  }

  /** Makes a table of what is in memory. */
  flush(codec: 'none' | 'deflate' = 'none'): void {
    this.#store.setOptions({ codec });
    this.#store.flush();
    while (this.#store.work());
  }

  list(): FileEntry[] {
    return this.#files.list().map((name) => {
      const read = () => {
        const file = this.#files.open(name);
        const bytes = new Uint8Array(file.size);
        file.read(0, bytes);
        file.close();
        return bytes;
      };
      return { name, sizeBytes: read().length, read: async () => read() };
    });
  }
}
