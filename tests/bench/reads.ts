// The timed loops that read. Each tastes every value (data.ts), and says what the sum of the
// tastes must be, which is worked out after the clock has stopped.

import { clockMs } from './clock.ts';
import type { Contents } from './contents.ts';
import { taste } from './data.ts';
import type { Peer } from './peer.ts';
import { SEEK_ENTRIES, type Sizes } from './workloads.ts';

export interface Tasted {
  readonly ops: number;
  readonly ms: number;
  readonly sum: number;
  readonly expected: () => number;
}

export type ReadLoop = (peer: Peer, contents: Contents, sizes: Sizes) => Promise<Tasted>;

/** The clock is read once in so many operations: in fast stores it would cost a tenth of one. */
const OPS_PER_LOOK = 64;

class Deadline {
  readonly #startMs = clockMs();
  readonly #endMs: number;

  constructor(sizes: Sizes) {
    this.#endMs = performance.now() + sizes.cellMsMax;
  }

  passed(ops: number): boolean {
    return ops % OPS_PER_LOOK === 0 && performance.now() > this.#endMs;
  }

  get ms(): number {
    return clockMs() - this.#startMs;
  }
}

export const READS: Record<string, ReadLoop> = { readrandom, readmissing, readseq, seek };

async function readrandom(peer: Peer, contents: Contents, sizes: Sizes): Promise<Tasted> {
  const { data } = contents;
  const order = data.shuffled.subarray(0, sizes.gets).toReversed();
  let ops = 0;
  let sum = 0;
  const deadline = new Deadline(sizes);
  for (const index of order) {
    const got = peer.get(data.keys[index] as Uint8Array);
    const value = got instanceof Promise ? await got : got;
    sum += value ? taste(value) : -1;
    if (deadline.passed(++ops)) break;
  }
  const { ms } = deadline;
  return { ops, ms, sum, expected: () => tastes(contents, order.subarray(0, ops)) };
}

async function readmissing(peer: Peer, { data }: Contents, sizes: Sizes): Promise<Tasted> {
  const keys = Array.from(data.shuffled.subarray(0, sizes.gets), (index) => data.missing(index));
  let ops = 0;
  let sum = 0;
  const deadline = new Deadline(sizes);
  for (const key of keys) {
    const got = peer.get(key);
    const value = got instanceof Promise ? await got : got;
    if (value !== undefined) sum++;
    if (deadline.passed(++ops)) break;
  }
  return { ops, ms: deadline.ms, sum, expected: () => 0 };
}

async function readseq(peer: Peer, contents: Contents, sizes: Sizes): Promise<Tasted> {
  const { data } = contents;
  let sum = 0;
  const deadline = new Deadline(sizes);
  const done = peer.scan(undefined, data.records, (key, value) => {
    sum += (key[15] as number) + taste(value);
  });
  if (done) await done;
  const { ms } = deadline;
  const expected = () =>
    tastes(contents, data.ascending) +
    data.keys.reduce((total, key) => total + (key[15] as number), 0);
  return { ops: data.records, ms, sum, expected };
}

async function seek(peer: Peer, contents: Contents, sizes: Sizes): Promise<Tasted> {
  const { data } = contents;
  const order = data.shuffled.subarray(0, sizes.seeks);
  let ops = 0;
  let sum = 0;
  const deadline = new Deadline(sizes);
  for (const index of order) {
    const done = peer.scan(data.keys[index], SEEK_ENTRIES, (_key, value) => {
      sum += taste(value);
    });
    if (done) await done;
    if (deadline.passed(++ops)) break;
  }
  const { ms } = deadline;
  const expected = () =>
    order
      .subarray(0, ops)
      .reduce(
        (total, from) =>
          total + tastes(contents, data.ascending.subarray(from, from + SEEK_ENTRIES)),
        0,
      );
  return { ops, ms, sum, expected };
}

function tastes(contents: Contents, order: Uint32Array): number {
  return order.reduce((total, index) => total + taste(contents.value(index)), 0);
}
