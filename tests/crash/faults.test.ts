// Random faults in random runs: calls of every kind fail, with FERRIS_IO or FERRIS_NO_SPACE.
//
// A run writes, flushes, compacts, reads, closes, crashes and loses power while faults are planned at
// any of the next calls. Whatever fails:
//
// 1. Every error is typed, and nothing is read that wasn't written.
// 2. A write that was refused for want of space has not happened, and is taken when there is
//    room. Only a changing call that failed otherwise may make the store read-only.
// 3. Opening again finds everything that was applied (after a power cut: everything that was
//    durable), and at most the one write whose outcome nobody knew.
// 4. A closed store, and one that couldn't be opened, holds no file. No file is left behind
//    for good.
//
//     FAULT_RUNS=100000 npx vitest run --project node tests/crash/faults
//     FAULT_SEED=17 npx vitest run --project node tests/crash/faults       one run

import { expect, test } from 'vitest';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import { FaultyFiles } from '../../engine/env/files-faulty.ts';
import type { Store } from '../../engine/lsm/store.ts';
import type { EngineEvent } from '../../engine/trace/events.ts';
import { CountedFiles } from '../counted-files.ts';
import type { Operation } from '../model/model.ts';
import {
  contents,
  drawBatch,
  modelAt,
  nothingPromised,
  openSmall,
  type Promised,
} from './workload.ts';

const RUNS = Number(process.env['FAULT_RUNS'] ?? 1000);
const ONLY_SEED = process.env['FAULT_SEED'];
const STEPS = 60;
const CALLS = ['create', 'append', 'read', 'sync', 'delete', 'syncDirectory'] as const;

/** Some seconds of work, on a machine that may have others. */
const TIMEOUT_MS = 600_000;

for (const durability of ['at-once', 'manual'] as const) {
  test(
    `whatever call fails, nothing is lost, nothing is wrong, and the store goes on; syncs ${durability}`,
    () => {
      const seeds = ONLY_SEED === undefined ? Array.from({ length: RUNS }, (_, i) => i + 1) : [];
      if (ONLY_SEED !== undefined) seeds.push(Number(ONLY_SEED));
      for (const seed of seeds) {
        try {
          new Life(seed, durability).run();
        } catch (error) {
          const where = `seed ${seed}, syncs ${durability}`;
          throw new Error(`${where}: ${(error as Error).message}\nFAULT_SEED=${seed} repeats it`, {
            cause: error,
          });
        }
      }
    },
    TIMEOUT_MS,
  );
}

/** One machine, one database on it, and what is known of it. */
class Life {
  readonly #seed: number;
  readonly #random: Random;
  #disk: FaultyFiles;
  #files: CountedFiles;
  #store: Store;
  /** What was applied; the sequence number of its last entry is `#applied`. */
  readonly #history: Promised = nothingPromised();
  #applied = 0;
  /** The write whose outcome nobody knows. */
  #unsure: readonly Operation[] | undefined;
  /** A changing call failed in a way that allows the store to be read-only. */
  #mayRefuse = false;
  #faults = 0;

