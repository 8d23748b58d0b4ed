// Transcripts of elections, named after what they show. See tests/golden/raft.

import { expect, test } from 'vitest';
import { expectGolden } from '../../golden.ts';
import { Cluster } from './cluster.ts';

test('campaign: a server is elected, its no-op is committed, and a command after it', () => {
  const cluster = new Cluster();
  cluster.note('server 1 has heard no leader for long');
  cluster.elect(1);
  cluster.note('a command');
  cluster.propose(1, 'x = 1', 7);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(['x = 1']);
  expectGolden('raft/campaign.txt', cluster.transcript());
});

test('split vote: two candidates, no majority; the next timeout decides', () => {
  const cluster = new Cluster({ voters: [1, 2, 3, 4], preVote: false });
  cluster.note('1 and 4 campaign at once; 2 hears 1 first, 3 hears 4');
  cluster.timeout(1);
  cluster.timeout(4);
  cluster.settle(({ from, to }) => from === 1 && to === 2);
  cluster.settle(({ from, to }) => from === 4 && to === 3);
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  cluster.note('4 times out first');
  cluster.elect(4);
  expect(cluster.leaders()).toEqual([4]);
  expectGolden('raft/split_vote.txt', cluster.transcript());
});

test('pre-vote of a laggard: who was cut off disturbs nobody when it comes back', () => {
  const cluster = new Cluster();
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('3 is cut off, times out again and again, and stays in its term');
  cluster.isolate(3);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.timeoutAmongHeartbeats(3);
  cluster.timeoutAmongHeartbeats(3);
  cluster.timeoutAmongHeartbeats(3);
  cluster.note('it is back, and asks again; 1 and 2 hear their leader');
  cluster.heal();
  cluster.cut(1, 3);
  cluster.timeoutAmongHeartbeats(3);
  cluster.settle();
  cluster.heal();
  cluster.note('the next heartbeat brings it up to date');
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(1).raft.status().term).toBe(1);
  expect(cluster.server(3).commands).toEqual(['x = 1']);
  expectGolden('raft/pre_vote_of_a_laggard.txt', cluster.transcript());
});

test('without pre-vote, the laggard deposes a leader that works', () => {
  const cluster = new Cluster({ preVote: false, checkQuorum: false });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.isolate(3);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.note('3 is cut off and campaigns');
  cluster.timeout(3);
  cluster.note('it is back: its term deposes 1, its log is too old to be elected');
  cluster.heal();
  cluster.timeout(3);
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  expectGolden('raft/disruptive_laggard_without_pre_vote.txt', cluster.transcript());
});

test('check-quorum: a later term comes back although everyone hears a leader', () => {
  const cluster = new Cluster({ preVote: false });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('3 is cut off, and is in term 2 when it comes back; nobody votes for it');
  cluster.isolate(3);
  cluster.timeoutAmongHeartbeats(3);
  cluster.heal();
  cluster.cut(1, 3);
  cluster.timeoutAmongHeartbeats(3);
  cluster.settle();
  cluster.heal();
  expect(cluster.leaders()).toEqual([1]);
  cluster.note(
    'its answer to the next heartbeat makes the leader step down: else it were cut off for ever',
  );
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  cluster.note('and anyone may be elected');
  cluster.advance(1000);
  cluster.elect(1);
  expect(cluster.leaders()).toEqual([1]);
  expectGolden('raft/check_quorum_and_a_later_term.txt', cluster.transcript());
});

test('check-quorum step-down: a leader that nobody answers leads no more', () => {
  const cluster = new Cluster({ heartbeatTicks: 500 });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('1 is cut off');
  cluster.isolate(1);
  cluster.propose(1, 'lost', 5);
  while (cluster.leaders().length > 0) cluster.timeout(1);
  cluster.note('it takes no commands any more');
  cluster.propose(1, 'refused', 6);
  cluster.note('2 and 3 elect 2; when 1 is back, it gives up what it could not commit');
  cluster.elect(2);
  cluster.heal();
  cluster.timeout(2);
  cluster.settle();
  expect(cluster.server(1).raft.status().role).toBe('follower');
  expect(cluster.server(1).commands).toEqual([]);
  expectGolden('raft/check_quorum_step_down.txt', cluster.transcript());
});

