// Runs a workload on any peer, and checks what it did.
//
// A fill starts from nothing and is timed; then the store is closed, opened again and
// read from end to end, and the run counts only if every record is there, byte for
// byte. Reads and updates are timed on a store that was filled in random order, settled,
// closed and opened again; each value is tasted (data.ts), and the sum must come out right.
// When a store was updated it is read from end to end before it goes.
// A store that skips the work fails instead of winning.

import { Contents, check, same, verify } from './contents.ts';
import { Data, KEY_BYTES, VALUE_BYTES } from './data.ts';
import { type Latencies, Stopwatch } from './latency.ts';
import type { Mode, Peer } from './peer.ts';
import { READS, type ReadLoop } from './reads.ts';
import {
  type Fill,
  fillRecords,
  type Read,
  type Sizes,
  type Space,
  type Update,
  WORKLOADS,
} from './workloads.ts';
import { drawUpdates, tastesOf, update, write } from './writes.ts';

export interface Outcome {
  /** Records written or read (for `seek`, seeks). */
  ops: number;
  ms: number;
  /** What counts, in the workload's unit. */
  value: number;
  /** Time was up before everything was done. */
  cut?: boolean;
  latencies?: Latencies;
  /** Why this store doesn't run this workload; then nothing else counts. */
  skipped?: string;
}

const FILL_BATCH = 1000;

/** A read that is through sooner is repeated: what takes a few milliseconds can't be timed well. */
const READ_MS_MIN = 100;
const READ_TIMES_MAX = 10;

/**
 * Before its first round each kind of read runs untimed for so long: compilers of JavaScript and of
 * WebAssembly work while code first runs, and take longer than all reads of a small store.
 */
const WARM_MS = 150;

export class Runner {
  readonly #peer: Peer;
  readonly #sizes: Sizes;
  #data: Data | undefined;
  /** What the store holds while it is open for reads and updates. */
  #contents: Contents | undefined;
  #updates = 0;
  readonly #warmed = new Set<string>();

  constructor(peer: Peer, sizes: Sizes) {
    this.#peer = peer;
    this.#sizes = sizes;
  }

  async run(name: string): Promise<Outcome> {
    const workload = WORKLOADS.find((each) => each.name === name);
    if (!workload) throw new Error(`there is no workload ${name}`);
    const { skips } = this.#peer;
    const skipped =
      skips?.[name] ?? (workload.kind === 'fill' ? skips?.[workload.mode] : undefined);
    if (skipped) return { ops: 0, ms: 0, value: 0, skipped };
    if (workload.kind === 'fill') return this.#fill(workload);
    if (workload.kind === 'space') return this.#space(workload);
    const contents = await this.#filled();
    if (workload.kind === 'read') return this.#read(workload, contents);
    if (workload.kind === 'update') return this.#update(workload, contents);
    return this.#reopenTimed(contents);
  }

  /** Leaves the peer closed and its files removed. */
  async finish(): Promise<void> {
    const contents = this.#contents;
    this.#contents = undefined;
    if (contents) {
      if (this.#updates > 0) await verify(this.#peer, contents, contents.data.ascending);
      await this.#peer.close();
    }
    await this.#peer.destroy();
  }

  get #records(): Data {
    this.#data ??= new Data(this.#sizes.records);
    return this.#data;
  }

