// The database in a real page: the store in a worker on OPFS, messages in between.

import { afterEach, expect, test, vi } from 'vitest';
import { restore } from '../../../engine/api/backups.ts';
import type { Database } from '../../../engine/api/database.ts';
import { open } from '../../../engine/api/open.ts';
import { repair } from '../../../engine/api/repairs.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { idbFiles } from '../../../engine/env/files-idb.ts';
import { browseOpfs, opfsFiles } from '../../../engine/env/files-opfs.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

let count = 0;
const fresh = () => `api ${Date.now()} ${count++}`;
const opened: { crash(): Promise<void> }[] = [];
const opening = async (name: string, options = {}): Promise<Database<'utf8'>> => {
  const db = await open({ files: opfsFiles(name), encoding: 'utf8', ...options });
  opened.push(db);
  return db;
};

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const db of opened.splice(0)) await db.crash();
});

/** A crashed worker's locks are let go a moment later. */
const openingPatiently = async (name: string) => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await opening(name);
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_LOCKED') || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

test('the store runs in a worker on OPFS, and what is put is there after reopening', async () => {
  const name = fresh();
  const db = await opening(name);
  expect([db.kind, db.runsIn, db.notice]).toEqual(['opfs', 'a worker', undefined]);
  await db.put('crab', 'orange');
  await db.batch([
    { type: 'put', key: 'a', value: '1' },
    { type: 'put', key: 'b', value: '2' },
    { type: 'delete', key: 'a' },
  ]);
  await db.close();
  const again = await opening(name);
  expect(await again.scan().all()).toEqual([
    ['b', '2'],
    ['crab', 'orange'],
  ]);
});

test('an unsynced write that resolved has left the worker', async () => {
  const name = fresh();
  const db = await opening(name, { sync: 'none' });
  const logBytes = async () => {
    const log = (await browseOpfs()).find(
      (file) => file.database === name && /wal/.test(file.name),
    );
    return log?.sizeBytes ?? 0;
  };
  for (let i = 0, before = 0; i < 5; i++) {
    await db.put(`key ${i}`, 'x'.repeat(100));
    const after = await logBytes();
    expect(after).toBeGreaterThanOrEqual(before + 100);
    before = after;
  }
});

test('writes of one turn cross in one message and are one group', async () => {
  const db = await opening(fresh());
  await Promise.all(Array.from({ length: 100 }, (_, i) => db.put(`key ${i}`, 'x')));
  const { writeGroups, writtenEntries, logSyncs } = await db.stats();
  expect({ writeGroups, writtenEntries, logSyncs }).toEqual({
    writeGroups: 1,
    writtenEntries: 100,
    logSyncs: 1,
  });
});

test('flushes, tables, long scans and snapshots work across the messages', async () => {
  const db = await opening(fresh(), { memtableBytes: 1 << 14, sync: 'none' });
  for (let round = 0; round < 20; round++) {
    const operations = Array.from({ length: 100 }, (_, i) => {
      const key = `key ${String(i * 20 + round).padStart(5, '0')}`;
      return { type: 'put', key, value: 'v'.repeat(60) } as const;
    });
    await db.batch(operations);
  }
  const snapshot = await db.snapshot();
  await db.put('zzz', 'after');
  expect((await db.stats()).tables).toBeGreaterThan(1);
  expect((await db.scan().all()).length).toBe(2001);
  expect((await snapshot.scan({ reverse: true }).all()).length).toBe(2000);
  await snapshot.release();
});

test('a second opener is told to close the first', async () => {
  const name = fresh();
  await opening(name);
  const refusal = await open({ files: opfsFiles(name) }).catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_LOCKED') && refusal.message).toMatch(/tab/);
});

test('a worker that dies in the middle loses nothing that was acknowledged', async () => {
  const name = fresh();
  const db = await opening(name);
  for (let i = 0; i < 20; i++) await db.put(`key ${i}`, 'x');
  const late = db.put('late', 'perhaps').catch((error: unknown) => error);
  await db.crash();
  expect(isFerrisError(await late, 'FERRIS_CLOSED')).toBe(true);
  expect(isFerrisError(await db.get('a').catch((error: unknown) => error), 'FERRIS_CLOSED')).toBe(
    true,
  );
  const again = await openingPatiently(name);
  expect((await again.scan({ prefix: 'key' }).all()).length).toBe(20);
});

test('what was written before closing or flushing is there, though nobody waited for it', async () => {
  const name = fresh();
  const db = await opening(name);
  const first = db.put('a', '1');
  await db.flush();
  expect((await db.stats()).tables).toBe(1);
  const writes = [first, db.put('b', '2', { sync: 'none' }), db.put('b', '3', { sync: 'full' })];
  writes.push(db.put('b', '4', { sync: 'none' }));
  await Promise.all([db.close(), db.close(), ...writes]);
  const again = await openingPatiently(name);
  expect(await again.scan().all()).toEqual([
    ['a', '1'],
    ['b', '4'],
  ]);
});

test('a snapshot of a closed database can be let go of', async () => {
  const db = await opening(fresh());
  const snapshot = await db.snapshot();
  await db.close();
  await snapshot.release();
});

test('what a worker cannot be told is a bad argument', async () => {
  const refusal = await opening(fresh(), { seed: () => 1 }).catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_INVALID_ARGUMENT')).toBe(true);
});

test('a key that is a view of something large crosses as itself', async () => {
  const db = await opening(fresh());
  const large = new Uint8Array(1 << 20).fill(97);
  await db.put(large.subarray(5, 8), 'x');
  expect(await db.get(large.subarray(9, 12))).toBe('x');
});