test('learner that must vote: it has not got the entry that made it a voter', () => {
  const cluster = new Cluster({ voters: [1, 2], learners: [3], checkQuorum: false });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('3 is promoted; 2 gets the entry, 3 does not, and 1 crashes');
  cluster.cut(1, 3);
  cluster.step(1, { type: 'configure', context: 1, change: { voters: [1, 2, 3] } });
  cluster.settle(({ to }) => to === 2);
  cluster.crash(1);
  cluster.drop();
  cluster.note('2 needs the vote of 3, which believes to be a learner');
  cluster.heal();
  cluster.advance(2000);
  cluster.elect(2);
  expect(cluster.leaders()).toEqual([2]);
  expect(cluster.server(3).raft.status().configuration.voters).toEqual([1, 2, 3]);
  expectGolden('raft/learner_that_must_vote.txt', cluster.transcript());
});

test('vote durable before it is told: a slow disk holds the vote back', () => {
  const cluster = new Cluster();
  cluster.slowDisks.add(2);
  cluster.cut(1, 3);
  cluster.timeout(1);
  cluster.cut(1, 2);
  cluster.heal();
  cluster.timeout(1);
  cluster.cut(1, 3);
  cluster.settle();
  expect(cluster.leaders()).toEqual([]);
  cluster.note('the disk of 2 is done');
  cluster.persist(2);
  cluster.settle();
  expect(cluster.leaders()).toEqual([1]);
  expectGolden('raft/vote_durable_before_told.txt', cluster.transcript());
});

test('forgetful disk: a vote that was told and not kept makes two leaders in one term', () => {
  const cluster = new Cluster({ preVote: false });
  cluster.note('1 and 3 campaign in term 1; 2 votes for 1');
  cluster.timeout(1);
  cluster.timeout(3);
  cluster.settle(({ from, to }) => from + to === 3);
  expect(cluster.leaders()).toEqual([1]);
  cluster.note('2 loses power; its disk said that it was durable, and it was not');
  cluster.crash(2);
  Object.assign(cluster.server(2).disk, { term: 0, vote: 0, entries: [] });
  cluster.restart(2);
  cluster.note('it votes again in term 1');
  cluster.settle(({ from, to }) => from + to === 5 && from !== 1 && to !== 1);
  expect(cluster.leaders()).toEqual([1, 3]);
  cluster.note('each drops what the other says');
  cluster.settle();
  expectGolden('raft/forgetful_disk.txt', cluster.transcript());
});

test('leadership transfer: the target is brought up to date and elected at once', () => {
  const cluster = new Cluster();
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.cut(1, 3);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.heal();
  cluster.note('3 lacks an entry; commands wait');
  cluster.step(1, { type: 'transfer', to: 3 });
  cluster.propose(1, 'refused', 9);
  cluster.note('the heartbeats find it out');
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.leaders()).toEqual([3]);
  expectGolden('raft/transfer_done.txt', cluster.transcript());
});

test('leadership transfer aborted: the target is down, so commands are taken again', () => {
  const cluster = new Cluster({ heartbeatTicks: 500 });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.crash(3);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.step(1, { type: 'transfer', to: 3 });
  cluster.propose(1, 'refused', 1);
  for (let i = 0; i < 3; i++) {
    cluster.timeout(1);
    cluster.settle();
  }
  cluster.propose(1, 'taken', 2);
  cluster.settle();
  expect(cluster.server(2).commands).toEqual(['x = 1', 'taken']);
  expectGolden('raft/transfer_aborted.txt', cluster.transcript());
});
