// Majorities against their definition: for every number there is, count who has reached it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Configuration } from '../../../engine/raft/message.ts';
import {
  majority,
  majorityReached,
  quorumReached,
  voteResult,
} from '../../../engine/raft/quorum.ts';

const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
const self = (value: number) => value;

function bruteForce(values: readonly number[]): number {
  const reachedByMajority = values.filter(
    (wanted) => values.filter((value) => value >= wanted).length > values.length / 2,
  );
  return Math.max(...reachedByMajority);
}

test('what a majority has reached is the largest number that more than half have reached', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      expect(majorityReached(values, self)).toBe(bruteForce(values));
    }),
  );
});

test('a quorum of a joint configuration has reached what both majorities have', () => {
  fc.assert(
    fc.property(numbers, numbers, (voters, outgoing) => {
      const both = Math.min(bruteForce(voters), bruteForce(outgoing));
      expect(quorumReached(voters, outgoing, self)).toBe(both);
      expect(quorumReached(voters, [], self)).toBe(bruteForce(voters));
    }),
  );
});

test('nobody has no majority, and a configuration is never empty', () => {
  expect(majorityReached([], self)).toBe(Number.POSITIVE_INFINITY);
  expect(() => quorumReached([], [1], self)).toThrow('a configuration has voters');
  expect([1, 2, 3, 4, 5].map(majority)).toEqual([1, 2, 2, 3, 3]);
});

const ballot = fc.constantFrom(true, false, undefined);
const election = fc.record({
  votes: fc.array(ballot, { minLength: 8, maxLength: 8 }),
  voters: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1 }),
  outgoing: fc.uniqueArray(fc.integer({ min: 1, max: 8 })),
});

/** All the ways in which the open votes may still go. */
function outcomes(half: readonly number[], votes: readonly (boolean | undefined)[]) {
  const granted = half.filter((id) => votes[id - 1] === true).length;
  const open = half.filter((id) => votes[id - 1] === undefined).length;
  const needed = Math.floor(half.length / 2) + 1;
  return { isWon: granted >= needed, canBeWon: granted + open >= needed };
}

test('an election is won or lost when nothing can change it any more', () => {
  fc.assert(
    fc.property(election, ({ votes, voters, outgoing }) => {
      const configuration: Configuration = {
        ...{ voters, outgoing, learners: [], learnersNext: [], autoLeave: false },
      };
      const counted = new Map<number, boolean>();
      for (const [i, vote] of votes.entries()) if (vote !== undefined) counted.set(i + 1, vote);
      const halves = outgoing.length > 0 ? [voters, outgoing] : [voters];
      const all = halves.map((half) => outcomes(half, votes));
      const expected = !all.every(({ canBeWon }) => canBeWon)
        ? 'lost'
        : all.every(({ isWon }) => isWon)
          ? 'won'
          : 'open';
      expect(voteResult(configuration, counted)).toBe(expected);
    }),
  );
});
