// Majorities of two configurations, by the engine's own counting of votes.

import { type Configuration, type Founders, voteResult } from '../../../engine/index.ts';

/** With all votes of these servers and no other, has an election been won? */
function decides({ voters, outgoing = [] }: Founders, servers: readonly number[]): boolean {
  if (voters.length === 0) return false;
  const configuration: Configuration = {
    voters,
    outgoing,
    learners: [],
    learnersNext: [],
    autoLeave: false,
  };
  const votes = new Map(servers.map((id) => [id, true]));
  return voteResult(configuration, votes) === 'won';
}

/** The sets that can decide, and couldn't with one server less. */
export function quorumsOf(founders: Founders): number[][] {
  const all = [...new Set([...founders.voters, ...(founders.outgoing ?? [])])];
  const sets = Array.from({ length: 2 ** all.length }, (_, set) =>
    all.filter((_, bit) => ((set >>> bit) & 1) === 1),
  );
  const isLeast = (set: readonly number[]) =>
    set.every(
      (left) =>
        !decides(
          founders,
          set.filter((id) => id !== left),
        ),
    );
  return sets.filter((set) => decides(founders, set) && isLeast(set));
}

export interface Overlap {
  readonly pairs: number;
  /** Pairs of quorums with no server in common. */
  readonly disjoint: number;
  readonly example: { readonly a: readonly number[]; readonly b: readonly number[] } | undefined;
}

/** Every quorum of `a` against every quorum of `b`. */
export function overlapOf(a: Founders, b: Founders): Overlap {
  const pairs = quorumsOf(a).flatMap((one) => quorumsOf(b).map((other) => ({ a: one, b: other })));
  const apart = pairs.filter(({ a: one, b: other }) => !one.some((id) => other.includes(id)));
  return { pairs: pairs.length, disjoint: apart.length, example: apart[0] };
}

/** How many servers can have the votes they need in one term, each server having one vote. */
export function leadersMax(
  servers: readonly number[],
  foundersOf: (server: number) => Founders,
): number {
  let most = 0;
  for (const id of servers)
    for (const quorum of quorumsOf(foundersOf(id))) {
      if (!quorum.includes(id) || !quorum.every((one) => servers.includes(one))) continue;
      const rest = servers.filter((one) => !quorum.includes(one));
      most = Math.max(most, 1 + leadersMax(rest, foundersOf));
    }
  return most;
}
