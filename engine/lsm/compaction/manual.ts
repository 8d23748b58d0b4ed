// A compaction that somebody asks for: everything in a range of keys becomes one run, as deep
// as the database goes.
//
// Tables are taken together until none is left out that shares keys with those taken: else the
// output, at the bottom, would lie below an older version that stayed above.

import { type KeyBounds, overlaps } from '../levels.ts';
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
