// Leveled compaction: each level is ten times the one above, and one sorted run.
//
//     level 0   [a----m] [c-------z] [b--f]       due at 4 tables
//     level 1   [a--d][e--k]  [p--t]              due at 16 MiB
//     level 2   [a-b][c--f][g---n][p-----z]       due at 160 MiB
//
// A level's score is what it holds over what it should hold; the highest score goes first.
// Level 0 is taken whole, since its tables overlap: if one of them went down alone, an older
// one that stays could hide it. From a deeper level one table goes: the one that rewrites the
// fewest bytes below for its own size.
//
// A table that overlaps nothing in the level below needs no rewriting: it moves, by an edit of
// the manifest alone. The job sees that by itself; choosing single tables makes it likely, and
// data that is written in order never gets rewritten at all.
//
// The design is LevelDB's; choosing by overlap is RocksDB's (kMinOverlappingRatio). LevelDB also
// compacts tables that seeks keep missing in; that makes reading write, so it isn't done here.

import { boundsOf, overlaps } from '../levels.ts';
import type { TableRecord } from '../manifest/edit.ts';
import {
  type Choice,
  type CompactionPolicy,
  type CompactionSizes,
  type Levels,
  totalBytes,
} from './policy.ts';

export const leveled: CompactionPolicy = {
  name: 'leveled',

  choose(levels, sizes) {
    let level = -1;
    let score = 1;
    for (let i = 0; i < levels.length - 1; i++) {
      const its = scoreOf(levels, i, sizes);
      if (its < score || (its === score && level !== -1)) continue;
      level = i;
      score = its;
    }
    if (level === -1) return undefined;
    const hundredths = Math.floor(score * 100);
    return level === 0 ? fromLevel0(levels, hundredths) : fromLevel(levels, level, hundredths);
  },

  runCount: ([level0]) => level0?.length ?? 0,

  debtBytes(levels, sizes) {
    let debt = 0;
    for (let i = 1; i < levels.length - 1; i++) {
      const over = totalBytes(levels[i] as readonly TableRecord[]) - targetBytes(i, sizes);
      if (over > 0) debt += over;
    }
    return debt;
  },
};

/** What a level from 1 on should hold at most. */
function targetBytes(level: number, { levelBytes, levelFanout }: CompactionSizes): number {
  let bytes = levelBytes;
  for (let above = 1; above < level; above++) bytes *= levelFanout;
  return bytes;
}

/** What a level holds over what it should; from 1 on it is due. */
export function scoreOf(levels: Levels, level: number, sizes: CompactionSizes): number {
  const tables = levels[level] as readonly TableRecord[];
  if (level === 0) return tables.length / sizes.level0Tables;
  return totalBytes(tables) / targetBytes(level, sizes);
}

/** All of level 0; or its oldest table alone, when that is in nobody's way and can move. */
function fromLevel0(levels: Levels, score: number): Choice {
  const level0 = levels[0] as readonly TableRecord[];
  const oldest = level0.at(-1) as TableRecord;
  const others = [...level0.slice(0, -1), ...(levels[1] as readonly TableRecord[])];
  const reason = `level 0 has ${level0.length} tables`;
  if (!others.some((table) => overlaps(table, oldest)))
    return { inputs: [oldest], outputLevel: 1, reason, score };
  return { inputs: withOverlap(levels, level0, 1), outputLevel: 1, reason, score };
}

/** The table that costs least for its size, with what it overlaps below. */
function fromLevel(levels: Levels, level: number, score: number): Choice {
  const below = levels[level + 1] as readonly TableRecord[];
  let best: TableRecord | undefined;
  let bestRatio = Number.POSITIVE_INFINITY;
  for (const table of levels[level] as readonly TableRecord[]) {
    const ratio = totalBytes(below.filter((other) => overlaps(other, table))) / table.sizeBytes;
    if (ratio >= bestRatio) continue;
    best = table;
    bestRatio = ratio;
  }
  const reason = `level ${level} is over its size`;
  const inputs = withOverlap(levels, [best as TableRecord], level + 1);
  return { inputs, outputLevel: level + 1, reason, score };
}

function withOverlap(levels: Levels, tables: readonly TableRecord[], below: number): TableRecord[] {
  const bounds = boundsOf(tables);
  const overlapped = (levels[below] as readonly TableRecord[]).filter((table) =>
    overlaps(table, bounds),
  );
  return [...tables, ...overlapped];
}
