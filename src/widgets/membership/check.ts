// Two leaders of one term, by hand; the engine's invariant says when.

import type { WorldEvent } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { letterOf } from '../../marks/nodes.ts';
import { type ClusterState, leadersOf } from '../../projections/cluster.ts';
import type { ClusterAction } from '../cluster/actions.ts';
import type { Move } from './moves.ts';
import { historyOf } from './scenario.ts';

export function twoLeaders({
  state,
}: HistoryMade<ClusterAction, ClusterState, WorldEvent>): Verdict {
  const leaders = leadersOf(state);
  if (state.violation?.invariant === 'election safety')
    return {
      verdict: 'right',
      say: `${leaders.map(({ id }) => letterOf(id)).join(' and ')} both lead term ${leaders[0]?.term}. Each has the majority that it believes it needs.`,
    };
  const [leader] = leaders;
  if (leader)
    return {
      verdict: 'open',
      say: `${letterOf(leader.id)} leads term ${leader.term}. Who else can still collect votes in that term, from whom?`,
    };
  const asks = state.nodes.filter(({ role }) => role === 'candidate');
  return {
    verdict: 'open',
    say:
      asks.length > 0
        ? 'Somebody asks for votes. Let its messages arrive.'
        : 'Nobody asks for votes so far.',
  };
}

/** A has the vote of B, and D those of C and E. */
const MOVES: readonly Move[] = [
  { patience: 1 },
  { patience: 4 },
  { from: 1, to: 2 },
  { from: 4, to: 3 },
  { from: 4, to: 5 },
  { from: 2, to: 1 },
  { from: 3, to: 4 },
  { from: 5, to: 4 },
];

export const SOLUTION: readonly ClusterAction[] = historyOf(MOVES);
