// A power cut at every file operation of random lives of a B-tree.
//
// 1. What is found is the tree after some commit, whole, and none that was durable is missing.
// 2. Opening it again finds the same, and it goes on from there.
//
//     BTREE_CRASH_POINTS=100000 npx vitest run --project node tests/unit/btree/crash

import { expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { BTree } from '../../../engine/btree/tree.ts';
import { FaultyFiles, type FaultyOptions } from '../../../engine/env/files-faulty.ts';
import {
  applyTo,
  contents,
  expectSound,
  type Model,
  operationsOf,
  randomSteps,
  sorted,
} from './model.ts';

const POINTS = Number(process.env['BTREE_CRASH_POINTS'] ?? 800);
const CHANGING = ['create', 'append', 'sync', 'delete', 'syncDirectory'] as const;

type Durability = NonNullable<FaultyOptions['durability']>;

/** What a life has written, and how much of it was said to be durable. */
interface Promised {
  readonly states: Model[];
  durable: number;
}

const open = (files: FaultyFiles) => BTree.open({ files, pageBytes: 256, cachePages: 3 });

function diskOf(seed: number, durability: Durability): FaultyFiles {
  return new FaultyFiles({ random: new Random(seed).fork('disk'), durability });
}

/** Writes, vacuums, opens again, until it is done or dead. */
function live(disk: FaultyFiles, seed: number, promised: Promised): void {
  const random = new Random(seed).fork('life');
  try {
    let tree = open(disk);
    for (let round = 0; round < 14; round++) {
      const steps = randomSteps(random, 40, 10);
      const next = new Map(promised.states.at(-1));
      applyTo(next, steps);
      // Before the call: it may be there although the call died.
      promised.states.push(next);
      const commit = tree.write(operationsOf(steps), random.chance(3, 4));
      promised.states.length = commit + 1;
      if (random.chance(1, 3)) disk.completeSync(random.between(0, disk.syncsPending));
      if (random.chance(1, 6)) tree.vacuum();
      if (tree.isDurable) promised.durable = commit;
      if (random.chance(1, 8)) {
        tree.close();
        tree = open(disk);
      }
    }
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_POWER_CUT')) throw error;
  }
}

function calls(disk: FaultyFiles): number {
  return CHANGING.reduce((sum, call) => sum + disk.calls[call], 0);
}

function crashAt(seed: number, call: number, durability: Durability): void {
  const disk = diskOf(seed, durability);
  const promised: Promised = { states: [new Map()], durable: 0 };
  disk.cutAtCall(call);
  live(disk, seed, promised);
  disk.powerCut();
  const after = disk.restart({ random: new Random(seed).fork(`crash ${call}`) });
  const tree = open(after);
  const { commits } = tree.stats;
  expect(commits).toBeGreaterThanOrEqual(promised.durable);
  expect(contents(tree)).toEqual(
    sorted(promised.states[commits] ?? new Map([['no such', 'commit']])),
  );
  expectSound(after, tree);
  tree.close();
  goOn(after.reopen(), commits, promised.states[commits] ?? new Map());
}

function goOn(disk: FaultyFiles, commits: number, model: Model): void {
  const tree = open(disk);
  expect(tree.stats.commits).toBe(commits);
  const steps = [
    ['k1', 'after'],
    ['k2', undefined],
    ['zz', 'all'],
  ] as const;
  tree.write(operationsOf(steps));
  disk.completeSync();
  expect(tree.isDurable).toBe(true);
  const next = new Map(model);
  applyTo(next, steps);
  expect(disk.list()).toHaveLength(1);
  tree.close();
  const again = disk.reopen();
  expect(contents(open(again))).toEqual(sorted(next));
}

for (const durability of ['at-once', 'manual'] as const) {
  test(`every crash point finds a whole commit and all that was durable, syncs ${durability}`, () => {
    let points = 0;
    for (let seed = 1; points < POINTS; seed++) {
      const whole = diskOf(seed, durability);
      live(whole, seed, { states: [new Map()], durable: 0 });
      for (let call = 1; call <= calls(whole); call++, points++) {
        try {
          crashAt(seed, call, durability);
        } catch (error) {
          throw new Error(`seed ${seed}, call ${call}: ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
    }
  });
}
