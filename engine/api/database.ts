// The database, as programs use it: promises over a backend.
//
//     const db = await open({ files: memoryFiles() });
//     await db.put('crab', 'orange');
//     await db.get('crab', { encoding: 'utf8' });          // 'orange'
//     await db.add('visits', 1);
//     for await (const [key, value] of db.scan({ prefix: 'c' })) ...
//     await db.close();
//
// Keys are ordered as bytes. A write is acknowledged, its promise resolved, when its
// sync mode says so; `full`, the default, means that it would survive a power cut.

import { FerrisError } from '../base/errors.ts';
import type { FilesKind, FilesSource } from '../env/files.ts';
import type { CheckpointReport } from '../lsm/backup.ts';
import type { OperatorName } from '../lsm/operators.ts';
import { SYNC_MODES, type SyncMode, type Tuning, type TuningOptions } from '../lsm/options.ts';
import {
  readAmplification,
  type StoreStats,
  spaceAmplification,
  writeAmplification,
} from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
import type { RecoveryReport } from '../lsm/wal/recovery-report.ts';
import type { Backend } from './backend.ts';
import { backupChunks } from './backups.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import type { BytesLike, Encoded, Encoding } from './encoding.ts';
import type { EntryScan, ScanOptions } from './entry-scan.ts';
import { exportChunks, importChunks, scanRangeOf } from './exports.ts';
import type { LatencyReport } from './latencies.ts';
import {
  type BatchOperation,
  boundsOf,
  encodeOperations,
  type KeyRange,
  type Operand,
} from './operations.ts';
import { BackendReader, DatabaseSnapshot, type Reader, type ReadOptions } from './reader.ts';
import { type ByteStream, toStream } from './streams.ts';

export interface WriteOptions {
  /** When the promise resolves; see `SyncMode`. Default: the database's own. */
  readonly sync?: SyncMode | undefined;
}

export interface PutOptions extends WriteOptions {
  /** Milliseconds from now on after which the key is gone. Default: it stays. */
  readonly ttlMs?: number | undefined;
}

/** The counters of a store, and what follows from them. */
export interface Properties extends StoreStats {
  /** Bytes written for each byte that was asked for. */
  readonly writeAmplification: number;
  /** Sorted runs that a lookup may have to ask. */
  readonly readAmplification: number;
  /** Bytes in tables for each byte of the deepest level. */
  readonly spaceAmplification: number;
  /** How long what it did took, measured where the store runs; see latencies.ts. */
  readonly latencies: LatencyReport;
}

/** An open database. `D` is the encoding it hands results out in. */
export class Database<D extends Encoding = 'bytes'> implements Reader<D>, AsyncDisposable {
  /** Why the database is somewhere else than was asked for, if it is. */
  readonly notice: string | undefined;
  readonly #backend: Backend;
  readonly #encoding: D;
  readonly #reader: BackendReader<D>;
  readonly #clock: Clock;

  constructor(backend: Backend, encoding: D, notice?: string, clock: Clock = SYSTEM_CLOCK) {
    this.#backend = backend;
    this.#encoding = encoding;
    this.#reader = new BackendReader(backend, encoding, undefined);
    this.#clock = clock;
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

  /** Sets `key` to `value`, for ever or for `ttlMs`. @throws FERRIS_TOO_LARGE, FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED, FERRIS_INVALID_ARGUMENT */
  put(key: BytesLike, value: BytesLike, options: PutOptions = {}): Promise<void> {
    return this.batch([{ type: 'put', key, value, ttlMs: options.ttlMs }], options);
  }

  /** Removes `key`; removing what isn't there is fine. Errors are those of `put`. */
  delete(key: BytesLike, options?: WriteOptions): Promise<void> {
    return this.batch([{ type: 'delete', key }], options);
  }

  /** Removes every key of a range, in one step and without reading them: `{ gte, gt, lte, lt, prefix }`. Errors are those of `put`. */
  deleteRange(range: KeyRange, options?: WriteOptions): Promise<void> {
    return this.batch([{ ...range, type: 'deleteRange' }], options);
  }

  /** Changes `key` by an operator without reading it; 'own' is the function that `open` was given. Errors are those of `put`. */
  merge(
    key: BytesLike,
    operator: OperatorName,
    operand: Operand,
    options?: WriteOptions,
  ): Promise<void> {
    return this.batch([{ type: 'merge', key, operator, operand }], options);
  }

  /** Adds to the number that `key` holds, 8 bytes with the lowest first, or to 0; a negative amount subtracts. It wraps at 2^64. Errors are those of `put`. */
  add(key: BytesLike, amount: Operand = 1, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'add', amount, options);
  }

