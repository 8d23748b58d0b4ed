// What a database says of how long things took.

import { expect, test } from 'vitest';
import { Database } from '../../../engine/api/database.ts';
import { Latencies } from '../../../engine/api/latencies.ts';
import { LocalBackend } from '../../../engine/api/local-backend.ts';
import { open } from '../../../engine/api/open.ts';
import { Random } from '../../../engine/base/random.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { memoryFiles } from '../../../engine/env/files-memory.ts';
import { Store } from '../../../engine/lsm/store.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a report sums up what was added, in microseconds', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 100; ms++) latencies.add('write', 1000, 1000 + ms / 100);
  const { write, get } = latencies.report();
  expect(write.count).toBe(100);
  expect(write.meanUs).toBeCloseTo(505);
  expect(write.p50Us).toBeGreaterThanOrEqual(500);
  expect(write.p50Us).toBeLessThanOrEqual(516);
  expect(write.maxUs).toBe(1000);
  expect(write.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  expect(get).toMatchObject({ count: 0, p99Us: 0, maxUs: 0, buckets: [] });
});

test('what throws is not measured', () => {
  const latencies = new Latencies();
  const fails = () => {
    throw new Error('no');
  };
  expect(() => latencies.measure('scanPage', fails)).toThrow('no');
  expect(latencies.report().scanPage.count).toBe(0);
});

test('each kind of work of a database is counted', async () => {
  const db = await open({
    files: memoryFiles(),
    memtableBytes: 1024,
    level0Tables: 2,
    levelBytes: 4096,
    tableBytes: 2048,
  });
  for (let i = 0; i < 100; i++) await db.put(`key ${i % 37}`, 'x'.repeat(100));
  await Promise.all(['a', 'b', 'c'].map((key) => db.put(key, '')));
  for (let i = 0; i < 33; i++) await db.get('a');
  await db.getMany(['a', 'b']);
  await db.scan().all();
  await db.scan({ limit: 1 }).all();
  for (let i = 0; i < 2000 && (await db.stats()).compactions === 0; i++) await pause(1);
  const { latencies, flushes } = await db.properties();
  expect(latencies.write.count).toBe(103);
  expect(latencies.get.count).toBe(3); // of 35, the first, the 17th and the 33rd
  expect(latencies.scanPage.count).toBe(2);
  expect(latencies.compactionSlice.count).toBeGreaterThan(0);
  expect(latencies.flush.count).toBeGreaterThan(0);
  expect(latencies.flush.count).toBeLessThanOrEqual(flushes);
  await db.close();
});

test('a write lasts until it is durable', async () => {
  const files = new FaultyFiles({ random: new Random(1), durability: 'manual' });
  const close = async () => files.shut();
  const upkeep = async () => {};
  const volume = { kind: 'faulty', name: 'slow', files, upkeepDue: false, upkeep, close } as const;
  const db = new Database(new LocalBackend(volume, Store.open({ files })), 'utf8');
  const full = db.put('a', '1');
  await db.put('b', '2', { sync: 'none' });
  await pause(40);
  expect((await db.properties()).latencies.write.count).toBe(1);
  files.completeSync();
  await full;
  const { write } = (await db.properties()).latencies;
  expect(write.count).toBe(2);
  expect(write.maxUs).toBeGreaterThanOrEqual(39_000);
  await db.close();
});

test('a flush in many slices counts once', async () => {
  const db = await open({ files: memoryFiles(), memtableBytes: 64 << 10 });
  const puts = Array.from({ length: 5000 }, (_, i) => `key ${i}`);
  await db.batch(puts.map((key) => ({ type: 'put' as const, key, value: 'x'.repeat(20) })));
  await db.put('one more', 'finds the memtable full');
  for (let i = 0; i < 2000 && (await db.stats()).flushes === 0; i++) await pause(1);
  await pause(5);
  const { flushes, latencies } = await db.properties();
  expect([flushes, latencies.flush.count]).toEqual([1, 1]);
  await db.close();
});
