// A compaction that somebody asks for: everything in a range of keys becomes one run, as deep
// as the database goes.
//
// Tables are taken together until none is left out that shares keys with those taken: else the
// output, at the bottom, would lie below an older version that stayed above.
//
// Who names the tables and the level himself is held to the rule that every reader relies on:
// what is newer stays above, what is older stays below.

import { FerrisError } from '../../base/errors.ts';
import { boundsOf, type KeyBounds, overlaps } from '../levels.ts';
import type { TableRecord } from '../manifest/edit.ts';
import type { Choice, Levels } from './policy.ts';

/** All tables that concern the range; undefined when there are none. No bounds: everything. */
export function choiceOf(
  levels: Levels,
  { start, end }: { start?: Uint8Array | undefined; end?: Uint8Array | undefined },
): Choice | undefined {
  const deepest = levels.findLastIndex((tables) => tables.length > 0);
  const inputs = levels.flat().filter((table) => concerns(table, start, end));
  if (inputs.length === 0) return undefined;
  const chosen = closure(levels.flat(), inputs);
  return { inputs: chosen, outputLevel: Math.max(1, deepest), reason: 'asked for', score: 0 };
}

function concerns(
  table: KeyBounds,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
): boolean {
  return overlaps(table, {
    smallestKey: start ?? table.smallestKey,
    largestKey: end ?? table.largestKey,
  });
}

/** `chosen` and all tables that share keys with any of them, and with any of those. */
function closure(all: readonly TableRecord[], chosen: readonly TableRecord[]): TableRecord[] {
  const taken = new Set(chosen);
  let waiting = [...chosen];
  while (waiting.length > 0) {
    const next = all.filter(
      (table) => !taken.has(table) && waiting.some((other) => overlaps(other, table)),
    );
    for (const table of next) taken.add(table);
    waiting = next;
  }
  return all.filter((table) => taken.has(table));
}

/**
 * The compaction of the tables with these numbers into `outputLevel`.
 * @throws FERRIS_INVALID_ARGUMENT when there is no such table, or a table that stays where it is
 *   would come to lie on the wrong side of the output, or over it
 */
export function choiceOfTables(
  levels: Levels,
  numbers: readonly number[],
  outputLevel: number,
): Choice {
  const all = levels.flat();
  const inputs = all.filter(({ number }) => numbers.includes(number));
  if (inputs.length === 0 || inputs.length !== numbers.length)
    throw invalid('name tables that are part of the database, each once');
  if (levels[outputLevel] === undefined)
    throw invalid(`the output goes to a level from 0 to ${levels.length - 1}`);
  const bounds = boundsOf(inputs);
  const others = all.filter((table) => !inputs.includes(table) && overlaps(table, bounds));
  const wrong = others.find((other) => !keepsOrder(other, inputs, outputLevel));
  if (wrong === undefined) return { inputs, outputLevel, reason: 'asked for', score: 0 };
  throw invalid(
    `table ${wrong.number} of level ${wrong.level} shares keys with these; take it along, or choose another level`,
  );
}

/** True when `other`, which stays, is on the same side of the output as it was of every input. */
function keepsOrder(
  other: TableRecord,
  inputs: readonly TableRecord[],
  outputLevel: number,
): boolean {
  const isNewest = inputs.every((input) => isNewer(other, input));
  const isOldest = inputs.every((input) => isNewer(input, other));
  // In level 0 sequence numbers say who is above, and the output has those of its inputs.
  if (outputLevel === 0 && other.level === 0) return isNewest || isOldest;
  return (isNewest && other.level < outputLevel) || (isOldest && other.level > outputLevel);
}

/** In level 0 by sequence number, else by level. */
function isNewer(a: TableRecord, b: TableRecord): boolean {
  if (a.level !== b.level) return a.level < b.level;
  return a.largestSequence > b.largestSequence;
}

function invalid(what: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', `this compaction can't be: ${what}`);
}
