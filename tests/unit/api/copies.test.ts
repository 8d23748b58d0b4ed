import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restore } from '../../../engine/api/backups.ts';
import { Database } from '../../../engine/api/database.ts';
import { LocalBackend } from '../../../engine/api/local-backend.ts';
import { open } from '../../../engine/api/open.ts';
import { repair } from '../../../engine/api/repairs.ts';
import { concatBytes } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { memoryFiles } from '../../../engine/env/files-memory.ts';
import { nodeFiles } from '../../../engine/env/files-node.ts';
import { Store } from '../../../engine/lsm/store.ts';

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isFerrisError(error) ? error.code : error;
};

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return concatBytes(...parts);
}

const openText = (options: object = {}) =>
  open({ files: memoryFiles(), encoding: 'utf8', ...options });

async function filled(options: object = {}): Promise<Database<'utf8'>> {
  const db = await openText({ sync: 'none', ...options });
  for (let i = 0; i < 2000; i++) await db.put(`key ${i}`, 'v'.repeat(i % 200));
  await db.deleteRange({ prefix: 'key 1' });
  await db.add('count', 12);
  return db;
}

test('an export is imported, with keys, values and times of expiry as of one moment', async () => {
  let nowMs = 1000;
  const clock = { nowMs: () => nowMs };
  await using db = await filled({ clock });
  await db.put('session', 'x', { ttlMs: 500 });
  const expected = await db.scan().all();
  const stream = db.export();
  const reader = stream.getReader();
  const parts = [(await reader.read()).value as Uint8Array];
  await db.put('aaa', 'after the first part');
  for (let part = await reader.read(); !part.done; part = await reader.read())
    parts.push(part.value);
  await using copy = await openText({ clock });
  expect(await copy.import(parts)).toBe(expected.length);
  expect(await copy.scan().all()).toEqual(expected);
  expect(await copy.getNumber('count')).toBe(12n);
  nowMs = 1500;
  expect(await copy.get('session')).toBeUndefined();
});

test('a part of the keys is exported, and put over what is there', async () => {
  await using db = await filled();
  await using copy = await openText();
  await copy.put('key 20', 'old');
  await copy.put('mine', 'stays');
  await copy.import(db.export({ prefix: 'key 2' }));
  const keys = (await copy.scan().all()).map(([key]) => key);
  expect(keys).toHaveLength(112);
  expect(await copy.get('key 20')).toBe('v'.repeat(20));
  expect(await copy.get('mine')).toBe('stays');
  await copy.import((await openText()).export());
  expect(await copy.scan().all()).toHaveLength(112);
});

test('an import that is damaged says so, and the database goes on', async () => {
  await using db = await filled();
  const bytes = await bytesOf(db.export());
  await using copy = await openText();
  expect(await codeOf(copy.import([bytes.subarray(0, bytes.length - 1)]))).toBe(
    'FERRIS_CORRUPTION',
  );
  const flipped = bytes.slice();
  flipped[5000] = (flipped[5000] as number) ^ 1;
  expect(await codeOf(copy.import([flipped]))).toBe('FERRIS_CORRUPTION');
  expect(await copy.scan().all()).toEqual([]);
  expect(await codeOf(copy.import('text' as never))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await codeOf(copy.import(['text'] as never))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await codeOf(copy.import(null as never))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await copy.import([bytes])).toBeGreaterThan(800);
});

test('an import counts all at once, at its end', async () => {
  await using db = await filled();
  const bytes = await bytesOf(db.export());
  const target = memoryFiles();
  await using copy = await open({ files: target, encoding: 'utf8' });
  await copy.put('key 20', 'before');
  async function* slowly() {
    yield bytes.subarray(0, 80_000);
    expect(await copy.get('key 20')).toBe('before');
    await copy.put('key 21', 'meanwhile');
    await copy.put('mine', 'stays');
    expect((await copy.verify()).problems).toEqual([]);
    const meanwhile = memoryFiles();
    await restore(copy.backup(), meanwhile);
    await using other = await open({ files: meanwhile, encoding: 'utf8' });
    expect((await other.scan().all()).map(([key]) => key)).toEqual(['key 20', 'key 21', 'mine']);
    await copy.compact();
    yield bytes.subarray(80_000);
  }
  const entries = await copy.import(slowly());
  const keys = (await copy.scan().all()).map(([key]) => key);
  expect(keys).toHaveLength(entries + 1);
  expect(await copy.get('key 21')).toBe('v'.repeat(21));
  await copy.put('key 22', 'afterwards');
  await copy.close();
  await using again = await open({ files: target, encoding: 'utf8' });
  expect(await again.scan().all()).toHaveLength(entries + 1);
  expect(await again.get('key 22')).toBe('afterwards');
  expect((await again.verify()).problems).toEqual([]);
});

test('two imports at the same time: the one that ends later is on top', async () => {
  const exportOf = async (value: string) => {
    await using db = await openText();
    for (const key of ['a', 'b', 'c']) await db.put(key, value);
    return await bytesOf(db.export());
  };
  const [first, second] = [await exportOf('first'), await exportOf('second')];
  await using copy = await openText();
  async function* held(bytes: Uint8Array, others: () => Promise<unknown>) {
    yield bytes.subarray(0, 100);
    await others();
    yield bytes.subarray(100);
  }
  await copy.import(held(second, () => copy.import([first])));
  expect(await copy.get('b')).toBe('second');
  await copy.import([first]);
  expect(await copy.get('b')).toBe('first');
});

