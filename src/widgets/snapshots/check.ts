// Catch a server up with at most half of the bytes that the log would have cost. What the log
// would have cost is not guessed: the same is done to a cluster that never throws its log away.

import type { WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import { type HistoryMade, madeBy } from '../../exercise/history.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import { lastIndex } from '../../projections/cluster-log.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { costFor } from './cost.ts';
import { byLog, C, catchUp } from './scenario.ts';
import { stage } from './stages.ts';

type Made = HistoryMade<ClusterAction, ClusterState, WorldEvent>;

/** Parts in a hundred. */
export const COST_MAX_PERCENT = 50;

export function catchesUpCheaply({ entries, state, history }: Made): Verdict {
  const isWhole = state.network.severed.length === 0;
  if (!isWhole) return { verdict: 'open', say: 'C is still cut off.' };
  if (!isCaughtUp(state)) return { verdict: 'open', say: 'C is not where the others are, yet.' };
  const { bytes, log } = costs(entries, history.actions);
  if (bytes === 0) return { verdict: 'open', say: 'C had missed nothing.' };
  const percent = Math.round((100 * bytes) / log);
  const numbers = `${bytes} bytes, where the log would have cost ${log}: ${percent} %`;
  const bySnapshot = entries.some(
    ({ node, event }) => node === C && event.type === 'raft.snapshot.install',
  );
  if (!bySnapshot)
    return { verdict: 'wrong', say: `C was caught up by the log, entry by entry: ${numbers}.` };
  return percent <= COST_MAX_PERCENT
    ? { verdict: 'right', say: `${numbers}. What was overwritten didn’t travel.` }
    : { verdict: 'wrong', say: `${numbers}. At most ${COST_MAX_PERCENT} % are wanted.` };
}

/** What it cost, and what it would have cost by the log. */
export function costs(entries: Made['entries'], actions: readonly ClusterAction[]) {
  const { bytes } = costFor(entries, C);
  return { bytes, log: costFor(madeBy(byLog, actions).entries, C).bytes };
}

/** Everybody has applied the same, up to the same entry. */
export function isCaughtUp({ nodes }: ClusterState): boolean {
  const [first] = nodes;
  return nodes.every(
    ({ log, stateHash }) =>
      lastIndex(log) === lastIndex(first?.log ?? log) &&
      log.appliedIndex === lastIndex(log) &&
      stateHash === first?.stateHash,
  );
}

export const SOLUTION: readonly ClusterAction[] = [
  ...catchUp.script,
  stage('Write x eight times', 100_000),
  stage('Write x eight times', 100_000),
  stage('Write x eight times', 100_000),
  { do: 'heal', forTicks: 500_000 },
];
