// A hash table: the simplest key-value store there is.
//
//     key --murmur3--> 32 bits --the lowest few--> bucket --walk the chain--> entry
//
//     bucket 00   [ann 10] -> [eve 50]         a chain: entries whose hashes end in 00
//     bucket 01
//     bucket 10   [bob 20]
//     bucket 11   [cy 30] -> [dee 40]
//
// What a key is decides where it lies, so finding it looks at one bucket, however many
// there are. Keys that are neighbors to you lie anywhere: there is no order to walk in.
// It is what Memcached, Redis' dictionaries and a JavaScript Map are at heart.
//
// 1. The number of buckets is a power of two. A key's bucket is as many of the lowest
//    bits of its hash as that takes.
// 2. A chain holds each key once, in the order in which its keys came.
// 3. When there would be more entries than `loadMax` to a bucket, the buckets are doubled. One
//    more bit of each hash counts then: the entries of bucket b stay there, or go to
//    b + the old number of buckets. A put that grows the table moves every entry, and
//    over a long run each put pays for fewer than two such moves.
// 4. An entry keeps its hash, so growing hashes no key again, and most keys that are
//    not the one sought are told apart without comparing bytes.
// 5. It never shrinks, and it is in memory alone.
//
// The hash is always the same one, so that runs can be repeated. Somebody who chooses
// the keys can therefore put them all into one bucket; a server for strangers draws a
// secret seed (SipHash: Aumasson and Bernstein, 2012). We keep it simple.

import { equalBytes } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { Murmur3 } from '../base/murmur3.ts';
import type { Trace } from '../trace/events.ts';

const BUCKETS = 8;
const BUCKETS_MAX = 1 << 30;

export interface HashTableOptions {
  /** To begin with: a power of two. Default 8. */
  readonly buckets?: number;
  /** Entries to a bucket, on average, before the table grows: its load factor. Default 1. */
  readonly loadMax?: number;
  readonly trace?: Trace | undefined;
}

/** An entry as the table holds it. Its bytes are views: copy what you change. */
export interface HashEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly hash: number;
}

/** A link of a chain. */
interface Link extends HashEntry {
  value: Uint8Array;
  next: Link | undefined;
}

/** Where a key is: its link, and the one before it in the chain. */
interface Place {
  readonly hash: number;
  readonly bucket: number;
  readonly previous: Link | undefined;
  readonly link: Link | undefined;
}

const hasher = new Murmur3();

/** Keys and values in memory, found by hash. */
export class HashTable {
  readonly #loadMax: number;
  readonly #trace: Trace | undefined;
  readonly #buckets: (Link | undefined)[];
  #count = 0;
  /** Puts and deletes so far: who walks the table sees by it that it has changed. */
  #changes = 0;

  /** @throws FERRIS_INVALID_ARGUMENT when `buckets` is no power of two or `loadMax` isn't positive. */
  constructor({ buckets = BUCKETS, loadMax = 1, trace }: HashTableOptions = {}) {
    const fits = Number.isInteger(buckets) && buckets >= 1 && buckets <= BUCKETS_MAX;
    if (!fits || (buckets & (buckets - 1)) !== 0)
      throw invalid(`${buckets} buckets: give a power of two`);
    if (!(loadMax > 0)) throw invalid(`a load of ${loadMax}: give a number above 0`);
    this.#buckets = new Array<Link | undefined>(buckets).fill(undefined);
    this.#loadMax = loadMax;
    this.#trace = trace;
  }

  /** How many keys it holds. */
  get count(): number {
    return this.#count;
  }

  /** How many buckets there are now. */
  get bucketCount(): number {
    return this.#buckets.length;
  }