  async #fill(workload: Fill): Promise<Outcome> {
    await this.finish();
    const data = this.#records;
    const around = data[workload.order];
    const order = Uint32Array.from(
      { length: fillRecords(workload, this.#sizes) },
      (_, i) => around[i % around.length] as number,
    );
    await this.#peer.open(workload.mode);
    const watch = new Stopwatch(this.#sizes.cellMsMax);
    const ops = await write(this.#peer, data, order, workload.batch, watch);
    const { ms, latencies } = watch;
    await this.#reopen(workload.mode);
    await verify(this.#peer, new Contents(data), around.subarray(0, Math.min(ops, around.length)));
    await this.#peer.close();
    await this.#peer.destroy();
    return { ...rate(ops, ms), cut: ops < order.length, latencies };
  }

  async #space({ compress }: Space): Promise<Outcome> {
    await this.finish();
    const data = compress ? new Data(this.#sizes.records, true) : this.#records;
    await this.#peer.open('unsynced', compress);
    const watch = new Stopwatch(Number.POSITIVE_INFINITY);
    await write(this.#peer, data, data.shuffled, FILL_BATCH, watch);
    await this.#peer.settle();
    await this.#peer.close();
    const footprint = await this.#peer.footprint();
    await this.#peer.open('unsynced', compress);
    await verify(this.#peer, new Contents(data), data.ascending);
    await this.#peer.close();
    await this.#peer.destroy();
    if (!footprint)
      return { ops: 0, ms: 0, value: 0, skipped: 'the size of its files is not known' };
    const value = footprint.bytes / (data.records * (KEY_BYTES + VALUE_BYTES));
    return { ops: data.records, ms: watch.ms, value };
  }

  async #read(workload: Read, contents: Contents): Promise<Outcome> {
    if (!this.#warmed.has(workload.name)) {
      this.#warmed.add(workload.name);
      await this.#repeat(workload, contents, { ...this.#sizes, cellMsMax: WARM_MS }, WARM_MS);
    }
    const { ops, ms } = await this.#repeat(workload, contents, this.#sizes, READ_MS_MIN);
    return { ...rate(ops, ms), cut: ms > this.#sizes.cellMsMax };
  }

  /** The loop once, and again until it has taken so long. */
  async #repeat({ name }: Read, contents: Contents, sizes: Sizes, msMin: number) {
    const loop = READS[name] as ReadLoop;
    let [ops, ms] = [0, 0];
    for (let times = 0; times < READ_TIMES_MAX && ms < msMin; times++) {
      this.#peer.beginReads();
      const tasted = await loop(this.#peer, contents, sizes);
      await this.#peer.endReads();
      check(tasted.sum === tasted.expected(), `${name} read other bytes than were written`);
      ops += tasted.ops;
      ms += tasted.ms;
    }
    return { ops, ms };
  }

  async #update({ name, choice, writes }: Update, contents: Contents): Promise<Outcome> {
    const { records, gets, cellMsMax } = this.#sizes;
    const drawn = drawUpdates(gets, records, choice, writes, ++this.#updates);
    const before = contents.copy();
    const watch = new Stopwatch(cellMsMax);
    const { ops, sum } = await update(this.#peer, contents, drawn, watch);
    const { ms, latencies } = watch;
    const expected = tastesOf(before, drawn.subarray(0, ops));
    check(sum === expected, `${name} read other bytes than were written`);
    return { ...rate(ops, ms), cut: ops < drawn.length, latencies };
  }

  async #reopenTimed(contents: Contents): Promise<Outcome> {
    const index = contents.data.shuffled[0] as number;
    const key = contents.data.keys[index] as Uint8Array;
    await this.#peer.close();
    const startMs = performance.now();
    await this.#peer.open('unsynced');
    const got = await (this.#peer.getAlone ?? this.#peer.get).call(this.#peer, key);
    const ms = performance.now() - startMs;
    check(got !== undefined && same(got, contents.value(index)), 'a value is wrong after opening');
    return { ops: 1, ms, value: ms };
  }

  /** The store with all records in it, opened; the first call fills it. */
  async #filled(): Promise<Contents> {
    if (this.#contents) return this.#contents;
    await this.finish();
    const data = this.#records;
    await this.#peer.open('unsynced');
    const watch = new Stopwatch(Number.POSITIVE_INFINITY);
    await write(this.#peer, data, data.shuffled, FILL_BATCH, watch);
    await this.#peer.settle();
    await this.#reopen('unsynced');
    this.#contents = new Contents(data);
    this.#updates = 0;
    return this.#contents;
  }

  async #reopen(mode: Mode): Promise<void> {
    await this.#peer.close();
    await this.#peer.open(mode);
  }
}

const rate = (ops: number, ms: number) => ({ ops, ms, value: (ops / ms) * 1000 });
