// Transcripts of changes of membership. See tests/golden/raft.

import { expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { ConfigurationChange } from '../../../engine/raft/effects.ts';
import { expectGolden } from '../../golden.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';

/** 1 leads, and one command is committed. */
function started(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(options);
  cluster.elect(1);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.lines.length = 0;
  return cluster;
}

function configure(cluster: Cluster, change: ConfigurationChange, id = 1, context = 1): void {
  cluster.step(id, { type: 'configure', context, change });
}

function current(cluster: Cluster, id = 1) {
  const { voters, outgoing, learners } = cluster.server(id).raft.status().configuration;
  return { voters, outgoing, learners };
}

test('add one: a single step; the new server gets the whole log', () => {
  const cluster = started({ others: [4] });
  configure(cluster, { voters: [1, 2, 3, 4] });
  cluster.settle();
  expect(current(cluster, 4)).toEqual({ voters: [1, 2, 3, 4], outgoing: [], learners: [] });
  expect(cluster.server(4).commands).toEqual(['x = 1']);
  expectGolden('raft/change_add_one.txt', cluster.transcript());
});

test('remove one: a single step; it campaigns in vain, with pre-votes', () => {
  const cluster = started();
  cluster.cut(1, 3);
  configure(cluster, { voters: [1, 2] });
  cluster.settle();
  cluster.heal();
  cluster.note('3 was not told, and asks for votes');
  cluster.timeoutAmongHeartbeats(3);
  cluster.settle();
  expect(cluster.leaders()).toEqual([1]);
  expectGolden('raft/change_remove_one.txt', cluster.transcript());
});

test('replace a voter: jointly, and the joint configuration is left by itself', () => {
  const cluster = started({ others: [4] });
  configure(cluster, { voters: [1, 2, 4] });
  cluster.settle();
  expect(current(cluster)).toEqual({ voters: [1, 2, 4], outgoing: [], learners: [] });
  expectGolden('raft/change_replace_one.txt', cluster.transcript());
});

test('joint: both majorities are needed', () => {
  const cluster = started({ others: [4, 5] });
  cluster.note('4 and 5 do not answer: a majority of the new voters is missing');
  cluster.isolate(4, 5);
  configure(cluster, { voters: [1, 4, 5] });
  cluster.settle();
  expect(cluster.server(1).raft.status().commitIndex).toBe(2);
  cluster.note('they answer, and 2 and 3 do not: a majority of the old ones is missing');
  cluster.heal();
  cluster.isolate(2, 3);
  cluster.timeout(1);
  cluster.settle();
  cluster.note('2 is back');
  cluster.heal();
  cluster.isolate(3);
  cluster.timeout(1);
  cluster.settle();
  cluster.timeout(1);
  cluster.settle();
  expect(current(cluster)).toEqual({ voters: [1, 4, 5], outgoing: [], learners: [] });
  expectGolden('raft/change_needs_both_majorities.txt', cluster.transcript());
});

test('demote to learner: at once in a single step', () => {
  const cluster = started();
  configure(cluster, { voters: [1, 2], learners: [3] });
  cluster.settle();
  cluster.propose(1, 'y = 2');
  cluster.settle();
  expect(current(cluster, 3)).toEqual({ voters: [1, 2], outgoing: [], learners: [3] });
  expect(cluster.server(3).commands).toEqual(['x = 1', 'y = 2']);
  expectGolden('raft/change_demote.txt', cluster.transcript());
});

test('demote jointly: it stays a voter of the old half until that is left', () => {
  const cluster = started({ others: [4] });
  configure(cluster, { voters: [1, 2, 4], learners: [3] });
  expect(cluster.server(1).raft.status().configuration.learnersNext).toEqual([3]);
  cluster.settle();
  expect(current(cluster, 3)).toEqual({ voters: [1, 2, 4], outgoing: [], learners: [3] });
  expectGolden('raft/change_demote_jointly.txt', cluster.transcript());
});

test('promote: a learner that has caught up gets a vote', () => {
  const cluster = started({ learners: [4] });
  configure(cluster, { voters: [1, 2, 3, 4] });
  cluster.settle();
  expect(current(cluster, 4)).toEqual({ voters: [1, 2, 3, 4], outgoing: [], learners: [] });
  expectGolden('raft/change_promote.txt', cluster.transcript());
});

test('explicit joint and leave: it stays joint until it is told to leave', () => {
  const cluster = started({ others: [4] });
  configure(cluster, { voters: [1, 2, 3, 4], how: 'joint' });
  cluster.settle();
  cluster.note('a second change is refused, but leaving is not');
  configure(cluster, { voters: [1, 2] }, 1, 2);
  configure(cluster, { voters: [], how: 'leave' }, 1, 3);
  cluster.settle();
  expect(current(cluster)).toEqual({ voters: [1, 2, 3, 4], outgoing: [], learners: [] });
  expectGolden('raft/change_explicit_joint.txt', cluster.transcript());
});

test('removing the leader: it leads until that is committed, not counting itself', () => {
  const cluster = started();
  cluster.note('1 removes itself; its entry needs 2 and 3');
  configure(cluster, { voters: [2, 3] });
  cluster.settle(({ to, from }) => to === 2 || from === 2);
  expect(cluster.leaders()).toEqual([1]);
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  cluster.note('one of those who stay is elected');
  cluster.advance(1000);
  cluster.elect(2);
  expect(cluster.leaders()).toEqual([2]);
  expectGolden('raft/change_remove_the_leader.txt', cluster.transcript());
});

test('replacing the leader jointly', () => {
  const cluster = started({ others: [4] });
  configure(cluster, { voters: [2, 3, 4] });
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  cluster.advance(1000);
  cluster.elect(4);
  expect(cluster.leaders()).toEqual([4]);
  expectGolden('raft/change_replace_the_leader.txt', cluster.transcript());
});

test('a second change is refused while the first is not committed', () => {
  const cluster = started({ others: [4] });
  cluster.isolate(1);
  configure(cluster, { voters: [1, 2, 3, 4] }, 1, 1);
  configure(cluster, { voters: [1, 2] }, 1, 2);
  configure(cluster, { voters: [1, 2] }, 2, 3);
  expectGolden('raft/change_refused_while_another_is_under_way.txt', cluster.transcript());
});

test('a change before the first commit of a term is refused', () => {
  const cluster = new Cluster();
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'append');
  expect(cluster.leaders()).toEqual([1]);
  configure(cluster, { voters: [1, 2] }, 1, 1);
  cluster.settle();
  cluster.note('its no-op is committed');
  configure(cluster, { voters: [1, 2] }, 1, 2);
  expectGolden('raft/change_refused_before_own_commit.txt', cluster.transcript());
});

