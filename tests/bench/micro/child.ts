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
import { Data } from '../data.ts';

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

interface Sorted {
  insert(i: number): void;
  readonly size: number;
}

function insertSpeed(row: string, count: number): number {
  const data = new Data(count);
  const sorted = structure(row, data);
  const startMs = performance.now();
  for (const index of data.shuffled) sorted.insert(index);
  const ms = performance.now() - startMs;
  if (sorted.size !== count) throw new Error('keys were lost');
  return count / ms;
}

function structure(row: string, data: Data): Sorted {
  if (row.startsWith('memtable')) return memtable(data);
  const asText = row.endsWith('string keys');
  const keys = asText ? data.keys.map((key) => String.fromCharCode(...key)) : data.keys;
  const compare = asText ? compareStrings : compareBytes;
  return row.startsWith('sorted-btree')
    ? sortedBTree(keys, compare as Compare, data)
    : orderedMap(keys, compare as Compare, data);
}

type Compare = (a: unknown, b: unknown) => number;

const compareStrings = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function memtable(data: Data): Sorted {
  const table = new Memtable({ number: 1 });
  let sequence = 0;
  return {
    insert: (i) => table.insert(++sequence, KIND_PUT, data.keys[i] as Uint8Array, data.value(i)),
    get size() {
      return table.count;
    },
  };
}

function sortedBTree(keys: readonly unknown[], compare: Compare, data: Data): Sorted {
  const tree = new BTree(undefined, compare);
  return {
    insert: (i) => void tree.set(keys[i], data.value(i)),
    get size() {
      return tree.size;
    },
  };
}

function orderedMap(keys: readonly unknown[], compare: Compare, data: Data): Sorted {
  const map = new sdsl.OrderedMap<unknown, Uint8Array>([], compare);
  return {
    insert: (i) => void map.setElement(keys[i], data.value(i)),
    get size() {
      return map.size();
    },
  };
}

const [part = '', row = ''] = process.argv.slice(2);
console.log(main(part, row));
