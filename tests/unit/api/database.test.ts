import { expect, test } from 'vitest';
import { Database } from '../../../engine/api/database.ts';
import { LocalBackend } from '../../../engine/api/local-backend.ts';
import { open } from '../../../engine/api/open.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { faultyFiles } from '../../../engine/env/faulty-source.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { memoryFiles } from '../../../engine/env/files-memory.ts';
import { Store } from '../../../engine/lsm/store.ts';

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isFerrisError(error) ? error.code : error;
};

test('what is put is there, as bytes or as text', async () => {
  await using db = await open({ files: memoryFiles() });
  await db.put('crab', 'orange');
  await db.put(Uint8Array.of(0, 255), Uint8Array.of(1, 2, 3));
  expect(await db.get('crab')).toEqual(new TextEncoder().encode('orange'));
  expect(await db.get('crab', { encoding: 'utf8' })).toBe('orange');
  expect(await db.get(Uint8Array.of(0, 255))).toEqual(Uint8Array.of(1, 2, 3));
  expect(await db.get('lobster')).toBeUndefined();
});

test('an empty key and an empty value are as good as any', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8' });
  await db.put('', 'nothing');
  await db.put('nothing', '');
  expect(await db.get('')).toBe('nothing');
  expect(await db.get('nothing')).toBe('');
});

test('a batch is applied in order, the last write of a key counts', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8' });
  await db.put('b', 'old');
  await db.batch([
    { type: 'put', key: 'a', value: '1' },
    { type: 'put', key: 'a', value: '2' },
    { type: 'delete', key: 'b' },
  ]);
  expect(await db.scan().all()).toEqual([['a', '2']]);
});

test('an empty batch does nothing', async () => {
  await using db = await open({ files: memoryFiles() });
  await db.batch([]);
  expect((await db.stats()).lastSequence).toBe(0);
});

test('scans: every bound, both directions, limits and prefixes', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8' });
  for (const key of ['a', 'aa', 'ab', 'b', 'c', 'ca']) await db.put(key, key.toUpperCase());
  const keys = async (options: Parameters<typeof db.scan>[0]) =>
    (await db.scan(options).all()).map(([key]) => key).join(' ');
  expect(await keys({})).toBe('a aa ab b c ca');
  expect(await keys({ gte: 'ab' })).toBe('ab b c ca');
  expect(await keys({ gt: 'ab' })).toBe('b c ca');
  expect(await keys({ lt: 'b' })).toBe('a aa ab');
  expect(await keys({ lte: 'b' })).toBe('a aa ab b');
  expect(await keys({ gt: 'a', lte: 'c', reverse: true })).toBe('c b ab aa');
  expect(await keys({ prefix: 'a' })).toBe('a aa ab');
  expect(await keys({ prefix: 'c', reverse: true })).toBe('ca c');
  expect(await keys({ limit: 2 })).toBe('a aa');
  expect(await keys({ limit: 2, reverse: true })).toBe('ca c');
  expect(await keys({ limit: 0 })).toBe('');
  expect(await keys({ gte: 'x' })).toBe('');
  expect(await keys({ gte: 'c', lt: 'a' })).toBe('');
});

test('a scan longer than a page sees one moment, whatever is written meanwhile', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8', memtableBytes: 1 << 14 });
  const keys = Array.from({ length: 3000 }, (_, i) => `key ${String(i).padStart(5, '0')}`);
  await db.batch(keys.map((key) => ({ type: 'put', key, value: 'v'.repeat(50) }) as const));
  for (const reverse of [false, true]) {
    const seen: string[] = [];
    for await (const [key] of db.scan({ reverse })) {
      if (seen.length === 10) await db.put(`key 02000 late ${reverse}`, 'not in this scan');
      seen.push(key);
    }
    const expected = keys.concat(reverse ? 'key 02000 late false' : []).sort();
    expect(seen).toEqual(reverse ? expected.reverse() : expected);
  }
});

test('leaving a scan early lets go of its snapshot', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8' });
  await db.put('a', '1');
  await db.put('b', '2');
  for await (const [key] of db.scan()) {
    expect(key).toBe('a');
    break;
  }
});

test('a snapshot shows its moment until it is released', async () => {
  await using db = await open({ files: memoryFiles(), encoding: 'utf8' });
  await db.put('a', '1');
  const snapshot = await db.snapshot();
  await db.put('a', '2');
  await db.flush();
  await db.delete('a');
  expect(await snapshot.get('a')).toBe('1');
  expect(await snapshot.scan().all()).toEqual([['a', '1']]);
  expect(await db.get('a')).toBeUndefined();
  await snapshot.release();
  expect(await codeOf(snapshot.get('a'))).toBe('FERRIS_CLOSED');
});

