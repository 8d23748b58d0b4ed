// Three terms in a row in which several asked for votes and nobody won, with nothing broken.

import type { WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import { isSplit, type TermView } from '../../projections/cluster-terms.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { latency, threeSplits } from './scenario.ts';

export const SPLITS_WANTED = 3;

export function splitsThrice({
  state,
}: HistoryMade<ClusterAction, ClusterState, WorldEvent>): Verdict {
  const run = longestRun(state.terms);
  const isBroken =
    state.network.severed.length > 0 || state.nodes.some(({ machine }) => machine !== 'up');
  if (run >= SPLITS_WANTED && isBroken)
    return {
      verdict: 'open',
      say: 'Three split votes in a row, but something is broken at the end. It can be done with all servers up and all links whole.',
    };
  if (run >= SPLITS_WANTED)
    return {
      verdict: 'right',
      say: `${run} terms in a row without a leader, and nothing is broken.`,
    };
  const most = run === 0 ? 'No term ended in a split vote' : `At most ${run} in a row so far`;
  return { verdict: 'open', say: `${most}; three are wanted.` };
}

/** The most terms in a row that ended in a split vote. */
export function longestRun(terms: readonly TermView[]): number {
  let longest = 0;
  let run = 0;
  for (const [index, term] of terms.entries()) {
    run = isSplit(term, index === terms.length - 1) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

export const SOLUTION: readonly ClusterAction[] = [
  ...threeSplits.script,
  latency(150, 300),
  { do: 'run', ticks: 2_000_000 },
];
