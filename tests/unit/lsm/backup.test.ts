// Checkpoints and verification, over files in memory and on a disk that loses power.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import type { Files } from '../../../engine/env/files.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { type CheckpointReport, checkpoint } from '../../../engine/lsm/backup.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { type VerifyReport, verifyFiles } from '../../../engine/lsm/verify.ts';

const CLOCK = fixedClock(9);

function finish<T>(slices: Generator<void, T, void>): T {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

function copy(store: Store, target: Files): CheckpointReport {
  expect(store.flush()).toBe(true);
  const pinned = store.pinTables();
  try {
    return finish(checkpoint(pinned, target, CLOCK));
  } finally {
    pinned.release();
  }
}

const contents = (store: Store) => {
  const scan = store.scan();
  const found: string[] = [];
  while (scan.next()) found.push(`${String(scan.key)}=${String(scan.value)}`);
  return found;
};

function inCopy(target: Files): string[] {
  const store = Store.open({ files: target });
  const found = contents(store);
  store.close();
  return found;
}

/** Writes of every kind; small tables, so that there are several levels of them. */
function write(store: Store, random: Random, batches: number): void {
  for (let i = 0; i < batches; i++) {
    const key = () => utf8(`key ${random.below(200)}`);
    const batch = new Batch().put(key(), random.bytes(random.below(60)));
    if (random.chance(1, 4)) batch.delete(key());
    if (random.chance(1, 4)) batch.merge(key(), 'add', random.bytes(2));
    if (random.chance(1, 8)) batch.deleteRange(utf8('key 2'), utf8('key 3'));
    store.write(batch, 'none');
    while (store.workDue && random.chance(3, 4)) store.work(64);
  }
}

const SMALL = { memtableBytes: 2048, tableBytes: 4096, levelBytes: 8192, level0Tables: 2 };

test('a checkpoint is the store of that moment, and a second one takes what is new', () => {
  let kept = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const compaction = seed % 2 === 0 ? 'leveled' : 'none';
    const store = Store.open({ files: new MemoryFiles(), ...SMALL, compaction });
    const target = new MemoryFiles();
    for (let round = 0; round < 4; round++) {
      write(store, random, 60);
      const report = copy(store, target);
      kept += report.keptTables;
      expect(report.lastSequence).toBe(store.lastSequence);
      expect(inCopy(target), `seed ${seed}`).toEqual(contents(store));
      const verified = finish(verifyFiles(target));
      expect(verified.problems).toEqual([]);
      // Opening it has begun nothing, so that the next checkpoint may go on here.
      expect(target.list().filter((name) => name.endsWith('.wal'))).toEqual([]);
    }
    expect(store.stats().pinnedRunSets).toBe(0);
    store.close();
  }
  expect(kept).toBeGreaterThan(0);
});

test('a copy goes on while the store is written to and compacted', () => {
  const random = new Random(3);
  const store = Store.open({ files: new MemoryFiles(), ...SMALL });
  write(store, random, 200);
  store.flush();
  const before = contents(store);
  const target = new MemoryFiles();
  const pinned = store.pinTables();
  const slices = checkpoint(pinned, target, CLOCK);
  for (let slice = slices.next(); !slice.done; slice = slices.next()) {
    write(store, random, 50);
    store.compactRange();
    while (store.compaction.busy) store.work(100_000);
  }
  pinned.release();
  expect(inCopy(target)).toEqual(before);
  expect(finish(verifyFiles(target)).sound).toBe(true);
  store.close();
});

test('a place that holds something else is refused and left alone', () => {
  const store = Store.open({ files: new MemoryFiles() });
  store.write(new Batch().put(utf8('a'), utf8('1')));
  const strange = new MemoryFiles();
  strange.create('notes.txt').close();
  expect(() => copy(store, strange)).toThrow('FERRIS_EXISTS');
  const used = new MemoryFiles();
  const other = Store.open({ files: used });
  other.write(new Batch().put(utf8('b'), utf8('2')));
  other.close();
  expect(() => copy(store, used)).toThrow('FERRIS_EXISTS');
  const flushed = Store.open({ files: used });
  flushed.flush();
  flushed.close();
  const names = used.list();
  expect(() => copy(store, used)).toThrow('FERRIS_EXISTS');
  expect(used.list()).toEqual(names);
  store.close();
});

