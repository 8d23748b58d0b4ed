// Reads a range page by page, for iterators and `clear`.
//
//     range   |--------------------------------------------------|
//             | handed out | items of this page |     the rest    |
//                          ^ next, take          ^ fetched by need
//
// 1. All pages are read as of one moment, so they fit together.
// 2. A page is decoded when it arrives. Bytes are handed out as views of it: nothing is
//    copied again, and whoever keeps one of them keeps its page, 64 KiB or so.
// 3. The first fetch gets what was asked for and no more: often the first entry behind a key
//    is all that is wanted. From the second on pages are whole, and the scan below stays
//    open between them, so whoever ends early must `close`.
// 4. A read that fails hands nothing out and loses nothing: the next one begins anew from
//    where it began.

import type { Backend, ScanId, ScanPage } from '../api/backend.ts';
import { compareBytes } from '../base/bytes.ts';
import { readBatch } from '../lsm/batch.ts';
import type { ScanRange } from '../lsm/scan.ts';
import { throwIfAborted } from './errors.ts';
import { type Formatted, toBytes } from './formats.ts';
import type { Moment } from './moment.ts';

/** What abstract-level makes of an iterator's options: bounds encoded, a limit of -1 for none. */
export interface RangeOptions {
  readonly gte?: Formatted;
  readonly gt?: Formatted;
  readonly lte?: Formatted;
  readonly lt?: Formatted;
  readonly reverse: boolean;
  readonly limit: number;
}

/** Where pages come from, and what is made of their entries. */
export interface PageReading<T> {
  readonly backend: Backend;
  readonly moment: Moment;
  readonly keysOnly: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Makes an item of an entry. The bytes are the item's own, to keep or to decode. */
  readonly pick: (key: Uint8Array, value: Uint8Array) => T;
}

/** How many entries a single `next` fetches at first. */
const FIRST_ENTRIES = 8;

export class Pages<T> {
  readonly #reading: PageReading<T>;
  readonly #whole: ScanRange;
  /** What lies behind the items; undefined at the end. */
  #rest: ScanRange | undefined;
  #items: T[] = [];
  #at = 0;
  #left: number;
  #first = true;
  /** The scan that stands at the beginning of the rest, if one is open. */
  #scan: ScanId | undefined;

  constructor(reading: PageReading<T>, options: RangeOptions) {
    this.#reading = reading;
    this.#whole = rangeOf(options);
    this.#rest = this.#whole;
    this.#left = options.limit < 0 ? Number.POSITIVE_INFINITY : options.limit;
  }

  /** Whether an item is there to `shift`. */
  get ready(): boolean {
    return this.#at < this.#items.length;
  }

  /** The next fetched item. */
  shift(): T | undefined {
    this.#left--;
    return this.#items[this.#at++];
  }

  /** The next item, or undefined at the end. @throws as `Backend.scanPage` does, and LEVEL_ABORTED */
  async next(): Promise<T | undefined> {
    if (!this.ready) await this.#fetch(FIRST_ENTRIES);
    return this.ready ? this.shift() : undefined;
  }

  /** The next `count` items, or fewer at the end. Errors are those of `next`. */
  async take(count: number): Promise<T[]> {
    const taken = this.#takeFetched(count);
    while (taken.length < count && this.#rest !== undefined && this.#left > 0) {
      await this.#fetch(count - taken.length);
      for (const item of this.#takeFetched(count - taken.length)) taken.push(item);
    }
    return taken;
  }

  /** Goes to the first key at or behind `target` in the order of the range; outside of it, to the end. */
  seek(target: Uint8Array): void {
    const { gte, gt, lte, lt, reverse } = this.#whole;
    const key = target.slice();
    void this.close();
    this.#items = [];
    this.#at = 0;
    this.#first = true;
    if (isOutside(this.#whole, key)) this.#rest = undefined;
    else this.#rest = reverse ? { gte, gt, lte: key, reverse } : { gte: key, lte, lt, reverse };
  }

  /** Lets go of the open scan; fine where there is none. */
  async close(): Promise<void> {
    const scan = this.#scan;
    this.#scan = undefined;
    if (scan !== undefined) await this.#reading.backend.closeScan(scan).catch(() => {}); // the store is gone
  }

  #takeFetched(count: number): T[] {
    const all = this.#at === 0 && count >= this.#items.length;
    const taken = all ? this.#items : this.#items.slice(this.#at, this.#at + count);
    this.#at += taken.length;
    this.#left -= taken.length;
    if (all) this.#items = [];
    if (all) this.#at = 0;
    return taken;
  }

  /** Fetches the next items: at most `count` if they are the first, else a page of them. */
  async #fetch(count: number): Promise<void> {
    const range = this.#rest;
    const entriesMax = this.#first ? Math.min(count, this.#left) : this.#left;
    this.#items = [];
    this.#at = 0;
    if (range === undefined || entriesMax <= 0) return;
    const page = await this.#read(range, Number.isFinite(entriesMax) ? entriesMax : undefined);
    this.#scan = page.scan;
    throwIfAborted(this.#reading.signal);
    const { items, last } = this.#decode(page);
    const more = page.more || items.length === entriesMax;
    this.#rest = more && last !== undefined ? behind(range, last) : undefined;
    this.#items = items;
    this.#first = false;
  }

  async #read(range: ScanRange, limit: number | undefined): Promise<ScanPage> {
    const { backend, moment, keysOnly } = this.#reading;
    const scan = this.#scan;
    this.#scan = undefined;
    if (scan !== undefined) return backend.nextPage(scan);
    const whole = { ...range, limit, keysOnly };
    return this.#first
      ? backend.scanPage(whole, await moment)
      : backend.openScan(whole, await moment);
  }

  #decode(page: ScanPage): { items: T[]; last: Uint8Array | undefined } {
    const { pick } = this.#reading;
    const items: T[] = [];
    let last: Uint8Array | undefined;
    readBatch(page.entries, (_kind, key, value) => {
      items.push(pick(key, value));
      last = key;
    });
    return { items, last };
  }
}

/** What is left of a range behind `key`. */
function behind({ gte, gt, lte, lt, reverse }: ScanRange, key: Uint8Array): ScanRange {
  const from = key.slice(); // of its own: to a worker, the whole page would go along
  return reverse ? { gte, gt, lt: from, reverse } : { gt: from, lte, lt, reverse };
}

/** Level lets `gte` win over `gt` and `lte` over `lt`; a scan wants one of them. */
function rangeOf({ gte, gt, lte, lt, reverse }: RangeOptions): ScanRange {
  return {
    gte: boundOf(gte),
    gt: gte === undefined ? boundOf(gt) : undefined,
    lte: boundOf(lte),
    lt: lte === undefined ? boundOf(lt) : undefined,
    reverse,
  };
}

/** A copy: the caller may change its bytes while the range is being read. */
function boundOf(given: Formatted | undefined): Uint8Array | undefined {
  return given === undefined ? undefined : toBytes(given).slice();
}

function isOutside({ gte, gt, lte, lt }: ScanRange, key: Uint8Array): boolean {
  if (gte !== undefined && compareBytes(key, gte) < 0) return true;
  if (gt !== undefined && compareBytes(key, gt) <= 0) return true;
  if (lte !== undefined && compareBytes(key, lte) > 0) return true;
  return lt !== undefined && compareBytes(key, lt) >= 0;
}
