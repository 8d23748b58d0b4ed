// The same seed gives the same trace hash in Node and in every browser: a store on a
// simulated disk lives, loses power, recovers and goes on, and every event of it, bytes
// included, goes into one number. The numbers are frozen here; a change of the engine
// that changes what it does changes them, and `npx vitest run tests/unit/determinism`
// prints the new ones.

import { Random } from '../../../engine/base/random.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { tracedFiles } from '../../../engine/env/files-traced.ts';
import { isFerrisError, utf8 } from '../../../engine/index.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { Recorder } from '../../../engine/trace/recorder.ts';

export const FROZEN_HASHES: Readonly<Record<number, string>> = {
  1: 'f9c41ff2 of 1252 events',
  2: '58d93800 of 1296 events',
  3: 'c92bbd60 of 1008 events',
  4: '45d25bf3 of 1094 events',
  5: '8c677746 of 1127 events',
};

/** Lives through three power cuts; returns the hash of everything that was said. */
export function traceHash(seed: number): string {
  const recorder = new Recorder();
  const random = new Random(seed);
  let disk = new FaultyFiles({ random: random.fork('disk'), trace: recorder.trace });
  for (let life = 0; life < 3; life++) {
    disk.cutAtCall(random.between(20, 120));
    live(disk, random.fork('life'), recorder);
    disk.powerCut();
    disk = disk.restart({ random: random.fork('restart') });
  }
  live(disk, random, recorder);
  return `${recorder.hash} of ${recorder.entries.length} events`;
}

function live(disk: FaultyFiles, random: Random, { trace }: Recorder): void {
  try {
    const files = tracedFiles(disk, trace);
    const store = Store.open({
      files,
      trace,
      memtableBytes: 1 << 10,
      logBytes: 700,
      blockBytes: 256,
      level0Tables: 2,
      levelBytes: 2048,
      tableBytes: 1024,
      blockCacheBytes: 4096,
    });
    for (let i = 0; i < 40; i++) {
      step(store, random);
      if (store.workDue) store.work(50);
    }
    store.close();
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
  }
}

function step(store: Store, random: Random): void {
  const key = utf8(`key ${random.below(20)}`);
  if (random.chance(1, 5)) store.get(key);
  else if (random.chance(1, 8)) store.write(new Batch().delete(key), 'none');
  else if (random.chance(1, 12)) store.write(new Batch().deleteRange(key, utf8('key 9')), 'none');
  else if (random.chance(1, 7)) store.write(new Batch().merge(utf8('sum'), 'add', key), 'none');
  else
    store.write(
      new Batch().put(key, random.bytes(random.below(60))),
      random.pick(['none', 'full']),
    );
}
