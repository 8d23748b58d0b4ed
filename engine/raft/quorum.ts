// Majorities: of one set of voters, or of two at once while a change is under way.
//
//     match  7 5 9        sorted from the top: 9 7 5        two of three have 7
//
// What a majority has reached is one question with several answers: which index is
// replicated (commit), which round of messages was answered (reads), when a majority
// was last heard from (check-quorum). Paper, 5.3 and 6.

import { assert } from '../base/assert.ts';
import type { NodeId } from '../env/program.ts';
import type { Configuration } from './message.ts';

/** How many of `count` are a majority. */
export function majority(count: number): number {
  return Math.floor(count / 2) + 1;
}

// Sorted in place for each question, so that none makes garbage.
const scratch: number[] = [];

/** The largest number that a majority of `members` has reached; infinite if there are none. */
export function majorityReached<T>(members: readonly T[], reached: (member: T) => number): number {
  const count = members.length;
  if (count === 0) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) insert(i, reached(members[i]!));
  return scratch[majority(count) - 1]!;
}

/** Keeps the first `count` + 1 of the scratch sorted from the top. */
function insert(count: number, value: number): void {
  let at = count;
  for (; at > 0 && scratch[at - 1]! < value; at--) scratch[at] = scratch[at - 1]!;
  scratch[at] = value;
}

/** The same for both halves of a joint configuration. Paper, 6: agreement needs both majorities. */
export function quorumReached<T>(
  voters: readonly T[],
  outgoing: readonly T[],
  reached: (member: T) => number,
): number {
  assert(voters.length > 0, 'a configuration has voters');
  return Math.min(majorityReached(voters, reached), majorityReached(outgoing, reached));
}

export type VoteResult = 'won' | 'lost' | 'open';

/** How an election stands. Paper, 5.2; in a joint configuration both halves must be won (6). */
export function voteResult(
  configuration: Configuration,
  votes: ReadonlyMap<NodeId, boolean>,
): VoteResult {
  const a = resultOf(configuration.voters, votes);
  const b = configuration.outgoing.length === 0 ? 'won' : resultOf(configuration.outgoing, votes);
  if (a === 'lost' || b === 'lost') return 'lost';
  return a === 'won' && b === 'won' ? 'won' : 'open';
}

function resultOf(voters: readonly NodeId[], votes: ReadonlyMap<NodeId, boolean>): VoteResult {
  const needed = majority(voters.length);
  const granted = voters.filter((id) => votes.get(id) === true).length;
  const refused = voters.filter((id) => votes.get(id) === false).length;
  if (granted >= needed) return 'won';
  return voters.length - refused < needed ? 'lost' : 'open';
}
