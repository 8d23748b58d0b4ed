// A version: the set of tables that make up the database at one moment, and the
// number of the oldest log that isn't in them yet. Versions are never changed; an
// edit makes the next one, so a reader keeps the one it started with.
//
//     level 0   [a-----m] [c---------z] [b--f]     newest first; each table is a run
//     level 1   [a--d][e---k]   [p--t]             one run: sorted, disjoint
//     level 2   [a-b][c--f][g-----n][p------z]     one run, older than level 1
//
// Tables of one level from 1 on may touch, where a range delete ends at the key that
// the next table begins with: the end of a range delete is not included.

import { compareBytes } from '../../base/bytes.ts';
import { FerrisError } from '../../base/errors.ts';
import type { TableRecord, VersionEdit } from './edit.ts';

/** Levels that a version can have: 0 to 6. */
export const LEVELS = 7;

export interface Version {
  /** By level; in level 0 the newest first, in the others by key. */
  readonly tables: readonly TableRecord[];
  readonly logNumber: number;
  readonly nextFileNumber: number;
  readonly lastSequence: number;
}

export const EMPTY_VERSION: Version = {
  tables: [],
  logNumber: 0,
  nextFileNumber: 1,
  lastSequence: 0,
};

/**
 * The version that `edit` makes of `version`.
 * @throws FERRIS_CORRUPTION when it removes a table that isn't there, adds one twice, or puts two
 *   tables of one level over each other
 */
export function applyEdit(version: Version, edit: VersionEdit): Version {
  const kept = new Map(version.tables.map((table) => [table.number, table]));
  for (const number of edit.removed) {
    if (!kept.delete(number))
      throw corrupt(`removes table ${number}, which is not part of the database`);
  }
  for (const table of edit.added) {
    if (kept.has(table.number)) throw corrupt(`adds table ${table.number} a second time`);
    if (table.level >= LEVELS) throw corrupt(`puts a table on level ${table.level}`);
    kept.set(table.number, table);
  }
  const tables = [...kept.values()].sort(inOrder);
  checkDisjoint(tables);
  const { logNumber, nextFileNumber, lastSequence } = edit;
  return { tables, logNumber, nextFileNumber, lastSequence };
}

/** The tables of each level, in the order that they have in `tables`. */
export function levelsOf<T extends TableRecord>(tables: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: LEVELS }, (_, level) =>
    tables.filter((table) => table.level === level),
  );
}

/** The edit that makes `version` out of nothing: the first record of a manifest. */
export function snapshotEdit(version: Version): VersionEdit {
  const { tables, ...numbers } = version;
  return { ...numbers, removed: [], added: tables };
}

function inOrder(a: TableRecord, b: TableRecord): number {
  if (a.level !== b.level) return a.level - b.level;
  if (a.level > 0)
    return compareBytes(a.smallestKey, b.smallestKey) || compareBytes(a.largestKey, b.largestKey);
  return b.largestSequence - a.largestSequence || b.number - a.number;
}

function checkDisjoint(tables: readonly TableRecord[]): void {
  let before: TableRecord | undefined;
  for (const table of tables) {
    if (before !== undefined && table.level > 0 && before.level === table.level) {
      if (compareBytes(before.largestKey, table.smallestKey) > 0)
        throw corrupt(`puts tables ${before.number} and ${table.number} over each other`);
    }
    before = table;
  }
}

function corrupt(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a version edit ${what}`);
}
