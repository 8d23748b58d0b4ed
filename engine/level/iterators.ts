// The three kinds of iterators: entries, keys, values. abstract-level keeps their state and
// decodes; pages.ts reads. Its classes have no ancestor in common that one could extend.
//
// Each begins its reading before it calls `super`, which makes it known to the database: one
// whose reading was refused must not be there to be closed.

import {
  AbstractIterator,
  type AbstractIteratorOptions,
  AbstractKeyIterator,
  type AbstractSnapshot,
  AbstractValueIterator,
} from 'abstract-level';
import type { Backend } from '../api/backend.ts';
import { underLevelCodes } from './errors.ts';
import { type Format, type Formatted, fromBytes, toBytes } from './formats.ts';
import { type Moment, momentOf, releaseMoment, takeMoment } from './moment.ts';
import { Pages, type RangeOptions } from './pages.ts';

/** Options as abstract-level hands them to an implementation. */
export interface IteratorOptions extends RangeOptions {
  readonly keys?: boolean;
  readonly values?: boolean;
  readonly keyEncoding: Format;
  readonly valueEncoding: Format;
  readonly signal?: AbortSignal;
  readonly snapshot?: AbstractSnapshot;
}

type Item = Formatted | undefined;
type Pick<T> = (key: Uint8Array, value: Uint8Array) => T;

/** How many items `all` asks for at a time. */
const ALL_ITEMS = 1000;

/** What the three have in common. */
class Reading<T> {
  readonly #backend: Backend;
  readonly #pages: Pages<T>;
  /** Held until the iterator is closed; undefined if the moment belongs to a snapshot. */
  readonly #ownMoment: Moment | undefined;

  constructor(backend: Backend, options: IteratorOptions, keysOnly: boolean, pick: Pick<T>) {
    const given = momentOf(backend, options.snapshot);
    this.#ownMoment = given === undefined ? takeMoment(backend) : undefined;
    const moment = (given ?? this.#ownMoment) as Moment;
    const { signal } = options;
    this.#backend = backend;
    this.#pages = new Pages({ backend, moment, keysOnly, signal, pick }, options);
  }

  async next(): Promise<T | undefined> {
    const pages = this.#pages;
    return pages.ready ? pages.shift() : underLevelCodes(() => pages.next());
  }

  take(count: number): Promise<T[]> {
    return underLevelCodes(() => this.#pages.take(count));
  }

  async all(): Promise<T[]> {
    const items = await this.take(ALL_ITEMS);
    for (let more = items; more.length > 0; ) {
      more = await this.take(ALL_ITEMS);
      for (const item of more) items.push(item);
    }
    return items;
  }

  seek(target: Formatted): void {
    this.#pages.seek(toBytes(target));
  }

  async close(): Promise<void> {
    await this.#pages.close();
    if (this.#ownMoment !== undefined) await releaseMoment(this.#backend, this.#ownMoment);
  }
}

/** `db.iterator()` */
export class FerrisIterator<TDatabase, K, V> extends AbstractIterator<TDatabase, K, V> {
  readonly #reading: Reading<[Item, Item]>;

  constructor(db: TDatabase, backend: Backend, options: IteratorOptions) {
    const { keys = true, values = true, keyEncoding, valueEncoding } = options;
    const reading = new Reading<[Item, Item]>(backend, options, !values, (key, value) => [
      keys ? fromBytes(key, keyEncoding) : undefined,
      values ? fromBytes(value, valueEncoding) : undefined,
    ]);
    super(db, options as AbstractIteratorOptions<K, V>);
    this.#reading = reading;
  }

  _next(): Promise<[Item, Item] | undefined> {
    return this.#reading.next();
  }

  _nextv(size: number): Promise<[Item, Item][]> {
    return this.#reading.take(size);
  }

  _all(): Promise<[Item, Item][]> {
    return this.#reading.all();
  }

  _seek(target: Formatted): void {
    this.#reading.seek(target);
  }

  _close(): Promise<void> {
    return this.#reading.close();
  }
}

/** `db.keys()` */
export class FerrisKeyIterator<TDatabase, K> extends AbstractKeyIterator<TDatabase, K> {
  readonly #reading: Reading<Formatted>;

  constructor(db: TDatabase, backend: Backend, options: IteratorOptions) {
    const { keyEncoding } = options;
    const reading = new Reading(backend, options, true, (key) => fromBytes(key, keyEncoding));
    super(db, options as AbstractIteratorOptions<K, unknown>);
    this.#reading = reading;
  }

  _next(): Promise<Item> {
    return this.#reading.next();
  }

  _nextv(size: number): Promise<Formatted[]> {
    return this.#reading.take(size);
  }

  _all(): Promise<Formatted[]> {
    return this.#reading.all();
  }

  _seek(target: Formatted): void {
    this.#reading.seek(target);
  }

  _close(): Promise<void> {
    return this.#reading.close();
  }
}

/** `db.values()` */
export class FerrisValueIterator<TDatabase, K, V> extends AbstractValueIterator<TDatabase, K, V> {
  readonly #reading: Reading<Formatted>;

  constructor(db: TDatabase, backend: Backend, options: IteratorOptions) {
    const { valueEncoding } = options;
    const pick = (_key: Uint8Array, value: Uint8Array) => fromBytes(value, valueEncoding);
    const reading = new Reading(backend, options, false, pick);
    super(db, options as AbstractIteratorOptions<K, V>);
    this.#reading = reading;
  }

  _next(): Promise<Item> {
    return this.#reading.next();
  }

  _nextv(size: number): Promise<Formatted[]> {
    return this.#reading.take(size);
  }

  _all(): Promise<Formatted[]> {
    return this.#reading.all();
  }

  _seek(target: Formatted): void {
    this.#reading.seek(target);
  }

  _close(): Promise<void> {
    return this.#reading.close();
  }
}
