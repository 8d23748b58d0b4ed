// Crash at every file operation of an ingest: afterwards all of its entries are there, or none.
//
// Writes are made before, during and after it, some of them to the same keys, and some by so many
// that it has to copy its tables. What they wrote is there as far as it was durable, with or
// without the ingest.

import { expect, test } from 'vitest';
import { text, utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { Ingest } from '../../engine/lsm/ingest.ts';
import { Store } from '../../engine/lsm/store.ts';

const INGESTED = 40;
const AHEAD = 8;
const CHANGING = ['create', 'append', 'sync', 'delete', 'syncDirectory'] as const;

type Durability = 'at-once' | 'manual';

interface Outcome {
  /** Writes that were asked for, and how many of them were durable. */
  written: number;
  durable: number;
  isInstalled: boolean;
}

function openSmall(files: FaultyFiles, compaction: 'leveled' | 'tiered' = 'leveled'): Store {
  const sizes = { memtableBytes: 512, tableBytes: 256, levelBytes: 600, level0Tables: 2 };
  return Store.open({ files, compaction, ...sizes, blockBytes: 128, logBytes: 600 });
}

function keyOf(i: number): Uint8Array {
  return utf8(`key ${String(i).padStart(3, '0')}`);
}

/** Write `i` of all; every third goes to a key that the ingest has, too. */
function write(store: Store, outcome: Outcome): void {
  const i = outcome.written++;
  const key = i % 3 === 0 ? keyOf(i % INGESTED) : utf8(`other ${i}`);
  store.write(new Batch().put(key, utf8(`written ${i}`)), 'full');
}

function ingested(from: number, to: number): Uint8Array {
  const batch = new Batch();
  for (let i = from; i < to; i++) batch.put(keyOf(i), utf8(`ingested ${i}`));
  return batch.bytes;
}

function live(files: FaultyFiles, before: number, meanwhile: number, outcome: Outcome): void {
  const note = () => {
    files.completeSync();
    if (store.durableSequence >= store.lastSequence) outcome.durable = outcome.written;
  };
  const store = openSmall(files, before % 2 === 0 ? 'leveled' : 'tiered');
  for (let i = 0; i < before; i++) write(store, outcome);
  note();
  const ingest = new Ingest(store, AHEAD);
  while (!ingest.ready) files.completeSync(1);
  for (let i = 0; i < INGESTED; i += 10) {
    ingest.add(ingested(i, i + 10));
    for (let j = 0; j < meanwhile; j++) write(store, outcome);
    store.work(20);
  }
  note();
  for (const pause of ingest.install()) if (pause === 'until durable') files.completeSync(1);
  outcome.isInstalled = true;
  for (let i = 0; i < 5; i++) write(store, outcome);
  note();
  while (store.workDue) store.work();
  store.close();
}

function contents(store: Store): Map<string, string> {
  const found = new Map<string, string>();
  const scan = store.scan();
  while (scan.next()) found.set(text(scan.key), text(scan.value));
  return found;
}

/** What so many writes leave, with the ingest behind write `ingestAt`, if at all. */
function expected(written: number, ingestAt: number | undefined): Map<string, string> {
  const model = new Map<string, string>();
  for (let i = 0; i <= written; i++) {
    if (i === ingestAt)
      for (let k = 0; k < INGESTED; k++) model.set(text(keyOf(k)), `ingested ${k}`);
    if (i === written) break;
    model.set(i % 3 === 0 ? text(keyOf(i % INGESTED)) : `other ${i}`, `written ${i}`);
  }
  return new Map([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEqual(a: Map<string, string>, b: Map<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

/** Returns whether the ingest survived. */
function judge(store: Store, outcome: Outcome, ingestAt: number): boolean {
  const found = contents(store);
  for (let written = outcome.durable; written <= outcome.written; written++) {
    if (written >= ingestAt && isEqual(found, expected(written, ingestAt))) return true;
    if (!outcome.isInstalled && isEqual(found, expected(written, undefined))) return false;
  }
  throw new Error(`neither all nor none: ${JSON.stringify([...found])}`);
}

for (const durability of ['at-once', 'manual'] as const satisfies readonly Durability[])
  for (const [before, meanwhile] of [
    [0, 0],
    [0, 3],
    [9, 0],
    [30, 1],
    [31, 5],
  ] as const)
    test(`all or nothing, ${before} writes before and ${meanwhile * 4} meanwhile, syncs ${durability}`, () => {
      const ingestAt = before + meanwhile * 4;
      const disk = (seed: number) => new FaultyFiles({ random: new Random(seed), durability });
      const whole = disk(0);
      live(whole, before, meanwhile, { written: 0, durable: 0, isInstalled: false });
      const calls = CHANGING.reduce((sum, call) => sum + whole.calls[call], 0);
      const survived = { all: 0, none: 0 };
      for (let call = 1; call <= calls; call++) {
        const files = disk(call);
        const outcome: Outcome = { written: 0, durable: 0, isInstalled: false };
        files.cutAtCall(call);
        try {
          live(files, before, meanwhile, outcome);
        } catch (error) {
          if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
        }
        files.powerCut();
        for (let seed = 0; seed < 4; seed++) {
          const after = files.restart({ random: new Random(call).fork(`${seed}`) });
          const store = openSmall(after);
          survived[judge(store, outcome, ingestAt) ? 'all' : 'none']++;
          store.write(new Batch().put(utf8('after'), utf8('all')), 'full');
          store.close();
          expect(contents(openSmall(after.reopen())).get('after')).toBe('all');
        }
      }
      expect(Math.min(survived.all, survived.none)).toBeGreaterThan(0);
    });

test('an ingest that is given up leaves nothing, and its tables are deleted', () => {
  const files = new FaultyFiles();
  const store = openSmall(files);
  const outcome: Outcome = { written: 0, durable: 0, isInstalled: false };
  for (let i = 0; i < 5; i++) write(store, outcome);
  store.flush();
  const names = files.namesNow;
  const ingest = new Ingest(store);
  expect(ingest.ready).toBe(true);
  ingest.add(ingested(0, INGESTED));
  ingest.abandon();
  const tables = (list: readonly string[]) => list.filter((name) => name.endsWith('.sst'));
  expect(tables(files.namesNow)).toEqual(tables(names));
  expect(isEqual(contents(store), expected(5, undefined))).toBe(true);
});

test('readers keep the moment that they began with', () => {
  const store = openSmall(new FaultyFiles());
  const outcome: Outcome = { written: 0, durable: 0, isInstalled: false };
  for (let i = 0; i < 12; i++) write(store, outcome);
  const ingest = new Ingest(store, AHEAD);
  expect(ingest.ready).toBe(true);
  ingest.add(ingested(0, INGESTED));
  const snapshot = store.snapshot();
  const scan = store.scan();
  expect([...ingest.install()]).toEqual([]);
  expect(text(store.get(keyOf(0)) as Uint8Array)).toBe('ingested 0');
  expect(text(store.get(keyOf(0), snapshot) as Uint8Array)).toBe('written 0');
  expect(store.get(keyOf(1), snapshot)).toBeUndefined();
  const found = new Map<string, string>();
  while (scan.next()) found.set(text(scan.key), text(scan.value));
  expect(isEqual(found, expected(12, undefined))).toBe(true);
});

test('a full disk refuses an ingest, and the store goes on without it', () => {
  const files = new FaultyFiles();
  const store = openSmall(files);
  const outcome: Outcome = { written: 0, durable: 0, isInstalled: false };
  for (let i = 0; i < 12; i++) write(store, outcome);
  for (let room = 0; room < 4000; room += 97) {
    const ingest = new Ingest(store, AHEAD);
    files.limit(files.usedBytes + room);
    try {
      while (!ingest.ready);
      ingest.add(ingested(0, INGESTED));
      for (const _ of ingest.install());
      files.limit(undefined);
      expect(isEqual(contents(store), expected(12, 12))).toBe(true);
      expect(room).toBeGreaterThan(1000);
      return;
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
      ingest.abandon();
      files.limit(undefined);
      expect(isEqual(contents(store), expected(12, undefined)), `room ${room}`).toBe(true);
    }
  }
  throw new Error('there was never room enough');
});

test('tables do not come to lie in the output of a compaction that is under way', () => {
  const store = Store.open({ files: new FaultyFiles(), compaction: 'none' });
  const ingest = (...keys: string[]) => {
    const one = new Ingest(store);
    expect(one.ready).toBe(true);
    const batch = new Batch();
    for (const key of keys) batch.put(utf8(key), utf8(`ingested ${key}`));
    one.add(batch.bytes);
    expect([...one.install()]).toEqual([]);
  };
  ingest('a', 'b');
  ingest('y', 'z');
  for (const key of ['b', 'y']) {
    store.write(new Batch().put(utf8(key), utf8('new')));
    store.flush();
  }
  store.compactRange();
  store.work(1);
  expect(store.compaction.busy).toBe(true);
  ingest('m');
  while (store.workDue) store.work();
  const found = [...contents(store)].map(([key, value]) => `${key}=${value}`);
  expect(found).toEqual(['a=ingested a', 'b=new', 'm=ingested m', 'y=new', 'z=ingested z']);
  expect(store.stats().levels.map(({ tables }) => tables)).toEqual([1, 0, 0, 0, 0, 0, 1]);
});
