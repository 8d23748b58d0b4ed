// Crash at every file operation of random runs, flushes and compactions among them.
//
// A run is first lived through to count its changing calls. Then it is lived again once
// for each call, with the power cut in the middle of it, the call half done. The disk
// comes back with whatever its seed lets survive, and then:
//
// 1. Recovery succeeds and yields a prefix of the batches, each whole: no hole, no
//    resurrected delete, nothing that was never written.
// 2. The prefix contains everything that was acknowledged as durable.
// 3. Recovery that is itself cut short anywhere, and once more, yields the same in the end. That
//    is tried at random calls after each cut, and at every call after some.
// 4. The store goes on: it takes writes, closes, and opens with them.
//
//     CRASH_POINTS=200000 npx vitest run --project node tests/crash
//     CRASH_SEED=17 npx vitest run --project node tests/crash        one run, all its calls

import { expect, test } from 'vitest';
import { utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import { FaultyFiles, type FaultyOptions } from '../../engine/env/files-faulty.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { contents, live, modelAt, nothingPromised, openSmall, type Promised } from './workload.ts';

const POINTS = Number(process.env['CRASH_POINTS'] ?? 10_000);
const ONLY_SEED = process.env['CRASH_SEED'];

type Durability = NonNullable<FaultyOptions['durability']>;

/** Some seconds of work, on a machine that may have others. */
const TIMEOUT_MS = 600_000;

for (const durability of ['at-once', 'manual'] as const) {
  test(
    `every crash point of random runs recovers a prefix with everything durable, syncs ${durability}`,
    () => {
      let points = 0;
      const seeds = ONLY_SEED === undefined ? countFrom(1) : [Number(ONLY_SEED)];
      for (const seed of seeds) {
        points += crashEverywhere(seed, durability);
        if (points >= POINTS / 2) break;
      }
      expect(points).toBeGreaterThanOrEqual(ONLY_SEED === undefined ? POINTS / 2 : 1);
    },
    TIMEOUT_MS,
  );
}

function* countFrom(first: number): Generator<number> {
  for (let seed = first; ; seed++) yield seed;
}

/** Returns how many crash points the run of this seed has. */
function crashEverywhere(seed: number, durability: Durability): number {
  const calls = countCalls(seed, durability);
  for (let call = 1; call <= calls; call++) {
    try {
      crashAt(seed, call, durability);
    } catch (error) {
      const where = `seed ${seed}, call ${call} of ${calls}, syncs ${durability}`;
      throw new Error(`${where}: ${(error as Error).message}\nCRASH_SEED=${seed} repeats it`, {
        cause: error,
      });
    }
  }
  return calls;
}

function diskOf(seed: number, durability: Durability): FaultyFiles {
  const reserves = seed % 2 === 0; // such disks leave zeros behind logs
  return new FaultyFiles({ random: new Random(seed).fork('disk'), durability, reserves });
}

const CHANGING = ['create', 'append', 'sync', 'delete', 'syncDirectory'] as const;

function changingCalls(disk: FaultyFiles): number {
  return CHANGING.reduce((sum, call) => sum + disk.calls[call], 0);
}

function countCalls(seed: number, durability: Durability): number {
  const disk = diskOf(seed, durability);
  live(disk, seed, nothingPromised(), true);
  return changingCalls(disk);
}

/** Of so many crash points one has its recovery cut at every call. */
const THOROUGH_EVERY = 40;

function crashAt(seed: number, call: number, durability: Durability): void {
  const disk = diskOf(seed, durability);
  const promised = nothingPromised();
  disk.cutAtCall(call);
  live(disk, seed, promised);
  disk.powerCut();
  // Asked again, the disk comes back the same.
  const restart = () => disk.restart({ random: new Random(seed).fork(`crash ${call}`) });
  const random = new Random(seed).fork(`recovery ${call}`);
  const found = recover(restart(), seed, promised);
  const isThorough = (seed + call) % THOROUGH_EVERY === 0;
  for (let cut = isThorough ? 1 : random.between(1, 12); ; cut++) {
    const once = restart();
    const isWhole = recoverUpTo(once, seed, promised, cut);
    const twice = once.restart({ random });
    recoverUpTo(twice, seed, promised, random.between(1, 12));
    const last = twice.restart({ random });
    const again = recover(last.reopen(), seed, promised);
    expect(again, `recovery that was cut short at call ${cut} changed the outcome`).toBe(found);
    if (isWhole || !isThorough) {
      goOn(last.reopen(), seed, found, promised);
      return;
    }
  }
}

/** Opens and does what is due, until the power is cut in this call; true if it came to the end. */
function recoverUpTo(
  machine: FaultyFiles,
  seed: number,
  promised: Promised,
  call: number,
): boolean {
  machine.cutAtCall(call);
  try {
    const store = openSmall(machine, seed, promised);
    store.flush();
    while (store.workDue) store.work(50);
    store.close();
    return true;
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
    return false;
  } finally {
    machine.powerCut();
  }
}

function goOn(disk: FaultyFiles, seed: number, found: number, promised: Promised): void {
  const store = openSmall(disk, seed, promised);
  const sequence = store.write(new Batch().put(utf8('after'), utf8('all')), 'full');
  expect(sequence).toBe(found + 1);
  disk.completeSync();
  expect(store.durableSequence).toBe(sequence);
  store.close();
  const next = openSmall(disk.reopen(), seed, promised);
  expect(next.lastSequence).toBe(sequence);
  expect(contents(next)).toContain('after=all');
}

/** Opens and checks; returns the last sequence number that was recovered. */
function recover(disk: FaultyFiles, seed: number, promised: Promised): number {
  const store = openSmall(disk, seed, promised);
  const found = store.lastSequence;
  expect(found, 'an acknowledged write is lost').toBeGreaterThanOrEqual(promised.durableSequence);
  expect(contents(store)).toBe(modelAt(promised, found));
  return found;
}
