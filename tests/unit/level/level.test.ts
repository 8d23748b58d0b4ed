// What abstract-level's own suite doesn't ask: ranges of many pages, what a read holds on to,
// how writes are acknowledged, and what errors say. The suite itself is in tests/conformance.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FilesSource, memoryFiles, Random } from '../../../engine/index.ts';
import { FerrisLevel } from '../../../engine/level.ts';

/** A page holds some 500 of these. */
const ENTRIES = 3000;
const VALUE = 'v'.repeat(120);
const keyAt = (index: number) => String(index).padStart(6, '0');
const KEYS = Array.from({ length: ENTRIES }, (_, index) => keyAt(index));

function fresh(): FerrisLevel {
  const db = new FerrisLevel(memoryFiles());
  onTestFinished(() => db.close());
  return db;
}

/** Half of the entries in tables, half in the memtable. */
async function filled(): Promise<FerrisLevel> {
  const db = fresh();
  const put = (key: string) => ({ type: 'put' as const, key, value: VALUE });
  await db.batch(KEYS.filter((_, index) => index % 2 === 0).map(put));
  await db.flush();
  await db.batch(KEYS.filter((_, index) => index % 2 === 1).map(put));
  return db;
}

async function expectNothingHeld(db: FerrisLevel): Promise<void> {
  expect(await db.stats()).toMatchObject({ snapshots: 0, pinnedRunSets: 0 });
}

test('random walks over ranges of many pages agree with an array', async () => {
  const db = await filled();
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const [low, high] = [random.below(ENTRIES), random.below(ENTRIES)].sort((a, b) => a - b);
    const reverse = random.below(2) === 1;
    const limit = random.below(3) === 0 ? random.below(ENTRIES) : Number.POSITIVE_INFINITY;
    const whole = KEYS.slice(low, high);
    if (reverse) whole.reverse();
    const range = { gte: keyAt(low!), lt: keyAt(high!), reverse };
    const iterator = db.iterator(Number.isFinite(limit) ? { ...range, limit } : range);
    let rest = whole;
    let left = limit;
    for (let step = 0; step < 12; step++) {
      const action = random.below(4);
      if (action === 0 && left > 0) {
        const target = keyAt(low! + random.below(high! - low! + 1));
        iterator.seek(target);
        const inRange = target >= range.gte && target < range.lt;
        rest = inRange ? whole.filter((key) => (reverse ? key <= target : key >= target)) : [];
      } else if (action === 1) {
        const expected = left > 0 ? rest[0] : undefined;
        expect((await iterator.next())?.[0], `seed ${seed}`).toBe(expected);
        left -= expected === undefined ? 0 : 1;
        rest = expected === undefined ? rest : rest.slice(1);
      } else {
        const size = 1 + random.below(1500);
        const expected = rest.slice(0, Math.min(size, left));
        const keys = (await iterator.nextv(size)).map(([key]) => key);
        expect(keys, `seed ${seed}`).toEqual(expected);
        left -= expected.length;
        rest = rest.slice(expected.length);
      }
    }
    await iterator.close();
  }
  await expectNothingHeld(db);
});

test('an iterator reads as of its beginning, over all of its pages', async () => {
  const db = await filled();
  const iterator = db.iterator();
  await db.clear();
  await db.put('later', 'not in it');
  expect(await iterator.all()).toEqual(KEYS.map((key) => [key, VALUE]));
  expect(await db.keys().all()).toEqual(['later']);
});

test('an iterator that is left early holds nothing any more', async () => {
  const db = await filled();
  for await (const [key] of db.iterator()) if (key === KEYS[1000]) break;
  const seeking = db.values();
  await seeking.nextv(10);
  await seeking.nextv(10);
  seeking.seek(keyAt(5));
  await seeking.close();
  await expectNothingHeld(db);
});

test('a signal between two pages ends the read, and all that it held', async () => {
  const db = await filled();
  const controller = new AbortController();
  let seen = 0;
  const read = async () => {
    for await (const _ of db.iterator({ signal: controller.signal }))
      if (++seen === 700) controller.abort();
  };
  await expect(read()).rejects.toMatchObject({ code: 'LEVEL_ABORTED', name: 'AbortError' });
  expect(seen).toBe(700);
  await expectNothingHeld(db);
});

