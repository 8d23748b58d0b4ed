// Majorities, and whether two configurations can decide without each other.
//
// A decision under (voters, outgoing) needs a majority of the one and, outside of a plain
// configuration, a majority of the other too (paper, 6). Two configurations that follow
// each other are safe if no two disjoint sets of servers can both decide. Groups are
// small, so every set is tried: 2^n of them, on a configuration change only.

import type { ConfigurationView } from '../trace/events-raft.ts';

type Includes = (node: number) => boolean;

function isMajority(voters: readonly number[], includes: Includes): boolean {
  let count = 0;
  for (const voter of voters) if (includes(voter)) count++;
  return count * 2 > voters.length;
}

/** Can those that `includes` names decide under this configuration? */
export function isQuorum(configuration: ConfigurationView, includes: Includes): boolean {
  const { voters, outgoing } = configuration;
  return isMajority(voters, includes) && (outgoing.length === 0 || isMajority(outgoing, includes));
}

/** A quorum of `a` whose complement is a quorum of `b`; undefined when they always overlap. */
export function disjointQuorum(
  a: ConfigurationView,
  b: ConfigurationView,
): readonly number[] | undefined {
  const everyone = [...new Set([a, b].flatMap((c) => [...c.voters, ...c.outgoing]))].sort(
    (x, y) => x - y,
  );
  const sets = 2 ** everyone.length;
  for (let set = 0; set < sets; set++) {
    const inside = (node: number) => ((set >>> everyone.indexOf(node)) & 1) === 1;
    if (isQuorum(a, inside) && isQuorum(b, (node) => !inside(node))) return everyone.filter(inside);
  }
  return undefined;
}
