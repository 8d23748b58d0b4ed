// Disks that fail under a database with several levels, each failure in turn.
//
// 1. Every call of a flush and of a compaction fails once, with a full disk or an error. Reads go
//    on; so do writes, unless nobody knows what is on the disk. What failed is done when it is
//    asked for again, and nothing is lost or left behind.
// 2. A byte of a table rots, here and there. Whoever meets it is told; nobody is shown something
//    older, or deleted, in its place. A compaction that meets it is given up, and tried again when
//    the version has changed.
// 3. The manifest and the superblocks rot, each byte in turn: what opens is whole.
// 4. A disk that is too small fills up, at whatever it was doing. Reads and reopening go on; with
//    more room, so does the rest.

import { expect, test } from 'vitest';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import type { DiskCall } from '../../engine/env/faults.ts';
import type { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { Store } from '../../engine/lsm/store.ts';
import { diskWith, type Grown, grow, type Image, imageOf, judge, writeOne } from './grown.ts';

const TIMEOUT_MS = 300_000;

const databases: Record<string, Grown> = {
  leveled: grow(1, { compaction: 'leveled' }),
  'leveled, deflated, no cache': grow(2, { codec: 'deflate', blockCacheBytes: 0 }),
  'tiered, one table awake': grow(3, { compaction: 'tiered', openTablesMax: 1 }),
};

const ACTIONS = {
  'a flush': (store: Store) => void store.flush(),
  'a compaction': (store: Store) => {
    store.compactRange();
    while (store.workDue) store.work(40);
  },
} as const;

type Fault = readonly [DiskCall, 'FERRIS_IO' | 'FERRIS_NO_SPACE'];
const FAULTS: readonly Fault[] = [
  ['create', 'FERRIS_NO_SPACE'],
  ['append', 'FERRIS_NO_SPACE'],
  ['create', 'FERRIS_IO'],
  ['append', 'FERRIS_IO'],
  ['read', 'FERRIS_IO'],
  ['sync', 'FERRIS_IO'],
  ['syncDirectory', 'FERRIS_IO'],
  ['delete', 'FERRIS_IO'],
];

for (const [name, grown] of Object.entries(databases)) {
  for (const [what, action] of Object.entries(ACTIONS)) {
    test(`${name}: each call of ${what} fails`, { timeout: TIMEOUT_MS }, () => {
      for (const fault of FAULTS) {
        let skip = 0;
        while (told(`${fault} after ${skip}`, () => failsAt(grown, action, fault, skip))) skip++;
        expect(skip, fault.join()).toBeGreaterThan(fault[0] === 'delete' ? 0 : 1);
      }
    });
  }
}

/** Says where it went wrong. */
function told<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
}

/** False when the action had fewer such calls. */
function failsAt(grown: Grown, action: (store: Store) => void, fault: Fault, skip: number) {
  const [call, code] = fault;
  const disk = diskWith(grown.image);
  const model = grown.model.copy();
  const store = Store.open({ ...grown.options, files: disk });
  const random = new Random(skip);
  for (let i = 0; i < 5; i++) writeOne(store, model, random);
  let met = false;
  disk.failNext(call, code, skip);
  const before = disk.calls[call];
  try {
    action(store);
  } catch (error) {
    if (!isFerrisError(error, code)) throw error;
    met = true;
  }
  met ||= disk.calls[call] - before > skip; // a deletion that fails is no error
  if (!met) return false;
  expect(judge(store, model).refused, `${fault} ${skip}`).toBe(0);
  const harmless = code === 'FERRIS_NO_SPACE' || call === 'read';
  const mayWrite = goesOn(store, () => writeOne(store, model, random));
  if (harmless) expect(mayWrite, `${fault} ${skip} stops writers`).toBe(true);
  if (mayWrite) action(store);
  expect(judge(store, model).refused).toBe(0);
  finish(disk, grown, model);
  return true;
}

/** True if it works; false if the store is read-only, in a typed way. */
function goesOn(store: Store, write: () => void): boolean {
  const before = store.lastSequence;
  try {
    write();
    return true;
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_IO')) throw error;
    expect(store.lastSequence).toBe(before);
    return false;
  }
}

/** Opened again, after a power cut that takes all that it may, it is whole and without leftovers. */
function finish(disk: FaultyFiles, grown: Grown, model: Grown['model']): void {
  disk.powerCut();
  const after = disk.restart({ policy: 'lose-all' });
  const store = Store.open({ ...grown.options, files: after });
  expect(judge(store, model).refused).toBe(0);
  store.compactRange();
  while (store.workDue) store.work(10_000);
  expect(judge(store, model).refused).toBe(0);
  expect(tablesOf(after)).toHaveLength(store.stats().tables);
  store.close();
}

const tablesOf = (files: { list(): string[] }) => files.list().filter((n) => n.endsWith('.sst'));

for (const [name, grown] of Object.entries(databases)) {
  test(`${name}: a rotted byte of a table`, { timeout: TIMEOUT_MS }, () => {
    const random = new Random(9);
    let refused = 0;
    for (const [file, bytes] of grown.image) {
      if (!file.endsWith('.sst')) continue;
      for (let offset = random.below(70); offset < bytes.length; offset += random.between(40, 200))
        refused += told(`${file} at ${offset}`, () => rotsAt(grown, file, offset, random));
    }
    expect(refused).toBeGreaterThan(100);
  });
}

