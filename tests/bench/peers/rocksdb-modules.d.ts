// As much of @nxtedition/rocksdb as is used; it brings no types of its own.

declare module '@nxtedition/rocksdb' {
  interface WriteOptions {
    sync: boolean;
  }

  class ChainedBatch {
    _put(key: Uint8Array, value: Uint8Array): void;
    _writeSync(options: WriteOptions): void;
    _closeSync(): void;
  }

  class Iterator {
    _nextvSync(size: number, options: object): { rows: (Buffer | undefined)[]; finished: boolean };
    _closeSync(): void;
  }

  export class RocksLevel {
    constructor(directory: string, options: object);
    open(): Promise<void>;
    close(): Promise<void>;
    _chainedBatch(): ChainedBatch;
    _getManySync(keys: Uint8Array[], options: object): (Buffer | undefined)[];
    _iterator(options: object): Iterator;
  }
}