  /** Sets a key; both are copied. It grows first if there would be too many entries. */
  put(key: Uint8Array, value: Uint8Array): void {
    let place = this.#find(key);
    const isNew = place.link === undefined;
    if (isNew && this.#count + 1 > this.#buckets.length * this.#loadMax) {
      this.#grow();
      place = this.#find(key);
    }
    this.#set(place, key.slice(), value.slice());
    this.#changes++;
    this.#trace?.({
      type: 'hash.put',
      bucket: place.bucket,
      key: key.slice(),
      value: value.slice(),
      isNew,
    });
  }

  /** The value of a key: the table's own bytes, which nobody may write to. */
  get(key: Uint8Array): Uint8Array | undefined {
    const { bucket, link } = this.#find(key);
    const value = link?.value;
    this.#trace?.({ type: 'hash.get', bucket, key: key.slice(), value: value?.slice() });
    return value;
  }

  /** Takes a key out; false if it wasn't there. */
  delete(key: Uint8Array): boolean {
    const { bucket, previous, link } = this.#find(key);
    if (link !== undefined) {
      if (previous === undefined) this.#buckets[bucket] = link.next;
      else previous.next = link.next;
      this.#count--;
      this.#changes++;
    }
    const found = link !== undefined;
    this.#trace?.({ type: 'hash.delete', bucket, key: key.slice(), found });
    return found;
  }

  /**
   * All entries, bucket by bucket. That order means nothing, and growth changes it.
   * @throws FERRIS_INVALID_ARGUMENT when the table was changed since the walk began.
   */
  *entries(): Generator<HashEntry, undefined> {
    const changes = this.#changes;
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      let link = this.#buckets[bucket];
      this.#trace?.({ type: 'hash.visit', bucket, entries: lengthOf(link) });
      for (; link !== undefined; link = link.next) {
        yield link;
        if (this.#changes !== changes)
          throw invalid('the table was changed while its entries were read: collect them first');
      }
    }
  }

  /** The bucket in which a key is, or would be, at the present size. */
  bucketOf(key: Uint8Array): number {
    return bucketOf(hashOf(key), this.#buckets.length);
  }

  /** Hashes the key and walks the chain of its bucket, up to the key or the end. */
  #find(key: Uint8Array): Place {
    const hash = hashOf(key);
    const bucket = bucketOf(hash, this.#buckets.length);
    const trace = this.#trace;
    trace?.({ type: 'hash.pick', key: key.slice(), hash, bucket, buckets: this.#buckets.length });
    let previous: Link | undefined;
    let link = this.#buckets[bucket];
    for (let position = 0; link !== undefined; position++) {
      const found = link.hash === hash && equalBytes(link.key, key);
      trace?.({ type: 'hash.probe', bucket, position, key: link.key.slice(), found });
      if (found) break;
      previous = link;
      link = link.next;
    }
    return { hash, bucket, previous, link };
  }

  #set({ hash, bucket, previous, link }: Place, key: Uint8Array, value: Uint8Array): void {
    if (link !== undefined) {
      link.value = value;
      return;
    }
    const added = { key, value, hash, next: undefined };
    if (previous === undefined) this.#buckets[bucket] = added;
    else previous.next = added;
    this.#count++;
  }

  /** Twice the buckets; every entry goes to its own, chains keep their order. */
  #grow(): void {
    const buckets = this.#buckets;
    const from = buckets.length;
    if (from === BUCKETS_MAX) throw new FerrisError('FERRIS_TOO_LARGE', 'the table is full');
    this.#trace?.({ type: 'hash.grow', from, to: from * 2, entries: this.#count });
    for (let bucket = 0; bucket < from; bucket++) buckets.push(undefined);
    for (let bucket = 0; bucket < from; bucket++) this.#split(bucket, from);
  }

  /** Parts the chain of a bucket by the one bit of the hash that counts from now on. */
  #split(bucket: number, bit: number): void {
    const trace = this.#trace;
    const ends: [stay?: Link, go?: Link] = [];
    let link = this.#buckets[bucket];
    this.#buckets[bucket] = undefined;
    while (link !== undefined) {
      const { key, next }: Link = link;
      const goes = link.hash & bit ? 1 : 0;
      const to = goes ? bucket + bit : bucket;
      const end: Link | undefined = ends[goes];
      if (end === undefined) this.#buckets[to] = link;
      else end.next = link;
      ends[goes] = link;
      link.next = undefined;
      trace?.({ type: 'hash.move', key: key.slice(), from: bucket, to });
      link = next;
    }
  }
}

function hashOf(key: Uint8Array): number {
  hasher.hash(key);
  return hasher.a;
}

function bucketOf(hash: number, buckets: number): number {
  return hash & (buckets - 1);
}

function lengthOf(link: Link | undefined): number {
  let length = 0;
  for (let at = link; at !== undefined; at = at.next) length++;
  return length;
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
