import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Database } from '../../../engine/api/database.ts';
import { LocalBackend } from '../../../engine/api/local-backend.ts';
import { open } from '../../../engine/api/open.ts';
import { type BatchOperation, numberOf, operandBytes } from '../../../engine/api/operations.ts';
import { compareBytes, text, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { memoryFiles } from '../../../engine/env/files-memory.ts';
import { Store } from '../../../engine/lsm/store.ts';

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isFerrisError(error) ? error.code : error;
};

const openText = (options: object = {}) =>
  open({ files: memoryFiles(), encoding: 'utf8', ...options });

const keysOf = async (db: Database<'utf8'>) =>
  (await db.scan().all()).map(([key]) => key).join(' ');

async function filled(keys: string): Promise<Database<'utf8'>> {
  const db = await openText();
  for (const key of keys.split(' ')) await db.put(key, key.toUpperCase());
  return db;
}

test('a range delete takes what its bounds say and nothing else', async () => {
  const left = async (range: Parameters<Database['deleteRange']>[0]) => {
    await using db = await filled('a aa ab b c ca');
    await db.deleteRange(range);
    return keysOf(db);
  };
  expect(await left({ gte: 'ab', lt: 'c' })).toBe('a aa c ca');
  expect(await left({ gt: 'ab', lte: 'c' })).toBe('a aa ab ca');
  expect(await left({ prefix: 'a' })).toBe('b c ca');
  expect(await left({ lt: 'b' })).toBe('b c ca');
  expect(await left({ gte: 'b' })).toBe('a aa ab');
  expect(await left({ gt: 'ca' })).toBe('a aa ab b c ca');
  expect(await left({ gte: '' })).toBe('');
  expect(await left({ gte: 'c', lt: 'a' })).toBe('a aa ab b c ca');
});

test('a range delete without an upper end comes after what was written before it', async () => {
  await using db = await openText();
  const writes = [
    db.put('a', '1'),
    db.put('z', '2'),
    db.deleteRange({ gte: 'b' }),
    db.put('zz', '3'),
    db.deleteRange({ prefix: Uint8Array.of(0xff) }),
    db.put('y', '4'),
  ];
  await Promise.all(writes);
  expect(await keysOf(db)).toBe('a y zz');
});

test('in one batch an open-ended range delete takes what stands before it, not after', async () => {
  await using db = await openText();
  await db.put('b', 'old');
  await db.batch([
    { type: 'put', key: 'zz', value: '1' },
    { type: 'put', key: 'a', value: '1' },
    { type: 'merge', key: 'n', operator: 'add', operand: 5 },
    { type: 'put', key: 'later', value: 'x', ttlMs: 1e9 },
    { type: 'delete', key: 'a' },
    { type: 'deleteRange', gte: 'b' },
    { type: 'put', key: 'zzz', value: '2' },
    { type: 'deleteRange', gte: 'x', lt: 'y' },
    { type: 'merge', key: 'n', operator: 'add', operand: 2 },
  ]);
  expect(await keysOf(db)).toBe('n zzz');
  expect(await db.getNumber('n')).toBe(2n);
});

test('snapshots see through later range deletes, also after flush and compaction', async () => {
  await using db = await filled('a b c d');
  await using snapshot = await db.snapshot();
  await db.deleteRange({ gte: 'b', lt: 'd' });
  for (const step of [() => db.flush(), () => db.compact()]) {
    await step();
    expect(await keysOf(db)).toBe('a d');
    expect((await snapshot.scan().all()).map(([key]) => key).join(' ')).toBe('a b c d');
    expect(await snapshot.get('c')).toBe('C');
    expect(await snapshot.has('c')).toBe(true);
    expect(await db.has('c')).toBe(false);
  }
});

test('atomic operations on numbers', async () => {
  await using db = await openText();
  await db.add('n');
  await db.add('n', 41);
  expect(await db.getNumber('n')).toBe(42n);
  await db.add('n', -2);
  expect(await db.getNumber('n')).toBe(40n);
  await db.add('n', -41n);
  expect(await db.getNumber('n')).toBe((1n << 64n) - 1n);
  await db.or('flags', 0b1100);
  await db.xor('flags', 0b0110);
  expect(await db.getNumber('flags')).toBe(0b1010n);
  await db.and('flags', 0b0011);
  expect(await db.getNumber('flags')).toBe(0b0010n);
  await db.max('high', 7);
  await db.max('high', 5);
  await db.min('low', 7);
  await db.min('low', 5);
  expect(await db.getMany(['high', 'low', 'nothing'], { encoding: 'bytes' })).toEqual([
    operandBytes('max', 7),
    operandBytes('min', 5),
    undefined,
  ]);
  await db.merge('wide', 'add', Uint8Array.of(255, 0));
  await db.merge('wide', 'add', Uint8Array.of(1, 0));
  expect(await db.get('wide', { encoding: 'bytes' })).toEqual(Uint8Array.of(0, 1));
});

