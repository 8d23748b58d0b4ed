import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_BYTES, hex, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import type { RangeDelete } from '../../../engine/lsm/range-deletes.ts';
import { describeTable } from '../../../engine/lsm/table/describe.ts';
import {
  compareRangeDeletes,
  decodeRangeDeletes,
  encodeRangeDeletes,
} from '../../../engine/lsm/table/range-delete-block.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import { TableWriter } from '../../../engine/lsm/table/writer.ts';
import { type Entry, randomEntries, sortEntries } from '../../model/sorted-entries.ts';
import {
  bytesOf,
  expectTiled,
  infoOf,
  isDamageError,
  lookup,
  NAME,
  NUMBER,
  randomRangeDeletes,
  rangeDelete,
  writeTable,
} from './tables.ts';

function open(entries: readonly Entry[], rangeDeletes: readonly RangeDelete[]): Table {
  return Table.open(writeTable(entries, {}, rangeDeletes).files, NAME, NUMBER);
}

function put(key: string, sequence: number): Entry {
  return { key: utf8(key), sequence, kind: KIND_PUT, value: utf8(`${key} ${sequence}`) };
}

test('the worked example at the head of range-delete-block.ts', () => {
  expect(hex(encodeRangeDeletes([rangeDelete('b', 'd', 5)]))).toBe('01012c6264' + '01000000');
});

test('range deletes come back, sorted, from a table that has entries too', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const entries = sortEntries(randomEntries(random, random.below(60)));
    const rangeDeletes = randomRangeDeletes(random, random.between(1, 30));
    const { files, info } = writeTable(entries, {}, rangeDeletes);
    const table = Table.open(files, NAME, NUMBER);
    expect(table.rangeDeletes).toEqual([...rangeDeletes].sort(compareRangeDeletes));
    expect(infoOf(table)).toEqual(info);
    expect(info.rangeDeletes).toBe(rangeDeletes.length);
    expect(info.entries).toBe(entries.length);
    for (const entry of entries) {
      expect(lookup(table, entry.key, entry.sequence)).toEqual(entry);
    }
    verifyTable(table);
    const bytes = bytesOf(files);
    expectTiled(describeTable(bytes), 0, bytes.length);
  }
});

test('facts cover entries and range deletes', () => {
  const outer = open(
    [put('m', 5)],
    [rangeDelete('c', 'e', 9), rangeDelete('d', 'x', 2)],
  ).properties;
  expect(outer).toMatchObject({ smallestKey: utf8('c'), largestKey: utf8('x') });
  expect(outer).toMatchObject({ smallestSequence: 2, largestSequence: 9, entries: 1 });
  const inner = open([put('a', 5), put('z', 6)], [rangeDelete('c', 'e', 9)]).properties;
  expect(inner).toMatchObject({ smallestKey: utf8('a'), largestKey: utf8('z') });
});

test('a table may consist of range deletes alone', () => {
  const { files, info } = writeTable([], {}, [rangeDelete('a', 'k', 7), rangeDelete('b', 'c', 9)]);
  const table = Table.open(files, NAME, NUMBER);
  expect(info).toMatchObject({ entries: 0, rangeDeletes: 2, largestKey: utf8('k') });
  expect(lookup(table, utf8('b'), SEQUENCE_MAX)).toBeUndefined();
  const cursor = table.cursor();
  for (const move of ['seekToFirst', 'seekToLast'] as const) {
    cursor[move]();
    expect(cursor.valid).toBe(false);
  }
  for (const move of ['seek', 'seekBefore'] as const) {
    cursor[move](utf8('b'), 1);
    expect(cursor.valid).toBe(false);
  }
  verifyTable(table);
  expect(table.rangeDeletes).toHaveLength(2);
});

test('a table without any has no block for them', () => {
  const table = open([put('a', 1)], []);
  expect(table.rangeDeletes).toEqual([]);
});

test('a range without a key, or a table without anything, is a bug in the caller', () => {
  const writer = new TableWriter(new MemoryFiles(), NAME, NUMBER);
  expect(() => writer.addRangeDelete(utf8('b'), utf8('b'), 1)).toThrow(/has a key in it/);
  expect(() => writer.addRangeDelete(utf8('b'), utf8('a'), 1)).toThrow(/has a key in it/);
  expect(() => writer.finish()).toThrow(/or a range delete/);
});

test('the writer copies the keys', () => {
  const files = new MemoryFiles();
  const writer = new TableWriter(files, NAME, NUMBER);
  const [start, end] = [utf8('b'), utf8('d')];
  writer.addRangeDelete(start, end, 3);
  start.fill(0);
  end.fill(0);
  writer.finish();
  expect(Table.open(files, NAME, NUMBER).rangeDeletes).toEqual([rangeDelete('b', 'd', 3)]);
});

test('range deletes out of order or without a key are damage', () => {
  const refused = (...all: RangeDelete[]) =>
    expect(() => decodeRangeDeletes(encodeRangeDeletes(all), NAME, 0)).toThrow(/FERRIS_CORRUPTION/);
  refused(rangeDelete('b', 'c', 1), rangeDelete('a', 'c', 1));
  refused(rangeDelete('a', 'c', 1), rangeDelete('a', 'c', 2));
  refused(rangeDelete('c', 'c', 1));
  expect(() => decodeRangeDeletes(EMPTY_BYTES, NAME, 0)).toThrow(/FERRIS_CORRUPTION/);
});

test('whatever the bytes, they are range deletes or damage', () => {
  const valid = encodeRangeDeletes(
    [rangeDelete('a', 'c', 3), rangeDelete('a', 'd', 300)].reverse(),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => valid.with(at, byte)),
  );
  fc.assert(
    fc.property(bytes, (contents) => {
      try {
        const all = decodeRangeDeletes(contents, NAME, 64);
        expect(encodeRangeDeletes(all)).toEqual(contents);
      } catch (error) {
        expect(isDamageError(error)).toBe(true);
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
});
