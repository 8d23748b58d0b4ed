// Faults that the store once took badly, one by one. tests/crash/faults.test.ts looks for more.

import { expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { FerrisError, isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import type { CrashPolicy } from '../../../engine/env/crash.ts';
import {
  FaultyFiles,
  type FaultyOptions,
  type RestartOptions,
} from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { CountedFiles } from '../../counted-files.ts';

const put = (key: string, value: string) => new Batch().put(utf8(key), utf8(value));
const read = (store: Store, key: string) => {
  const value = store.get(utf8(key));
  return value && text(value);
};
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isFerrisError(error)) return error.code;
    throw error;
  }
  return undefined;
};
const disk = (options: FaultyOptions = {}) =>
  new FaultyFiles({ random: new Random(1), ...options });
const after = (files: FaultyFiles, policy: RestartOptions['policy']) => {
  files.powerCut();
  return files.restart({ ...(policy && { policy }) });
};
/** Creations and deletions got to the disk; of the bytes only the durable ones did. */
const namesOnly: Partial<CrashPolicy> = {
  sizeBytes: (_file, durableBytes) => durableBytes,
  sector: () => 'lost',
};

test('logs that have never had a durable manifest are a database all the same', () => {
  const files = new MemoryFiles();
  const store = Store.open({ files, logBytes: 256 });
  for (let i = 0; i < 9; i++) store.write(put(`key ${i}`, 'x'.repeat(60)));
  store.close();
  expect(files.list().filter((name) => name.endsWith('.wal')).length).toBeGreaterThan(2);
  files.delete('superblock-0');
  files.delete('000001.man');
  const again = Store.open({ files });
  for (let i = 0; i < 9; i++) expect(read(again, `key ${i}`)).toBe('x'.repeat(60));
});

test('an edit that recovery found in a cache is durable before the log that it retired is deleted', () => {
  const first = disk();
  const store = Store.open({ files: first });
  store.write(put('a', '1'));
  store.flush();
  store.write(put('b', '2'));
  const syncs = first.calls.sync;
  first.failNext('sync', 'FERRIS_IO', 2); // after the next log's and the table's: the edit's
  expect(codeOf(() => store.flush())).toBe('FERRIS_IO');
  expect(first.calls.sync - syncs).toBe(3);
  const second = first.reopen();
  const again = Store.open({ files: second });
  expect(read(again, 'b')).toBe('2');
  again.work();
  const third = after(second, namesOnly);
  const last = Store.open({ files: third });
  expect([read(last, 'a'), read(last, 'b')]).toEqual(['1', '2']);
});

test('a superblock that recovery found in a cache is durable before the old manifest is deleted', () => {
  const first = disk();
  const before = Store.open({ files: first });
  before.write(put('a', '1'));
  before.close();
  const store = Store.open({ files: first });
  const syncs = 1 + 1 + 1 + 1; // of the next log, the table, the new manifest and its edit
  first.failNext('sync', 'FERRIS_IO', syncs);
  expect(codeOf(() => store.flush())).toBe('FERRIS_IO');
  expect(first.list()).toContain('superblock-1');
  const second = first.reopen();
  Store.open({ files: second }).work();
  const last = Store.open({ files: after(second, namesOnly) });
  expect(read(last, 'a')).toBe('1');
});

for (const call of ['sync', 'syncDirectory'] as const) {
  test(`a full disk at the ${call} of a new log: the old one takes nothing that recovery would leave out`, () => {
    const files = disk();
    const store = Store.open({ files, logBytes: 256 });
    store.write(put('a', 'x'.repeat(300)));
    files.failNext(call, 'FERRIS_NO_SPACE');
    expect(codeOf(() => store.write(put('b', '2')))).toBe('FERRIS_IO');
    expect(codeOf(() => store.write(put('c', '3'), 'full'))).toBe('FERRIS_IO');
    const again = Store.open({ files: after(files, 'keep-all') });
    expect(read(again, 'a')).toBe('x'.repeat(300));
    expect(read(again, 'c')).toBeUndefined();
  });
}

test('a log or a manifest that found no room leaves no file behind', () => {
  const files = disk();
  const store = Store.open({ files, logBytes: 256 });
  for (const [skip, left] of [
    [0, []],
    [1, []],
    [2, ['superblock-0']],
    [3, ['000004.man', 'superblock-0']],
  ] as const) {
    files.failNext('append', 'FERRIS_NO_SPACE', skip);
    expect(codeOf(() => store.write(put('a', 'x'.repeat(300))))).toBe('FERRIS_NO_SPACE');
    expect(files.list()).toEqual(left);
  }
  store.write(put('a', 'x'.repeat(300)));
  const whole = files.list();
  files.failNext('append', 'FERRIS_NO_SPACE');
  expect(codeOf(() => store.write(put('b', '2')))).toBe('FERRIS_NO_SPACE');
  expect(files.list()).toEqual(whole);
  store.close();
  expect(Store.open({ files, recovery: 'absolute' }).lastSequence).toBe(1);
});