test('merges are folded through flushes, compaction and reopening', async () => {
  const files = memoryFiles();
  for (let round = 1; round <= 4; round++) {
    await using db = await open({ files });
    for (let i = 0; i < 10; i++) await db.add('n', 3);
    await db.flush();
    if (round % 2 === 0) await db.compact();
    expect(await db.getNumber('n')).toBe(BigInt(30 * round));
  }
});

test('the user function merges, and what it does wrong is told', async () => {
  const merge = (_key: Uint8Array, base: Uint8Array | undefined, operand: Uint8Array) => {
    if (operand.length === 0) throw new Error('empty');
    return utf8(base === undefined ? text(operand) : `${text(base)},${text(operand)}`);
  };
  const files = memoryFiles();
  {
    await using db = await open({ files, encoding: 'utf8', merge });
    await db.merge('list', 'own', 'a');
    await db.merge('list', 'own', 'b');
    await db.flush();
    await db.merge('list', 'own', 'c');
    expect(await db.get('list')).toBe('a,b,c');
    await db.merge('bad', 'own', '');
    expect(await codeOf(db.get('bad'))).toBe('FERRIS_INVALID_ARGUMENT');
    await db.delete('bad');
  }
  await using db = await open({ files, encoding: 'utf8' });
  expect(await codeOf(db.get('list'))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(await db.get('bad')).toBeUndefined();
});

test('a value that expires is there until its time, for snapshots too', async () => {
  let nowMs = 1000;
  await using db = await openText({ clock: { nowMs: () => nowMs } });
  await db.put('session', 'x', { ttlMs: 500 });
  await db.put('stays', 'y');
  nowMs = 1499;
  expect(await keysOf(db)).toBe('session stays');
  expect(await db.get('session')).toBe('x');
  nowMs = 1500;
  expect(await keysOf(db)).toBe('stays');
  expect(await db.get('session')).toBeUndefined();
  expect(await db.has('session')).toBe(false);
  await db.flush();
  await db.compact();
  expect(await keysOf(db)).toBe('stays');
  await db.put('session', 'z');
  nowMs = 1e9;
  expect(await db.get('session')).toBe('z');
});

test('a scan that is aborted ends with the reason and lets go', async () => {
  const volume = await memoryFiles().mount();
  const backend = new LocalBackend(volume, Store.open({ files: volume.files }));
  const db = new Database(backend, 'utf8');
  const value = 'v'.repeat(1000);
  const operations = Array.from(
    { length: 500 },
    (_, i): BatchOperation => ({
      type: 'put',
      key: `k${String(i).padStart(4, '0')}`,
      value,
    }),
  );
  await db.batch(operations);
  const controller = new AbortController();
  let seen = 0;
  const run = async () => {
    for await (const _ of db.scan({ signal: controller.signal })) {
      if (++seen === 100) controller.abort(new Error('enough'));
    }
  };
  await expect(run()).rejects.toThrow('enough');
  expect(seen).toBe(100);
  expect(backend.heldCount).toBe(0);
  await expect(db.scan({ signal: controller.signal }).all()).rejects.toThrow('enough');
  for await (const _ of db.scan()) if (--seen === 0) break;
  expect(await db.scan().all()).toHaveLength(500);
  expect(backend.heldCount).toBe(0);
  expect((await db.stats()).pinnedRunSets).toBe(0);
  const iterator = db.scan()[Symbol.asyncIterator]();
  await iterator.next();
  expect(backend.heldCount).toBe(1);
  await db.close();
  expect(backend.heldCount).toBe(0);
  const rest = async () => {
    while (!(await iterator.next()).done);
  };
  expect(await codeOf(rest())).toBe('FERRIS_CLOSED');
});

test('options change while it is open, and properties say what it holds', async () => {
  await using db = await openText({ sync: 'none' });
  expect((await db.setOptions({ memtableBytes: 4096, tableBytes: 1 << 16 })).memtableBytes).toBe(
    4096,
  );
  for (let i = 0; i < 300; i++) await db.put(`key ${i}`, 'v'.repeat(100));
  await db.flush();
  const before = await db.properties();
  expect(before.flushes).toBeGreaterThan(2);
  expect(before.writeAmplification).toBeGreaterThan(1);
  await db.compact();
  const after = await db.properties();
  expect(after.levels[0]?.tables).toBe(0);
  expect(after.readAmplification).toBe(2);
  expect(after.spaceAmplification).toBe(1);
  expect(await codeOf(db.setOptions({ memtableBytes: 1 }))).toBe('FERRIS_INVALID_ARGUMENT');
  expect((await db.scan().all()).length).toBe(300);
});

test('bad arguments of the newer calls are named', async () => {
  await using db = await openText();
  const bad = 'FERRIS_INVALID_ARGUMENT';
  expect(await codeOf(db.deleteRange({}))).toBe(bad);
  expect(await codeOf(db.deleteRange({ gte: 'a', gt: 'b' }))).toBe(bad);
  expect(await codeOf(db.deleteRange({ lt: 'a', lte: 'b' }))).toBe(bad);
  expect(await codeOf(db.deleteRange({ prefix: 'a', lt: 'b' }))).toBe(bad);
  expect(await codeOf(db.deleteRange({ gte: 5 as never }))).toBe(bad);
  expect(await codeOf(db.compact({ gte: 5 as never }))).toBe(bad);
  for (const ttlMs of [0, -1, 1.5, Number.NaN, '5', null])
    expect(await codeOf(db.put('a', 'b', { ttlMs: ttlMs as never })), String(ttlMs)).toBe(bad);
  expect(await codeOf(db.merge('a', 'times' as never, 1))).toBe(bad);
  for (const amount of [0.5, Number.NaN, 2 ** 60, 1n << 64n, -(1n << 63n) - 1n, null, {}])
    expect(await codeOf(db.add('a', amount as never)), String(amount)).toBe(bad);
  expect(await codeOf(db.max('a', -1))).toBe(bad);
  expect(await codeOf(db.getMany('abc'))).toBe(bad);
  expect(await codeOf(db.getMany(null as never))).toBe(bad);
  expect(await codeOf(db.has(7 as never))).toBe(bad);
  expect(() => db.scan({ signal: {} as never })).toThrow(bad);
  expect(await codeOf(db.batch([{ type: 'multiply' } as never]))).toBe(bad);
  expect((await db.stats()).lastSequence).toBe(0);
});

test('numbers and their eight bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (number) => {
      expect(numberOf(operandBytes('max', number))).toBe(number);
    }),
  );
  expect(numberOf(new Uint8Array(0))).toBe(0n);
});

