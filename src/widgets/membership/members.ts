// Who is a member, as the leader has it, and which changes are next.

import { type ConfigurationView, majority } from '../../../engine/index.ts';
import { type ClusterState, leadersOf } from '../../projections/cluster.ts';

/** What a client asks for. */
export interface Members {
  readonly voters: readonly number[];
  readonly learners?: readonly number[];
}

const NOBODY: ConfigurationView = { voters: [], outgoing: [], learners: [] };

/** By the newest leader, or by whoever has the longest log if nobody leads. */
export function currentOf(state: ClusterState): ConfigurationView {
  const [leader] = leadersOf(state);
  const last = ({ log }: ClusterState['nodes'][number]) => log.base + log.entries.length;
  const longest = state.nodes.toSorted((a, b) => last(b) - last(a))[0];
  return (leader ?? longest)?.configuration ?? NOBODY;
}

/** What the members may be next: a spare comes or goes or learns, or several voters change at once. */
export function nextSteps({ voters, learners }: ConfigurationView): Members[] {
  const toggled = (id: number): Members => ({
    voters: voters.includes(id) ? voters.filter((one) => one !== id) : sorted([...voters, id]),
    learners: learners.filter((one) => one !== id),
  });
  const newcomer = SPARES.find((id) => !voters.includes(id) && !learners.includes(id));
  const all: Members[] = [
    ...SPARES.map(toggled),
    { voters: ALL, learners: [] },
    { voters: FOUNDERS, learners: [] },
  ];
  if (newcomer) all.push({ voters, learners: sorted([...learners, newcomer]) });
  const known = new Set([nameOf({ voters, learners }), nameOf({ voters: [] })]);
  return all.filter((one) => !known.has(nameOf(one)) && known.add(nameOf(one)));
}

const nameOf = ({ voters, learners = [] }: Members) => `${voters}; ${learners}`;
const sorted = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);

const FOUNDERS: readonly number[] = [1, 2, 3];
const SPARES: readonly number[] = [4, 5];
const ALL: readonly number[] = [...FOUNDERS, ...SPARES];

/** `2 of 3`, and of the old voters as well while a change is under way. */
export function neededText({ voters, outgoing }: ConfigurationView): string {
  const of = (ids: readonly number[]) => `${majority(ids.length)} of ${ids.length}`;
  if (voters.length === 0) return 'no vote';
  return outgoing.length > 0 ? `${of(outgoing)} and ${of(voters)}` : of(voters);
}