test('a change that is cut off takes its configuration back', () => {
  const cluster = started({ others: [4], checkQuorum: false });
  cluster.note('1 is cut off and changes in vain');
  cluster.isolate(1);
  configure(cluster, { voters: [1, 2, 3, 4] });
  cluster.note('2 is elected');
  cluster.advance(1000);
  cluster.elect(2);
  cluster.heal();
  cluster.timeout(2);
  cluster.settle();
  expect(current(cluster)).toEqual({ voters: [1, 2, 3], outgoing: [], learners: [] });
  expectGolden('raft/change_taken_back.txt', cluster.transcript());
});

test('a joint change outlives its leader: the next one leaves it', () => {
  const cluster = started({ others: [4, 5], checkQuorum: false });
  configure(cluster, { voters: [1, 4, 5] });
  cluster.note('1 crashes when all have the joint configuration, and before it is committed');
  cluster.settle(({ message }) => message.type !== 'append-reply' || message.index < 3);
  cluster.crash(1);
  cluster.drop();
  cluster.advance(2000);
  cluster.elect(4);
  expect(current(cluster, 4)).toEqual({ voters: [1, 4, 5], outgoing: [], learners: [] });
  expectGolden('raft/change_outlives_its_leader.txt', cluster.transcript());
});

// Found by random life 834: nobody could be elected any more.
test('removed leader that must campaign: the others need its vote, and its log is the longest', () => {
  const cluster = started({ voters: [1, 2], others: [3] });
  configure(cluster, { voters: [3] });
  cluster.note(
    'the joint configuration is committed; the entry that ends it stays at 1, which crashes',
  );
  const isLast = (index: number) => index > cluster.server(1).raft.status().commitIndex;
  cluster.settle(
    ({ message }) =>
      message.type !== 'append' || !message.entries.some((e) => e.index > 3 && isLast(e.index)),
  );
  cluster.crash(1);
  cluster.drop();
  cluster.restart(1);
  cluster.note('3 needs 1 and 2, and 1 refuses: its log is longer');
  cluster.advance(2000);
  cluster.elect(3);
  expect(cluster.leaders()).toEqual([]);
  cluster.note('1 has no vote in its newest configuration, and campaigns all the same');
  cluster.elect(1);
  expect(current(cluster, 3)).toEqual({ voters: [3], outgoing: [], learners: [] });
  cluster.elect(3);
  expect(cluster.leaders()).toEqual([3]);
  expectGolden('raft/removed_leader_that_must_campaign.txt', cluster.transcript());
});

test('changes and transfers that make no sense are errors with a code', () => {
  const cluster = started();
  const wrong: ConfigurationChange[] = [
    { voters: [] },
    { voters: [1, 1] },
    { voters: [0, 1] },
    { voters: [1.5] },
    { voters: [1, 2], learners: [2] },
    { voters: [1, 2], how: 'leave' },
  ];
  for (const change of wrong) {
    const refuse = () => configure(cluster, change);
    expect(refuse).toThrow(/FERRIS_INVALID_ARGUMENT.*;/);
  }
  const transfer = () => cluster.step(1, { type: 'transfer', to: 9 });
  expect(transfer).toThrow('name one of 1,2,3');
  try {
    transfer();
  } catch (error) {
    expect(isFerrisError(error, 'FERRIS_INVALID_ARGUMENT')).toBe(true);
  }
});
