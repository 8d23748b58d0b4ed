// A random life of a store, and what must be true of it after a power cut.
//
// The workload draws batches of all five kinds over a few keys, so that versions of the same key
// lie in the log, the memtable and tables of several levels at once. Flushes, slices of work,
// compactions that somebody asks for, rotations, sync modes, changes of options, snapshots, scans
// and checkpoints that stay open, and a clock that goes on are mixed in. Everything follows from a
// seed.

import { isDeepStrictEqual } from 'node:util';
import { utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import type { Files } from '../../engine/env/files.ts';
import type { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { checkpoint } from '../../engine/lsm/backup.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { OPERATORS, type OperatorName } from '../../engine/lsm/operators.ts';
import type { TuningOptions } from '../../engine/lsm/options.ts';
import type { Scan } from '../../engine/lsm/scan.ts';
import type { Snapshot } from '../../engine/lsm/snapshots.ts';
import { Store } from '../../engine/lsm/store.ts';
import { useDeflate } from '../../engine/lsm/table/deflate.ts';
import { appendBytes, type Entry, encode, Model, type Operation, textOf } from '../model/model.ts';

useDeflate();

/** What was asked of the store, batch by batch, and what it promised. */
export interface Promised {
  /** Every batch that was handed to the store, the last one perhaps cut short by the crash. */
  readonly batches: (readonly Operation[])[];
  /** Everything up to this sequence number was acknowledged as durable. */
  durableSequence: number;
  /** The clock; it never goes back. */
  nowMs: number;
}

export function nothingPromised(): Promised {
  return { batches: [], durableSequence: 0, nowMs: 1000 };
}

const KEYS = 12;
const OPERATOR_NAMES = Object.keys(OPERATORS) as OperatorName[];

/** Sizes so small that every mechanism runs within some dozens of writes. */
function tuningOf(random: Random): TuningOptions {
  return {
    memtableBytes: random.pick([1 << 9, 1 << 10]),
    logBytes: 600,
    syncEveryBytes: 200,
    blockBytes: random.pick([128, 256]),
    sync: 'normal',
    compaction: random.pick(['leveled', 'leveled', 'tiered'] as const),
    level0Tables: random.pick([1, 2, 3]),
    slowdownTables: 3,
    stopTables: random.pick([4, 5]),
    levelBytes: random.pick([256, 600]),
    levelFanout: 2,
    tableBytes: random.pick([256, 512, 1 << 20]),
    codec: random.chance(1, 8) ? ['none', 'deflate'] : 'none', // it takes most of the time
  };
}

/** A small store; which sizes it has is up to the seed. */
export function openSmall(files: Files, seed: number, promised: Promised): Store {
  const random = new Random(seed).fork('options');
  return Store.open({
    ...tuningOf(random),
    files,
    seed,
    clock: { nowMs: () => promised.nowMs },
    merge: appendBytes,
    blockCacheBytes: random.pick([0, 2000, 1 << 20]),
    openTablesMax: random.pick([1, 3, 256]),
  });
}

/** Draws a batch; the operations are what it means. */
export function drawBatch(random: Random, promised: Promised, longest = 60) {
  const operations: Operation[] = [];
  const batch = new Batch();
  for (let count = random.between(1, 4); count > 0; count--) {
    const operation = drawOperation(random, promised, longest);
    operations.push(operation);
    encode(batch, operation);
  }
  return { batch, operations };
}

function drawOperation(random: Random, { batches, nowMs }: Promised, longest: number): Operation {
  const key = keyOf(random.below(KEYS));
  const choice = random.below(20);
  if (choice < 4) return { do: 'delete', key };
  if (choice === 4) {
    const from = random.below(KEYS);
    return { do: 'delete range', from: keyOf(from), to: keyOf(from + random.between(1, 3)) };
  }
  if (choice < 8) {
    const operand = random.bytes(random.between(1, 2));
    return { do: 'merge', key, operator: random.pick(OPERATOR_NAMES), operand };
  }
  const value = utf8(`${batches.length}:${'x'.repeat(random.below(longest))}`);
  const expiresMs = choice < 10 ? nowMs + random.below(40) : undefined;
  return { do: 'put', key, value, expiresMs };
}

const keyOf = (i: number): Uint8Array => utf8(`key ${String(i).padStart(2, '0')}`);

const STEPS = 70;

/**
 * Runs until its end or until the power is cut; says what it promised until then. `isChecked`: what
 * it reads on the way is compared with the model, which takes its time.
 */
export function live(disk: FaultyFiles, seed: number, promised: Promised, isChecked = false): void {
  const random = new Random(seed).fork('workload');
  try {
    const life = new Life(openSmall(disk, seed, promised), disk, seed, promised, isChecked);
    try {
      for (let step = 0; step < STEPS; step++) life.step(random);
      life.end();
    } finally {
      promised.durableSequence = Math.max(promised.durableSequence, life.store.durableSequence);
    }
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
  }
}

/** An open store, and who reads it for longer. */
class Life {
  readonly store: Store;
  readonly #disk: FaultyFiles;
  readonly #seed: number;
  readonly #promised: Promised;
  readonly #isChecked: boolean;
  readonly #snapshots: Snapshot[] = [];
  #scan: { scan: Scan; expected: string; found: Entry[] } | undefined;
  #copying:
    | { target: Files; slices: ReturnType<typeof checkpoint>; release: () => void }
    | undefined;

  constructor(store: Store, disk: FaultyFiles, seed: number, promised: Promised, checked: boolean) {
    this.store = store;
    this.#disk = disk;
    this.#seed = seed;
    this.#promised = promised;
    this.#isChecked = checked;
  }

  step(random: Random): void {
    const { store } = this;
    // Each step of a flush or a compaction waits for the one before, so late syncs must come.
    if (random.chance(1, 3)) this.#disk.completeSync(random.below(this.#disk.syncsPending + 1));
    const choice = random.below(30);
    if (choice === 0) store.flush();
    else if (choice <= 4) store.work(random.between(1, 40));
    else if (choice === 5) this.#disk.completeSync();
    else if (choice === 6) store.sync();
    else if (choice === 7) store.setOptions(tuningOf(random));
    else if (choice === 8) this.#compact(random);
    else if (choice === 9) this.#snapshots.push(store.snapshot());
    else if (choice === 10) this.#release();
    else if (choice === 11) this.#readOn(random);
    else if (choice === 12) this.#promised.nowMs += random.below(30);
    else if (choice === 13) this.#copyOn();
    else this.#write(random);
  }

  end(): void {
    while (this.#snapshots.length > 0) this.#release();
    this.store.close();
  }

  #write(random: Random): void {
    const { batch, operations } = drawBatch(random, this.#promised);
    this.#promised.batches.push(operations);
    this.store.write(batch, random.pick(['none', 'normal', 'full'] as const));
  }

  #compact(random: Random): void {
    const from = random.below(KEYS);
    if (random.chance(1, 2)) this.store.compactRange();
    else this.store.compactRange(keyOf(from), keyOf(from + 2));
    if (random.chance(1, 2)) while (this.store.workDue) this.store.work(100);
  }

  /** The oldest snapshot still shows its moment, and goes. */
  #release(): void {
    const snapshot = this.#snapshots.shift();
    if (snapshot === undefined) return;
    if (this.#isChecked) this.#expect(contents(this.store, snapshot), snapshot.sequence);
    snapshot.release();
  }

  /** Begins a scan, or goes on with it. */
  #readOn(random: Random): void {
    const expected = this.#isChecked ? this.#expected(this.store.lastSequence) : '';
    this.#scan ??= { scan: this.store.scan(), expected, found: [] };
    const { scan, found } = this.#scan;
    for (let steps = random.between(1, 5); steps > 0; steps--) {
      if (scan.next()) {
        found.push([scan.key.slice(), scan.value.slice()]);
        continue;
      }
      if (this.#isChecked) expectText(textOf(found), this.#scan.expected);
      this.#scan = undefined;
      return;
    }
  }

  /** Begins a checkpoint, or goes on with it. */
  #copyOn(): void {
    if (this.#copying === undefined) {
      if (!this.store.flush()) return;
      const target = new MemoryFiles();
      const pinned = this.store.pinTables();
      const slices = checkpoint(pinned, target, { nowMs: () => 0 });
      this.#copying = { target, slices, release: () => pinned.release() };
    }
    const { target, slices, release } = this.#copying;
    const { done, value } = slices.next();
    if (!done) return;
    release();
    this.#copying = undefined;
    if (!this.#isChecked) return;
    this.#expect(contents(openSmall(target, this.#seed, this.#promised)), value.lastSequence);
  }

  #expect(found: string, sequence: number): void {
    expectText(found, this.#expected(sequence));
  }

  #expected(sequence: number): string {
    return modelAt(this.#promised, sequence);
  }
}

function expectText(found: string, expected: string): void {
  if (found !== expected) throw new Error(`there is\n${found}\nwhere there should be\n${expected}`);
}

/** Everything the store shows, forward and backward, and by single reads. */
export function contents(store: Store, snapshot?: Snapshot): string {
  const forward = entriesOf(store, false, snapshot);
  const backward = entriesOf(store, true, snapshot).reverse();
  if (!isDeepStrictEqual(forward, backward)) throw new Error('scans disagree by direction');
  const single: Entry[] = [];
  for (let i = 0; i < KEYS; i++) {
    const value = store.get(keyOf(i), snapshot);
    if (value !== undefined) single.push([keyOf(i), value]);
  }
  const listed = forward.filter(([key]) => key[0] === keyOf(0)[0]);
  if (textOf(single) !== textOf(listed)) throw new Error('get disagrees with scan');
  return textOf(forward);
}

function entriesOf(store: Store, reverse: boolean, snapshot: Snapshot | undefined): Entry[] {
  const entries: Entry[] = [];
  const scan = store.scan({ reverse }, snapshot);
  while (scan.next()) entries.push([scan.key.slice(), scan.value.slice()]);
  return entries;
}

/** What there is after the batches whose entries end at or before `lastSequence`, by the clock. */
export function modelAt({ batches, nowMs }: Promised, lastSequence: number): string {
  const model = new Model();
  let sequence = 0;
  for (const batch of batches) {
    if (sequence >= lastSequence) break;
    sequence += batch.length;
    for (const operation of batch) model.apply(operation);
  }
  if (sequence !== lastSequence)
    throw new Error(`recovery stopped inside a batch, at sequence ${lastSequence}`);
  return textOf(model.at(nowMs));
}
