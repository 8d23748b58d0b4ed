import { expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { FerrisError } from '../../../engine/base/errors.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { leveled, scoreOf } from '../../../engine/lsm/compaction/leveled.ts';
import type { CompactionSizes } from '../../../engine/lsm/compaction/policy.ts';
import { tiered } from '../../../engine/lsm/compaction/tiered.ts';
import type { TableRecord } from '../../../engine/lsm/manifest/edit.ts';
import { levelsOf } from '../../../engine/lsm/manifest/version.ts';
import type { StoreOptions } from '../../../engine/lsm/options.ts';
import { Store } from '../../../engine/lsm/store.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

const sizes: CompactionSizes = {
  level0Tables: 4,
  levelBytes: 1000,
  levelFanout: 10,
  tableBytes: 500,
};

/** `[a-c]` on level 1 is `table(7, 1, 'a', 'c')`; the number stands for its age. */
function table(number: number, level: number, from: string, to: string, sizeBytes = 300) {
  const record: TableRecord = {
    number,
    level,
    sizeBytes,
    hasRangeDeletes: false,
    entries: 10,
    smallestSequence: number * 10,
    largestSequence: number * 10 + 9,
    smallestKey: utf8(from),
    largestKey: utf8(to),
  };
  return record;
}

const version = (...tables: TableRecord[]) =>
  levelsOf(
    [...tables].sort((a, b) => a.level - b.level || (a.level === 0 ? b.number - a.number : 0)),
  );
const numbers = (tables: readonly TableRecord[] | undefined) =>
  tables?.map(({ number }) => number).sort((a, b) => a - b);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof FerrisError) return error.code;
    throw error;
  }
  return undefined;
}

/** A store that makes a table of each flush, with nothing compacted by itself. */
function storeOf(options: Partial<StoreOptions> = {}) {
  const events: EngineEvent[] = [];
  const files = new MemoryFiles();
  const trace = (event: EngineEvent) => events.push(event);
  const store = Store.open({ files, trace, compaction: 'none', ...options });
  const put = (key: string, value: string) => store.write(new Batch().put(utf8(key), utf8(value)));
  const get = (key: string) => {
    const value = store.get(utf8(key));
    return value === undefined ? undefined : text(value);
  };
  const tables = () => files.list().filter((name) => name.endsWith('.sst'));
  return { store, events, files, put, get, tables };
}

test('leveled: nothing is due below the thresholds', () => {
  const levels = version(table(1, 0, 'a', 'z'), table(2, 0, 'a', 'z'), table(3, 1, 'a', 'z'));
  expect(leveled.choose(levels, sizes)).toBeUndefined();
  expect(scoreOf(levels, 0, sizes)).toBe(0.5);
  expect(scoreOf(levels, 1, sizes)).toBeCloseTo(0.3);
});

test('leveled: level 0 goes down whole, with what it overlaps', () => {
  const flushed = [4, 5, 6, 7].map((number) => table(number, 0, 'f', 'm'));
  const levels = version(...flushed, table(1, 1, 'a', 'e'), table(2, 1, 'g', 'h'));
  const choice = leveled.choose(levels, sizes);
  expect(numbers(choice?.inputs)).toEqual([2, 4, 5, 6, 7]);
  expect(choice).toMatchObject({ outputLevel: 1, score: 100 });
});

test('leveled: the oldest flushed table goes alone when it is in nobody’s way', () => {
  const flushed = [4, 5, 6, 7].map((number) => table(number, 0, `k${number}0`, `k${number}9`));
  expect(numbers(leveled.choose(version(...flushed), sizes)?.inputs)).toEqual([4]);
});

test('leveled: of a deeper level goes the table that rewrites least for its size', () => {
  const levels = version(
    table(10, 1, 'a', 'f', 600),
    table(11, 1, 'g', 'p', 600),
    table(1, 2, 'a', 'c', 500),
    table(2, 2, 'd', 'f', 500),
    table(3, 2, 'h', 'k', 500),
  );
  const choice = leveled.choose(levels, sizes);
  expect(numbers(choice?.inputs)).toEqual([3, 11]);
  expect(choice).toMatchObject({ outputLevel: 2, score: 120 });
});

test('tiered: runs of like size are merged, newest first, and stand where they stood', () => {
  const flushed = [6, 7, 8, 9].map((number) => table(number, 0, 'a', 'z', 100));
  const choice = tiered.choose(version(...flushed, table(1, 6, 'a', 'z', 5000)), sizes);
  expect(numbers(choice?.inputs)).toEqual([6, 7, 8, 9]);
  expect(choice?.outputLevel).toBe(5);
});

test('tiered: when the newest run has outgrown the others, older ones that are alike go first', () => {
  const levels = version(
    table(9, 0, 'a', 'z', 100),
    ...[6, 7, 8].map((number) => table(number, 0, 'a', 'z', 900)),
    table(1, 6, 'a', 'z', 5000),
  );
  const choice = tiered.choose(levels, sizes);
  expect(numbers(choice?.inputs)).toEqual([6, 7, 8]);
  expect(choice?.outputLevel).toBe(5);
});

test('tiered: when newer runs weigh as much as the oldest, everything becomes one', () => {
  const levels = version(
    ...[7, 8, 9].map((number) => table(number, 0, 'a', 'z', 100)),
    table(5, 5, 'a', 'z', 900),
    table(1, 6, 'a', 'z', 1000),
  );
  const choice = tiered.choose(levels, sizes);
  expect(numbers(choice?.inputs)).toEqual([1, 5, 7, 8, 9]);
  expect(choice?.outputLevel).toBe(6);
});

