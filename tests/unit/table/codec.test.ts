import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../../engine/base/bytes.ts';
import { viewOf } from '../../../engine/base/layout.ts';
import { Random } from '../../../engine/base/random.ts';
import { KIND_PUT } from '../../../engine/lsm/entry.ts';
import { encodeContents, inflateContents } from '../../../engine/lsm/table/codec.ts';
import { useDeflate } from '../../../engine/lsm/table/deflate.ts';
import { describeBlockContents, describeTable } from '../../../engine/lsm/table/describe.ts';
import { BlockTrailer, blockCrc } from '../../../engine/lsm/table/format.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';
import { type Entry, entryAt, randomEntries, sortEntries } from '../../model/sorted-entries.ts';
import {
  bytesOf,
  expectTiled,
  flipped,
  isDamageError,
  lookup,
  NAME,
  NUMBER,
  openBytes,
  rangeDelete,
  tableOf,
  withAllKinds,
  writeTable,
} from './tables.ts';

useDeflate();

const FIXTURE = join(import.meta.dirname, '../../fixtures/table-v1-deflate.hex');
const OPTIONS = { createdMs: 1_700_000_000_000, blockBytes: 512, codec: 'deflate' } as const;

/** Values of a few words, which shrink, and one of random bytes, which doesn't. */
function example(): Entry[] {
  const words = utf8('the quick brown fox jumps over the lazy dog, and over it, and over it again');
  const value = (i: number) => (i === 12 ? new Random(7).bytes(480) : words);
  return Array.from({ length: 16 }, (_, i) => ({
    key: utf8(`page ${String(i).padStart(4, '0')}`),
    sequence: 100 + i,
    kind: KIND_PUT,
    value: value(i),
  }));
}

function exampleTable(): Uint8Array {
  return bytesOf(writeTable(example(), OPTIONS, [rangeDelete('page 01', 'page 02', 99)]).files);
}

function entriesOf(table: Table): (Entry | undefined)[] {
  const seen = [];
  const cursor = table.cursor();
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) seen.push(entryAt(cursor));
  return seen;
}

test('what is encoded comes back, and never takes more than seven eighths', () => {
  const words = fc.array(fc.constantFrom('ab', 'abc', 'x'.repeat(90)), { maxLength: 300 });
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 5000 }),
    words.map((all) => utf8(all.join(''))),
  );
  fc.assert(
    fc.property(contents, (bytes) => {
      const { codec, stored } = encodeContents(bytes, 'deflate');
      if (codec === 0) return stored === bytes;
      expect(stored.length).toBeLessThanOrEqual((bytes.length * 7) / 8);
      expect(Buffer.from(inflateRawSync(stored.subarray(4))).equals(bytes)).toBe(true);
      return Buffer.from(inflateContents(stored) ?? []).equals(bytes);
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(encodeContents(utf8('a'.repeat(1000)), 'none').codec).toBe(0);
  expect(encodeContents(utf8('a'.repeat(1000)), 'deflate').codec).toBe(1);
});

test('a size that is not what the bytes become is damage, and takes no memory', () => {
  const { stored } = encodeContents(utf8('a'.repeat(1000)), 'deflate');
  for (const size of [0, 1, 999, 1001, 2000, 2 ** 31, 2 ** 32 - 1]) {
    const lying = stored.slice();
    viewOf(lying).setUint32(0, size, true);
    const bytesBefore = process.memoryUsage().arrayBuffers;
    expect(inflateContents(lying), `${size}`).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - bytesBefore).toBeLessThan(10 << 20);
  }
  for (let length = 0; length < stored.length; length++) {
    expect(inflateContents(stored.subarray(0, length))).toBeUndefined();
  }
});

test('whatever bytes are unpacked, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5000), (bytes, size) => {
      if (bytes.length >= 4) viewOf(bytes).setUint32(0, size, true);
      const contents = inflateContents(bytes);
      return contents === undefined || contents.length === size;
    }),
    { seed: 1, numRuns: 5000 },
  );
});

