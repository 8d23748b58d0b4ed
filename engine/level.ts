// The engine behind Level's interface, so that what was written for Level runs on it.
//
//     const db = new FerrisLevel<string, Order>('shop', { valueEncoding: 'json' });
//     await db.put('order 1', { coffees: 2 });
//     for await (const [key, order] of db.iterator({ gte: 'order' })) ...
//
// abstract-level holds what all of Level's databases share (opening by itself, encodings,
// sublevels, hooks, events); its methods call the ones here that begin with an underscore.
// They speak to a backend, as the engine's own `Database` does:
//
//     abstract-level    FerrisLevel           backend: this thread, or a worker
//     put, batch  --->  one Batch       --->  write
//     iterator    --->  Pages           --->  scanPage, as of one snapshot
//     get         --->                        get
//
// 1. A write resolves when it would survive a power cut, unless `sync` says otherwise: the
//    engine's default is kept, which is stricter than that of Level's other databases.
// 2. An iterator reads as of the moment when it was made; `getMany` and `hasMany` likewise.
// 3. Errors carry Level's codes, with the engine's own error as their cause.
//
// abstract-level is needed by who imports this file, and by nothing else of the engine.

import { type AbstractDatabaseOptions, AbstractLevel, type AbstractSnapshot } from 'abstract-level';
import type { Backend } from './api/backend.ts';
import { LocalBackend } from './api/local-backend.ts';
import { type OpenedBackend, type OpenOptions, openBackend } from './api/open.ts';
import { runsInWorker } from './api/places.ts';
import type { FilesKind } from './env/files.ts';
import { LevelError, toLevelError, underLevelCodes } from './level/errors.ts';
import { type Format, type Formatted, fromBytes, toBytes } from './level/formats.ts';
import {
  FerrisIterator,
  FerrisKeyIterator,
  FerrisValueIterator,
  type IteratorOptions,
} from './level/iterators.ts';
import { FerrisSnapshot, momentOf, releaseMoment, takeMoment } from './level/moment.ts';
import type { RangeOptions } from './level/pages.ts';
import { checkLocation, filesAt, filesKind, type LevelLocation } from './level/place.ts';
import {
  deleteKeys,
  deleteRange,
  FerrisChainedBatch,
  type Operation,
  type SyncOption,
  syncOf,
  writeAll,
} from './level/writes.ts';
import type { StoreStats } from './lsm/store-stats.ts';

export type { LevelLocation } from './level/place.ts';

/** Level's options for encodings, and the engine's for the store. */
export interface FerrisLevelOptions<K, V>
  extends AbstractDatabaseOptions<K, V>,
    Omit<OpenOptions, 'files' | 'encoding' | 'sync'>,
    SyncOption {}

type Manifest = ConstructorParameters<typeof AbstractLevel>[0];

interface ReadOptions {
  readonly keyEncoding: Format;
  readonly valueEncoding: Format;
  readonly snapshot?: AbstractSnapshot;
}

export class FerrisLevel<KDefault = string, VDefault = string> extends AbstractLevel<
  string | Uint8Array,
  KDefault,
  VDefault
