// The numbers in the prose of the page, found by running the checker and the clusters when the
// page is built.

import { checkLinearizable, type Recorded, type WorldEvent } from '../../../engine/index.ts';
import { msText } from '../../marks/nodes.ts';
import { run, scriptOf } from '../../player/history.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { historyOf, NAMED, NAMES } from './calls.ts';
import { judge } from './judged.ts';
import { leases, READ_AGAIN, RIGHT_CLOCKS } from './lease-scenario.ts';

export { RIGHT_CLOCKS } from './lease-scenario.ts';

/** What one side of the pair says, when this is done to both. */
function side(actions: readonly ClusterAction[], which: 0 | 1): Recorded<WorldEvent>[] {
  const { entries } = run(leases, { ...scriptOf(leases), actions });
  return entries.flatMap((entry) =>
    entry.event.side === which ? [{ ...entry, event: entry.event.event }] : [],
  );
}

export const verdictOf = (actions: readonly ClusterAction[], which: 0 | 1) =>
  judge(side(actions, which)).verdict.verdict;

/** How long the last call of such a run took. */
function lastCall(actions: readonly ClusterAction[], which: 0 | 1): string {
  const { operations } = judge(side(actions, which));
  const last = operations.at(-1);
  return msText((last?.returnedTicks ?? 0) - (last?.invokedTicks ?? 0));
}

export const LEASE_READ = lastCall(READ_AGAIN, 0);
export const INDEX_READ = lastCall(READ_AGAIN, 1);

/** With clocks that are right, both are. */
export const BOTH_RIGHT = [0, 1].every(
  (which) => verdictOf(RIGHT_CLOCKS, which as 0 | 1) === 'linearizable',
);

/** Attempts to place a call, over all the named histories. */
export const STEPS_MOST = Math.max(
  ...NAMES.map((name) => checkLinearizable(historyOf(NAMED[name])).steps),
);
