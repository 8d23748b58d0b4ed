import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { faultyFiles } from '../../../engine/env/faulty-source.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

const ones = (count: number) => new Uint8Array(count).fill(1);

/** A disk with file `a`: 700 durable bytes and 1300 volatile ones, its name durable. */
function diskWithTail(events: EngineEvent[] = []): FaultyFiles {
  const disk = new FaultyFiles({ random: new Random(1), trace: (event) => events.push(event) });
  const a = disk.create('a');
  a.append(ones(700));
  a.sync();
  disk.syncDirectory();
  a.append(ones(1300));
  return disk;
}

test('a dead disk stays dead, handles too, and closing a handle is still fine', () => {
  const disk = diskWithTail();
  const a = disk.open('a');
  disk.powerCut();
  for (const call of [
    () => disk.list(),
    () => disk.exists('a'),
    () => disk.open('a'),
    () => disk.create('b'),
    () => disk.delete('a'),
    () => disk.syncDirectory(),
    () => a.append(ones(1)),
    () => a.read(0, ones(1)),
    () => a.sync(),
  ]) {
    expect(call).toThrow('FERRIS_POWER_CUT');
  }
  a.close();
});

test('lose-all keeps what is durable, to the byte', () => {
  const disk = diskWithTail();
  disk.powerCut();
  const after = disk.restart({ policy: 'lose-all' });
  expect(after.bytesOf('a')).toEqual(ones(700));
  expect(after.durableBytesOf('a')).toBe(700);
  expect(after.open('a').durableBytes, 'nothing is known to a new program').toBe(0);
});

test('keep-all keeps everything, and it is durable then', () => {
  const disk = diskWithTail();
  disk.create('b').append(ones(3));
  disk.powerCut();
  const after = disk.restart({ policy: 'keep-all' });
  expect(after.bytesOf('a')).toEqual(ones(2000));
  expect(after.durableNames).toEqual(['a', 'b']);
  after.powerCut();
  expect(after.restart({ policy: 'lose-all' }).bytesOf('b')).toEqual(ones(3));
});

test('an explicit policy poses an exact case, and events tell it sector by sector', () => {
  const events: EngineEvent[] = [];
  const disk = diskWithTail(events);
  disk.powerCut();
  events.length = 0;
  const after = disk.restart({
    policy: {
      sector: (_file, offset) => (offset === 1024 ? 'lost' : offset === 1536 ? 'torn' : 'kept'),
      torn: () => [0, 10],
    },
  });
  const tail = [...ones(324), ...new Uint8Array(512), ...ones(10), ...new Uint8Array(454)];
  expect(events).toEqual([
    {
      type: 'power.file',
      file: 'a',
      outcome: 'kept',
      durableBytes: 700,
      sectors: [
        { offset: 700, size: 324, fate: 'kept' },
        { offset: 1024, size: 512, fate: 'lost' },
        { offset: 1536, size: 464, fate: 'torn' },
      ],
      tail: Uint8Array.from(tail),
    },
    { type: 'power.restored' },
  ]);
  expect(after.bytesOf('a')).toEqual(Uint8Array.from([...ones(700), ...tail]));
});

test('a size that cuts a kept sector tears it, and loses those beyond', () => {
  const events: EngineEvent[] = [];
  const disk = diskWithTail(events);
  disk.powerCut();
  const after = disk.restart({ policy: { sizeBytes: () => 1100 } });
  expect(after.bytesOf('a')).toEqual(ones(1100));
  const fates = events.flatMap((event) => (event.type === 'power.file' ? event.sectors : []));
  expect(fates.map(({ fate }) => fate)).toEqual(['kept', 'torn', 'lost']);
});

test('names: a creation vanishes and a deletion is undone, until the directory is synced', () => {
  const events: EngineEvent[] = [];
  const disk = diskWithTail(events);
  disk.delete('a');
  const b = disk.create('b');
  b.append(ones(5));
  b.sync();
  disk.powerCut();
  expect(disk.restart({ policy: 'lose-all' }).list()).toEqual(['a']);
  expect(events.filter((event) => event.type === 'power.file')).toMatchObject([
    { file: 'a', outcome: 'returned', durableBytes: 0, tail: ones(700) },
    { file: 'b', outcome: 'vanished' },
  ]);
  expect(disk.restart({ policy: 'keep-all' }).list()).toEqual(['b']);
});

