// One round of one row: `node child.ts PART ROW` prints one number.

import { crc32 as zlibCrc32 } from 'node:zlib';
import sdsl from 'js-sdsl';
import btree from 'sorted-btree';
import { compareBytes } from '../../../engine/base/bytes.ts';
import { crc32 } from '../../../engine/base/crc32.ts';
import { Random } from '../../../engine/base/random.ts';
import { readVarint, VARINT_BYTES_MAX, writeVarint } from '../../../engine/base/varint.ts';
import { KIND_PUT } from '../../../engine/lsm/entry.ts';
import { Memtable } from '../../../engine/lsm/memtable/memtable.ts';
import { Data, KEY_BYTES, VALUE_BYTES } from '../data.ts';
import { OURS } from './parts.ts';

const BTree = (btree as unknown as { default: typeof btree }).default;

function main(part: string, row: string): number {
  if (part.startsWith('crc32')) return crcSpeed(row);
  if (part.startsWith('varints')) return varintSpeed(row);
  const count = Number(/\d+/.exec(part)?.[0]);
  insertSpeed(row, 20_000); // compiles the code
  globalThis.gc?.();
  return insertSpeed(row, count);
}

const CRCS: Record<string, (bytes: Uint8Array) => number> = {
  'slicing by 16': (bytes) => crc32(bytes),
  'a byte at a time': byteAtATime,
  "Node's own, in C++": (bytes) => zlibCrc32(bytes),
};