  constructor(seed: number, durability: 'at-once' | 'manual') {
    this.#seed = seed;
    this.#random = new Random(seed).fork('life');
    const trace = (event: EngineEvent) => this.#hear(event);
    this.#disk = new FaultyFiles({ random: new Random(seed).fork('disk'), durability, trace });
    this.#files = new CountedFiles(this.#disk);
    this.#store = this.#open(0);
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) this.#act(this.#store);
    this.#finish();
  }

  #hear(event: EngineEvent): void {
    if (event.type !== 'disk.error') return;
    this.#faults++;
    const { call, code, file } = event;
    if (call === 'sync' || call === 'syncDirectory') this.#mayRefuse = true;
    const changes = ['append', 'create'].includes(call) || file.startsWith('superblock');
    if (changes && call !== 'read' && code === 'FERRIS_IO') this.#mayRefuse = true;
  }

  #act(store: Store): void {
    const choice = this.#random.below(32);
    if (choice < 5) this.#planFault();
    else if (choice === 5) this.#attempt(() => store.flush());
    else if (choice === 6) this.#attempt(() => store.work(this.#random.between(1, 20)));
    else if (choice === 7) this.#attempt(() => store.sync());
    else if (choice === 8) this.#disk.completeSync(this.#random.below(this.#disk.syncsPending + 1));
    else if (choice === 9) this.#disk.completeSync();
    else if (choice === 10) this.#attempt(() => this.#compare(store));
    else if (choice === 11) this.#closeAndReopen(store);
    else if (choice === 12) this.#crash();
    else if (choice === 13) this.#cutPower(store);
    else if (choice === 14) this.#attempt(() => store.compactRange());
    else if (choice <= 16) this.#attempt(() => this.#workThrough(store));
    else if (choice === 17) this.#history.nowMs += this.#random.below(30);
    else this.#write(store);
    this.#noteDurable(this.#store);
  }

  #workThrough(store: Store): void {
    while (store.workDue) store.work(200);
  }

  #planFault(): void {
    const code = this.#random.pick(['FERRIS_IO', 'FERRIS_NO_SPACE', 'FERRIS_NO_SPACE'] as const);
    this.#disk.failNext(this.#random.pick(CALLS), code, this.#random.below(5));
  }

  #noteDurable(store: Store): void {
    const { durableSequence, lastSequence } = store;
    if (durableSequence > lastSequence || lastSequence !== this.#applied)
      throw new Error(`${durableSequence} of ${lastSequence} durable, ${this.#applied} applied`);
    this.#history.durableSequence = Math.max(this.#history.durableSequence, store.durableSequence);
  }

  /** Runs something that may fail, in a typed way, if a fault is to blame; true if it didn't. */
  #attempt(action: () => void): boolean {
    const faults = this.#faults;
    try {
      action();
      return true;
    } catch (error) {
      if (!isFerrisError(error, 'FERRIS_IO') && !isFerrisError(error, 'FERRIS_NO_SPACE'))
        throw error;
      if (faults === this.#faults && !this.#mayRefuse)
        throw new Error(`refused without a reason: ${error.message}`, { cause: error });
      return false;
    }
  }

  #write(store: Store): void {
    const { batch, operations } = this.#draw();
    const faults = this.#faults;
    let code: string | undefined;
    const done = this.#attempt(() => {
      try {
        store.write(batch, this.#random.pick(['none', 'normal', 'full'] as const));
      } catch (error) {
        code = isFerrisError(error) ? error.code : undefined;
        throw error;
      }
    });
    if (done) this.#applies(operations);
    // A store that is read-only already has tried nothing.
    else if (code === 'FERRIS_IO' && this.#faults > faults) this.#unsure = operations;
  }

  #applies(operations: readonly Operation[]): void {
    this.#history.batches.push(operations);
    this.#applied += operations.length;
    this.#unsure = undefined;
  }

  #draw() {
    return drawBatch(this.#random, this.#history, this.#random.chance(1, 20) ? 900 : 60);
  }

  #compare(store: Store): void {
    expect(contents(store)).toBe(modelAt(this.#history, this.#applied));
  }

  // Ends of a store.

  #closeAndReopen(store: Store): void {
    this.#attempt(() => store.close());
    expect(this.#files.openHandles, 'a closed store holds files').toBe(0);
    this.#crash();
  }

  /** The process dies; the machine goes on. */
  #crash(): void {
    this.#disk = this.#disk.reopen();
    this.#open(this.#applied);
  }

  #cutPower(store: Store): void {
    this.#noteDurable(store);
    this.#disk.powerCut();
    this.#disk = this.#disk.restart();
    this.#open(this.#history.durableSequence);
  }

  /** Opens, patiently, since each fault happens once. What was applied up to `from` must be there. */
  #open(from: number, faulty = true): Store {
    let store: Store | undefined;
    while (store === undefined) {
      this.#files = new CountedFiles(this.#disk);
      if (faulty && this.#random.chance(1, 4)) this.#planFault();
      this.#attempt(() => {
        store = openSmall(this.#files, this.#seed, this.#history);
      });
      if (store !== undefined) break;
      expect(this.#files.openHandles, 'a store that did not open holds files').toBe(0);
      this.#disk = this.#disk.reopen(); // a sync that failed goes on failing until then
    }
    this.#mayRefuse = false;
    expect(store.lastSequence, 'an acknowledged write is lost').toBeGreaterThanOrEqual(from);
    this.#adopt(store);
    return store;
  }

  /** What was recovered is the history from now on. */
  #adopt(store: Store): void {
    const found = store.lastSequence;
    if (this.#unsure !== undefined && found > this.#applied) this.#applies(this.#unsure);
    this.#unsure = undefined;
    const model = modelAt(this.#history, found);
    const opened = store;
    while (!this.#attempt(() => expect(contents(opened)).toBe(model)));
    let sequence = 0;
    const kept = this.#history.batches.filter((batch) => (sequence += batch.length) <= found);
    this.#history.batches.length = kept.length;
    this.#applied = found;
    this.#store = store;
  }

  /** The faults are over: everything works, and only what is needed is left. */
  #finish(): void {
    this.#disk = this.#disk.reopen();
    const store = this.#open(this.#applied, false);
    for (let round = 0; round < 3; round++) {
      const { batch, operations } = this.#draw();
      store.write(batch);
      this.#applies(operations);
      while (!store.flush()) this.#disk.completeSync();
      this.#disk.completeSync();
    }
    store.flush();
    while (store.workDue || store.compaction.busy) {
      store.work(1000);
      this.#disk.completeSync();
    }
    store.work(); // deletes what could not be deleted before
    this.#compare(store);
    const kinds = this.#disk.list().map((name) => name.replace(/^\d+/, ''));
    const count = (kind: string) => kinds.filter((name) => name === kind).length;
    expect([count('.wal'), count('.man'), count('.sst')]).toEqual([1, 1, store.stats().tables]);
    store.close();
    expect(this.#files.openHandles, 'a closed store holds files').toBe(0);
  }
}
