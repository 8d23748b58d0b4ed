// Tiered compaction: runs of like size are merged into one that is bigger.
//
//     new  [4][4][5]        [18]       [70]            [300]  old
//          '-------' merge these three, and write each byte once a tier
//
// Runs are the tables of level 0 and, below them, each level that isn't empty. They stand in
// order of age, and only neighbors are merged, so the result stands where they stood.
//
// 1. When there are too many runs, the newest neighbors of like size go: as far as each next run
//    is not much bigger than all before it together, so merging it costs little more than it saves.
// 2. If no two are alike, the newest few go anyway, so that the number stays bounded.
// 3. When all newer runs together are as big as the oldest, everything is merged: old versions
//    in the oldest run would otherwise double the space.
//
// Where the output goes is a matter of names: to the level just above the next older run, which
// is level 0 as long as that run is a table of level 0 or level 1.
//
// Writes cost less than with levels (each byte is rewritten once a tier, not ten times a level);
// reads look into more runs, and space peaks higher. This is RocksDB's universal compaction,
// which follows Bigtable's merging compactions (Chang et al., 2006).

import type { TableRecord } from '../manifest/edit.ts';
import { type Choice, type CompactionPolicy, type Levels, totalBytes } from './policy.ts';

/** A run may be this much bigger than all newer ones together and still be merged with them. */
const SIZE_RATIO = 1.25;

interface TierRun {
  readonly level: number;
  readonly tables: readonly TableRecord[];
  readonly bytes: number;
}

export const tiered: CompactionPolicy = {
  name: 'tiered',

  choose(levels, { level0Tables }) {
    const runs = runsOf(levels);
    if (runs.length < 2) return undefined;
    const score = Math.floor((runs.length * 100) / level0Tables);
    if (runs.length >= level0Tables && isBloated(runs))
      return choice(levels, runs, runs, 'newer runs outweigh the oldest', score);
    if (runs.length <= level0Tables) return undefined;
    for (let from = 0; from < runs.length; from++) {
      const alike = runs.slice(from, from + countAlike(runs, from));
      if (alike.length < 2) continue;
      return choice(levels, runs, alike, `${alike.length} runs are of like size`, score);
    }
    const newest = runs.slice(0, Math.max(2, runs.length - level0Tables + 1));
    return choice(levels, runs, newest, `there are ${runs.length} runs`, score);
  },

  runCount: (levels) => runsOf(levels).length,

  debtBytes: () => 0, // a run is never over its size
};

/** Newest first. */
function runsOf(levels: Levels): TierRun[] {
  const [level0 = [], ...deeper] = levels;
  const runs = level0.map((table) => ({ level: 0, tables: [table], bytes: table.sizeBytes }));
  const levelRuns = deeper.map((tables, i) => ({
    level: i + 1,
    tables,
    bytes: totalBytes(tables),
  }));
  return [...runs, ...levelRuns.filter(({ tables }) => tables.length > 0)];
}

function isBloated(runs: readonly TierRun[]): boolean {
  const oldest = runs.at(-1) as TierRun;
  const newer = runs.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
  return newer >= oldest.bytes;
}

/** How many runs from `from` on are worth merging. */
function countAlike(runs: readonly TierRun[], from: number): number {
  let bytes = 0;
  let count = 0;
  for (const run of runs.slice(from)) {
    if (count > 0 && run.bytes > bytes * SIZE_RATIO) break;
    bytes += run.bytes;
    count++;
  }
  return count;
}

/** `chosen` are neighbors among `runs`. */
function choice(
  levels: Levels,
  runs: readonly TierRun[],
  chosen: readonly TierRun[],
  reason: string,
  score: number,
): Choice {
  const next = runs[runs.indexOf(chosen.at(-1) as TierRun) + 1];
  const outputLevel = next === undefined ? levels.length - 1 : Math.max(0, next.level - 1);
  return { inputs: chosen.flatMap(({ tables }) => tables), outputLevel, reason, score };
}
