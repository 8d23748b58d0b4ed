import { expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';

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
const disk = (options = {}) => new FaultyFiles({ random: new Random(1), ...options });

test('opening an empty directory, reading and closing write nothing', () => {
  const files = disk();
  const store = Store.open({ files });
  expect(read(store, 'a')).toBeUndefined();
  store.close();
  expect(files.calls.create + files.calls.append + files.calls.sync).toBe(0);
});

test('opening a database that was closed writes nothing but syncs', () => {
  const files = disk();
  const store = Store.open({ files });
  store.write(put('a', '1'));
  store.close();
  const before = { ...files.calls };
  Store.open({ files }).close();
  expect(files.calls.append).toBe(before.append);
  expect(files.calls.create).toBe(before.create);
  expect(files.calls.delete).toBe(before.delete);
});

test('a flush retires the log, and the next flush the one after it', () => {
  const files = new MemoryFiles();
  const store = Store.open({ files });
  for (let round = 0; round < 3; round++) {
    store.write(put(`key ${round}`, 'x'));
    store.flush();
    expect(files.list().filter((name) => name.endsWith('.wal'))).toHaveLength(1);
  }
  expect(files.list().filter((name) => name.endsWith('.man'))).toHaveLength(1);
  expect(store.stats().tables).toBe(3);
});

test('flushing an empty memtable makes no table', () => {
  const store = Store.open({ files: new MemoryFiles() });
  store.flush();
  expect(store.stats().tables).toBe(0);
});

test('work done in slices ends in the same table, and reads see everything in between', () => {
  const store = Store.open({ files: new MemoryFiles(), memtableBytes: 1 << 10 });
  let sequence = 0;
  while (!store.workDue) sequence = store.write(put(`key ${sequence}`, 'x'.repeat(20)));
  for (let slices = 0; store.work(1); slices++) {
    expect(read(store, 'key 0')).toBe('x'.repeat(20));
    expect(slices).toBeLessThan(1000);
  }
  expect(store.stats().tables).toBe(1);
  for (let i = 0; i < sequence; i++) expect(read(store, `key ${i}`)).toBe('x'.repeat(20));
});

test('a tombstone in a newer table hides a value in an older one', () => {
  const store = Store.open({ files: new MemoryFiles() });
  store.write(put('a', '1'));
  store.flush();
  store.write(new Batch().delete(utf8('a')));
  store.flush();
  expect(read(store, 'a')).toBeUndefined();
  expect(store.scan().next()).toBe(false);
  expect(store.scan({ reverse: true }).next()).toBe(false);
});

test('a full disk refuses the write, keeps the database whole, and takes it when there is room', () => {
  const files = disk({ capacityBytes: 4000 });
  const store = Store.open({ files });
  let written = 0;
  while (codeOf(() => store.write(put(`key ${written}`, 'x'.repeat(400)))) === undefined) written++;
  expect(codeOf(() => store.write(put('more', 'x'.repeat(400))))).toBe('FERRIS_NO_SPACE');
  expect(store.lastSequence).toBe(written);
  expect(codeOf(() => store.write(put('s', '')))).toBeUndefined();
  expect(read(store, 's')).toBe('');
});

test('a flush that fills the disk fails, loses nothing, and is done when there is room', () => {
  const files = disk();
  const store = Store.open({ files });
  for (let i = 0; i < 20; i++) store.write(put(`key ${i}`, 'x'.repeat(50)));
  files.failNext('append', 'FERRIS_NO_SPACE', 1);
  expect(codeOf(() => store.flush())).toBe('FERRIS_NO_SPACE');
  expect(read(store, 'key 7')).toBe('x'.repeat(50));
  store.write(put('later', '1'));
  store.flush();
  expect(store.stats().tables).toBeGreaterThan(0);
  for (let i = 0; i < 20; i++) expect(read(store, `key ${i}`)).toBe('x'.repeat(50));
});

test('after a failed sync nothing more is written, reads go on, and opening again recovers', () => {
  const files = disk();
  const store = Store.open({ files });
  store.write(put('a', '1'));
  files.failNext('sync', 'FERRIS_IO');
  expect(codeOf(() => store.write(put('b', '2')))).toBe('FERRIS_IO');
  expect(codeOf(() => store.write(put('c', '3')))).toBe('FERRIS_IO');
  expect(read(store, 'a')).toBe('1');
  store.close();
  const again = Store.open({ files: files.reopen() });
  expect(read(again, 'a')).toBe('1');
  expect(read(again, 'c')).toBeUndefined();
  again.write(put('c', '3'));
});

test('a superblock that rots away is noticed, not taken for an empty database', () => {
  const files = disk();
  const store = Store.open({ files });
  store.write(put('a', '1'));
  store.flush();
  store.close();
  files.rot('superblock-0', 20, 1);
  expect(codeOf(() => Store.open({ files }))).toBe('FERRIS_CORRUPTION');
});

test('a payload that is no batch is refused before anything is logged', () => {
  const store = Store.open({ files: new MemoryFiles() });
  expect(codeOf(() => store.writeGroup([Uint8Array.of(1, 2, 3)]))).toBe('FERRIS_CORRUPTION');
  expect(store.lastSequence).toBe(0);
});

test('a snapshot taken before a flush reads old versions from the table', () => {
  const store = Store.open({ files: new MemoryFiles() });
  store.write(put('a', '1'));
  const snapshot = store.snapshot();
  store.write(put('a', '2'));
  store.flush();
  expect(text(store.get(utf8('a'), snapshot) as Uint8Array)).toBe('1');
  expect(read(store, 'a')).toBe('2');
});
