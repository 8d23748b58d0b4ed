// A store and its model, led through the same program. Every answer of the store is compared with
// the model's, and kept, so that stores with different options can be compared with each other.

import { expect } from 'vitest';
import { compareBytes, utf8 } from '../../engine/base/bytes.ts';
import { Random } from '../../engine/base/random.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import type { StoreOptions } from '../../engine/lsm/options.ts';
import type { Scan, ScanRange } from '../../engine/lsm/scan.ts';
import type { Snapshot } from '../../engine/lsm/snapshots.ts';
import { Store } from '../../engine/lsm/store.ts';
import { CountedFiles } from '../counted-files.ts';
import { appendBytes, type Entry, encode, Model, type Operation, select, textOf } from './model.ts';
import type { Place } from './places.ts';
import { type Command, type Drawn, type Reopening, SHORT_KEYS } from './programs.ts';

interface HeldScan {
  readonly scan: Scan;
  readonly left: Entry[];
}

export interface PairOptions extends Omit<StoreOptions, 'files'> {
  /** Does slices of background work between commands, as many as its own dice say. */
  readonly restless?: boolean;
}

export class Pair {
  /** What the store has answered so far. */
  readonly answers: string[] = [];
  readonly #place: Place;
  readonly #options: PairOptions;
  readonly #random: Random;
  #files: CountedFiles;
  #nowMs = 100;
  #store: Store;
  #model = new Model();
  #snapshots: { snapshot: Snapshot; model: Model }[] = [];
  #scans: HeldScan[] = [];

  constructor(place: Place, options: PairOptions) {
    const clock = { nowMs: () => this.#nowMs };
    this.#place = place;
    this.#options = { ...options, clock, merge: appendBytes };
    this.#random = new Random(options.seed ?? 1).fork('pair');
    this.#files = new CountedFiles(place.files);
    this.#store = Store.open({ ...this.#options, files: this.#files });
  }

  async run(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      await this.#do(command);
      if (this.#options.restless) this.#fidget();
    }
    this.#compare({}, this.#model);
    this.#compare({ reverse: true }, this.#model);
    this.#finishScans();
    for (const { snapshot } of this.#snapshots) snapshot.release();
    this.#flush();
    this.#store.compactRange();
    this.#rest();
    this.#compare({}, this.#model);
    this.#checkNothingLeft();
  }

  async #do(command: Command): Promise<void> {
    const store = this.#store;
    switch (command.do) {
      case 'write':
        return this.#write(command.operations);
      case 'fill':
        return this.#fill(command.bytes);
      case 'scan':
        return this.#compare(command.range, this.#model);
      case 'snapshot':
        this.#snapshots.push({ snapshot: store.snapshot(), model: this.#model.copy() });
        return;
      case 'read snapshot':
        for (const { snapshot, model } of this.#snapshots)
          this.#compare(command.range, model, snapshot);
        return;
      case 'release':
        this.#snapshots.shift()?.snapshot.release();
        return this.#finishScans();
      case 'wait':
        this.#nowMs += command.ms;
        return;
      case 'compact':
        return store.compactRange(command.from, command.to);
      case 'tune':
        return store.setOptions(command.options);
      case 'hold scan':
        return this.#holdScan(command.range, command.steps);
      case 'flush':
        store.flush();
        return;
      case 'work':
        store.work(command.entries);
        return;
      case 'reopen':
        return this.#reopen(command.how);
    }
  }

  #write(drawn: readonly Drawn[]): void {
    const batch = new Batch();
    const operations = drawn.map((operation) => this.#timed(operation));
    for (const operation of operations) {
      encode(batch, operation);
      this.#model.apply(operation);
    }
    this.#store.write(batch);
    for (const operation of operations) {
      const key = operation.do === 'delete range' ? operation.from : operation.key;
      const expected = this.#model.get(key, this.#nowMs);
      expect(this.#store.get(key)).toEqual(expected);
    }
  }

  #fill(bytes: number): void {
    const value = new Uint8Array(bytes).fill(120);
    this.#write(SHORT_KEYS.map((key) => ({ do: 'put', key: utf8(key), value, ttlMs: undefined })));
  }

  #timed(operation: Drawn): Operation {
    if (operation.do !== 'put') return operation;
    const { ttlMs, ...put } = operation;
    return { ...put, expiresMs: ttlMs === undefined ? undefined : this.#nowMs + ttlMs };
  }

  #fidget(): void {
    if (this.#random.chance(1, 2)) this.#store.work(this.#random.between(1, 40));
    if (this.#random.chance(1, 3)) this.#place.settle();
  }

  /** A scan that is read a little now, and to its end when other things have happened. */
  #holdScan(range: ScanRange, steps: number): void {
    const scan = this.#store.scan(range);
    const left = select(this.#model.at(this.#nowMs), range);
    const held = { scan, left };
    for (let i = 0; i < steps; i++) this.#stepScan(held);
    this.#scans.push(held);
  }

  #stepScan({ scan, left }: HeldScan): boolean {
    const more = scan.next();
    const found: Entry[] = more ? [[scan.key.slice(), scan.value.slice()]] : [];
    this.#expectSame(found, left.splice(0, 1));
    return more;
  }

  #finishScans(): void {
    for (const held of this.#scans.splice(0)) while (this.#stepScan(held));
  }

  async #reopen(how: Reopening): Promise<void> {
    this.#scans = [];
    this.#snapshots = [];
    if (how === 'closed') this.#store.close();
    else if (how === 'power cut') this.#store.sync();
    this.#place.settle();
    await this.#place.reopen(how);
    this.#files = new CountedFiles(this.#place.files); // handles of a dead process are gone
    this.#store = Store.open({ ...this.#options, files: this.#files });
  }

  #flush(): void {
    for (let i = 0; !this.#store.flush(); i++) {
      if (i > 99) throw new Error('the flush comes to no end');
      this.#place.settle();
    }
    this.#place.settle();
  }

  /** Until no work is left. */
  #rest(): void {
    for (let i = 0; this.#store.workDue || this.#store.compaction.busy; i++) {
      if (i > 9999) throw new Error('the work comes to no end');
      this.#store.work(1 << 20);
      this.#place.settle();
    }
  }

  #compare(range: ScanRange, model: Model, snapshot?: Snapshot): void {
    const scan = this.#store.scan(range, snapshot);
    const found: Entry[] = [];
    while (scan.next()) found.push([scan.key.slice(), scan.value.slice()]);
    const all = model.at(this.#nowMs);
    this.#expectSame(found, select(all, range));
    for (const [key, value] of all) {
      const got = this.#store.get(key, snapshot);
      if (got === undefined || compareBytes(got, value) !== 0) expect(got).toEqual(value);
    }
  }

  #expectSame(found: readonly Entry[], expected: readonly Entry[]): void {
    const answer = textOf(found);
    this.answers.push(answer);
    if (answer !== textOf(expected)) expect(found).toEqual(expected);
  }

  /** No scan holds files any more, so there are those of the version and nothing else. */
  #checkNothingLeft(): void {
    const { tables, pinnedRunSets } = this.#store.stats();
    expect(pinnedRunSets).toBe(0);
    const files = this.#files.list();
    const count = (end: string) => files.filter((name) => name.endsWith(end)).length;
    expect(count('.sst')).toBe(tables);
    expect(count('.man')).toBeLessThanOrEqual(1);
    this.#store.close();
    expect(this.#files.openHandles).toBe(0);
  }
}
