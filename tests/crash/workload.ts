// A random life of a store, and what must be true of it after a power cut.
//
// The workload draws batches over a few keys, so that overwrites and deletes of the
// same key lie in the log, the memtable and several tables at once, with flushes,
// slices of work, rotations and all sync modes mixed in. Everything follows from a seed.

import { text, utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import type { Files } from '../../engine/env/files.ts';
import type { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { Store } from '../../engine/lsm/store.ts';

/** Keys and values as text; undefined deletes. */
export type Operation = readonly [key: string, value: string | undefined];

/** What was asked of the store, batch by batch, and what it promised. */
export interface Promised {
  /** Every batch that was handed to the store, the last one perhaps cut short by the crash. */
  readonly batches: (readonly Operation[])[];
  /** Everything up to this sequence number was acknowledged as durable. */
  durableSequence: number;
}

/** Sizes so small that every mechanism runs within some dozens of writes. */
export function openSmall(files: Files, seed: number): Store {
  return Store.open({
    files,
    seed,
    memtableBytes: 1 << 10,
    logBytes: 600,
    syncEveryBytes: 200,
    blockBytes: 256,
    sync: 'normal',
  });
}

const STEPS = 40;

/** Runs until its end or until the power is cut; says what it promised until then. */
export function live(disk: FaultyFiles, seed: number, promised: Promised): void {
  const random = new Random(seed).fork('workload');
  try {
    const store = openSmall(disk, seed);
    try {
      for (let step = 0; step < STEPS; step++) act(store, disk, random, promised);
      store.close();
    } finally {
      promised.durableSequence = Math.max(promised.durableSequence, store.durableSequence);
    }
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
  }
}

function act(store: Store, disk: FaultyFiles, random: Random, promised: Promised): void {
  const choice = random.below(12);
  if (choice === 0) store.flush();
  else if (choice === 1) store.work(random.between(1, 20));
  else if (choice === 2) disk.completeSync(random.below(disk.syncsPending + 1));
  else if (choice === 3) store.sync();
  else write(store, random, promised);
}

function write(store: Store, random: Random, promised: Promised): void {
  const operations: Operation[] = [];
  const batch = new Batch();
  for (let count = random.between(1, 4); count > 0; count--) {
    const key = `key ${random.below(12)}`;
    const value = random.chance(1, 4)
      ? undefined
      : `${promised.batches.length}:${'x'.repeat(random.below(60))}`;
    operations.push([key, value]);
    if (value === undefined) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(value));
  }
  promised.batches.push(operations);
  store.write(batch, random.pick(['none', 'normal', 'full'] as const));
}

/** Everything the store shows, forward and backward, and by single reads. */
export function contents(store: Store): Map<string, string> {
  const forward = [...entriesOf(store, false)];
  const backward = [...entriesOf(store, true)].reverse();
  if (JSON.stringify(forward) !== JSON.stringify(backward))
    throw new Error('scans disagree by direction');
  for (const [key, value] of forward) {
    const found = store.get(utf8(key));
    if (found === undefined || text(found) !== value)
      throw new Error(`get disagrees with scan on ${key}`);
  }
  return new Map(forward);
}

function* entriesOf(store: Store, reverse: boolean): Generator<[string, string]> {
  const scan = store.scan({ reverse });
  while (scan.next()) yield [text(scan.key), text(scan.value)];
}

/** What a sorted map holds after the batches whose entries end at or before `lastSequence`. */
export function modelAt(promised: Promised, lastSequence: number): Map<string, string> {
  const model = new Map<string, string>();
  let sequence = 0;
  for (const batch of promised.batches) {
    if (sequence >= lastSequence) break;
    for (const [key, value] of batch) {
      sequence++;
      if (value === undefined) model.delete(key);
      else model.set(key, value);
    }
  }
  if (sequence !== lastSequence)
    throw new Error(`recovery stopped inside a batch, at sequence ${lastSequence}`);
  return new Map([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
}