test('a file that could not be deleted is no error, and is deleted later', () => {
  const files = disk();
  const store = Store.open({ files });
  store.write(put('a', '1'));
  files.failNext('delete', 'FERRIS_IO');
  store.flush();
  expect(files.exists('000002.wal')).toBe(true);
  store.write(put('b', '2'));
  store.flush();
  expect(files.list().filter((name) => name.endsWith('.wal'))).toHaveLength(1);
});

for (const code of ['FERRIS_IO', 'FERRIS_NO_SPACE'] as const) {
  test(`a table that could not be written (${code}) or read back is made again, and writing goes on`, () => {
    const files = disk();
    const store = Store.open({ files });
    store.write(put('a', '1'));
    files.failNext('append', code, 1);
    expect(codeOf(() => store.flush())).toBe(code);
    expect(files.list().some((name) => name.endsWith('.sst'))).toBe(false);
    store.write(put('b', '2'));
    files.failNext('read', code);
    expect(codeOf(() => store.flush())).toBe(code);
    store.write(put('c', '3'));
    store.flush();
    expect(store.stats().tables).toBe(2);
    expect([read(store, 'a'), read(store, 'b'), read(store, 'c')]).toEqual(['1', '2', '3']);
  });
}

test('a store that is closed in the middle of a flush, or never opened, holds no file', () => {
  let inner = disk();
  const files = new CountedFiles(inner);
  const store = Store.open({ files, memtableBytes: 1 << 10 });
  while (!store.workDue) store.write(put(`key ${store.lastSequence}`, 'x'.repeat(20)));
  expect(store.work(1)).toBe(true);
  store.close();
  expect(files.openHandles).toBe(0);
  Store.open({ files }).flush();
  for (let skip = 0; skip < 3; skip++) {
    const again = inner.reopen();
    again.failNext('read', 'FERRIS_IO', skip);
    const counted = new CountedFiles(again);
    expect(codeOf(() => Store.open({ files: counted }))).toBe('FERRIS_IO');
    expect(counted.openHandles).toBe(0);
    inner = again;
  }
});

test('an edit that found no room, tried again and again, holds one table open at most', () => {
  const inner = disk();
  const files = new CountedFiles(inner);
  const store = Store.open({ files });
  store.write(put('a', '1'));
  const open = files.openHandles;
  for (let attempt = 0; attempt < 5; attempt++) {
    inner.failNext('append', 'FERRIS_NO_SPACE', attempt === 0 ? 2 : 0);
    expect(codeOf(() => store.flush())).toBe('FERRIS_NO_SPACE');
  }
  expect(files.openHandles).toBeLessThanOrEqual(open + 1);
  store.flush();
  expect(read(store, 'a')).toBe('1');
});

test('closing says so when writes that were acknowledged could not be made durable', () => {
  const files = disk();
  const store = Store.open({ files });
  store.write(put('a', '1'), 'none');
  files.failNext('sync', 'FERRIS_IO');
  expect(codeOf(() => store.sync())).toBe('FERRIS_IO');
  expect(codeOf(() => store.close())).toBe('FERRIS_IO');
  expect(codeOf(() => store.close())).toBeUndefined();
});

test('what is recovered after a crash of the process counts as durable when it is', () => {
  const first = disk({ durability: 'manual' });
  Store.open({ files: first }).write(put('a', '1'), 'none');
  const second = first.reopen();
  const store = Store.open({ files: second });
  expect([store.lastSequence, store.durableSequence]).toEqual([1, 0]);
  second.completeSync();
  expect(store.durableSequence).toBe(1);
});

test('a flush asks for no more than was written when it began', () => {
  const files = disk({ durability: 'manual' });
  const store = Store.open({ files });
  const upTo = store.write(put('a', '1'));
  for (let tries = 0; !store.flush(upTo); tries++) {
    store.write(put(`late ${tries}`, 'x'));
    files.completeSync();
    expect(tries).toBeLessThan(10);
  }
  expect(store.flush()).toBe(false);
});

test('files that have failed for good end the waiting', () => {
  const files = disk({ durability: 'manual' });
  const store = Store.open({ files });
  store.write(put('a', '1'));
  expect(store.flush()).toBe(false);
  files.failure = new FerrisError('FERRIS_NO_SPACE', 'the quota is full');
  expect(codeOf(() => store.flush())).toBe('FERRIS_NO_SPACE');
  expect(codeOf(() => store.write(put('b', '2')))).toBe('FERRIS_NO_SPACE');
  expect(store.workDue).toBe(false);
  expect(read(store, 'a')).toBe('1');
});