test('writes that are made while an import ends wait, and are made', async () => {
  await using db = await filled();
  const bytes = await bytesOf(db.export());
  await using copy = await openText();
  const imported = copy.import([bytes]);
  const written = [];
  for (let i = 0; i < 50; i++) {
    written.push(copy.put(`more ${i}`, 'x'));
    if (i % 5 === 0) await new Promise((wake) => setTimeout(wake));
  }
  const entries = await imported;
  await Promise.all(written);
  expect(await copy.scan().all()).toHaveLength(entries + 50);
});

test('a database that is closed during an import has none of it, and its files go', async () => {
  await using db = await filled();
  const bytes = await bytesOf(db.export());
  const target = memoryFiles();
  const copy = await open({ files: target });
  async function* closing() {
    yield bytes.subarray(0, 80_000);
    await copy.close();
    yield bytes.subarray(80_000);
  }
  expect(await codeOf(copy.import(closing()))).toBe('FERRIS_CLOSED');
  await using again = await open({ files: target });
  expect(await again.scan().all()).toEqual([]);
  expect((await again.stats()).tables).toBe(0);
});

test('a backup is restored, while the database goes on, and the copy is a database', async () => {
  await using db = await filled();
  const expected = await db.scan().all();
  const stream = db.backup();
  const reader = stream.getReader();
  const parts = [(await reader.read()).value as Uint8Array];
  await db.put('later', 'x');
  await db.compact();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    parts.push(part.value);
  const target = memoryFiles();
  expect((await restore(parts, target)).files).toBeGreaterThan(2);
  {
    await using copy = await open({ files: target, encoding: 'utf8' });
    expect(await copy.scan().all()).toEqual(expected);
    expect((await copy.verify()).problems).toEqual([]);
    await copy.put('goes', 'on');
  }
  expect(await codeOf(restore(parts, target))).toBe('FERRIS_EXISTS');
  const damaged = concatBytes(...parts);
  damaged[damaged.length - 20] = (damaged[damaged.length - 20] as number) ^ 1;
  const empty = memoryFiles();
  expect(await codeOf(restore([damaged], empty))).toBe('FERRIS_CORRUPTION');
  expect(await codeOf(restore([], empty))).toBe('FERRIS_CORRUPTION');
  expect((await restore(parts, empty)).files).toBeGreaterThan(2);
});

test('a checkpoint in a folder is opened, and taken again it copies what is new', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-checkpoint-'));
  try {
    await using db = await filled({ compaction: 'none' });
    const target = nodeFiles(join(folder, 'copy'));
    const first = await db.checkpoint(target);
    expect(first.copiedTables).toBeGreaterThan(0);
    await db.put('new', 'x');
    const second = await db.checkpoint(target);
    expect([second.copiedTables, second.keptTables]).toEqual([1, first.copiedTables]);
    await using copy = await open({ files: target, encoding: 'utf8' });
    expect(await copy.scan().all()).toEqual(await db.scan().all());
    expect(await codeOf(db.checkpoint(target))).toBe('FERRIS_LOCKED');
    expect((await db.stats()).pinnedRunSets).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('streams that are left early let go of what they hold', async () => {
  const volume = await memoryFiles().mount();
  const backend = new LocalBackend(volume, Store.open({ files: volume.files }));
  const db = new Database(backend, 'utf8');
  for (let i = 0; i < 300; i++) await db.put(`key ${i}`, 'v'.repeat(1000));
  for (const stream of [db.export(), db.backup()]) {
    expect(backend.heldCount).toBe(0);
    const reader = stream.getReader();
    await reader.read();
    await reader.read();
    expect(backend.heldCount).toBe(1);
    await reader.cancel();
    expect(backend.heldCount).toBe(0);
  }
  const reader = db.backup().getReader();
  await reader.read();
  await db.close();
  expect(backend.heldCount).toBe(0);
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  expect(await codeOf(rest())).toBe('FERRIS_CLOSED');
});

test('verify says what it has read', async () => {
  await using db = await filled({ memtableBytes: 1 << 16 });
  const report = await db.verify();
  expect(report.sound).toBe(true);
  expect(report.tables).toBe((await db.stats()).tables);
  expect(report.bytes).toBeGreaterThan(1000);
  expect(report.batches).toBeGreaterThan(0);
});

test('a database without its manifest is refused, repaired, and open again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-repair-'));
  try {
    const files = nodeFiles(folder);
    let expected: unknown;
    {
      await using db = await open({ files, encoding: 'utf8', sync: 'none' });
      for (let i = 0; i < 500; i++) await db.put(`key ${i}`, `value ${i}`);
      await db.flush();
      await db.put('in the log', 'x');
      expected = await db.scan().all();
      expect(await codeOf(repair(files))).toBe('FERRIS_LOCKED');
    }
    for (const name of readdirSync(folder))
      if (/\.man$|^superblock/.test(name)) rmSync(join(folder, name));
    expect(await codeOf(open({ files }))).toBe('FERRIS_CORRUPTION');
    const report = await repair(files);
    expect([report.manifest, report.entries]).toEqual(['lost', 501]);
    await using db = await open({ files, encoding: 'utf8' });
    expect(await db.scan().all()).toEqual(expected);
    expect((await db.verify()).problems).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
