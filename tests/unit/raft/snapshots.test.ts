// Transcripts of snapshots and log compaction. See tests/golden/raft.

import { expect, test } from 'vitest';
import { expectGolden } from '../../golden.ts';
import { Cluster } from './cluster.ts';

/** 1 leads, 3 was cut off for five commands, and 1 has compacted its log. */
function slowFollower(keptEntriesMax = 0): Cluster {
  const cluster = new Cluster({ chunkBytes: 8, keptEntriesMax, checkQuorum: false });
  cluster.elect(1);
  cluster.isolate(3);
  for (const command of ['a = 1', 'b = 2', 'c = 3', 'd = 4']) cluster.propose(1, command);
  cluster.settle();
  cluster.lines.length = 0;
  cluster.note('3 was cut off; 1 has a snapshot and a short log');
  cluster.compact(1);
  cluster.propose(1, 'e = 5');
  cluster.settle();
  cluster.heal();
  return cluster;
}

const ALL = ['a = 1', 'b = 2', 'c = 3', 'd = 4', 'e = 5'];

test('slow follower after compaction: what it needs is kept, within reason', () => {
  const cluster = slowFollower(10);
  cluster.note('no snapshot is needed');
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(ALL);
  expect(cluster.server(3).disk.snapshot).toBe(undefined);
  expectGolden('raft/slow_follower_served_from_kept_log.txt', cluster.transcript());
});

test('slow follower after compaction: a snapshot in chunks, then the log', () => {
  const cluster = slowFollower();
  cluster.note('a heartbeat finds the gap');
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(ALL);
  expect(cluster.server(3).disk.snapshot?.index).toBe(5);
  cluster.note('3 restarts from its snapshot and its log');
  cluster.crash(3);
  cluster.restart(3);
  expect(cluster.server(3).commands).toEqual(ALL.slice(0, 4));
  expectGolden('raft/slow_follower_after_compaction.txt', cluster.transcript());
});

test('snapshot succeeds although its last answer is lost: the leader asks again', () => {
  const cluster = slowFollower();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'snapshot-reply' || !message.installed);
  cluster.note('the answer that it is installed is lost');
  cluster.drop();
  cluster.timeout(1);
  cluster.drop();
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(ALL);
  expectGolden('raft/snapshot_answer_lost.txt', cluster.transcript());
});

test('snapshot succeeds by the log: the follower has caught up meanwhile', () => {
  const cluster = new Cluster({ chunkBytes: 8, keptEntriesMax: 0, checkQuorum: false });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('an append to 3 is delayed; 1 compacts, and believes that 3 needs a snapshot');
  for (const command of ['a = 1', 'b = 2']) cluster.propose(1, command);
  cluster.settle(({ from, to }) => from !== 3 && to !== 3);
  const late = cluster.flights.splice(0);
  cluster.compact(1);
  cluster.timeout(1);
  cluster.drop(({ message }) => message.type === 'append-reply');
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'snapshot');
  expect(cluster.server(1).raft.status().peers[1]?.state).toBe('snapshot');
  cluster.note('the late appends arrive');
  for (const { from, to, message } of late) cluster.receive(from, to, message);
  cluster.settle(({ message }) => message.type !== 'snapshot');
  expect(cluster.server(1).raft.status().peers[1]?.state).toBe('replicate');
  cluster.note('a chunk on its way is of no use any more');
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(['a = 1', 'b = 2']);
  expect(cluster.server(3).disk.snapshot).toBe(undefined);
  expectGolden('raft/snapshot_overtaken_by_the_log.txt', cluster.transcript());
});

test('resumed snapshot: a lost chunk is sent again, and nothing before it', () => {
  const cluster = slowFollower();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'snapshot' || message.offsetBytes < 16);
  cluster.note('the chunk at 16 is lost');
  cluster.drop();
  cluster.timeout(1);
  cluster.drop();
  cluster.timeout(1);
  cluster.note('and is doubled when it is sent again');
  const [again] = cluster.flights.filter(({ message }) => message.type === 'snapshot');
  cluster.flights.push(again!);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(ALL);
  expectGolden('raft/resumed_snapshot.txt', cluster.transcript());
});

test('refused snapshot: it is sent again from its first byte', () => {
  const cluster = slowFollower();
  cluster.slowDisks.add(3);
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle();
  const meta = cluster.server(3).received!;
  cluster.server(3).received = undefined;
  cluster.note('3 finds that it can not use it');
  cluster.step(3, { type: 'snapshot-refused', meta });
  cluster.slowDisks.delete(3);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(ALL);
  expectGolden('raft/refused_snapshot.txt', cluster.transcript());
});

