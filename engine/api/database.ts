// The database, as programs use it: promises over a backend.
//
//     const db = await open({ files: memoryFiles() });
//     await db.put('crab', 'orange');
//     await db.get('crab', { encoding: 'utf8' });          // 'orange'
//     for await (const [key, value] of db.scan({ prefix: 'c' })) ...
//     await db.close();
//
// Keys are ordered as bytes. A write is acknowledged, its promise resolved, when its
// sync mode says so; `full`, the default, means that it would survive a power cut.

import { FerrisError } from '../base/errors.ts';
import type { FilesKind } from '../env/files.ts';
import { Batch } from '../lsm/batch.ts';
import { SYNC_MODES, type SyncMode } from '../lsm/options.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { RecoveryReport } from '../lsm/wal/recovery-report.ts';
import type { Backend, SnapshotId } from './backend.ts';
import {
  type BytesLike,
  checkEncoding,
  type Encoded,
  type Encoding,
  encode,
  toBytes,
} from './encoding.ts';
import { EntryScan, type ScanOptions } from './entry-scan.ts';

export interface WriteOptions {
  /** When the promise resolves; see `SyncMode`. Default: the database's own. */
  readonly sync?: SyncMode | undefined;
}

export interface ReadOptions<E extends Encoding> {
  /** How the value is handed out. Default: the database's own, 'bytes' unless it was opened otherwise. */
  readonly encoding?: E | undefined;
}

/** One step of a batch. */
export type BatchOperation =
  | { readonly type: 'put'; readonly key: BytesLike; readonly value: BytesLike }
  | { readonly type: 'delete'; readonly key: BytesLike };

/** What can be read, now or as of a snapshot. */
export interface Reader<D extends Encoding> {
  /** The value of `key`, or undefined. @throws FERRIS_CLOSED, FERRIS_CORRUPTION, FERRIS_IO, FERRIS_INVALID_ARGUMENT */
  get<E extends Encoding = D>(
    key: BytesLike,
    options?: ReadOptions<E>,
  ): Promise<Encoded<E> | undefined>;
  /** The entries of a range in key order, all as of one moment. Errors are those of `get`. */
  scan<E extends Encoding = D>(options?: ScanOptions<E>): EntryScan<E>;
}

/** An open database. `D` is the encoding it hands results out in. */
export class Database<D extends Encoding = 'bytes'> implements Reader<D>, AsyncDisposable {
  /** Why the database is somewhere else than was asked for, if it is. */
  readonly notice: string | undefined;
  readonly #backend: Backend;
  readonly #encoding: D;

  constructor(backend: Backend, encoding: D, notice?: string) {
    this.#backend = backend;
    this.#encoding = encoding;
    this.notice = notice;
  }

  /** Where the bytes are: 'opfs', 'idb', 'memory', 'node', ... */
  get kind(): FilesKind {
    return this.#backend.facts.kind;
  }

  get name(): string {
    return this.#backend.facts.name;
  }

  /** Whether the store runs in this thread or in a worker. */
  get runsIn(): 'this thread' | 'a worker' {
    return this.#backend.facts.runsIn;
  }

  /** What recovery found when the database was opened. */
  get report(): RecoveryReport {
    return this.#backend.facts.report;
  }

  /** Sets `key` to `value`. @throws FERRIS_TOO_LARGE, FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED, FERRIS_INVALID_ARGUMENT */
  put(key: BytesLike, value: BytesLike, options?: WriteOptions): Promise<void> {
    return this.batch([{ type: 'put', key, value }], options);
  }

  /** Removes `key`; removing what isn't there is fine. Errors are those of `put`. */
  delete(key: BytesLike, options?: WriteOptions): Promise<void> {
    return this.batch([{ type: 'delete', key }], options);
  }

  /** Applies all operations or, if it fails or the power goes, none. Errors are those of `put`. */
  async batch(operations: Iterable<BatchOperation>, options: WriteOptions = {}): Promise<void> {
    const batch = new Batch();
    for (const operation of operations) addTo(batch, operation);
    await this.#backend.write(batch.bytes, checkSync(options.sync));
  }

