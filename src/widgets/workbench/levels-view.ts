// The memtable and the levels as bars: how full each is, and where something happens.
//
//     level 0   counts tables:  due |   slow down |   stop |
//     level 1.. counts bytes, up to what the level should hold (leveled alone knows that)

import type { Properties, Tuning } from '../../../engine/index.ts';
import { shortBytes } from './sizes.ts';

export interface Mark {
  /** 0 to 1 of the bar. */
  readonly at: number;
  readonly label: string;
}

export interface LevelBar {
  readonly name: string;
  readonly tables: number | undefined;
  readonly entries: number;
  readonly bytes: number;
  /** How much of the bar is filled, 0 to 1. */
  readonly filled: number;
  /** What filled and marks are about: `3 of 4 tables`. */
  readonly said: string;
  readonly marks: readonly Mark[];
  readonly volatile: boolean;
}

/** Room after the mark, so that one sees how far it is passed. */
const HEADROOM = 1.5;
/** Levels that are shown although they are empty. */
const DEEPEST_SHOWN = 3;

export function levelBars(properties: Properties, tuning: Tuning): LevelBar[] {
  const { levels } = properties;
  const last = levels.findLastIndex(({ tables }) => tables > 0);
  const shown = levels.slice(0, Math.max(last, DEEPEST_SHOWN) + 1);
  const most = Math.max(1, ...levels.map(({ bytes }) => bytes));
  const bars = shown.map((level) =>
    level.level === 0 ? level0Bar(level, tuning) : levelBar(level, tuning, most),
  );
  return [memtableBar(properties, tuning), ...bars];
}

function memtableBar(properties: Properties, { memtableBytes }: Tuning): LevelBar {
  const { memtableBytes: bytes, memtableEntries: entries } = properties;
  return {
    name: 'memtable',
    tables: undefined,
    entries,
    bytes,
    filled: Math.min(1, bytes / memtableBytes),
    said: `${Math.round((bytes / memtableBytes) * 100)} % of ${shortBytes(memtableBytes)}`,
    marks: [],
    volatile: true,
  };
}

type Level = Properties['levels'][number];

function level0Bar({ tables, entries, bytes }: Level, tuning: Tuning): LevelBar {
  const { level0Tables, slowdownTables, stopTables } = tuning;
  const marks = [
    { at: level0Tables / stopTables, label: 'due' },
    { at: slowdownTables / stopTables, label: 'slow down' },
  ];
  return {
    name: 'level 0',
    tables,
    entries,
    bytes,
    filled: Math.min(1, tables / stopTables),
    said: `${tables} of ${stopTables} tables, where writers stop`,
    marks: marks.filter(({ at }) => at < 1),
    volatile: false,
  };
}

function levelBar(
  { level, tables, entries, bytes }: Level,
  tuning: Tuning,
  most: number,
): LevelBar {
  const base = { name: `level ${level}`, tables, entries, bytes, volatile: false };
  if (tuning.compaction !== 'leveled')
    return { ...base, filled: bytes / most, said: 'beside the fullest level', marks: [] };
  const target = tuning.levelBytes * tuning.levelFanout ** (level - 1);
  const filled = Math.min(1, bytes / target / HEADROOM);
  return {
    ...base,
    filled,
    said: `${Math.round((bytes / target) * 100)} % of ${shortBytes(target)}`,
    marks: [{ at: 1 / HEADROOM, label: 'due' }],
  };
}