  /** Keeps the bits of `key` that `bits` has too. Where there is no value, it is `bits`. Errors are those of `put`. */
  and(key: BytesLike, bits: Operand, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'and', bits, options);
  }

  /** Sets the bits of `bits` in what `key` holds. Errors are those of `put`. */
  or(key: BytesLike, bits: Operand, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'or', bits, options);
  }

  /** Flips the bits of `bits` in what `key` holds. Errors are those of `put`. */
  xor(key: BytesLike, bits: Operand, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'xor', bits, options);
  }

  /** Sets `key` to `number` if what it holds is higher, or nothing. Errors are those of `put`. */
  min(key: BytesLike, number: Operand, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'min', number, options);
  }

  /** Sets `key` to `number` if what it holds is lower, or nothing. Errors are those of `put`. */
  max(key: BytesLike, number: Operand, options?: WriteOptions): Promise<void> {
    return this.merge(key, 'max', number, options);
  }

  /** Applies all operations or, if it fails or the power goes, none. Errors are those of `put`. */
  async batch(operations: Iterable<BatchOperation>, options: WriteOptions = {}): Promise<void> {
    const { payload, openEnded } = encodeOperations(operations, () => this.#clock.nowMs());
    await this.#backend.write(payload, checkSync(options.sync), openEnded);
  }

  async get<E extends Encoding = D>(
    key: BytesLike,
    options: ReadOptions<E> = {},
  ): Promise<Encoded<E> | undefined> {
    return this.#reader.get(key, options);
  }

  async getMany<E extends Encoding = D>(
    keys: Iterable<BytesLike>,
    options: ReadOptions<E> = {},
  ): Promise<(Encoded<E> | undefined)[]> {
    return this.#reader.getMany(keys, options);
  }

  async getNumber(key: BytesLike): Promise<bigint | undefined> {
    return this.#reader.getNumber(key);
  }

  async has(key: BytesLike): Promise<boolean> {
    return this.#reader.has(key);
  }

  scan<E extends Encoding = D>(options: ScanOptions<E> = {}): EntryScan<E> {
    return this.#reader.scan(options);
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

  /** Merges the tables of a range (default: all) into one sorted run, without what nobody can see any more. */
  async compact(range: KeyRange = {}): Promise<void> {
    const { start, end } = boundsOf(range);
    await this.#backend.compact(start, end);
  }

  /** Changes options while it is open, and answers with all that are in force. @throws FERRIS_INVALID_ARGUMENT for a value out of range, and then nothing is changed */
  async setOptions(options: TuningOptions): Promise<Tuning> {
    return this.#backend.setOptions(options);
  }

  /** The keys and values of one moment (of a range, or all) as a stream that `import` takes; see lsm/export-stream.ts. */
  export(range: KeyRange = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    return toStream(exportChunks(this.#backend, scanRangeOf(range), this.#clock));
  }

  /** Puts everything that an export holds at once, when all of it has arrived; resolves with how many entries when that is durable. If it fails, or the power goes before, none of it was put. What is damaged is FERRIS_CORRUPTION. */
  import(stream: ByteStream): Promise<number> {
    return importChunks(this.#backend, stream);
  }

  /** The whole database of one moment as a stream that `restore` takes, while it goes on; see lsm/backup-stream.ts. */
  backup(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return toStream(backupChunks(this.#backend, this.#clock));
  }

  /** Copies the database of one moment to another place, while it goes on. Into the same place again it copies what is new. @throws FERRIS_EXISTS when something else is there, FERRIS_UNSUPPORTED where the store runs in a worker: use `backup` */
  checkpoint(target: FilesSource): Promise<CheckpointReport> {
    return this.#backend.checkpoint(target);
  }

  /** Reads every byte that has a checksum, checks that everything agrees, and says what is wrong. */
  verify(): Promise<VerifyReport> {
    return this.#backend.verify();
  }

  /** Counters since it was opened. */
  stats(): Promise<StoreStats> {
    return this.#backend.stats();
  }

  /** What it holds and what that costs: the counters; write, read and space amplification; and how long things took. */
  async properties(): Promise<Properties> {
    const [stats, latencies] = await Promise.all([
      this.#backend.stats(),
      this.#backend.latencies(),
    ]);
    return {
      ...stats,
      latencies,
      writeAmplification: writeAmplification(stats),
      readAmplification: readAmplification(stats),
      spaceAmplification: spaceAmplification(stats),
    };
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
}

function checkSync(sync: SyncMode | undefined): SyncMode | undefined {
  if (sync === undefined || SYNC_MODES.includes(sync)) return sync;
  const message = `sync must be one of ${SYNC_MODES.join(', ')}, not ${String(sync)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
