// A version: the set of tables that make up the database at one moment, and the
// number of the oldest log that isn't in them yet. Versions are never changed; an
// edit makes the next one, so a reader keeps the one it started with.

import { FerrisError } from '../../base/errors.ts';
import type { TableRecord, VersionEdit } from './edit.ts';

export interface Version {
  /** Newest first: at level 0 a lower index hides a higher one. */
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
 * @throws FERRIS_CORRUPTION when it removes a table that isn't there or adds one twice
 */
export function applyEdit(version: Version, edit: VersionEdit): Version {
  const numbers = new Set(version.tables.map((table) => table.number));
  for (const number of edit.removed) {
    if (!numbers.delete(number))
      throw corrupt(`removes table ${number}, which is not part of the database`);
  }
  for (const { number } of edit.added) {
    if (numbers.has(number)) throw corrupt(`adds table ${number} a second time`);
    numbers.add(number);
  }
  const kept = version.tables.filter((table) => numbers.has(table.number));
  const tables = [...edit.added, ...kept].sort(newestFirst);
  const { logNumber, nextFileNumber, lastSequence } = edit;
  return { tables, logNumber, nextFileNumber, lastSequence };
}

/** The edit that makes `version` out of nothing: the first record of a manifest. */
export function snapshotEdit(version: Version): VersionEdit {
  const { tables, ...numbers } = version;
  return { ...numbers, removed: [], added: tables };
}

function newestFirst(a: TableRecord, b: TableRecord): number {
  return a.level - b.level || b.largestSequence - a.largestSequence || b.number - a.number;
}

function corrupt(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a version edit ${what}`);
}