test('a name deleted and created again may lead to either file', () => {
  const disk = diskWithTail();
  disk.delete('a');
  const again = disk.create('a');
  again.append(ones(9));
  again.sync();
  disk.powerCut();
  const sizes = [0, 1, 2].map((state) => {
    const after = disk.restart({ policy: { entry: () => state } });
    return after.exists('a') ? after.open('a').size : -1;
  });
  expect(sizes).toEqual([2000, -1, 9]);
});

test('a synced directory keeps its names', () => {
  const disk = new FaultyFiles();
  disk.create('a');
  disk.syncDirectory();
  disk.create('b');
  expect(disk.durableNames).toEqual(['a']);
});

test('manual durability: in order, on request, and the watermark says what is so', () => {
  const disk = new FaultyFiles({ durability: 'manual' });
  let told = 0;
  disk.onDurable = () => told++;
  const a = disk.create('a');
  a.append(ones(10));
  a.sync();
  a.append(ones(10));
  disk.syncDirectory();
  a.sync();
  expect([a.durableBytes, disk.directoryDurable, disk.syncsPending]).toEqual([0, false, 3]);
  disk.completeSync(1);
  expect([a.durableBytes, disk.directoryDurable, told]).toEqual([10, false, 1]);
  expect(disk.durableNames).toEqual([]);
  disk.completeSync();
  expect([a.durableBytes, disk.directoryDurable, told]).toEqual([20, true, 2]);
  expect(disk.durableNames).toEqual(['a']);
});

test('a lying disk reports what it does not have', () => {
  const disk = new FaultyFiles({ syncLies: true });
  const a = disk.create('a');
  a.append(ones(10));
  a.sync();
  disk.syncDirectory();
  expect([a.durableBytes, disk.durableBytesOf('a'), disk.durableNames]).toEqual([10, 0, []]);
  disk.powerCut();
  expect(disk.restart({ policy: 'lose-all' }).list()).toEqual([]);
});

test('a disk may begin to lie, goes on lying after a power cut, and may stop', () => {
  const disk = new FaultyFiles();
  const a = disk.create('a');
  disk.syncDirectory();
  a.append(ones(10));
  a.sync();
  disk.lie(true);
  a.append(ones(10));
  a.sync();
  expect([a.durableBytes, disk.durableBytesOf('a')]).toEqual([20, 10]);
  disk.powerCut();
  const after = disk.restart({ policy: 'lose-all' });
  const b = after.open('a');
  b.append(ones(5));
  b.sync();
  expect([b.size, after.durableBytesOf('a')]).toEqual([15, 10]);
  after.lie(false);
  b.sync();
  expect(after.durableBytesOf('a')).toBe(15);
});

test('cutAtCall cuts inside the n-th changing call; reads do not count', () => {
  const disk = new FaultyFiles({ random: new Random(3) });
  disk.cutAtCall(3);
  const a = disk.create('a');
  a.append(ones(4));
  a.read(0, ones(1));
  expect(() => a.append(ones(1000))).toThrow('FERRIS_POWER_CUT');
  expect(disk.isDead).toBe(true);
  const size = disk.bytesOf('a').length;
  expect(size, 'the seed cuts the append in two').toBeGreaterThan(4);
  expect(size).toBeLessThan(1004);
});