test.each([
  { name: 'everything', options: {}, expected: [] },
  { name: 'from a key on', options: { gt: 'b' }, expected: ['', 'a', 'b'] },
  { name: 'up to a key', options: { lte: 'b' }, expected: ['c', 'd'] },
  { name: 'between two', options: { gte: 'b', lt: 'd' }, expected: ['', 'a', 'd'] },
  { name: 'gte, which wins over gt', options: { gte: 'b', gt: 'c' }, expected: ['', 'a'] },
  { name: 'bounds that cross', options: { gte: 'c', lt: 'b' }, expected: ['', 'a', 'b', 'c', 'd'] },
  { name: 'the last two', options: { reverse: true, limit: 2 }, expected: ['', 'a', 'b'] },
])('clear: $name', async ({ options, expected }) => {
  const db = fresh();
  for (const key of ['', 'a', 'b', 'c', 'd']) await db.put(key, '');
  await db.clear(options);
  expect(await db.keys().all()).toEqual(expected);
});

test('clear deletes a range with one entry, and key by key only if it is limited', async () => {
  const db = await filled();
  const before = (await db.stats()).lastSequence;
  await db.clear({ gte: keyAt(10), limit: 1500 });
  expect((await db.stats()).lastSequence).toBe(before + 1500);
  await db.clear({ gte: keyAt(10) });
  expect((await db.stats()).lastSequence).toBe(before + 1501);
  expect(await db.keys().all()).toEqual(KEYS.slice(0, 10));
  await expectNothingHeld(db);
});

test('a write is synced as the database or the call says', async () => {
  const db = fresh();
  await db.open();
  const syncsOf = async (options: object = {}) => {
    const before = (await db.stats()).logSyncs;
    await db.put('key', 'value', options);
    return (await db.stats()).logSyncs - before;
  };
  expect(await syncsOf()).toBe(1);
  expect(await syncsOf({ sync: true })).toBe(1);
  expect(await syncsOf({ sync: false })).toBe(0);
  expect(await syncsOf({ sync: 'none' })).toBe(0);
  const lazy = new FerrisLevel(memoryFiles(), { sync: false });
  await lazy.put('key', 'value');
  expect((await lazy.stats()).logSyncs).toBe(0);
  await lazy.close();
  await expect(syncsOf({ sync: 'later' })).rejects.toThrow(/FERRIS_INVALID_ARGUMENT.*sync must be/);
});

test('a batch is written as it was when its operations were added', async () => {
  const db = fresh();
  await db.open();
  const bytes = Uint8Array.of(1, 2, 3);
  const batch = db.batch().put<string, Uint8Array>('key', bytes, { valueEncoding: 'view' });
  bytes.fill(9);
  await batch.write();
  expect(await db.get('key', { valueEncoding: 'view' })).toEqual(Uint8Array.of(1, 2, 3));
});

test('bytes that were read belong to the reader', async () => {
  const db = new FerrisLevel<string, Uint8Array>(memoryFiles(), { valueEncoding: 'view' });
  await db.put('key', Uint8Array.of(1, 2));
  const read = [await db.get('key'), db.getSync('key'), ...(await db.getMany(['key']))];
  for (const [, value] of await db.iterator().all()) read.push(value);
  for (const bytes of read) bytes?.fill(9);
  expect(read).toHaveLength(4);
  expect(await db.get('key')).toEqual(Uint8Array.of(1, 2));
  await db.close();
});

test('a string is a directory in Node, and its second opener is told that it is locked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ferrisdb-level-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const first = new FerrisLevel<string, { n: number }>(directory, { valueEncoding: 'json' });
  await first.put('key', { n: 1 });
  const second = new FerrisLevel(directory);
  const refused = (await second.open().catch((error) => error)) as Error;
  expect(refused).toMatchObject({
    code: 'LEVEL_DATABASE_NOT_OPEN',
    cause: { code: 'LEVEL_LOCKED', cause: { code: 'FERRIS_LOCKED' } },
  });
  await first.close();
  const third = new FerrisLevel<string, { n: number }>(directory, { valueEncoding: 'json' });
  expect(third.location).toBe(directory);
  expect(await third.get('key')).toEqual({ n: 1 });
  await third.close();
});

test('a place that is none, and a snapshot of another database, are told so', async () => {
  expect(() => new FerrisLevel('')).toThrow(/FERRIS_INVALID_ARGUMENT.*needs a place/);
  expect(() => new FerrisLevel({} as FilesSource)).toThrow('FERRIS_INVALID_ARGUMENT');
  const [one, other] = [fresh(), fresh()];
  await Promise.all([one.open(), other.open()]);
  const snapshot = other.snapshot();
  await expect(one.get('key', { snapshot })).rejects.toThrow(/another database/);
  expect(() => one.iterator({ snapshot })).toThrow(/another database/);
  expect(() => one.getSync('key', { snapshot })).toThrow(/another database/);
});

test('the store can be spoken to only while it is open', async () => {
  const db = fresh();
  await db.open();
  await db.close();
  await expect(db.flush()).rejects.toMatchObject({ code: 'LEVEL_DATABASE_NOT_OPEN' });
  await db.open();
  await expect(db.flush()).resolves.toBeUndefined();
});
