// A scan as programs see it: an async iterable of [key, value], read a page at a time.
//
// All of it is of one moment. Between pages the scan stays open where the store is; when
// the loop over it ends, is left early or is aborted, it is closed.

import { FerrisError } from '../base/errors.ts';
import { readBatch } from '../lsm/batch.ts';
import type { ScanRange } from '../lsm/scan.ts';
import type { Backend, ScanPage, SnapshotId } from './backend.ts';
import { type BytesLike, type Encoded, type Encoding, encode, toBytes } from './encoding.ts';

/** Which entries, in which order, and how they are handed out. */
export interface ScanOptions<E extends Encoding = 'bytes'> {
  /** From this key on. */
  readonly gte?: BytesLike | undefined;
  /** From after this key on. */
  readonly gt?: BytesLike | undefined;
  /** Up to and with this key. */
  readonly lte?: BytesLike | undefined;
  /** Up to before this key. */
  readonly lt?: BytesLike | undefined;
  /** Only keys that begin with this. */
  readonly prefix?: BytesLike | undefined;
  /** From the highest key down. */
  readonly reverse?: boolean | undefined;
  /** At most so many entries. */
  readonly limit?: number | undefined;
  /** How keys and values are handed out. Default: the database's own. */
  readonly encoding?: E | undefined;
  /** Ends the scan when it is aborted: the loop throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export type ScanEntry<E extends Encoding> = [key: Encoded<E>, value: Encoded<E>];

export class EntryScan<E extends Encoding> implements AsyncIterable<ScanEntry<E>> {
  readonly #backend: Backend;
  readonly #snapshot: SnapshotId | undefined;
  readonly #range: ScanRange;
  readonly #encoding: E;
  readonly #signal: AbortSignal | undefined;

  constructor(
    backend: Backend,
    snapshot: SnapshotId | undefined,
    options: ScanOptions<E>,
    encoding: E,
  ) {
    this.#backend = backend;
    this.#snapshot = snapshot;
    this.#range = rangeOf(options);
    this.#encoding = encoding;
    this.#signal = checkSignal(options.signal);
  }

  /** All entries at once. */
  async all(): Promise<ScanEntry<E>[]> {
    const entries: ScanEntry<E>[] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ScanEntry<E>, void, void> {
    this.#signal?.throwIfAborted();
    let page = await this.#backend.openScan(this.#range, this.#snapshot);
    try {
      for (;;) {
        yield* this.#entriesOf(page);
        if (page.scan === undefined) return;
        page = await this.#backend.nextPage(page.scan);
      }
    } finally {
      if (page.scan !== undefined) await this.#backend.closeScan(page.scan);
    }
  }

  *#entriesOf(page: ScanPage): Generator<ScanEntry<E>, void, void> {
    const entries: [Uint8Array, Uint8Array][] = [];
    readBatch(page.entries, (_kind, key, value) => entries.push([key, value]));
    for (const [key, value] of entries) {
      this.#signal?.throwIfAborted();
      yield [encode(key.slice(), this.#encoding), encode(value.slice(), this.#encoding)];
    }
    this.#signal?.throwIfAborted();
  }
}

function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.throwIfAborted === 'function') return signal;
  const message = 'signal must be an AbortSignal, such as that of an AbortController';
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

function rangeOf(options: ScanOptions<Encoding>): ScanRange {
  const bound = (given: BytesLike | undefined) =>
    given === undefined ? undefined : toBytes('bound', given);
  return {
    gte: bound(options.gte),
    gt: bound(options.gt),
    lte: bound(options.lte),
    lt: bound(options.lt),
    prefix: bound(options.prefix),
    reverse: options.reverse,
    limit: options.limit,
  };
}
