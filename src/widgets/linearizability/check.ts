// The exercise "break a lease": the checker says whether it is broken.

import type { WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { judge } from './judged.ts';
import { breakLease, SLOW_PPM } from './lease-scenario.ts';
import { verdictCaption } from './verdict.ts';

type Made = HistoryMade<ClusterAction, ClusterState, WorldEvent>;

export function breaksLease({ entries, state }: Made): Verdict {
  const { verdict, operations } = judge(entries);
  if (verdict.verdict === 'not linearizable')
    return { verdict: 'right', say: verdictCaption(verdict, operations) };
  if (verdict.verdict === 'unknown')
    return { verdict: 'open', say: 'There are too many calls to judge. Start over with fewer.' };
  return {
    verdict: 'wrong',
    say: `All ${operations.length} calls fit into one order. ${why(state)}`,
  };
}

/** How far it is from a stale read. */
function why({ nodes, operations }: ClusterState): string {
  const leaders = nodes.filter(({ role }) => role === 'leader');
  const written = operations.filter(
    ({ call, outcome }) => call === 'put' && outcome === 'ok',
  ).length;
  if (written < 2) return 'Nothing new has been written since, so no answer can be out of date.';
  const [first, second] = leaders;
  if (first && second)
    return `${letterOf(first.id)} and ${letterOf(second.id)} both call themselves leader at the end: now somebody has to ask the wrong one.`;
  return 'Whoever was asked for the value knew that it no longer led, or that its lease had run out.';
}

/** Who leads in the exercise's world. */
export const LEADER_THERE = 2;

/** The clock first, as long as nothing is wrong yet. */
export const SOLUTION: readonly ClusterAction[] = [
  ...breakLease.script,
  { do: 'clock', node: LEADER_THERE, ratePpm: SLOW_PPM },
  { do: 'isolate', node: LEADER_THERE, forTicks: 450_000 },
  { do: 'put', client: 100, key: 'x', value: '3', forTicks: 450_000 },
  { do: 'get', client: 101, key: 'x', forTicks: 350_000 },
];
