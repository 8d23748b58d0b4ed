// What the page says in numbers, found by running the engine when the page is built.

import { run, scriptOf } from '../../player/history.ts';
import { measureAll, type Values } from '../../sweep/sweep.ts';
import type { BothState } from './projection.ts';
import { BATCH, both, loadAt, loadOf, SIZES } from './scenario.ts';
import { VACUUM_AT } from './sides.ts';
import { readShare } from './sweeps.ts';
import { SCAN_KEYS } from './workload.ts';
import type { BothAction } from './world.ts';

export { BATCH, SCAN_KEYS, SIZES, VACUUM_AT };

export const KNOWN_SHARE: readonly Values[] = measureAll(readShare);

const whole = run(both, scriptOf(both));

function stateAt(cursor: number): BothState {
  return whole.entries.slice(0, cursor).reduce(both.project, both.initial);
}

const inserted = stateAt(loadAt(whole.entries, 1));
const last = inserted.points.at(-1);

/** After the inserts of the script. */
export const INSERTED = {
  cursor: loadAt(whole.entries, 1),
  operations: last?.operations ?? 0,
  lsmWritten: last?.lsm.writtenBytes ?? 0,
  btreeWritten: last?.btree.writtenBytes ?? 0,
  commits: inserted.tree.commits,
  pages: inserted.tree.pages,
  livePages: inserted.tree.live.size,
} as const;

/** Bytes that the B-tree has written for each byte of the other. */
export const RATIO =
  Math.round((INSERTED.btreeWritten * 10) / Math.max(INSERTED.lsmWritten, 1)) / 10;

/** The first batch that splits a leaf. */
export const SPLIT_CURSOR = cursorOf('btree.split');
export const VACUUM_CURSOR = cursorOf('btree.vacuum');

/** How many reads of 100 it takes until the B-tree moves fewer bytes, of those that were tried. */
export const CROSSING: number = (() => {
  const { values } = readShare.x;
  const at = values.findLastIndex((_, i) => {
    const { lsm = 0, btree = 0 } = KNOWN_SHARE[i] ?? {};
    return lsm < btree;
  });
  return values[at + 1] ?? 100;
})();

/** The same number of inserts in no order and in order. */
export const IN_ORDER = writtenBy([loadOf('in order', INSERTED.operations)]);
export const AT_RANDOM = writtenBy([loadOf('inserts', INSERTED.operations)]);

function writtenBy(loads: readonly BothAction[]): { lsm: number; btree: number } {
  const actions: BothAction[] = [{ do: 'open', ...SIZES }, ...loads];
  const { entries } = run(both, { ...scriptOf(both), actions });
  const { points } = entries.reduce(both.project, both.initial);
  const end = points.at(-1);
  return { lsm: end?.lsm.writtenBytes ?? 0, btree: end?.btree.writtenBytes ?? 0 };
}

function cursorOf(type: string): number {
  return whole.entries.findIndex(({ event }) => event.type === type) + 1;
}