test('tiered: a merge of some flushed tables stays among them, as one table', () => {
  const { store, put, get } = storeOf({ compaction: 'tiered', level0Tables: 2 });
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 20; i++) put(`key ${(i * 7) % 20}`, `${round} ${'x'.repeat(30)}`);
    store.flush();
    while (store.workDue) store.work(10);
    expect(get('key 3')).toMatch(new RegExp(`^${round} `));
  }
  expect(store.stats().levels.filter(({ tables }) => tables > 0).length).toBeLessThan(5);
});

test('data written in order moves down and is never written again', () => {
  const { store, events, put } = storeOf({
    compaction: 'leveled',
    levelBytes: 4096,
    levelFanout: 2,
  });
  for (let i = 0; i < 400; i++) {
    put(`key ${String(i).padStart(5, '0')}`, 'x'.repeat(100));
    if (i % 20 === 19) store.flush();
    while (store.workDue) store.work(64);
  }
  const { compactions, moves, levels } = store.stats();
  expect([compactions, moves > 10]).toEqual([0, true]);
  expect(levels.filter(({ tables }) => tables > 0).length).toBeGreaterThan(2);
  expect(events.filter(({ type }) => type === 'compaction.begin')).toHaveLength(moves);
});

test('a delete goes when nothing older can be left, and not before', () => {
  const { store, put, get } = storeOf();
  put('a', '1');
  put('b', '1');
  store.flush();
  const before = store.snapshot();
  store.write(new Batch().delete(utf8('a')));
  store.flush();
  store.compactRange();
  while (store.workDue) store.work();
  expect(store.stats().levels[1]?.entries).toBe(3); // a, its delete, b
  expect([get('a'), text(store.get(utf8('a'), before) as Uint8Array)]).toEqual([undefined, '1']);
  before.release();
  store.compactRange();
  while (store.workDue) store.work();
  expect(store.stats().levels[1]?.entries).toBe(1);
  expect([get('a'), get('b')]).toEqual([undefined, '1']);
});

test('a range delete goes with what it hides, and is cut where tables are cut', () => {
  const { store, put, get } = storeOf({ tableBytes: 600 });
  for (let i = 0; i < 60; i++) put(`key ${i + 10}`, 'x'.repeat(50));
  store.flush();
  store.compactRange();
  while (store.workDue) store.work();
  store.write(new Batch().deleteRange(utf8('key 20'), utf8('key 50')));
  store.flush();
  expect(
    [get('key 19'), get('key 20'), get('key 49'), get('key 50')].map((v) => v?.length),
  ).toEqual([50, undefined, undefined, 50]);
  const held = store.snapshot();
  store.compactRange();
  while (store.workDue) store.work();
  expect(store.stats().levels[1]?.entries).toBe(30); // the snapshot doesn't see the 30 deleted
  held.release();
});

test('a scan keeps the files that it reads until it is closed', () => {
  const { store, put, tables } = storeOf();
  for (const round of ['1', '2']) {
    for (let i = 0; i < 50; i++) put(`key ${i + 10}`, round);
    store.flush();
  }
  const scan = store.scan();
  expect(scan.next()).toBe(true);
  store.compactRange();
  while (store.workDue) store.work();
  expect([tables().length, store.stats().tables]).toEqual([3, 1]);
  for (let i = 11; i < 60; i++) {
    expect(scan.next()).toBe(true);
    expect(text(scan.value)).toBe('2');
  }
  expect(scan.next()).toBe(false);
  expect(tables()).toHaveLength(1);
});

test('a writer that compaction can’t follow does a share of it, and then all of it', () => {
  const { store, events, put } = storeOf({
    compaction: 'leveled',
    level0Tables: 2,
    slowdownTables: 3,
    stopTables: 4,
    memtableBytes: 512,
  });
  for (let i = 0; i < 600; i++) put(`key ${(i * 37) % 100}`, 'x'.repeat(40));
  expect(store.stats().levels[0]?.tables).toBeLessThanOrEqual(5);
  const verdicts = events.flatMap((event) => (event.type === 'store.stall' ? [event.verdict] : []));
  expect(verdicts).toContain('slowdown');
  expect(store.stats().slowdowns).toBeGreaterThan(0);
});

test('tables are compacted as they are named, if that keeps newer above older', () => {
  const { store, put, get, events } = storeOf();
  for (const value of ['1', '2', '3']) {
    put('a', value);
    put('z', value);
    store.flush();
  }
  const [oldest, middle, newest] = events.flatMap((event) =>
    event.type === 'store.flush.end' ? [event.table] : [],
  ) as [number, number, number];
  for (const [tables, level] of [
    [[middle], 1], // the oldest would stay above
    [[newest, oldest], 0], // the middle one would lie between
    [[oldest, oldest], 1],
    [[99], 1],
    [[oldest], 7],
  ] as const)
    expect(codeOf(() => store.compactTables(tables, level))).toBe('FERRIS_INVALID_ARGUMENT');
  store.compactTables([oldest], 3);
  store.compactTables([middle, newest], 0);
  expect(get('a')).toBe('3');
  expect(store.stats().levels.map(({ tables }) => tables)).toEqual([1, 0, 0, 1, 0, 0, 0]);
});

test('options change while it is open, and wrong ones change nothing', () => {
  const { store } = storeOf();
  store.setOptions({ memtableBytes: 4096, compaction: 'tiered' });
  expect(store.options).toMatchObject({
    memtableBytes: 4096,
    compaction: 'tiered',
    levelFanout: 10,
  });
  for (const wrong of [
    { memtableBytes: 1 },
    { compaction: 'sideways' as never },
    { codec: [] },
    { slowdownTables: 20, stopTables: 10 },
  ])
    expect(codeOf(() => store.setOptions(wrong))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(store.options.memtableBytes).toBe(4096);
});