test('power cuts at every call of a checkpoint leave the copy before it, the new one, or none', () => {
  for (const hasOlder of [false, true]) {
    const random = new Random(11);
    const store = Store.open({ files: new MemoryFiles(), ...SMALL });
    write(store, random, 40);
    const older = new FaultyFiles({ random });
    if (hasOlder) copy(store, older);
    const first = hasOlder ? contents(store) : undefined;
    write(store, random, 40);
    store.flush();
    const second = contents(store);
    const found = { before: 0, after: 0, refused: 0 };
    for (let call = 1, isWhole = false; !isWhole; call++) {
      const disk = hasOlder ? cloneOf(older, call) : new FaultyFiles({ random: new Random(call) });
      disk.cutAtCall(call);
      isWhole = !isCut(() => copy(store, disk));
      if (isWhole) disk.powerCut();
      found[outcomeOf(disk.restart(), first, second)]++;
    }
    expect(found.before + found.refused).toBeGreaterThan(3);
    expect(found.after).toBeGreaterThan(0);
    if (hasOlder) expect(found.refused).toBe(0);
    store.close();
  }
});

/** The same files, all durable, on a disk of their own. */
function cloneOf(files: Files, seed: number): FaultyFiles {
  const disk = new FaultyFiles({ random: new Random(seed) });
  for (const name of files.list()) {
    const file = disk.create(name);
    file.append(bytesOf(files, name));
    file.sync();
    file.close();
  }
  disk.syncDirectory();
  return disk;
}

function isCut(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_POWER_CUT')) return true;
    throw error;
  }
}

/** What opening the copy shows; an empty place opens as an empty database. */
function outcomeOf(
  disk: FaultyFiles,
  first: readonly string[] | undefined,
  second: readonly string[],
): 'before' | 'after' | 'refused' {
  let found: readonly string[];
  try {
    found = inCopy(disk);
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION') && first === undefined) return 'refused';
    throw error;
  }
  if (String(found) === String(second)) return 'after';
  expect(found).toEqual(first ?? []);
  return 'before';
}

test('verify finds each damage', () => {
  const random = new Random(5);
  const files = new MemoryFiles();
  const store = Store.open({ files, ...SMALL, compaction: 'none' });
  write(store, random, 150);
  store.close();
  const report = finish(verifyFiles(files));
  expect(report.problems).toEqual([]);
  expect(report.sound).toBe(true);
  expect(report.tables).toBeGreaterThan(2);
  expect(report.batches).toBeGreaterThan(0);
  const sound = report.files.filter(({ state }) => state === 'sound');
  for (const { name, kind } of sound) {
    const without = copyOf(files, (other) => (other === name ? undefined : bytesOf(files, other)));
    const missing = finish(verifyFiles(without));
    if (kind === 'table') expect(missing.problems.map(({ file }) => file)).toContain(name);
    const size = bytesOf(files, name).length;
    for (let i = 0; i < 40; i++) {
      const at = random.below(size);
      const damaged = copyOf(files, (other) => {
        const bytes = bytesOf(files, other);
        if (other === name) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        return bytes;
      });
      const found: VerifyReport = finish(verifyFiles(damaged));
      if (kind === 'table') expect(found.sound, `${name} at ${at}`).toBe(false);
    }
  }
});

function bytesOf(files: Files, name: string): Uint8Array {
  const file = files.open(name);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  file.close();
  return bytes;
}

/** A copy of all files but for those that `change` leaves out. */
function copyOf(files: Files, change: (name: string) => Uint8Array | undefined): MemoryFiles {
  const copied = new MemoryFiles();
  for (const name of files.list()) {
    const bytes = change(name);
    if (bytes === undefined) continue;
    const file = copied.create(name);
    if (bytes.length > 0) file.append(bytes);
    file.close();
  }
  return copied;
}