function crcSpeed(row: string): number {
  const block = new Random(1).bytes(4096);
  const sum = CRCS[row] as (bytes: Uint8Array) => number;
  if (sum(block) !== zlibCrc32(block)) throw new Error('a wrong checksum');
  const blocks = 20_000;
  const round = () => {
    const startMs = performance.now();
    for (let i = 0; i < blocks; i++) sum(block);
    return (block.length * blocks) / 1000 / (performance.now() - startMs);
  };
  round();
  return round();
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function byteAtATime(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

function varintSpeed(row: string): number {
  const random = new Random(1);
  const count = 1_000_000;
  const numbers = Uint32Array.from({ length: count }, () => random.u32() >>> random.below(32));
  const bytes = new Uint8Array(count * VARINT_BYTES_MAX);
  const ends = new Uint32Array(count);
  const write = () => {
    for (let i = 0, at = 0; i < count; i++)
      ends[i] = at = writeVarint(bytes, at, numbers[i] as number);
  };
  const read = () => {
    for (let i = 0; i < count; i++) {
      const at = i === 0 ? 0 : (ends[i - 1] as number);
      if (readVarint(bytes, at) !== numbers[i]) throw new Error('a wrong number');
    }
  };
  write();
  const action = row === 'write' ? write : read;
  action();
  const startMs = performance.now();
  action();
  return count / 1000 / (performance.now() - startMs);
}

/** Takes the records one after the other. */
interface Sorted {
  insert(nth: number): void;
  readonly size: number;
}

function insertSpeed(row: string, count: number): number {
  const arrival = new Arrival(count);
  const sorted = (STRUCTURES[row] as (arrival: Arrival) => Sorted)(arrival);
  globalThis.gc?.();
  const startMs = performance.now();
  for (let i = 0; i < count; i++) sorted.insert(i);
  const ms = performance.now() - startMs;
  if (sorted.size !== count) throw new Error('keys were lost');
  return count / ms;
}

const RECORD_BYTES = KEY_BYTES + VALUE_BYTES;

/**
 * Records as a store is handed them: bytes, one after the other, that are its own only until the
 * call returns. They lie in the order they come, random in their keys: what is measured is the
 * structure, and not how long it takes to find a million small arrays in memory.
 */
class Arrival {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly count: number;

  constructor(count: number) {
    const data = new Data(count);
    this.count = count;
    this.bytes = Buffer.alloc(count * RECORD_BYTES);
    for (const [nth, index] of data.shuffled.entries()) {
      this.bytes.set(data.keys[index] as Uint8Array, nth * RECORD_BYTES);
      this.bytes.set(data.value(index), nth * RECORD_BYTES + KEY_BYTES);
    }
  }

  /** Key and value of each record as arrays of their own, for structures that keep references. */
  views(): { key: Uint8Array; value: Uint8Array }[] {
    return Array.from({ length: this.count }, (_, nth) => {
      const at = nth * RECORD_BYTES;
      const key = new Uint8Array(this.bytes.subarray(at, at + KEY_BYTES));
      return { key, value: this.bytes.subarray(at + KEY_BYTES, at + RECORD_BYTES) };
    });
  }

  /** The key as a string of its bytes, by the fastest call for keys of any length. */
  keyText(nth: number): string {
    const at = nth * RECORD_BYTES;
    return (this.bytes as unknown as Latin1).latin1Slice(at, at + KEY_BYTES);
  }
}

/** `toString('latin1')` calls this after looking at its arguments. */
interface Latin1 {
  latin1Slice(start: number, end: number): string;
}

/** Where structures that have no memory of their own put values: chunks that are never moved. */
class ValueLog {
  #chunk = new Uint8Array(1 << 20);
  readonly #chunks = [this.#chunk];
  #used = 0;

  /** Copies the value of a record; returns its address. */
  add({ bytes }: Arrival, nth: number): number {
    const at = nth * RECORD_BYTES + KEY_BYTES;
    if (this.#used + VALUE_BYTES > this.#chunk.length) this.#begin();
    this.#chunk.set(bytes.subarray(at, at + VALUE_BYTES), this.#used);
    this.#used += VALUE_BYTES;
    return (this.#chunks.length << 20) + this.#used - VALUE_BYTES;
  }

  #begin(): void {
    this.#chunk = new Uint8Array(1 << 20);
    this.#chunks.push(this.#chunk);
    this.#used = 0;
  }
}

const compareStrings = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** By row, as in parts.ts. */
const STRUCTURES: Record<string, (arrival: Arrival) => Sorted> = {
  [OURS]: memtable,
  'sorted-btree (copies key and value)': (arrival) => {
    const values = new ValueLog();
    const tree = new BTree<string, number>(undefined, compareStrings);
    return {
      insert: (nth) => void tree.set(arrival.keyText(nth), values.add(arrival, nth)),
      get size() {
        return tree.size;
      },
    };
  },
  'js-sdsl OrderedMap (copies key and value)': (arrival) => {
    const values = new ValueLog();
    const map = new sdsl.OrderedMap<string, number>([], compareStrings);
    return {
      insert: (nth) => void map.setElement(arrival.keyText(nth), values.add(arrival, nth)),
      get size() {
        return map.size();
      },
    };
  },
  'the copies alone, unsorted': copiesAlone,
  'sorted-btree, byte keys by reference': (arrival) => {
    const views = arrival.views();
    return sortedBTree(
      views.map(({ key }) => key),
      compareBytes,
      views,
    );
  },
  'sorted-btree, strings made before': (arrival) => {
    const keys = Array.from({ length: arrival.count }, (_, nth) => arrival.keyText(nth));
    return sortedBTree(keys, compareStrings, arrival.views());
  },
  'js-sdsl OrderedMap, byte keys by reference': (arrival) => {
    const views = arrival.views();
    return orderedMap(
      views.map(({ key }) => key),
      compareBytes,
      views,
    );
  },
  'js-sdsl OrderedMap, strings made before': (arrival) => {
    const keys = Array.from({ length: arrival.count }, (_, nth) => arrival.keyText(nth));
    return orderedMap(keys, compareStrings, arrival.views());
  },
};

function memtable({ bytes }: Arrival): Sorted {
  const table = new Memtable({ number: 1 });
  return {
    insert: (nth) => {
      const at = nth * RECORD_BYTES;
      const valueAt = at + KEY_BYTES;
      table.insertFrom(bytes, KIND_PUT, at, valueAt, valueAt, at + RECORD_BYTES, nth + 1);
    },
    get size() {
      return table.count;
    },
  };
}

/** What no sorted structure that copies can be faster than. */
function copiesAlone(arrival: Arrival): Sorted {
  const values = new ValueLog();
  const keys = new Uint8Array(arrival.count * KEY_BYTES);
  let size = 0;
  return {
    insert: (nth) => {
      const at = nth * RECORD_BYTES;
      for (let i = 0; i < KEY_BYTES; i++)
        keys[nth * KEY_BYTES + i] = arrival.bytes[at + i] as number;
      values.add(arrival, nth);
      size++;
    },
    get size() {
      return size;
    },
  };
}

function sortedBTree<Key>(
  keys: readonly Key[],
  compare: (a: Key, b: Key) => number,
  views: readonly { readonly value: Uint8Array }[],
): Sorted {
  const tree = new BTree<Key, Uint8Array>(undefined, compare);
  return {
    insert: (nth) => void tree.set(keys[nth] as Key, views[nth]?.value as Uint8Array),
    get size() {
      return tree.size;
    },
  };
}

function orderedMap<Key>(
  keys: readonly Key[],
  compare: (a: Key, b: Key) => number,
  views: readonly { readonly value: Uint8Array }[],
): Sorted {
  const map = new sdsl.OrderedMap<Key, Uint8Array>([], compare);
  return {
    insert: (nth) => void map.setElement(keys[nth] as Key, views[nth]?.value as Uint8Array),
    get size() {
      return map.size();
    },
  };
}

const [part = '', row = ''] = process.argv.slice(2);
console.log(main(part, row));