test('reopening finds everything, from the log and from tables', async () => {
  const files = memoryFiles();
  for (let round = 0; round < 3; round++) {
    await using db = await open({ files, encoding: 'utf8' });
    expect((await db.scan().all()).length).toBe(round * 2);
    await db.put(`in a table ${round}`, 'x');
    await db.flush();
    await db.put(`in the log ${round}`, 'y');
  }
});

test('a second opener is told what to do', async () => {
  const files = memoryFiles();
  await using _db = await open({ files });
  expect(await codeOf(open({ files }))).toBe('FERRIS_LOCKED');
});

test('a closed database refuses everything and closes again', async () => {
  const db = await open({ files: memoryFiles() });
  await db.close();
  await db.close();
  expect(await codeOf(db.put('a', '1'))).toBe('FERRIS_CLOSED');
  expect(await codeOf(db.get('a'))).toBe('FERRIS_CLOSED');
  expect(await codeOf(db.scan().all())).toBe('FERRIS_CLOSED');
  expect(await codeOf(db.flush())).toBe('FERRIS_CLOSED');
});

test('bad arguments are named', async () => {
  await using db = await open({ files: memoryFiles() });
  const bad = (run: () => unknown) => codeOf((async () => run())());
  const anything = 7 as unknown as string;
  expect(await bad(() => db.put(anything, 'x'))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => db.put('x', anything))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => db.get('x', { encoding: 'latin1' as 'utf8' }))).toBe(
    'FERRIS_INVALID_ARGUMENT',
  );
  expect(await bad(() => db.put('x', 'y', { sync: 'soon' as 'full' }))).toBe(
    'FERRIS_INVALID_ARGUMENT',
  );
  expect(await bad(() => db.scan({ gt: 'a', gte: 'b' }).all())).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => db.scan({ prefix: 'a', gte: 'b' }).all())).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => db.scan({ limit: -1 }).all())).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => open({ files: memoryFiles(), memtableBytes: 3 }))).toBe(
    'FERRIS_INVALID_ARGUMENT',
  );
  expect(await bad(() => open({} as { files: never }))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await bad(() => db.put('x'.repeat((1 << 20) + 1), 'y'))).toBe('FERRIS_TOO_LARGE');
});

test('writes of one turn are one group: one append, one sync', async () => {
  await using db = await open({ files: memoryFiles() });
  await Promise.all(Array.from({ length: 50 }, (_, i) => db.put(`key ${i}`, 'x')));
  const { writeGroups, writtenEntries, logSyncs } = await db.stats();
  expect({ writeGroups, writtenEntries, logSyncs }).toEqual({
    writeGroups: 1,
    writtenEntries: 50,
    logSyncs: 1,
  });
});

test('a synced write resolves when the watermark has passed it, not before', async () => {
  const files = new FaultyFiles({ random: new Random(1), durability: 'manual' });
  const volume = {
    kind: 'faulty' as const,
    name: 'slow',
    files,
    upkeepDue: false,
    upkeep: async () => {},
    close: async () => files.completeSync(),
  };
  const db = new Database(new LocalBackend(volume, Store.open({ files })), 'utf8');
  let resolved = false;
  const put = db.put('a', '1').then(() => {
    resolved = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(resolved).toBe(false);
  expect(await db.get('a')).toBe('1');
  files.completeSync();
  await put;
  await db.close();
});

test('a crash of the process loses nothing that was written', async () => {
  const files = faultyFiles('crash');
  const db = await open({ files, encoding: 'utf8', sync: 'none' });
  await db.put('a', '1');
  await db.crash();
  expect(await codeOf(db.put('b', '2'))).toBe('FERRIS_CLOSED');
  expect(await codeOf(db.get('a'))).toBe('FERRIS_CLOSED');
  await using again = await open({ files, encoding: 'utf8' });
  expect(await again.get('a')).toBe('1');
});

test('a power cut takes what was not synced, and nothing else', async () => {
  const files = faultyFiles('power');
  const db = await open({ files, encoding: 'utf8' });
  await db.put('kept', '1', { sync: 'full' });
  await db.put('lost', '2', { sync: 'none' });
  files.disk.powerCut();
  await db.crash();
  files.restart({ policy: 'lose-all' });
  await using again = await open({ files, encoding: 'utf8' });
  expect(await again.scan().all()).toEqual([['kept', '1']]);
});
