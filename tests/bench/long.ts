// The long run: overwrites of the same records in random order, far more of them than there are
// records, with a look at everything that could grow or slow down every so often.
//
// A store that never cleans up shows it here in the size of its files, one that cleans up all at
// once in the longest wait, one that keeps too much in mind in its memory. At the end the store
// is read from end to end.

import { Random } from '../../engine/base/random.ts';
import type { Probe } from './answer.ts';
import { Contents, verify } from './contents.ts';
import { Data, KEY_BYTES, VALUE_BYTES } from './data.ts';
import { Stopwatch } from './latency.ts';
import type { Peer, Stalls } from './peer.ts';
import { write } from './writes.ts';

export interface LongOptions {
  readonly records: number;
  readonly overwrites: number;
  /** How many looks. */
  readonly samples: number;
}

/** What happened since the look before, and what there is now. */
export interface LongSample {
  /** Overwrites so far. */
  readonly ops: number;
  /** Since the beginning of the first overwrite. */
  readonly ms: number;
  readonly opsPerSecond: number;
  readonly p99Us: number;
  readonly maxMs: number;
  readonly files: number;
  readonly diskBytes: number;
  /** Writers held back, so far. */
  readonly stalls?: Stalls;
  readonly rssBytes?: number;
  readonly heapBytes?: number;
  readonly buffersBytes?: number;
}

export interface LongResult {
  readonly records: number;
  readonly overwrites: number;
  /** Bytes of all keys and values that the store holds. */
  readonly logicalBytes: number;
  readonly samples: readonly LongSample[];
  readonly settings: string;
}

const FILL_BATCH = 1000;

export async function longRun(
  peer: Peer,
  { records, overwrites, samples }: LongOptions,
  probe: Probe,
): Promise<LongResult> {
  const data = new Data(records);
  const contents = new Contents(data);
  await peer.destroy();
  await peer.open('unsynced');
  await write(peer, data, data.shuffled, FILL_BATCH, new Stopwatch(Number.POSITIVE_INFINITY));
  const taken: LongSample[] = [];
  const random = new Random(2);
  const perSample = Math.ceil(overwrites / samples);
  for (let ops = 0, ms = 0; ops < overwrites; ops += perSample) {
    const watch = new Stopwatch(Number.POSITIVE_INFINITY);
    await overwrite(peer, contents, perSample, random, watch);
    const tookMs = watch.ms;
    ms += tookMs;
    const { files, bytes } = (await peer.footprint()) ?? { files: 0, bytes: 0 };
    taken.push({
      ops: ops + perSample,
      ms: Math.round(ms),
      opsPerSecond: Math.round((perSample / tookMs) * 1000),
      p99Us: watch.latencies.p99Us,
      maxMs: Math.round(watch.latencies.maxUs / 100) / 10,
      files,
      diskBytes: bytes,
      ...(peer.stalls && { stalls: peer.stalls() }),
      ...probe(),
    });
  }
  await peer.close();
  await peer.open('unsynced');
  await verify(peer, contents, data.ascending);
  await peer.close();
  await peer.destroy();
  const logicalBytes = records * (KEY_BYTES + VALUE_BYTES);
  return { records, overwrites, logicalBytes, samples: taken, settings: peer.settings.unsynced };
}

async function overwrite(
  peer: Peer,
  contents: Contents,
  count: number,
  random: Random,
  watch: Stopwatch,
): Promise<void> {
  const { keys, records } = contents.data;
  for (let i = 0; i < count; i++) {
    const index = random.below(records);
    const done = peer.put(keys[index] as Uint8Array, contents.overwrite(index));
    if (done) await done;
    watch.lap();
  }
}