/** Returns how many reads were refused. */
function rotsAt(grown: Grown, file: string, offset: number, random: Random): number {
  const disk = diskWith(grown.image);
  const model = grown.model.copy();
  const bit = random.below(8);
  disk.rot(file, offset, bit);
  const store = Store.open({ ...grown.options, files: disk });
  const found = judge(store, model);
  expect(found.shown, `${file} at ${offset}`).toBeGreaterThan(0);
  const isMet = meets(() => ACTIONS['a compaction'](store));
  if (found.refused > 0)
    expect(isMet, `${file} at ${offset}: compaction took no notice`).toBe(true);
  if (isMet) givesUp(store, disk, () => writeOne(store, model, random));
  expect(judge(store, model).refused > 0).toBe(isMet && found.refused > 0);
  if (disk.exists(file)) disk.rot(file, offset, bit);
  ACTIONS['a compaction'](store); // nothing has changed, but somebody asks
  expect(store.compaction.failure).toBe(undefined);
  expect(judge(store, model).refused).toBe(0);
  return found.refused;
}

/** A compaction that met damage: nothing is due until the version changes, and nothing is left. */
function givesUp(store: Store, disk: FaultyFiles, write: () => void): void {
  expect(isFerrisError(store.compaction.failure, 'FERRIS_CORRUPTION')).toBe(true);
  expect(store.workDue).toBe(false);
  expect(tablesOf(disk)).toHaveLength(store.stats().tables);
  write();
  expect(store.flush()).toBe(true);
  expect(store.compaction.failure).toBe(undefined);
  while (store.workDue) meets(() => store.work(10_000));
}

function meets(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_CORRUPTION')) throw error;
    return true;
  }
}

for (const [name, grown] of Object.entries(databases)) {
  test(`${name}: a rotted manifest or superblock`, { timeout: TIMEOUT_MS }, () => {
    const found = { refused: 0, whole: 0 };
    for (const [file, bytes] of grown.image) {
      if (!file.endsWith('.man') && !file.startsWith('superblock')) continue;
      for (let offset = 0; offset < bytes.length; offset++) {
        const rotted = bytes.slice();
        rotted[offset] = (bytes[offset] as number) ^ (1 << (offset & 7));
        const image = new Map(grown.image).set(file, rotted);
        found[told(`${file} at ${offset}`, () => opens(grown, image))]++;
        if (offset % 7 > 0) continue;
        const cut = new Map(grown.image).set(file, bytes.subarray(0, offset));
        found[told(`${file} cut at ${offset}`, () => opens(grown, cut))]++;
      }
    }
    expect(found.refused).toBeGreaterThan(100);
    expect(found.whole).toBeGreaterThan(10);
  });
}

/** What opens is whole, and goes on. */
function opens(grown: Grown, image: Image): 'refused' | 'whole' {
  const files = new MemoryFiles();
  for (const [name, bytes] of image) files.create(name).append(bytes);
  try {
    const store = Store.open({ ...grown.options, files });
    expect(judge(store, grown.model).refused).toBe(0);
    const model = grown.model.copy();
    writeOne(store, model, new Random(1));
    ACTIONS['a compaction'](store);
    expect(judge(store, model).refused).toBe(0);
    store.close();
    return 'whole';
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return 'refused';
    throw error;
  }
}

for (const [name, grown] of Object.entries(databases)) {
  test(`${name}: a disk that fills up`, { timeout: TIMEOUT_MS }, () => {
    const random = new Random(5);
    const refusals = Array.from({ length: 16 }, () => fillsUp(grown, random.between(100, 15_000)));
    for (const what of ['write', 'flush', 'work'] as const)
      expect(refusals.filter((refused) => refused.has(what)).length, what).toBeGreaterThan(0);
  });
}

/** Goes on until writes are refused, on a disk with so much room; returns what met the end. */
function fillsUp(grown: Grown, roomBytes: number): Set<string> {
  const used = [...grown.image.values()].reduce((sum, { length }) => sum + length, 0);
  const disk = diskWith(grown.image, used + roomBytes);
  const store = Store.open({ ...grown.options, memtableBytes: 4 << 10, files: disk });
  const model = grown.model.copy();
  const random = new Random(roomBytes);
  const refused = new Set<string>();
  for (let i = 0; i < 2000 && !refused.has('write'); i++) {
    attempt(refused, 'write', () => writeOne(store, model, random));
    if (i % 20 === 0) attempt(refused, 'flush', () => store.flush());
    while (store.workDue && attempt(refused, 'work', () => store.work(20)));
  }
  expect(judge(store, model).refused).toBe(0);
  const again = Store.open({ ...grown.options, files: disk.reopen() });
  expect(judge(again, model).refused).toBe(0);
  const roomy = diskWith(imageOf(disk.reopen()));
  finish(roomy, grown, model);
  return refused;
}

function attempt(refused: Set<string>, what: string, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
    refused.add(what);
    return false;
  }
}