for (const reverse of [false, true]) {
  test(`a scan that met an error shows nothing older in its place, reverse ${reverse}`, () => {
    const files = disk();
    const store = Store.open({ files, blockBytes: 128, blockCacheBytes: 0 });
    for (const round of ['old', 'new']) {
      for (let i = 0; i < 40; i++) store.write(put(`key ${i}`, `${round} ${'x'.repeat(40)}`));
      store.flush();
    }
    for (let skip = 0; skip < 12; skip++) {
      const scan = store.scan({ reverse });
      files.failNext('read', 'FERRIS_IO', skip);
      const seen: string[] = [];
      const code = codeOf(() => {
        while (scan.next()) seen.push(text(scan.value));
      });
      expect(code).toBe('FERRIS_IO');
      expect(codeOf(() => scan.next())).toBe('FERRIS_IO');
      expect(seen.every((value) => value.startsWith('new'))).toBe(true);
    }
    const scan = store.scan({ reverse });
    while (scan.next()) expect(text(scan.value)).toMatch(/^new/);
  });
}

test('a compaction that meets damage where its inputs begin is given up until something changes', () => {
  const files = disk();
  const store = Store.open({
    files,
    compaction: 'leveled',
    level0Tables: 2,
    memtableBytes: 1 << 16,
  });
  for (const value of ['1', '2']) {
    store.write(put('a', value));
    store.flush();
  }
  const [table = ''] = files.list().filter((name) => name.endsWith('.sst'));
  files.rot(table, 70, 0);
  expect(store.workDue).toBe(true);
  expect(codeOf(() => store.work())).toBe('FERRIS_CORRUPTION');
  expect(isFerrisError(store.compaction.failure, 'FERRIS_CORRUPTION')).toBe(true);
  expect(store.workDue).toBe(false);
  files.rot(table, 70, 0);
  store.write(put('b', '1'));
  store.flush();
  while (store.work());
  expect(
    store
      .stats()
      .levels.map(({ tables }) => tables)
      .slice(0, 2),
  ).toEqual([0, 1]);
  expect([read(store, 'a'), read(store, 'b')]).toEqual(['2', '1']);
});

test('a compaction that is named while another waits for the disk may find its tables gone', () => {
  const files = disk({ durability: 'manual' });
  const store = Store.open({ files, compaction: 'none' });
  for (const value of ['1', '2', '3']) {
    store.write(put('a', value));
    while (!store.flush()) files.completeSync();
    files.completeSync();
  }
  const tables = files.list().filter((name) => name.endsWith('.sst'));
  const numbers = tables.map((name) => Number.parseInt(name, 10));
  const scan = store.scan(); // keeps the files of the tables
  store.compactTables(numbers.slice(0, 2), 1);
  expect(store.compaction.busy).toBe(true);
  store.compactTables(numbers, 1);
  while (store.workDue || store.compaction.busy) {
    files.completeSync();
    store.work();
  }
  scan.close();
  expect(codeOf(() => store.write(put('b', '1')))).toBe(undefined);
  expect(
    store
      .stats()
      .levels.map(({ tables }) => tables)
      .slice(0, 2),
  ).toEqual([1, 1]);
  expect([read(store, 'a'), read(store, 'b')]).toEqual(['3', '1']);
});

test('a range that no table concerns holds up no compaction', () => {
  const store = Store.open({ files: new MemoryFiles(), level0Tables: 2, memtableBytes: 256 });
  store.compactRange(utf8('x'), utf8('y'));
  for (let i = 0; i < 200; i++) store.write(put(`a${i % 9}`, 'x'.repeat(40)), 'none');
  expect(store.stats().compactions).toBeGreaterThan(0);
  expect(store.stats().levels[0]?.tables).toBeLessThan(17);
});

test('writers whom a compaction should hold back are let through when it meets damage', () => {
  const files = disk();
  const sizes = { level0Tables: 2, slowdownTables: 2, stopTables: 3, memtableBytes: 1 << 9 };
  const store = Store.open({ files, compaction: 'leveled', ...sizes });
  for (let i = 0; store.stats().tables < 2; i++) store.write(put(`a${i}`, 'x'.repeat(90)));
  const [table = ''] = files.list().filter((name) => name.endsWith('.sst'));
  files.rot(table, 70, 0);
  for (let i = 0; i < 60; i++) store.write(put(`b${i}`, 'x'.repeat(90)));
  expect(store.stats().stops).toBeGreaterThan(0);
  expect(read(store, 'b59')).toBe('x'.repeat(90));
  expect(codeOf(() => store.get(utf8('a0')))).toBe('FERRIS_CORRUPTION');
});

test('a compacted table that can not be read back does not take the place of its inputs', () => {
  const files = disk({ durability: 'manual' });
  const store = Store.open({ files, compaction: 'none' });
  const tables = () => files.list().filter((name) => name.endsWith('.sst'));
  for (const value of ['1', '2']) {
    store.write(put('a', value));
    while (!store.flush()) files.completeSync();
    files.completeSync();
  }
  const inputs = tables();
  store.compactRange();
  store.work();
  const [output = ''] = tables().filter((name) => !inputs.includes(name));
  files.rot(output, files.bytesOf(output).length - 1, 0);
  files.completeSync();
  expect(codeOf(() => store.work())).toBe('FERRIS_CORRUPTION');
  expect(tables()).toEqual(inputs);
  expect(read(store, 'a')).toBe('2');
});
