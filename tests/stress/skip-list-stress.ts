// Writers and readers on one shared skip list, each in a thread of its own: rounds of new
// lists until the time is over. See skip-list-thread.ts for what they check meanwhile.

import { Random } from '../../engine/base/random.ts';
import { SharedSkipList } from '../../engine/lsm/memtable/shared-skip-list.ts';
import { checkNode, type Done, type Job, type Round } from './skip-list-thread.ts';

/** A thread that does one job at a time. */
export interface Thread {
  run(job: Job): Promise<Done>;
}

const KEYS = [1, 3, 50, 1_000_000];

/** Runs rounds for about `seconds`; returns what was done in all. */
export async function stress(
  writers: readonly Thread[],
  readers: readonly Thread[],
  seconds: number,
  seed: number,
): Promise<{ rounds: number; inserts: number; reads: number }> {
  const endMs = performance.now() + seconds * 1000;
  const random = new Random(seed);
  const total = { rounds: 0, inserts: 0, reads: 0 };
  do {
    const round = begin(random.u32(), total.rounds, writers.length);
    const jobs = [
      ...writers.map((thread, t) => thread.run({ round, role: 'write', thread: t })),
      ...readers.map((thread, t) => thread.run({ round, role: 'read', thread: t })),
    ];
    const done = await Promise.all(jobs);
    for (const { error } of done)
      if (error !== undefined) throw new Error(`seed ${seed}, ${error}`);
    checkLevels(round);
    total.rounds++;
    for (const [i, { operations }] of done.entries())
      total[i < writers.length ? 'inserts' : 'reads'] += operations;
  } while (performance.now() < endMs);
  return total;
}

function begin(seed: number, nth: number, writers: number): Round {
  const keys = KEYS[nth % KEYS.length] as number;
  const list = SharedSkipList.create(1 << 18, { seed }).buffer;
  const progress = new Int32Array(new SharedArrayBuffer((writers + 1) * 4));
  // Every other round goes on until the memory is full.
  const entriesMax = nth % 2 === 0 ? 2000 : 1_000_000;
  return { seed, list, progress, writers, entriesMax, keys };
}

/** At the end each level holds the nodes that are high enough, all of them, in the order of level 0. */
function checkLevels(round: Round): void {
  const list = SharedSkipList.attach(round.list, 1);
  const { entries } = list;
  const [all = [], ...higher] = list.levels();
  const inserted = round.progress.subarray(0, round.writers).reduce((sum, count) => sum + count, 0);
  if (all.length !== inserted) throw new Error(`${inserted} inserted, ${all.length} there`);
  for (const node of all) checkNode(round, list, node);
  for (const [i, nodes] of higher.entries()) {
    const expected = all.filter((node) => entries.height(node) > i + 1);
    if (nodes.length !== expected.length || nodes.some((node, at) => node !== expected[at]))
      throw new Error(`level ${i + 1} does not hold what is high enough`);
  }
}
