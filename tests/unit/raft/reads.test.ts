// Transcripts of linearizable reads. See tests/golden/raft.

import { expect, test } from 'vitest';
import { expectGolden } from '../../golden.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';

function started(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(options);
  cluster.elect(1);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.lines.length = 0;
  return cluster;
}

/** The indexes at which reads were answered, and the others refused. */
function reads(cluster: Cluster, id: number): (number | string)[] {
  const found: (number | string)[] = [];
  for (const answer of cluster.server(id).answers) {
    if (answer.type === 'readable') found.push(answer.index);
    if (answer.type === 'refused') found.push(answer.reason);
  }
  return found;
}

test('read index: reads share a round, and those that come meanwhile the next one', () => {
  const cluster = started();
  cluster.step(1, { type: 'read', context: 1 });
  cluster.note('two more while the round is under way');
  cluster.step(1, { type: 'read', context: 2 });
  cluster.step(1, { type: 'read', context: 3 });
  cluster.settle();
  expect(reads(cluster, 1)).toEqual([2, 2, 2]);
  expectGolden('raft/read_index.txt', cluster.transcript());
});

test('read at a follower: the leader tells it how far to apply', () => {
  const cluster = started();
  cluster.step(2, { type: 'read', context: 1 });
  cluster.settle();
  expect(reads(cluster, 2)).toEqual([2]);
  expectGolden('raft/read_at_a_follower.txt', cluster.transcript());
});

test('read index under a deposed leader: no quorum answers, so neither does it', () => {
  const cluster = started();
  cluster.note('1 is cut off with a client; 2 and 3 elect 2, and x changes');
  cluster.isolate(1);
  cluster.advance(1000);
  cluster.elect(2);
  cluster.propose(2, 'x = 2');
  cluster.settle();
  cluster.note('a read at 1, which believes to lead');
  expect(cluster.leaders()).toEqual([1, 2]);
  cluster.step(1, { type: 'read', context: 1 });
  cluster.settle();
  expect(reads(cluster, 1)).toEqual([]);
  cluster.heal();
  cluster.timeout(2);
  cluster.settle();
  expect(reads(cluster, 1)).toEqual(['lost leadership']);
  expectGolden('raft/read_under_a_deposed_leader.txt', cluster.transcript());
});

test('read before the no-op commits: a new leader does not know yet what is committed', () => {
  const cluster = started();
  cluster.note('1 commits y = 2 and crashes before anyone learns that; 2 is elected');
  cluster.propose(1, 'y = 2');
  cluster.settle(({ to }) => to !== 1);
  cluster.settle(({ from }) => from === 2);
  expect(cluster.server(1).raft.status().commitIndex).toBe(3);
  cluster.crash(1);
  cluster.drop();
  cluster.advance(1000);
  cluster.timeout(2);
  cluster.settle(({ message }) => message.type !== 'append');
  expect(cluster.leaders()).toEqual([2]);
  expect(cluster.server(2).raft.status().commitIndex).toBe(2);
  cluster.note('a read waits for the no-op, and then for its round');
  cluster.step(2, { type: 'read', context: 1 });
  expect(reads(cluster, 2)).toEqual([]);
  cluster.settle();
  expect(reads(cluster, 2)).toEqual([4]);
  expectGolden('raft/read_before_the_no_op_commits.txt', cluster.transcript());
});

test('lease: a read without a round, as long as the last one is not long ago', () => {
  const cluster = started({ leaseReads: true, leaseTicks: 900 });
  cluster.timeout(1);
  cluster.settle();
  cluster.step(1, { type: 'read', context: 1 });
  expect(reads(cluster, 1)).toEqual([2]);
  cluster.note('the lease has run out: a round it is');
  cluster.advance(900);
  cluster.step(1, { type: 'read', context: 2 });
  expect(reads(cluster, 1)).toEqual([2]);
  cluster.settle();
  expect(reads(cluster, 1)).toEqual([2, 2]);
  expectGolden('raft/lease.txt', cluster.transcript());
});

test('lease broken by clock skew: a stale read, which a round would have refused', () => {
  const cluster = started({ leaseReads: true, leaseTicks: 900 });
  cluster.timeout(1);
  cluster.settle();
  cluster.note('1 is cut off; the clocks of 2 and 3 run a second ahead, so they elect 2 at once');
  cluster.isolate(1);
  cluster.server(2).clockOffset += 2000;
  cluster.server(3).clockOffset += 2000;
  cluster.step(2, { type: 'wake' });
  cluster.settle();
  cluster.propose(2, 'x = 2');
  cluster.settle();
  expect(cluster.server(2).raft.status().commitIndex).toBe(4);
  cluster.note('1 reads by its lease: x = 1, but x = 2 is committed');
  cluster.step(1, { type: 'read', context: 1 });
  expect(reads(cluster, 1)).toEqual([2]);
  expectGolden('raft/lease_broken_by_clock_skew.txt', cluster.transcript());
});

test('no lease after a transfer was asked for: its election waits for no timeout', () => {
  const cluster = started({ leaseReads: true, leaseTicks: 900 });
  cluster.timeout(1);
  cluster.settle();
  cluster.step(1, { type: 'transfer', to: 2 });
  cluster.note('2 is elected and x changes while 1 does not hear of it');
  cluster.cut(2, 1);
  cluster.settle();
  cluster.propose(2, 'x = 2');
  cluster.settle();
  expect(cluster.leaders()).toEqual([1, 2]);
  cluster.step(1, { type: 'read', context: 1 });
  cluster.settle();
  expect(reads(cluster, 1)).toEqual(['lost leadership']);
  expectGolden('raft/no_lease_after_a_transfer.txt', cluster.transcript());
});

test('no vote within a lease that the voter has helped to give and then forgot', () => {
  const cluster = started({ leaseReads: true, leaseTicks: 900 });
  cluster.timeout(1);
  cluster.settle();
  cluster.note('1 is cut off; 3 restarts, and would vote for 2 at once');
  cluster.isolate(1);
  cluster.crash(3);
  cluster.restart(3);
  cluster.server(2).clockOffset += 2000;
  cluster.step(2, { type: 'wake' });
  cluster.settle();
  expect(cluster.leaders()).toEqual([1]);
  expectGolden('raft/no_vote_within_a_forgotten_lease.txt', cluster.transcript());
});

test('a late answer to a read of the last boot is no answer to one of this boot', () => {
  const cluster = started();
  cluster.step(2, { type: 'read', context: 1 });
  cluster.settle(({ message }) => message.type !== 'read-index-reply');
  const late = cluster.flights.splice(0);
  cluster.propose(1, 'x = 2');
  cluster.settle();
  cluster.crash(2);
  cluster.restart(2);
  cluster.timeout(1);
  cluster.settle();
  cluster.step(2, { type: 'read', context: 1 });
  for (const { from, to, message } of late) cluster.receive(from, to, message);
  expect(reads(cluster, 2)).toEqual([]);
  cluster.settle();
  expect(reads(cluster, 2)).toEqual([3]);
  expectGolden('raft/read_of_the_last_boot.txt', cluster.transcript());
});

test('a read sent on to a leader that vanishes is refused in the end', () => {
  const cluster = started();
  cluster.step(2, { type: 'read', context: 1 });
  cluster.crash(1);
  cluster.drop();
  cluster.advance(1000);
  cluster.elect(3);
  expect(reads(cluster, 2)).toEqual(['no leader']);
});
