import { beforeEach, describe, expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Found, KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { tableName } from '../../../engine/lsm/file-names.ts';
import { BlockCache } from '../../../engine/lsm/table/block-cache.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import { TableWriter } from '../../../engine/lsm/table/writer.ts';
import { TableCache, type TableHandle } from '../../../engine/lsm/table-cache.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

const TABLES = 5;
const KEYS = 40;

/** Tables 1 to 5; table t holds k00 to k39 with values t. Blocks of few entries. */
function fiveTables(): MemoryFiles {
  const files = new MemoryFiles();
  for (let number = 1; number <= TABLES; number++) {
    const writer = new TableWriter(files, tableName(number), number, { blockBytes: 128 });
    for (let i = 0; i < KEYS; i++) writer.add(keyOf(i), number, KIND_PUT, utf8(`${number}`));
    writer.addRangeDelete(utf8('x'), utf8('y'), number);
    writer.finish();
  }
  return files;
}

function keyOf(i: number): Uint8Array {
  return utf8(`k${String(i).padStart(2, '0')}`);
}

/** The value of `key` in a table. */
function valueIn(handle: TableHandle, key: Uint8Array): string | undefined {
  const found = new Found();
  return handle.find(key, SEQUENCE_MAX, found) ? text(found.value) : undefined;
}

let events: EngineEvent[];
let files: MemoryFiles;
let blockCache: BlockCache;

beforeEach(() => {
  events = [];
  files = fiveTables();
  blockCache = new BlockCache(1 << 20);
});

function cacheOf(maxOpen: number): TableCache {
  return new TableCache({ files, blockCache, maxOpen, trace: (event) => events.push(event) });
}

function count(type: EngineEvent['type']): number {
  return events.filter((event) => event.type === type).length;
}

test('opening a handle reads nothing, and the first use wakes its table', () => {
  const cache = cacheOf(2);
  const handle = cache.open(1);
  cache.open(99); // does not even exist
  expect(events).toEqual([]);
  expect(cache.stats).toEqual({ open: 2, awake: 0, wakes: 0, sleeps: 0 });
  expect(valueIn(handle, keyOf(3))).toBe('1');
  expect(valueIn(handle, utf8('none'))).toBeUndefined();
  expect(cache.stats).toEqual({ open: 2, awake: 1, wakes: 1, sleeps: 0 });
  expect(() => cache.open(99).touch()).toThrow(/FERRIS_NOT_FOUND/);
});

test('a table has one handle until it is forgotten', () => {
  const cache = cacheOf(2);
  const handle = cache.open(1);
  expect(cache.open(1)).toBe(handle);
  cache.forget(1);
  expect(cache.open(1)).not.toBe(handle);
});

test('no more than `maxOpen` are awake; the longest unused falls asleep', () => {
  const cache = cacheOf(2);
  const [one, two, three] = [cache.open(1), cache.open(2), cache.open(3)];
  valueIn(one, keyOf(0));
  valueIn(two, keyOf(0));
  valueIn(one, keyOf(0));
  valueIn(three, keyOf(0));
  expect(events.filter((event) => event.type === 'table.sleep')).toEqual([
    { type: 'table.sleep', table: 2 },
  ]);
  expect(valueIn(two, keyOf(0))).toBe('2');
  expect(cache.stats).toEqual({ open: 3, awake: 2, wakes: 4, sleeps: 2 });
});

test('blocks stay in the cache while their table sleeps', () => {
  const cache = cacheOf(1);
  valueIn(cache.open(1), keyOf(0));
  valueIn(cache.open(2), keyOf(0));
  const reads = count('table.block.read');
  valueIn(cache.open(1), keyOf(0));
  expect(count('table.open')).toBe(3);
  expect(count('table.block.read')).toBe(reads);
});

test('range deletes, once asked for, wake nobody', () => {
  const cache = cacheOf(1);
  const handle = cache.open(1);
  expect(handle.rangeDeletes).toHaveLength(1);
  valueIn(cache.open(2), keyOf(0));
  expect(handle.rangeDeletes[0]?.sequence).toBe(1);
  expect(cache.stats.wakes).toBe(2);
});

describe('a cursor', () => {
  test('goes on when its table has fallen asleep meanwhile', () => {
    const cache = cacheOf(1);
    const cursor = cache.open(1).cursor();
    let seen = 0;
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) {
      expect(cursor.key).toEqual(keyOf(seen++));
      expect(text(cursor.value)).toBe('1');
      valueIn(cache.open(2 + (seen % 4)), keyOf(seen));
    }
    expect(seen).toBe(KEYS);
    expect(cache.stats.awake).toBe(1);
  });

  test('that is not to be cached leaves no block in the cache, and uses those that are there', () => {
    const cache = cacheOf(2);
    const handle = cache.open(1);
    valueIn(handle, keyOf(0));
    const before = blockCache.stats;
    const cursor = handle.cursor({ cache: false });
    const reads = count('table.block.read');
    for (cursor.seekToFirst(); cursor.valid; cursor.next());
    expect(blockCache.stats).toEqual(before);
    expect(count('table.block.read') - reads).toBe(handle.index.count - 1);
  });
});