test('snapshot of a deposed leader: the new one begins anew', () => {
  const cluster = slowFollower();
  cluster.compact(2);
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'snapshot' || message.offsetBytes < 16);
  cluster.note('3 has half of it when 2 takes over');
  cluster.step(1, { type: 'transfer', to: 2 });
  cluster.settle();
  expect(cluster.leaders()).toEqual([2]);
  expect(cluster.server(3).commands).toEqual(ALL);
  expectGolden('raft/snapshot_of_a_deposed_leader.txt', cluster.transcript());
});

test('a snapshot that the log agrees with only moves the commit index', () => {
  const cluster = new Cluster({ chunkBytes: 100, checkQuorum: false });
  cluster.elect(1);
  cluster.propose(1, 'a = 1');
  cluster.settle(({ to }) => to !== 1);
  cluster.settle(({ from }) => from === 2);
  cluster.lines.length = 0;
  cluster.note('3 has 2/1 and does not know that it is committed; what follows is kept');
  cluster.propose(1, 'b = 2');
  cluster.settle(
    ({ to, message }) => to === 3 && message.type === 'append' && message.entries.length > 0,
  );
  cluster.drop();
  const { configuration } = cluster.server(1).raft.status();
  cluster.receive(1, 3, {
    ...{ type: 'snapshot', term: 1, round: 1, offsetBytes: 0, totalBytes: 6 },
    ...{ meta: { index: 2, term: 1, configuration }, bytes: new TextEncoder().encode('a = 1\n') },
  });
  const { log, commitIndex } = cluster.server(3).raft.status();
  expect([log.lastIndex, commitIndex]).toEqual([3, 2]);
  expectGolden('raft/snapshot_that_the_log_has.txt', cluster.transcript());
});

test('a snapshot brings the configuration that counted at its index, not the newest', () => {
  const cluster = new Cluster({ others: [4], keptEntriesMax: 0, checkQuorum: false });
  cluster.elect(1);
  cluster.isolate(3);
  cluster.propose(1, 'a = 1');
  cluster.settle();
  cluster.compact(1);
  cluster.lines.length = 0;
  cluster.note('after the snapshot, 4 is added');
  cluster.step(1, { type: 'configure', context: 1, change: { voters: [1, 2, 3, 4] } });
  cluster.settle();
  cluster.note('3 gets the snapshot');
  cluster.heal();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle(
    ({ from, message }) => from !== 3 || message.type !== 'snapshot-reply' || !message.installed,
  );
  expect(cluster.server(3).raft.status().configuration.voters).toEqual([1, 2, 3]);
  cluster.note('and then the entry that adds 4');
  cluster.settle();
  expect(cluster.server(3).raft.status().configuration.voters).toEqual([1, 2, 3, 4]);
  expectGolden('raft/snapshot_with_its_own_configuration.txt', cluster.transcript());
});

test('a snapshot replaces a longer log that conflicts with it', () => {
  const cluster = new Cluster({
    logs: { 1: [1, 2, 2], 2: [1, 2, 2], 3: [1, 1, 1, 1, 1, 1] },
    ...{ keptEntriesMax: 0, chunkBytes: 100, preVote: false, checkQuorum: false },
  });
  cluster.isolate(3);
  cluster.elect(1);
  cluster.compact(1);
  cluster.lines.length = 1;
  cluster.note('1 has a snapshot up to 4/3; what 3 has at 2 to 6 was never committed');
  cluster.heal();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).raft.status().log.lastIndex).toBe(4);
  expect(cluster.server(3).disk.entries).toEqual([]);
  cluster.propose(1, 'a = 1');
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(cluster.server(1).commands);
  expectGolden('raft/snapshot_replaces_a_longer_log.txt', cluster.transcript());
});

test('a snapshot is outdated when it is installed: a newer one follows (random life 169)', () => {
  const cluster = slowFollower();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.settle(({ message }) => message.type !== 'snapshot-reply' || !message.installed);
  cluster.note('while 3 installs it, 1 goes on and compacts again');
  cluster.propose(1, 'f = 6');
  cluster.settle(({ from, to }) => from !== 3 && to !== 3);
  cluster.compact(1);
  cluster.settle();
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual([...ALL, 'f = 6']);
  expect(cluster.server(3).disk.snapshot?.index).toBe(7);
  expectGolden('raft/outdated_snapshot.txt', cluster.transcript());
});

test('a snapshot of nothing has no bytes, and is installed all the same (random life 240)', () => {
  const cluster = new Cluster({ keptEntriesMax: 0, checkQuorum: false });
  cluster.isolate(3);
  cluster.elect(1);
  cluster.compact(1);
  cluster.heal();
  cluster.timeout(1);
  cluster.timeout(1);
  cluster.propose(1, 'a = 1');
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(['a = 1']);
  expect(cluster.server(3).disk.snapshot?.index).toBe(1);
});
