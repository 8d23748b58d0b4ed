// The timed loops that write: fills of an empty store, and updates of a full one.

import { Random } from '../../engine/base/random.ts';
import type { Contents } from './contents.ts';
import { type Data, taste } from './data.ts';
import type { Stopwatch } from './latency.ts';
import type { Peer } from './peer.ts';
import { zipfian } from './zipf.ts';

/**
 * Writes the records in `order`, `batch` to a transaction.
 * @returns how many were written before time was up
 */
export async function write(
  peer: Peer,
  data: Data,
  order: Uint32Array,
  batch: number,
  watch: Stopwatch,
): Promise<number> {
  let at = 0;
  while (at < order.length) {
    const to = Math.min(at + batch, order.length);
    const done =
      batch === 1 ? putOne(peer, data, order[at] as number) : peer.batch(data, order, at, to);
    if (done) await done;
    at = to;
    if (watch.lap()) break;
  }
  return at;
}

function putOne(peer: Peer, data: Data, index: number) {
  return peer.put(data.keys[index] as Uint8Array, data.value(index));
}

/** What an update will do, drawn beforehand: a record's number times two, plus one if it is put. */
export function drawUpdates(
  count: number,
  records: number,
  choice: 'uniform' | 'zipfian',
  writes: number,
  seed: number,
): Uint32Array {
  const random = new Random(seed);
  const next = choice === 'zipfian' ? zipfian(records, random) : () => random.below(records);
  return Uint32Array.from({ length: count }, () => {
    const isPut = random.below(1000) < 1000 * writes;
    return 2 * next() + (isPut ? 1 : 0);
  });
}

export interface Updated {
  readonly ops: number;
  readonly sum: number;
}

/** Puts and gets as drawn; `contents` learns what was put. */
export async function update(
  peer: Peer,
  contents: Contents,
  drawn: Uint32Array,
  watch: Stopwatch,
): Promise<Updated> {
  const { keys } = contents.data;
  const get = (peer.getAlone ?? peer.get).bind(peer);
  let ops = 0;
  let sum = 0;
  for (const operation of drawn) {
    const index = operation >>> 1;
    const key = keys[index] as Uint8Array;
    if (operation & 1) {
      const done = peer.put(key, contents.overwrite(index));
      if (done) await done;
    } else {
      const got = get(key);
      const value = got instanceof Promise ? await got : got;
      sum += value ? taste(value) : -1;
    }
    ops++;
    if (watch.lap()) break;
  }
  return { ops, sum };
}

/** What the reads of an update must have tasted, given the contents before it. */
export function tastesOf(before: Contents, drawn: Uint32Array): number {
  let sum = 0;
  for (const operation of drawn) {
    const index = operation >>> 1;
    if (operation & 1) before.overwrite(index);
    else sum += taste(before.value(index));
  }
  return sum;
}