test('a call cut in two has or has not been done, by seed', () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 80; seed++) {
    const disk = new FaultyFiles({ random: new Random(seed) });
    const a = disk.create('a');
    a.append(ones(4));
    disk.syncDirectory();
    const calls: Record<string, () => unknown> = {
      sync: () => a.sync(),
      create: () => disk.create('b'),
      delete: () => disk.delete('a'),
      syncDirectory: () => disk.syncDirectory(),
    };
    const call = Object.keys(calls)[seed % 4] as string;
    if (call === 'syncDirectory') disk.create('z');
    disk.cutAtCall(1);
    expect(calls[call]).toThrow('FERRIS_POWER_CUT');
    const policy = call.startsWith('sync') ? 'lose-all' : 'keep-all';
    const after = disk.restart({ policy });
    outcomes.add(`${call}: ${after.list().map((name) => `${name}${after.bytesOf(name).length}`)}`);
  }
  expect([...outcomes].sort()).toEqual([
    'create: a4',
    'create: a4,b0',
    'delete: ',
    'delete: a4',
    'sync: a0',
    'sync: a4',
    'syncDirectory: a0',
    'syncDirectory: a0,z0',
  ]);
});

test('failNext fails once, after skipping, and says so', () => {
  const events: EngineEvent[] = [];
  const disk = diskWithTail(events);
  disk.failNext('append', 'FERRIS_IO', 1);
  disk.failNext('read', 'FERRIS_IO');
  const a = disk.open('a');
  a.append(ones(1));
  expect(() => a.append(ones(1))).toThrow('FERRIS_IO');
  expect(a.size).toBe(2001);
  expect(() => a.read(0, ones(1))).toThrow('FERRIS_IO');
  expect(a.read(0, ones(1))).toBe(1);
  expect(events).toEqual([
    { type: 'disk.error', file: 'a', call: 'append', code: 'FERRIS_IO' },
    { type: 'disk.error', file: 'a', call: 'read', code: 'FERRIS_IO' },
  ]);
  expect(disk.calls).toEqual({
    create: 1,
    append: 4,
    read: 2,
    sync: 1,
    delete: 0,
    syncDirectory: 1,
  });
});

test('a failed sync of a file is never made good by a later one', () => {
  const disk = diskWithTail();
  const a = disk.open('a');
  disk.failNext('sync', 'FERRIS_IO');
  expect(() => a.sync()).toThrow('FERRIS_IO');
  expect(() => disk.open('a').sync()).toThrow('write them to a new file');
  expect(disk.durableBytesOf('a')).toBe(700);
  disk.create('b').sync();
});

test('rot flips one bit, durable or not, and says where', () => {
  const events: EngineEvent[] = [];
  const disk = diskWithTail(events);
  disk.rot('a', 3, 7);
  expect(disk.bytesOf('a')[3]).toBe(129);
  expect(events).toEqual([{ type: 'disk.rot', file: 'a', offset: 3, before: 1, after: 129 }]);
  expect(() => disk.rot('a', 2000, 0)).toThrow('FERRIS_INVALID_ARGUMENT');
});

test('a process that ends loses nothing, and makes nothing durable', () => {
  const disk = diskWithTail();
  const next = disk.reopen();
  expect(() => disk.list()).toThrow('FERRIS_CLOSED');
  expect(next.open('a').size).toBe(2000);
  expect(next.open('a').durableBytes).toBe(0);
  next.powerCut();
  expect(next.restart({ policy: 'lose-all' }).bytesOf('a').length).toBe(700);
});

test('a source outlives its power cuts', async () => {
  const source = faultyFiles('machine', { random: new Random(1) });
  const { files } = await source.mount();
  await expect(source.mount()).rejects.toThrow('FERRIS_LOCKED');
  files.create('a').append(ones(10));
  files.syncDirectory();
  source.disk.powerCut();
  await expect(source.mount()).rejects.toThrow('FERRIS_POWER_CUT');
  source.restart({ policy: 'lose-all' });
  const volume = await source.mount();
  expect(volume.files.open('a').size).toBe(0);
});

test('a sync cut half way never overtakes one that was asked for before it', () => {
  for (let seed = 0; seed < 20; seed++) {
    const disk = new FaultyFiles({ random: new Random(seed), durability: 'manual' });
    const a = disk.create('a');
    const b = disk.create('b');
    a.append(ones(1));
    b.append(ones(1));
    a.sync();
    disk.cutAtCall(1);
    expect(() => b.sync()).toThrow('FERRIS_POWER_CUT');
    expect(disk.durableBytesOf('b')).toBe(0);
  }
});