  async get<E extends Encoding = D>(
    key: BytesLike,
    options: ReadOptions<E> = {},
  ): Promise<Encoded<E> | undefined> {
    return this.#read(undefined).get(key, options);
  }

  scan<E extends Encoding = D>(options: ScanOptions<E> = {}): EntryScan<E> {
    return this.#read(undefined).scan(options);
  }

  /** Holds this moment for later reads, whatever is written meanwhile. Release it when done. */
  async snapshot(): Promise<DatabaseSnapshot<D>> {
    const id = await this.#backend.snapshot();
    return new DatabaseSnapshot(this.#backend, this.#encoding, id);
  }

  /** Writes what is in memory out as a sorted table. */
  flush(): Promise<void> {
    return this.#backend.flush();
  }

  /** Counters since it was opened. */
  stats(): Promise<StoreStats> {
    return this.#backend.stats();
  }

  /** Waits for everything written, makes it durable, and lets go of files and locks. */
  close(): Promise<void> {
    return this.#backend.close();
  }

  /**
   * Ends as a crash of this process would: nothing more is synced or closed in order, and
   * promises under way are rejected. Opening again recovers. Meant for trying it out.
   */
  crash(): Promise<void> {
    return this.#backend.crash();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(snapshot: SnapshotId | undefined): BackendReader<D> {
    return new BackendReader(this.#backend, this.#encoding, snapshot);
  }
}

/** A moment of a database, readable until it is released. */
export class DatabaseSnapshot<D extends Encoding> implements Reader<D>, AsyncDisposable {
  readonly #backend: Backend;
  readonly #reader: BackendReader<D>;
  readonly #id: SnapshotId;

  constructor(backend: Backend, encoding: D, id: SnapshotId) {
    this.#backend = backend;
    this.#reader = new BackendReader(backend, encoding, id);
    this.#id = id;
  }

  get<E extends Encoding = D>(
    key: BytesLike,
    options: ReadOptions<E> = {},
  ): Promise<Encoded<E> | undefined> {
    return this.#reader.get(key, options);
  }

  scan<E extends Encoding = D>(options: ScanOptions<E> = {}): EntryScan<E> {
    return this.#reader.scan(options);
  }

  /** Lets go; reads through it are FERRIS_CLOSED from now on. */
  release(): Promise<void> {
    return this.#backend.releaseSnapshot(this.#id);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}

class BackendReader<D extends Encoding> implements Reader<D> {
  readonly #backend: Backend;
  readonly #encoding: D;
  readonly #snapshot: SnapshotId | undefined;

  constructor(backend: Backend, encoding: D, snapshot: SnapshotId | undefined) {
    this.#backend = backend;
    this.#encoding = encoding;
    this.#snapshot = snapshot;
  }

  async get<E extends Encoding = D>(
    key: BytesLike,
    options: ReadOptions<E>,
  ): Promise<Encoded<E> | undefined> {
    const encoding = this.#encodingOr(options.encoding);
    const value = await this.#backend.get(toBytes('key', key), this.#snapshot);
    return value === undefined ? undefined : encode(value, encoding);
  }

  scan<E extends Encoding = D>(options: ScanOptions<E>): EntryScan<E> {
    return new EntryScan(
      this.#backend,
      this.#snapshot,
      options,
      this.#encodingOr(options.encoding),
    );
  }

  #encodingOr<E extends Encoding>(given: E | undefined): E {
    return checkEncoding(given ?? (this.#encoding as Encoding as E));
  }
}

function addTo(batch: Batch, operation: BatchOperation): void {
  const key = toBytes('key', operation.key);
  if (operation.type === 'put') batch.put(key, toBytes('value', operation.value));
  else if (operation.type === 'delete') batch.delete(key);
  else throw badOperation(operation);
}

function badOperation(operation: never): FerrisError {
  const { type } = operation as { type: unknown };
  const message = `a batch operation's type must be 'put' or 'delete', not ${String(type)}`;
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

function checkSync(sync: SyncMode | undefined): SyncMode | undefined {
  if (sync === undefined || SYNC_MODES.includes(sync)) return sync;
  const message = `sync must be one of ${SYNC_MODES.join(', ')}, not ${String(sync)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
