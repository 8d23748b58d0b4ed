// Nothing is left behind: no handle, no file, no memory, however often a database is opened and
// closed, crashes, or is read through snapshots and scans that stay open.
//
//     LEAK_CYCLES=50000 npx vitest run --project node tests/leaks

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { utf8 } from '../../engine/base/bytes.ts';
import { Random } from '../../engine/base/random.ts';
import type { Files } from '../../engine/env/files.ts';
import { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { nodeFiles } from '../../engine/env/files-node.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import type { StoreOptions } from '../../engine/lsm/options.ts';
import { Store } from '../../engine/lsm/store.ts';
import { CountedFiles } from '../counted-files.ts';

const CYCLES = Number(process.env['LEAK_CYCLES'] ?? 2000);
const TIMEOUT_MS = 600_000;

const SMALL: Omit<StoreOptions, 'files'> = {
  memtableBytes: 1 << 10,
  logBytes: 1 << 10,
  blockBytes: 256,
  level0Tables: 2,
  slowdownTables: 3,
  stopTables: 4,
  levelBytes: 4 << 10,
  levelFanout: 4,
  tableBytes: 2 << 10,
  sync: 'none',
  blockCacheBytes: 8 << 10,
};

/** More files than this, and some are no part of the database: it is a few kilobytes. */
const FILES_MAX = 30;

/** Memory may vary so much between two looks: garbage of others, code that was compiled. */
const HEAP_SLACK_BYTES = 24 << 20;

/** Writes, reads, forgets a scan and a snapshot now and then. */
function use(store: Store, random: Random): void {
  for (let i = 0; i < 6; i++) {
    const batch = new Batch().put(utf8(`key ${random.below(40)}`), random.bytes(60));
    if (random.chance(1, 5)) batch.delete(utf8(`key ${random.below(40)}`));
    if (random.chance(1, 9)) batch.deleteRange(utf8('key 1'), utf8('key 2'));
    store.write(batch);
  }
  const scan = store.scan({ reverse: random.chance(1, 2) });
  scan.next();
  if (random.chance(1, 2)) scan.close();
  const snapshot = store.snapshot();
  if (random.chance(1, 2)) snapshot.release();
  while (store.workDue && random.chance(9, 10)) store.work(50);
}

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

let gc: (() => void) | undefined;

function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
  gc(); // what the first has found dead may be freed only now
}

/** Runs `cycle` often; memory at the end is about what it was after half of it. */
async function expectSteady(cycles: number, cycle: () => void | Promise<void>): Promise<void> {
  let before = 0;
  for (let i = 0; i < cycles; i++) {
    if (i === cycles >> 1) before = heapBytes();
    await cycle();
  }
  expect(heapBytes() - before).toBeLessThan(HEAP_SLACK_BYTES);
}

test('opening and closing, in memory', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(1);
  const disk = new MemoryFiles();
  await expectSteady(CYCLES, () => {
    const files = new CountedFiles(disk);
    const store = Store.open({ ...SMALL, files });
    use(store, random);
    store.close();
    expect(files.openHandles).toBe(0);
    expect(disk.list().length).toBeLessThan(FILES_MAX);
  });
});

test('opening, and crashing, on a simulated disk', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(2);
  let disk = new FaultyFiles({ random });
  await expectSteady(CYCLES, () => {
    use(Store.open({ ...SMALL, files: disk }), random);
    if (random.chance(1, 2)) disk = disk.reopen();
    else {
      disk.powerCut();
      disk = disk.restart({ random });
    }
    expect(disk.list().length).toBeLessThan(FILES_MAX);
  });
});

test('an open store, with snapshots and scans that come and go', {
  timeout: TIMEOUT_MS,
}, async () => {
  const random = new Random(3);
  const files = new CountedFiles(new MemoryFiles());
  const store = Store.open({ ...SMALL, files });
  await expectSteady(CYCLES, () => {
    const held = Array.from({ length: 4 }, () => ({ s: store.snapshot(), scan: store.scan() }));
    for (const { scan } of held) scan.next();
    store.write(new Batch().put(utf8(`key ${random.below(400)}`), random.bytes(99)));
    if (random.chance(1, 9)) store.flush();
    while (store.workDue && random.chance(9, 10)) store.work(100);
    const pinned = store.pinTables();
    for (const { s, scan } of held) {
      s.release();
      scan.close();
    }
    pinned.release();
    expect(files.list().length).toBeLessThan(3 * FILES_MAX);
  });
  const { snapshots, pinnedRunSets, blockCache } = store.stats();
  expect({ snapshots, pinnedRunSets }).toEqual({ snapshots: 0, pinnedRunSets: 0 });
  expect(blockCache.bytes).toBeLessThanOrEqual(blockCache.capacityBytes);
  expectNothingElse(store, files);
});

test('a scan that stays open holds the files of its moment and no more', () => {
  const random = new Random(4);
  const files = new CountedFiles(new MemoryFiles());
  const store = Store.open({ ...SMALL, files });
  const writeMany = () => {
    for (let i = 0; i < 500; i++) {
      store.write(new Batch().put(utf8(`key ${random.below(60)}`), random.bytes(60)));
      while (store.workDue) store.work(100);
    }
  };
  writeMany();
  const held = store.stats().tables;
  const scan = store.scan();
  for (let round = 0; round < 5; round++) {
    writeMany();
    const tables = files.list().filter((name) => name.endsWith('.sst')).length;
    expect(tables).toBeLessThanOrEqual(held + store.stats().tables);
  }
  scan.close();
  const tables = files.list().filter((name) => name.endsWith('.sst'));
  expect(tables).toHaveLength(store.stats().tables);
  expectNothingElse(store, files);
});

/** The files are those of the version; closed, it holds none open. */
function expectNothingElse(store: Store, files: CountedFiles & Files): void {
  store.flush();
  while (store.workDue) store.work(10_000);
  const count = (end: string) => files.list().filter((name) => name.endsWith(end)).length;
  expect([count('.sst'), count('.wal'), count('.man')]).toEqual([store.stats().tables, 1, 1]);
  store.close();
  expect(files.openHandles).toBe(0);
}

const OPEN_FILES = '/proc/self/fd';

test.skipIf(process.platform !== 'linux')(
  'in a directory of Node, no file stays open',
  { timeout: TIMEOUT_MS },
  async () => {
    const random = new Random(5);
    const parent = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
    const directory = join(parent, 'db');
    const source = nodeFiles(directory);
    const cycles = Math.ceil(CYCLES / 20);
    let open: number | undefined;
    await expectSteady(cycles, async () => {
      const volume = await source.mount();
      const store = Store.open({ ...SMALL, files: volume.files });
      use(store, random);
      if (random.chance(2, 3)) store.close();
      await volume.close();
      const now = readdirSync(OPEN_FILES).length;
      open ??= now;
      expect(now).toBeLessThanOrEqual(open);
      expect(readdirSync(directory).length).toBeLessThan(FILES_MAX);
    });
    rmSync(parent, { recursive: true });
  },
);