test('errors keep their code and their place across the messages', async () => {
  const db = await opening(fresh());
  const refusal = await db.put('x'.repeat((1 << 20) + 1), 'y').catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_TOO_LARGE')).toBe(true);
  const bad = await db
    .scan({ limit: -1 })
    .all()
    .catch((error: unknown) => error);
  expect(isFerrisError(bad, 'FERRIS_INVALID_ARGUMENT')).toBe(true);
});

test('a trace in the page hears the events of the worker', async () => {
  const events: EngineEvent[] = [];
  const db = await opening(fresh(), { trace: (event: EngineEvent) => events.push(event) });
  await db.put('a', '1');
  expect(events.map(({ type }) => type)).toContain('store.write.acknowledge');
});

test('on IndexedDB the store runs in the page, and what is put is there after reopening', async () => {
  const name = fresh();
  const db = await open({ files: idbFiles(name), encoding: 'utf8' });
  expect([db.kind, db.runsIn]).toEqual(['idb', 'this thread']);
  await db.put('crab', 'orange');
  await db.flush();
  await db.put('b', '2');
  await db.close();
  const again = await open({ files: idbFiles(name), encoding: 'utf8' });
  expect(await again.scan().all()).toEqual([
    ['b', '2'],
    ['crab', 'orange'],
  ]);
  await again.close();
});

test('a crash on IndexedDB, at any moment of a flush, lets go of the database', async () => {
  const name = fresh();
  for (let round = 0; round < 12; round++) {
    const db = await open({ files: idbFiles(name), encoding: 'utf8' });
    expect(await db.get('kept')).toBe(round === 0 ? undefined : String(round - 1));
    await db.put('kept', String(round));
    const flush = db.flush().catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, round));
    await db.crash();
    expect([true, false]).toContain(isFerrisError(await flush, 'FERRIS_CLOSED'));
  }
});

test('where OPFS is missing the database goes to IndexedDB and says so', async () => {
  vi.stubGlobal('navigator', { ...navigator, storage: undefined, locks: navigator.locks });
  const db = await opening(fresh());
  expect(db.kind).toBe('idb');
  expect(db.notice).toMatch(/IndexedDB.*OPFS/);
  const refusal = await opening(fresh(), { fallback: false }).catch((error: unknown) => error);
  expect(isFerrisError(refusal, 'FERRIS_UNSUPPORTED')).toBe(true);
});

test('operations of every kind cross to the worker, and keep their order', async () => {
  const db = await opening(fresh());
  const writes = [
    db.put('a', '1'),
    db.put('z', '2'),
    db.add('n', 5),
    db.deleteRange({ gte: 'y' }),
    db.put('zz', '3'),
    db.put('gone', 'x', { ttlMs: 1 }),
    db.deleteRange({ lt: 'b' }),
    db.add('n', -2),
  ];
  await Promise.all(writes);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await db.scan().all()).map(([key]) => key)).toEqual(['n', 'zz']);
  expect(await db.getNumber('n')).toBe(3n);
  expect(await db.has('zz')).toBe(true);
  expect(await db.getMany(['zz', 'a'])).toEqual(['3', undefined]);
  await db.compact();
  expect((await db.setOptions({ memtableBytes: 65536 })).memtableBytes).toBe(65536);
  expect((await db.properties()).readAmplification).toBe(2);
  expect((await db.verify()).problems).toEqual([]);
});

test('a scan that is left early lets go of what the worker holds for it', async () => {
  const db = await opening(fresh());
  const value = 'v'.repeat(1000);
  await db.batch(
    Array.from({ length: 500 }, (_, i) => ({ type: 'put' as const, key: `${1000 + i}`, value })),
  );
  let seen = 0;
  for await (const _ of db.scan()) if (++seen === 200) break;
  expect((await db.stats()).pinnedRunSets).toBe(0);
  expect(await db.scan().all()).toHaveLength(500);
  expect((await db.stats()).pinnedRunSets).toBe(0);
});

test('export, import, backup, restore and repair between databases on OPFS', async () => {
  const [from, to, copy] = [fresh(), fresh(), fresh()];
  const db = await opening(from);
  for (let i = 0; i < 300; i++) await db.put(`key ${i}`, 'v'.repeat(i * 10), { sync: 'none' });
  const expected = await db.scan().all();
  const other = await opening(to);
  expect(await other.import(db.export())).toBe(300);
  expect(await other.scan().all()).toEqual(expected);
  expect((await restore(db.backup(), opfsFiles(copy))).files).toBeGreaterThan(2);
  const again = await opening(copy);
  expect(await again.scan().all()).toEqual(expected);
  await again.close();
  await expect(restore(db.backup(), opfsFiles(copy))).rejects.toThrow('FERRIS_EXISTS');
  await expect(restore([new Uint8Array(50)], opfsFiles(fresh()))).rejects.toThrow(
    'FERRIS_CORRUPTION',
  );
  await expect(repair(opfsFiles(from))).rejects.toThrow('FERRIS_LOCKED');
  await db.close();
  expect(await repair(opfsFiles(from))).toMatchObject({ whole: true, entries: 300 });
  expect(await (await opening(from)).scan().all()).toEqual(expected);
});

test('functions and other places that a worker can not have are refused', async () => {
  const merge = () => new Uint8Array(0);
  const filter = () => 'keep' as const;
  await expect(opening(fresh(), { merge })).rejects.toThrow('FERRIS_INVALID_ARGUMENT');
  await expect(opening(fresh(), { compactionFilter: filter })).rejects.toThrow(
    'FERRIS_INVALID_ARGUMENT',
  );
  await expect(repair(opfsFiles(fresh()), { merge })).rejects.toThrow('FERRIS_INVALID_ARGUMENT');
  const db = await opening(fresh());
  await expect(db.checkpoint(idbFiles(fresh()))).rejects.toThrow('FERRIS_UNSUPPORTED');
});
