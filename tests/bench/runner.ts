// The loops that run a workload on any peer, and that check what it did.
//
// A fill starts from nothing and is timed; then the store is closed, opened again and
// read from end to end, and the run counts only if every record is there, byte for
// byte. Reads are timed on a store that was filled in random order, settled, closed
// and opened again; each value is tasted (data.ts), and the sum must come out right.
// A store that skips the work fails instead of winning.

import { Data, taste } from './data.ts';
import type { Peer } from './peer.ts';
import {
  type Fill,
  fillRecords,
  type Read,
  SEEK_ENTRIES,
  type Sizes,
  WORKLOADS,
} from './workloads.ts';

/** Records written or read (for `seek`, seeks), and how long that took. */
export interface Outcome {
  ops: number;
  ms: number;
}

const READ_FILL_BATCH = 1000;

export class Runner {
  readonly #peer: Peer;
  readonly #sizes: Sizes;
  readonly #data: Data;
  #reading = false;

  constructor(peer: Peer, sizes: Sizes) {
    this.#peer = peer;
    this.#sizes = sizes;
    this.#data = new Data(sizes.records);
  }

  async run(name: string): Promise<Outcome> {
    const workload = WORKLOADS.find((each) => each.name === name);
    if (!workload) throw new Error(`there is no workload ${name}`);
    return workload.kind === 'fill' ? this.#fill(workload) : this.#read(workload);
  }

  /** Leaves the peer closed and its files removed. */
  async finish(): Promise<void> {
    if (this.#reading) await this.#peer.close();
    this.#reading = false;
    await this.#peer.destroy();
  }

  async #fill(workload: Fill): Promise<Outcome> {
    const ops = fillRecords(workload, this.#sizes);
    const order = this.#data[workload.order].subarray(0, ops);
    await this.finish();
    await this.#peer.open(workload.mode);
    const startMs = performance.now();
    await write(this.#peer, this.#data, order, workload.batch);
    const ms = performance.now() - startMs;
    await this.#reopen(workload.mode);
    await verify(this.#peer, this.#data, order);
    await this.#peer.close();
    await this.#peer.destroy();
    return { ops, ms };
  }

  async #read(workload: Read): Promise<Outcome> {
    await this.#prepareReads();
    const loop = READS[workload.name] as ReadLoop;
    this.#peer.beginReads();
    const startMs = performance.now();
    const { ops, sum, expected } = await loop(this.#peer, this.#data, this.#sizes);
    const ms = performance.now() - startMs;
    await this.#peer.endReads();
    check(sum === expected(), `${workload.name} read other bytes than were written`);
    return { ops, ms };
  }

  async #prepareReads(): Promise<void> {
    if (this.#reading) return;
    await this.finish();
    await this.#peer.open('unsynced');
    await write(this.#peer, this.#data, this.#data.shuffled, READ_FILL_BATCH);
    await this.#peer.settle();
    await this.#reopen('unsynced');
    this.#reading = true;
  }

  async #reopen(mode: Fill['mode']): Promise<void> {
    await this.#peer.close();
    await this.#peer.open(mode);
  }
}

async function write(peer: Peer, data: Data, order: Uint32Array, batch: number): Promise<void> {
  if (batch === 1) {
    for (const index of order) {
      const done = peer.put(data.keys[index] as Uint8Array, data.value(index));
      if (done) await done;
    }
    return;
  }
  for (let from = 0; from < order.length; from += batch) {
    const done = peer.batch(data, order, from, Math.min(from + batch, order.length));
    if (done) await done;
  }
}

/** @throws when the store holds anything but the records numbered `order`. */
async function verify(peer: Peer, data: Data, order: Uint32Array): Promise<void> {
  const sorted = order.slice().sort();
  let at = 0;
  peer.beginReads();
  await peer.scan(undefined, data.records + 1, (key, value) => {
    const index = sorted[at++];
    check(index !== undefined, 'the store holds records that nobody wrote');
    check(same(key, data.keys[index] as Uint8Array), `a key is wrong, at record ${index}`);
    check(same(value, data.value(index)), `a value is wrong, at record ${index}`);
  });
  await peer.endReads();
  check(at === sorted.length, `${at} records came back of ${sorted.length} written`);
}

type Tasted = { ops: number; sum: number; expected: () => number };
type ReadLoop = (peer: Peer, data: Data, sizes: Sizes) => Promise<Tasted>;

const READS: Record<string, ReadLoop> = { readrandom, readmissing, readseq, seek };

async function readrandom(peer: Peer, data: Data, sizes: Sizes): Promise<Tasted> {
  const order = data.shuffled.subarray(0, sizes.gets).toReversed();
  let sum = 0;
  for (const index of order) {
    const got = peer.get(data.keys[index] as Uint8Array);
    const value = got instanceof Promise ? await got : got;
    sum += value ? taste(value) : -1;
  }
  return { ops: order.length, sum, expected: () => tastes(data, order) };
}

async function readmissing(peer: Peer, data: Data, sizes: Sizes): Promise<Tasted> {
  const order = data.shuffled.subarray(0, sizes.gets);
  let sum = 0;
  for (const index of order) {
    const got = peer.get(data.missing(index));
    const value = got instanceof Promise ? await got : got;
    if (value !== undefined) sum++;
  }
  return { ops: order.length, sum, expected: () => 0 };
}

async function readseq(peer: Peer, data: Data): Promise<Tasted> {
  let sum = 0;
  await peer.scan(undefined, data.records, (key, value) => {
    sum += (key[15] as number) + taste(value);
  });
  const expected = () =>
    tastes(data, data.ascending) + data.keys.reduce((total, key) => total + (key[15] as number), 0);
  return { ops: data.records, sum, expected };
}

async function seek(peer: Peer, data: Data, sizes: Sizes): Promise<Tasted> {
  const order = data.shuffled.subarray(0, sizes.seeks);
  let sum = 0;
  for (const index of order) {
    const done = peer.scan(data.keys[index], SEEK_ENTRIES, (_key, value) => {
      sum += taste(value);
    });
    if (done) await done;
  }
  const expected = () =>
    order.reduce(
      (total, from) => total + tastes(data, data.ascending.subarray(from, from + SEEK_ENTRIES)),
      0,
    );
  return { ops: order.length, sum, expected };
}

function tastes(data: Data, order: Uint32Array): number {
  return order.reduce((total, index) => total + taste(data.value(index)), 0);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