/** What the operations mean, over a map; keys are few so that they meet. */
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key, value: fc.string({ maxLength: 3 }) }),
  fc.record({ type: fc.constant('delete' as const), key }),
  fc.record({
    type: fc.constant('merge' as const),
    key,
    operator: fc.constantFrom('add' as const, 'max' as const),
    operand: fc.nat(300),
  }),
  fc.record({ type: fc.constant('deleteRange' as const), gte: key, lt: key }),
  fc.record({ type: fc.constant('deleteRange' as const), gt: key }),
);

test('any batches of any operations leave what a map would hold', async () => {
  const batches = fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(batches, fc.nat(3), async (all, flushEvery) => {
      await using db = await open({ files: memoryFiles() });
      const model = new Map<string, Uint8Array>();
      for (const [index, batch] of all.entries()) {
        await db.batch(batch);
        for (const one of batch) apply(model, one);
        if (flushEvery > 0 && index % flushEvery === 0) await db.flush();
        if (index === 5) await db.compact();
      }
      const found = (await db.scan().all()).map(([k, v]) => [text(k), [...v]]);
      const expected = [...model].map(([k, v]) => [k, [...v]]);
      expected.sort((a, b) => compareBytes(utf8(a[0] as string), utf8(b[0] as string)));
      expect(found).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(model: Map<string, Uint8Array>, one: Step): void {
  if (one.type === 'put') model.set(one.key, utf8(one.value));
  else if (one.type === 'delete') model.delete(one.key);
  else if (one.type === 'deleteRange') {
    for (const key of [...model.keys()]) if (isIn(key, one)) model.delete(key);
  } else {
    const below = model.get(one.key) ?? new Uint8Array(0);
    const base = numberOf(below.slice(0, 8));
    const operand = BigInt(one.operand);
    const sum = one.operator === 'add' ? base + operand : base > operand ? base : operand;
    model.set(one.key, operandBytes('max', BigInt.asUintN(64, sum)));
  }
}

function isIn(key: string, range: { gte?: string; gt?: string; lt?: string }): boolean {
  if (range.gte !== undefined && key < range.gte) return false;
  if (range.gt !== undefined && key <= range.gt) return false;
  return range.lt === undefined || key < range.lt;
}
