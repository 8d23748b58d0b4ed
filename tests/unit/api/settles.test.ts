// Promises of the database always settle, and with the truth: on files that are durable only
// later, on disks that fail, while others write, and at the end.

import { expect, test } from 'vitest';
import { Database } from '../../../engine/api/database.ts';
import { LocalBackend } from '../../../engine/api/local-backend.ts';
import { open } from '../../../engine/api/open.ts';
import { FerrisError, isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import type { Volume } from '../../../engine/env/files.ts';
import { FaultyFiles, type FaultyOptions } from '../../../engine/env/files-faulty.ts';
import { memoryFiles } from '../../../engine/env/files-memory.ts';
import type { StoreOptions } from '../../../engine/lsm/options.ts';
import { Store } from '../../../engine/lsm/store.ts';

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isFerrisError(error) ? error.code : error;
};
const pause = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

/** A database on a simulated disk, with a volume that closes as that of IndexedDB does. */
function onDisk(options: FaultyOptions = {}, storeOptions: Partial<StoreOptions> = {}) {
  const files = new FaultyFiles({ random: new Random(1), ...options });
  const volume: Volume = {
    kind: 'faulty',
    name: 'slow',
    files,
    upkeepDue: false,
    upkeep: async () => {},
    async close() {
      if (!files.isDead && files.failure === undefined) files.completeSync();
      files.shut();
      if (files.failure !== undefined) throw files.failure;
    },
  };
  const store = Store.open({ ...storeOptions, files });
  return { files, db: new Database(new LocalBackend(volume, store), 'utf8') };
}

/** What IndexedDB does when a transaction finds no room. */
function failForGood(files: FaultyFiles): void {
  files.failure = new FerrisError('FERRIS_NO_SPACE', 'the quota is full');
  files.onDurable?.();
}

test('writes and flushes that wait for files that have failed are rejected', async () => {
  const { files, db } = onDisk({ durability: 'manual' });
  const put = codeOf(db.put('a', '1'));
  await pause();
  const flush = codeOf(db.flush());
  await pause();
  failForGood(files);
  expect(await put).toBe('FERRIS_NO_SPACE');
  expect(await flush).toBe('FERRIS_NO_SPACE');
  expect(await codeOf(db.put('b', '2'))).toBe('FERRIS_NO_SPACE');
  expect(await codeOf(db.flush())).toBe('FERRIS_NO_SPACE');
  expect(await db.get('a')).toBe('1');
  expect(await codeOf(db.close())).toBe('FERRIS_NO_SPACE');
});

test('closing settles what still waits: it is durable by then', async () => {
  const { db } = onDisk({ durability: 'manual' });
  const put = codeOf(db.put('a', '1'));
  const flush = codeOf(db.flush());
  await pause();
  await db.close();
  expect(await put).toBeUndefined();
  expect(await flush).toBe('FERRIS_CLOSED');
});

test('a write that waited when the power went is not acknowledged by closing', async () => {
  const { files, db } = onDisk({ durability: 'manual' });
  const put = codeOf(db.put('a', '1'));
  await pause();
  files.powerCut();
  await codeOf(db.close());
  expect(await put).toBe('FERRIS_IO');
});

test('a crash rejects what waits, a flush too', async () => {
  const { db } = onDisk({ durability: 'manual' });
  const put = codeOf(db.put('a', '1'));
  const flush = codeOf(db.flush());
  await pause();
  await db.crash();
  expect([await put, await flush]).toEqual(['FERRIS_CLOSED', 'FERRIS_CLOSED']);
});

test('after a crash nothing is deleted that became obsolete while it was happening', async () => {
  const { files, db } = onDisk({ durability: 'manual' });
  const flush = codeOf(db.put('a', '1').then(() => db.flush()));
  await pause();
  for (let i = 0; i < 2; i++) {
    files.completeSync();
    await pause();
  }
  const before = files.calls.delete;
  await db.crash();
  await flush;
  expect(files.calls.delete).toBe(before);
});

test('a flush ends although others go on writing', async () => {
  for (const durability of ['at-once', 'manual'] as const) {
    const { files, db } = onDisk({ durability });
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) await db.put(`key ${i % 10}`, `${i}`, { sync: 'none' });
    })();
    const disk = setInterval(() => files.completeSync(), 1);
    await pause();
    await db.flush();
    writing = false;
    await writer;
    clearInterval(disk);
    expect((await db.stats()).tables).toBe(1);
    await db.close();
  }
});

test('closing tells of writes that a quiet sync has lost', async () => {
  const { files, db } = onDisk();
  await db.put('a', '1', { sync: 'full' });
  await db.put('b', '2', { sync: 'normal' });
  files.failNext('sync', 'FERRIS_IO');
  await pause(150);
  expect(await codeOf(db.close())).toBe('FERRIS_IO');
});

test('a full disk refuses a write, and the next one that fits is taken', async () => {
  const { files, db } = onDisk();
  await db.put('a', '1');
  files.failNext('append', 'FERRIS_NO_SPACE');
  const lost = codeOf(db.put('b', '2'));
  const lostWithIt = codeOf(db.put('c', '3'));
  expect([await lost, await lostWithIt]).toEqual(['FERRIS_NO_SPACE', 'FERRIS_NO_SPACE']);
  await db.put('d', '4');
  expect(await db.scan().all()).toEqual([
    ['a', '1'],
    ['d', '4'],
  ]);
  await db.close();
});

test('an encoding that is refused leaves nothing open', async () => {
  const files = memoryFiles();
  expect(await codeOf(open({ files, encoding: 'latin1' as 'utf8' }))).toBe(
    'FERRIS_INVALID_ARGUMENT',
  );
  await (await open({ files })).close();
});

test('a page of large values is given back, and the next page is right', async () => {
  const { db } = onDisk();
  await db.put('a', 'x'.repeat(1 << 20));
  await db.put('b', '2');
  const entries = await db.scan().all();
  expect(entries.map(([key, value]) => [key, value.length])).toEqual([
    ['a', 1 << 20],
    ['b', 1],
  ]);
  expect(await db.scan({ gte: 'b' }).all()).toEqual([['b', '2']]);
  await db.close();
});
