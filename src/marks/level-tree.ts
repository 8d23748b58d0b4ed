// Where the tables of a level tree go: pure, so the same state is the same picture.
//
//                a            key space             z
//     level 0    [ 9        ]                          one box a table,
//                     [ 8           ]                  newest on top, a row each
//     level 1    [ 5  ][ 6     ]   [ 7   ]             one row: disjoint
//
// Across is the key space, the same in every level, so that what lies over what is what
// overlaps. A table keeps its key from waiting to its last level, so it is seen to move.

import type { LevelsState, LevelTable } from '../projections/levels.ts';

export interface TableBox {
  readonly key: string;
  readonly number: number;
  /** Left edge and width, as parts of the width. */
  readonly x: number;
  readonly width: number;
  /** Counted from the top of its level. */
  readonly row: number;
  /** Written, but not part of the database yet. */
  readonly waiting: boolean;
  /** An input of the compaction under way. */
  readonly input: boolean;
  readonly label: string;
  readonly title: string;
}

export interface LevelLane {
  readonly level: number;
  readonly rows: number;
  readonly bytes: number;
  readonly boxes: readonly TableBox[];
  /** The compaction under way writes here. */
  readonly isOutput: boolean;
}

/** Says where in the width, from 0 to 1, a key stands. */
export type PlaceOfKey = (key: string) => number;

/** So narrow a table is still a box that can be seen and pointed at. */
const WIDTH_MIN = 0.02;

/**
 * Lays out levels 0 to `deepest`, and deeper ones that hold something.
 * @param level0Rows rows kept for level 0, so that nothing below moves as it fills
 */
export function layoutLevels(
  state: LevelsState,
  place: PlaceOfKey,
  deepest: number,
  level0Rows: number,
): LevelLane[] {
  const inputs = new Set(state.compaction?.inputs);
  const last = Math.max(
    deepest,
    state.levels.findLastIndex((tables) => tables.length > 0),
    ...state.waiting.map(({ level }) => level),
  );
  return state.levels.slice(0, last + 1).map((tables, level) => {
    const waiting = state.waiting.filter((table) => table.level === level);
    const all = level === 0 ? [...waiting, ...tables] : [...tables, ...waiting];
    const boxes = all.map((table, index) => ({
      ...boxOf(table, place),
      row: level === 0 ? index : waiting.includes(table) ? 1 : 0,
      waiting: waiting.includes(table),
      input: inputs.has(table.number),
    }));
    const isOutput = state.compaction?.outputLevel === level;
    const rows = level === 0 ? Math.max(level0Rows, all.length) : 2;
    const bytes = tables.reduce((sum, { size }) => sum + size, 0);
    return { level, rows, bytes, boxes, isOutput };
  });
}

function boxOf(table: LevelTable, place: PlaceOfKey) {
  const { number, size, entries, smallestKey, largestKey } = table;
  const left = Math.min(place(smallestKey), 1 - WIDTH_MIN);
  const width = Math.max(place(largestKey) - left, WIDTH_MIN);
  return {
    key: `table-${number}`,
    number,
    x: left,
    width: Math.min(width, 1 - left),
    label: String(number),
    title: `table ${number}: ${entries} entries, ${size} bytes, from ${smallestKey} to ${largestKey}`,
  };
}

/** Bytes in few letters: `812 B`, `3.4 kB`, `1.2 MB`. */
export function shortBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
