// Reading, now or as of a snapshot: what a database and its snapshots have in common.

import { FerrisError } from '../base/errors.ts';
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
import { numberOf } from './operations.ts';

export interface ReadOptions<E extends Encoding> {
  /** How the value is handed out. Default: the database's own, 'bytes' unless it was opened otherwise. */
  readonly encoding?: E | undefined;
}

/** What can be read, now or as of a snapshot. */
export interface Reader<D extends Encoding> {
  /** The value of `key`, or undefined. @throws FERRIS_CLOSED, FERRIS_CORRUPTION, FERRIS_IO, FERRIS_INVALID_ARGUMENT */
  get<E extends Encoding = D>(
    key: BytesLike,
    options?: ReadOptions<E>,
  ): Promise<Encoded<E> | undefined>;
  /** The values of several keys, in their order, all as of one moment. Errors are those of `get`. */
  getMany<E extends Encoding = D>(
    keys: Iterable<BytesLike>,
    options?: ReadOptions<E>,
  ): Promise<(Encoded<E> | undefined)[]>;
  /** The value of `key` as an unsigned whole number, lowest byte first: what `add` keeps. Errors are those of `get`. */
  getNumber(key: BytesLike): Promise<bigint | undefined>;
  /** Whether there is a value for `key`. Errors are those of `get`. */
  has(key: BytesLike): Promise<boolean>;
  /** The entries of a range in key order, all as of one moment. Errors are those of `get`. */
  scan<E extends Encoding = D>(options?: ScanOptions<E>): EntryScan<E>;
}

/** Reads a backend. `D` is the encoding of results unless a call says otherwise. */
export class BackendReader<D extends Encoding> implements Reader<D> {
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
    options: ReadOptions<E> = {},
  ): Promise<Encoded<E> | undefined> {
    const encoding = this.#encodingOr(options.encoding);
    const value = await this.#backend.get(toBytes('key', key), this.#snapshot);
    return value === undefined ? undefined : encode(value, encoding);
  }

  async getMany<E extends Encoding = D>(
    keys: Iterable<BytesLike>,
    options: ReadOptions<E> = {},
  ): Promise<(Encoded<E> | undefined)[]> {
    const encoding = this.#encodingOr(options.encoding);
    const asked = Array.from(checkIterable(keys), (key) => toBytes('key', key));
    const values = await this.#backend.getMany(asked, this.#snapshot);
    return values.map((value) => (value === undefined ? undefined : encode(value, encoding)));
  }

  async getNumber(key: BytesLike): Promise<bigint | undefined> {
    const value = await this.#backend.get(toBytes('key', key), this.#snapshot);
    return value === undefined ? undefined : numberOf(value);
  }

  async has(key: BytesLike): Promise<boolean> {
    return this.#backend.has(toBytes('key', key), this.#snapshot);
  }

  scan<E extends Encoding = D>(options: ScanOptions<E> = {}): EntryScan<E> {
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

/** A moment of a database, readable until it is released. */
export class DatabaseSnapshot<D extends Encoding>
  extends BackendReader<D>
  implements AsyncDisposable
{
  readonly #release: () => Promise<void>;

  constructor(backend: Backend, encoding: D, id: SnapshotId) {
    super(backend, encoding, id);
    this.#release = () => backend.releaseSnapshot(id);
  }

  /** Lets go; reads through it are FERRIS_CLOSED from now on. */
  release(): Promise<void> {
    return this.#release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}

/** A string is iterable too, but its characters are seldom the keys that were meant. */
function checkIterable(keys: Iterable<BytesLike>): Iterable<BytesLike> {
  if (typeof keys === 'object' && keys !== null && Symbol.iterator in keys) return keys;
  const message = `getMany needs a list of keys, not ${keys === null ? 'null' : typeof keys}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