> {
  readonly #location: LevelLocation;
  #opened: OpenedBackend | undefined;

  /**
   * A database at `location`, which opens by itself: a name in browsers (files in OPFS) and a
   * directory in Node, or any place for files, such as `memoryFiles()`.
   * @throws FERRIS_INVALID_ARGUMENT for another location
   */
  constructor(location: LevelLocation, options?: FerrisLevelOptions<KDefault, VDefault>) {
    const kind = filesKind(checkLocation(location));
    super(manifestOf(kind), options);
    this.#location = location;
  }

  /** The directory, or the name of the database. */
  get location(): string {
    return typeof this.#location === 'string' ? this.#location : this.#location.name;
  }

  /** Why the open database is somewhere else than was asked for, if it is. */
  get notice(): string | undefined {
    return this.#opened?.notice;
  }

  /** Writes what is in memory out as a sorted table. @throws LEVEL_DATABASE_NOT_OPEN, LEVEL_IO_ERROR */
  flush(): Promise<void> {
    return underLevelCodes(() => this.#backend.flush());
  }

  /** The store's counters since it was opened. @throws LEVEL_DATABASE_NOT_OPEN */
  stats(): Promise<StoreStats> {
    return underLevelCodes(() => this.#backend.stats());
  }

  get #backend(): Backend {
    if (this.#opened !== undefined) return this.#opened.backend;
    throw new LevelError('LEVEL_DATABASE_NOT_OPEN', 'the database is not open; await open() first');
  }

  // What abstract-level calls, with keys and values encoded.

  async _open(options: FerrisLevelOptions<KDefault, VDefault>): Promise<void> {
    await underLevelCodes(async () => {
      const sync = syncOf(options);
      const files = await filesAt(this.#location);
      this.#opened = await openBackend({ ...options, sync, files });
    });
  }

  async _close(): Promise<void> {
    const backend = this.#backend;
    this.#opened = undefined; // whatever closing says, there is no going on with it
    await underLevelCodes(() => backend.close());
  }

  _put(key: Formatted, value: Formatted, options: SyncOption): Promise<void> {
    return writeAll(this.#backend, [{ type: 'put', key, value }], options);
  }

  _del(key: Formatted, options: SyncOption): Promise<void> {
    return writeAll(this.#backend, [{ type: 'del', key }], options);
  }

  _batch(operations: readonly Operation[], options: SyncOption): Promise<void> {
    return writeAll(this.#backend, operations, options);
  }

  _chainedBatch(): FerrisChainedBatch<this, KDefault, VDefault> {
    return new FerrisChainedBatch(this, this.#backend);
  }

  async _get(key: Formatted, options: ReadOptions): Promise<Formatted | undefined> {
    try {
      const backend = this.#backend;
      const moment = options.snapshot && (await momentOf(backend, options.snapshot));
      if (backend instanceof LocalBackend) return getNow(backend, key, moment, options);
      const value = await backend.get(toBytes(key), moment);
      return value && fromBytes(value, options.valueEncoding);
    } catch (error) {
      throw toLevelError(error);
    }
  }

  _getSync(key: Formatted, options: ReadOptions): Formatted | undefined {
    const backend = this.#backend;
    const moment = momentOf(backend, options.snapshot);
    if (!(backend instanceof LocalBackend) || moment instanceof Promise)
      throw new LevelError('LEVEL_NOT_SUPPORTED', 'the store is in a worker; await get() instead');
    try {
      return getNow(backend, key, moment, options);
    } catch (error) {
      throw toLevelError(error);
    }
  }

  async _getMany(
    keys: readonly Formatted[],
    options: ReadOptions,
  ): Promise<(Formatted | undefined)[]> {
    const { valueEncoding } = options;
    const values = await this.#valuesOf(keys, options);
    return values.map((value) => value && fromBytes(value, valueEncoding));
  }

  _has(key: Formatted, options: ReadOptions): Promise<boolean> {
    return underLevelCodes(async () => {
      const backend = this.#backend;
      return backend.has(toBytes(key), await momentOf(backend, options.snapshot));
    });
  }

  async _hasMany(keys: readonly Formatted[], options: ReadOptions): Promise<boolean[]> {
    const values = await this.#valuesOf(keys, options);
    return values.map((value) => value !== undefined);
  }

  #valuesOf(
    keys: readonly Formatted[],
    { snapshot }: ReadOptions,
  ): Promise<(Uint8Array | undefined)[]> {
    return underLevelCodes(async () => {
      const backend = this.#backend;
      return backend.getMany(keys.map(toBytes), await momentOf(backend, snapshot));
    });
  }

  async _clear(options: RangeOptions & ReadOptions & SyncOption): Promise<void> {
    const backend = this.#backend;
    const given = momentOf(backend, options.snapshot);
    if (given === undefined && options.limit < 0) return deleteRange(backend, options);
    const moment = given ?? takeMoment(backend);
    try {
      await deleteKeys({ backend, moment }, options, options);
    } finally {
      if (given === undefined) await releaseMoment(backend, moment);
    }
  }

  _iterator(options: IteratorOptions): FerrisIterator<this, KDefault, VDefault> {
    return new FerrisIterator(this, this.#backend, options);
  }

  _keys(options: IteratorOptions): FerrisKeyIterator<this, KDefault> {
    return new FerrisKeyIterator(this, this.#backend, options);
  }

  _values(options: IteratorOptions): FerrisValueIterator<this, KDefault, VDefault> {
    return new FerrisValueIterator(this, this.#backend, options);
  }

  _snapshot(options: object): FerrisSnapshot {
    return new FerrisSnapshot(this.#backend, options);
  }
}

/** What such a database can do; the part of it that Level's types know. */
function manifestOf(kind: FilesKind): Manifest {
  const manifest = {
    encodings: { utf8: true, view: true },
    has: true,
    getSync: !runsInWorker(kind),
    permanence: kind !== 'memory',
    explicitSnapshots: true,
    signals: { iterators: true },
    additionalMethods: { flush: true, stats: true },
  };
  return manifest;
}

/** From a store in this thread: text is made straight from its memory, bytes are copied. */
function getNow(
  backend: LocalBackend,
  key: Formatted,
  moment: number | undefined,
  { valueEncoding }: ReadOptions,
): Formatted | undefined {
  const value = backend.getNow(toBytes(key), moment);
  if (value === undefined || valueEncoding === 'utf8') return value && fromBytes(value, 'utf8');
  return value.slice();
}
