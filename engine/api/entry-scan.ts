// A scan as programs see it: an async iterable of [key, value], read a page at a time.
//
// All pages are read as of one snapshot, which the scan takes for itself unless it
// belongs to one already, and releases when it ends or is left early.

import { prefixEnd } from '../base/bytes.ts';
import { readBatch } from '../lsm/batch.ts';
import type { ScanRange } from '../lsm/scan.ts';
import type { Backend, SnapshotId } from './backend.ts';
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
  readonly encoding?: E | undefined;
}

export type ScanEntry<E extends Encoding> = [key: Encoded<E>, value: Encoded<E>];

export class EntryScan<E extends Encoding> implements AsyncIterable<ScanEntry<E>> {
  readonly #backend: Backend;
  readonly #snapshot: SnapshotId | undefined;
  readonly #range: ScanRange;
  readonly #encoding: E;

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
  }

  /** All entries at once. */
  async all(): Promise<ScanEntry<E>[]> {
    const entries: ScanEntry<E>[] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ScanEntry<E>, void, void> {
    const snapshot = this.#snapshot ?? (await this.#backend.snapshot());
    try {
      yield* this.#pages(snapshot);
    } finally {
      if (this.#snapshot === undefined) await this.#backend.releaseSnapshot(snapshot);
    }
  }

  async *#pages(snapshot: SnapshotId): AsyncGenerator<ScanEntry<E>, void, void> {
    let range = this.#range;
    for (;;) {
      const page = await this.#backend.scanPage(range, snapshot);
      const entries: [Uint8Array, Uint8Array][] = [];
      readBatch(page.entries, (_kind, key, value) => entries.push([key, value]));
      for (const [key, value] of entries) {
        yield [encode(key.slice(), this.#encoding), encode(value.slice(), this.#encoding)];
      }
      const last = entries.at(-1);
      if (!page.more || last === undefined) return;
      range = after(this.#range, range, last[0].slice(), entries.length);
    }
  }
}

/** What is left of a range behind its entry `key`. */
function after(whole: ScanRange, range: ScanRange, key: Uint8Array, seen: number): ScanRange {
  const limit = range.limit === undefined ? undefined : range.limit - seen;
  const { reverse } = whole;
  const { gte, gt, lte, lt } = bounds(whole);
  return reverse ? { gte, gt, lt: key, reverse, limit } : { gt: key, lte, lt, reverse, limit };
}

/** A prefix is two bounds; spelled out so that one of them can move. */
function bounds(range: ScanRange): ScanRange {
  if (range.prefix === undefined) return range;
  return { gte: range.prefix, lt: prefixEnd(range.prefix) };
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