test('compressed tables agree with a sorted array', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    const sorted = sortEntries(withAllKinds(random, randomEntries(random, 300)));
    const table = tableOf(sorted, { blockBytes: 1000, codec: 'deflate' });
    expect(entriesOf(table)).toEqual(sorted);
    for (const entry of sorted) expect(lookup(table, entry.key, entry.sequence)).toEqual(entry);
    verifyTable(table);
  }
});

test('golden: a compressed table, and what is in its blocks', () => {
  const bytes = exampleTable();
  const inside = [0, 1].map((index) => {
    const contents = describeBlockContents(bytes, index);
    return contents === undefined ? '' : hexdump(contents.bytes, contents.span);
  });
  expectGolden(
    'table/deflate.dump.txt',
    [hexdump(bytes, describeTable(bytes)), ...inside].join('\n'),
  );
});

test('compressed blocks and range deletes of version 1 stay readable', () => {
  // Written once. If this test fails, the format has changed: give it a new version.
  const digits = readFileSync(FIXTURE, 'utf8').replace(/\s+/g, '');
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const table = openBytes(bytes);
  verifyTable(table);
  expect(entriesOf(table)).toEqual(example());
  expect(table.rangeDeletes).toEqual([rangeDelete('page 01', 'page 02', 99)]);
  expect(hex(exampleTable()), 'and is what is written today').toBe(hex(bytes));
});

test('spans tile a compressed table and the contents of its blocks', () => {
  const bytes = exampleTable();
  const table = openBytes(bytes);
  expectTiled(describeTable(bytes), 0, bytes.length);
  for (let i = 0; i < table.index.count; i++) {
    const contents = describeBlockContents(bytes, i);
    expect(contents?.bytes).toEqual(table.block(i, false).bytes);
    expectTiled(contents?.span ?? describeTable(bytes), 0, contents?.bytes.length ?? 0);
  }
  expect(describeBlockContents(bytes, 99)).toBeUndefined();
  expect(describeBlockContents(flipped(bytes, 70), 0)).toBeUndefined();
});

test('a compressed block whose bytes make no sense is damage, though its checksum is right', () => {
  const whole = exampleTable();
  const { offset, size } = openBytes(whole).index.block(0);
  const trailerAt = offset + size - BlockTrailer.size;
  const random = new Random(3);
  for (let i = 0; i < 500; i++) {
    const bytes = flipped(whole, offset + random.below(size - BlockTrailer.size), 1 << (i % 8));
    const crc = blockCrc(bytes.subarray(offset, trailerAt), 1, NUMBER, offset);
    BlockTrailer.write(viewOf(bytes), trailerAt, { codec: 1, crc });
    try {
      entriesOf(openBytes(bytes));
    } catch (error) {
      expect(isDamageError(error)).toBe(true);
    }
    expectTiled(describeTable(bytes), 0, bytes.length);
  }
});

test('a half compressible table takes at most 0.65 of its bytes', () => {
  const random = new Random(1);
  const entries = Array.from({ length: 5000 }, (_, i): Entry => {
    const half = random.bytes(50);
    const value = new Uint8Array(100);
    value.set(half);
    value.set(half, 50);
    return { key: utf8(String(i * 7).padStart(16, '0')), sequence: i, kind: KIND_PUT, value };
  });
  const { info } = writeTable(entries, { codec: 'deflate' });
  expect(info.sizeBytes / (entries.length * 116)).toBeLessThanOrEqual(0.65);
  const plain = writeTable(entries).info;
  expect(plain.sizeBytes / (entries.length * 116)).toBeLessThanOrEqual(1.05);
});

test('the writer leaves blocks that do not shrink as they are', () => {
  const random = new Random(2);
  const entries = Array.from(
    { length: 50 },
    (_, i): Entry => ({
      key: utf8(`${1000 + i}`),
      sequence: i,
      kind: KIND_PUT,
      value: random.bytes(200),
    }),
  );
  const plain = writeTable(entries);
  const { files, info } = writeTable(entries, { codec: 'deflate' });
  expect(info.sizeBytes).toBe(plain.info.sizeBytes);
  verifyTable(Table.open(files, NAME, NUMBER));
});