test('verify reads all, past the cache', () => {
  verifyTable(Table.open(files, tableName(1), 1, undefined, blockCache.part(1)));
  expect(blockCache.stats).toMatchObject({ blocks: 0, misses: 0 });
});

test('a forgotten table is closed, its blocks are gone, and its file can be deleted', () => {
  const cache = cacheOf(2);
  const handle = cache.open(1);
  const cursor = handle.cursor();
  cursor.seekToFirst();
  valueIn(cache.open(2), keyOf(0));
  const { blocks } = blockCache.stats;
  cache.forget(1);
  cache.forget(1);
  files.delete(tableName(1));
  expect(blockCache.stats.blocks).toBe(blocks - 1);
  expect(cache.stats).toMatchObject({ open: 1, awake: 1 });
  expect(() => valueIn(handle, keyOf(0))).toThrow(/FERRIS_CLOSED/);
  expect(() => {
    while (cursor.valid) cursor.next();
  }).toThrow(/FERRIS_CLOSED/);
});

test('close lets go of every handle', () => {
  let open = 0;
  const opener = files.open.bind(files);
  files.open = (name) => {
    const file = opener(name);
    const close = file.close.bind(file);
    open++;
    file.close = () => {
      open--;
      close();
    };
    return file;
  };
  const cache = cacheOf(3);
  for (let number = 1; number <= TABLES; number++) valueIn(cache.open(number), keyOf(0));
  expect(open).toBe(3);
  cache.close();
  expect(open).toBe(0);
  expect(blockCache.stats).toMatchObject({ blocks: 0, bytes: 0 });
});

test('a table that can not be opened throws at every use, and keeps no place', () => {
  files.delete(tableName(1));
  files.create(tableName(1)).append(new Uint8Array(500));
  const cache = cacheOf(1);
  for (let i = 0; i < 3; i++) expect(() => cache.open(1).touch()).toThrow(/FERRIS_CORRUPTION/);
  expect(cache.stats).toMatchObject({ awake: 0, wakes: 0 });
  expect(valueIn(cache.open(2), keyOf(1))).toBe('2');
});

test('whatever is used in whatever order, answers are right and the bound holds', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const maxOpen = random.between(1, 4);
    blockCache = new BlockCache(random.pick([0, 1000, 100_000]));
    const cache = cacheOf(maxOpen);
    for (let i = 0; i < 300; i++) {
      const number = random.between(1, TABLES);
      const key = keyOf(random.below(KEYS + 10));
      const expected = text(key) < `k${KEYS}` ? `${number}` : undefined;
      expect(valueIn(cache.open(number), key)).toBe(expected);
      if (random.chance(1, 30)) cache.forget(random.between(1, TABLES));
      expect(cache.stats.awake).toBeLessThanOrEqual(maxOpen);
    }
  }
});
