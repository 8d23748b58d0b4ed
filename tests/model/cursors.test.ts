// Cursors over many runs against one over all their entries: the same moves lead to the same place.

import { expect, test } from 'vitest';
import { compareBytes, equalBytes } from '../../engine/base/bytes.ts';
import { Random } from '../../engine/base/random.ts';
import type { Cursor } from '../../engine/lsm/cursor.ts';
import { LevelCursor, type LevelTable } from '../../engine/lsm/level-cursor.ts';
import { MergeCursor } from '../../engine/lsm/merge.ts';
import {
  type Entry,
  entryAt,
  ModelCursor,
  randomEntries,
  randomMove,
  sortEntries,
} from './sorted-entries.ts';

const SEEDS = 300;
const MOVES = 60;

function expectSameMoves(seed: number, cursor: Cursor, sorted: readonly Entry[]): void {
  const random = new Random(seed).fork('moves');
  const model = new ModelCursor(sorted);
  for (let i = 0; i < MOVES; i++) {
    const { name, apply } = randomMove(random, sorted, model.valid);
    apply(model);
    apply(cursor);
    expect(entryAt(cursor), `seed ${seed}, move ${i}, ${name}`).toEqual(entryAt(model));
  }
}

/**
 * Cuts entries into tables between two keys. Some hold no entry at all, only a range that is
 * deleted; some end, as range deletes do, at the key that the next one begins with.
 */
function tablesOf(random: Random, sorted: readonly Entry[]): LevelTable[] {
  const tables: LevelTable[] = [];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const first = sorted[from] as Entry;
    for (to = from + 1; to < sorted.length; to++) {
      const isNewKey = !equalBytes((sorted[to] as Entry).key, (sorted[to - 1] as Entry).key);
      if (isNewKey && random.chance(1, 4)) break;
    }
    const entries = sorted.slice(from, to);
    const last = (entries.at(-1) as Entry).key;
    const largestKey = random.chance(1, 3) ? (sorted[to]?.key ?? last) : last;
    tables.push({
      smallestKey: first.key,
      largestKey,
      cursor: () => new ModelCursor(entries),
    });
    while (random.chance(1, 3)) {
      const [smallestKey, largest] = [largestKey, sorted[to]?.key ?? largestKey];
      tables.push({ smallestKey, largestKey: largest, cursor: () => new ModelCursor([]) });
      if (compareBytes(smallestKey, largest) < 0) break;
    }
  }
  return tables;
}

test('a cursor over the tables of a level', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const sorted = sortEntries(randomEntries(random, random.between(1, 40)));
    expectSameMoves(seed, new LevelCursor(tablesOf(random, sorted)), sorted);
  }
});

test('a cursor that merges runs', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const entries = randomEntries(random, random.between(1, 40));
    const runs: Entry[][] = Array.from({ length: random.between(1, 5) }, () => []);
    for (const entry of entries) random.pick(runs).push(entry);
    const cursors = runs.map((run) => new ModelCursor(sortEntries(run)));
    expectSameMoves(seed, new MergeCursor(cursors), sortEntries(entries));
  }
});
