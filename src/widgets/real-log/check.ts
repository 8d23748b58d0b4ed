// Two leaders in one term, with one disk that lies: the invariant is the judge.

import type { WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { ClusterState } from '../../projections/cluster.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import { withLetters } from '../cluster/violation-text.ts';
import { A, B, C, twoLeaders } from './scenario.ts';

type Made = HistoryMade<ClusterAction, ClusterState, WorldEvent>;

export function twoInOneTerm({ entries, state }: Made): Verdict {
  const { violation, terms } = state;
  const liars = new Set(
    entries.filter(({ event }) => event.type === 'node.disk' && event.lies).map(({ node }) => node),
  );
  if (violation?.invariant === 'election safety' && liars.size > 1)
    return { verdict: 'open', say: `${liars.size} disks lie here. One is enough.` };
  if (violation?.invariant === 'election safety') {
    const first = entries[violation.entries[0] ?? -1];
    const last = entries[violation.entries.at(-1) ?? -1];
    const term = last?.event.type === 'raft.role' ? last.event.term : 0;
    return {
      verdict: 'right',
      say: `${letterOf(first?.node ?? 0)} and ${letterOf(last?.node ?? 0)} were both elected in term ${term}, each by a majority, and B is in both.`,
    };
  }
  if (violation)
    return {
      verdict: 'open',
      say: `That breaks another rule, ${violation.invariant}: ${withLetters(violation.message)}. Two leaders in one term are wanted.`,
    };
  const leaders = terms
    .filter(({ leader }) => leader > 0)
    .map(({ term, leader }) => `${letterOf(leader)} in term ${term}`);
  return {
    verdict: 'open',
    say: leaders.length === 0 ? 'Nobody has led so far.' : `So far: ${leaders.join(', ')}.`,
  };
}

export const SOLUTION: readonly ClusterAction[] = [
  ...twoLeaders.script,
  { do: 'isolate', node: C, forTicks: 600_000 },
  { do: 'crash', node: B, survive: 'nothing', forTicks: 60_000 },
  { do: 'isolate', node: A, forTicks: 10_000 },
  { do: 'restart', node: B, forTicks: 800_000 },
];
