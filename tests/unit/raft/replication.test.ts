// Transcripts of replication, named after what they show. See tests/golden/raft.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { Entry } from '../../../engine/raft/message.ts';
import { expectGolden } from '../../golden.ts';
import { Cluster } from './cluster.ts';

// The paper's figure 7: the leader of term 8, and what a follower's log may look like then.
const LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
const FIGURE_7 = {
  a: { log: [1, 1, 1, 4, 4, 5, 5, 6, 6], what: 'an entry is missing' },
  b: { log: [1, 1, 1, 4], what: 'many are missing' },
  c: { log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], what: 'one too many' },
  d: { log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], what: 'two too many, of a later term' },
  e: { log: [1, 1, 1, 4, 4, 4, 4], what: 'some missing, some too many' },
  f: { log: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], what: 'two whole terms too many' },
};

for (const [letter, { log, what }] of Object.entries(FIGURE_7)) {
  test(`divergent logs, figure 7 (${letter}): ${what}`, () => {
    const cluster = new Cluster({
      logs: { 1: LEADER, 2: log, 3: LEADER },
      terms: { 1: 7, 2: 7, 3: 7 },
      preVote: false,
    });
    cluster.note(`1 is elected by 3 and finds where 2 agrees: ${what}`);
    cluster.timeout(1);
    cluster.drop(({ to }) => to === 2);
    cluster.settle();
    cluster.note('a command');
    cluster.propose(1, 'x = 1');
    cluster.settle();
    const { log: repaired } = cluster.server(2).raft.status();
    expect([repaired.lastIndex, repaired.lastTerm]).toEqual([12, 8]);
    expect(cluster.server(2).commands).toEqual(cluster.server(1).commands);
    expectGolden(`raft/figure_7${letter}.txt`, cluster.transcript());
  });
}

/** The paper's figure 8 up to (c): S1 leads in term 4, and has its entry of term 2 on a majority. */
function figure8(): Cluster {
  const cluster = new Cluster({
    voters: [1, 2, 3, 4, 5],
    logs: { 1: [1, 2], 2: [1, 2], 3: [1], 4: [1], 5: [1, 3] },
    terms: { 1: 3, 2: 3, 3: 3, 4: 3, 5: 3 },
    preVote: false,
  });
  cluster.note('(c) 1 leads in term 4, and brings its entry of term 2 to 3: it is on a majority');
  cluster.isolate(4, 5);
  cluster.timeout(1);
  // The no-op stays at 1: only the entry of term 2 reaches the others.
  cluster.settle(({ message }) => message.type === 'vote' || message.type === 'vote-reply');
  return cluster;
}

test('figure 8: an entry of an old term, on a majority, is not committed and can be lost', () => {
  const cluster = figure8();
  cluster.drop();
  const entry: Entry = { index: 2, term: 2, kind: 'command', data: utf8('2/2') };
  for (const to of [2, 3])
    cluster.receive(1, to, {
      ...{ type: 'append', term: 4, previousIndex: 1, previousTerm: 1, commitIndex: 0, round: 1 },
      entries: [entry],
    });
  cluster.settle(({ to }) => to === 1);
  expect(cluster.server(3).raft.status().log.lastTerm).toBe(2);
  const known = cluster
    .server(1)
    .raft.status()
    .peers.map(({ matchIndex }) => matchIndex);
  expect(known).toEqual([2, 2, 0, 0]); // with 1 itself, three of five
  expect(cluster.server(1).raft.status().commitIndex).toBe(0);
  cluster.note(
    '(d) 1 crashes; 5 is elected by 3 and 4 with its entry of term 3, and overwrites it',
  );
  cluster.crash(1);
  cluster.drop();
  cluster.heal();
  cluster.advance(2000);
  cluster.timeout(5);
  cluster.settle();
  cluster.timeout(5);
  cluster.settle();
  cluster.timeout(5);
  cluster.settle();
  expect(cluster.leaders()).toEqual([5]);
  for (const id of [2, 3, 4, 5]) expect(cluster.server(id).commands[1]).toBe('2/3');
  expectGolden('raft/figure_8_overwritten.txt', cluster.transcript());
});

test('figure 8: with an entry of its own term on a majority, the old one is committed and safe', () => {
  const cluster = figure8();
  cluster.note('(e) its no-op of term 4 comes along');
  cluster.settle();
  expect(cluster.server(1).raft.status().commitIndex).toBe(3);
  cluster.note('1 crashes; 5 can not be elected any more');
  cluster.crash(1);
  cluster.heal();
  cluster.advance(2000);
  cluster.elect(5);
  cluster.elect(5);
  expect(cluster.leaders()).toEqual([]);
  cluster.note('2 can, and has the entry');
  cluster.elect(2);
  expect(cluster.server(4).commands).toEqual(['1/1', '2/2']);
  expectGolden('raft/figure_8_committed.txt', cluster.transcript());
});

test('probe and replicate: one append at a time until the logs agree, then as they come', () => {
  const cluster = new Cluster({ logs: { 1: [1, 2, 3], 2: [1, 1], 3: [1, 2, 3] }, preVote: false });
  cluster.timeout(1);
  cluster.settle(({ from, to }) => from !== 2 && to !== 2);
  cluster.drop();
  cluster.note('commands while 2 is probed: nothing more goes to it until it answers');
  cluster.propose(1, 'a');
  cluster.propose(1, 'b');
  cluster.note('the heartbeat probes again');
  cluster.timeout(1);
  cluster.settle();
  cluster.note('now each command goes out at once');
  cluster.propose(1, 'c');
  cluster.propose(1, 'd');
  cluster.settle();
  expect(cluster.server(2).commands).toEqual(['1/1', '2/2', '3/3', 'a', 'b', 'c', 'd']);
  expectGolden('raft/probe_and_replicate.txt', cluster.transcript());
});

test('pipelining limits: a full window waits; what is lost is found by a heartbeat', () => {
  const cluster = new Cluster({ inFlightMax: 2, appendBytesMax: 40 });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('six commands, two to an append, two appends in flight');
  for (const command of ['a', 'b', 'c', 'd', 'e', 'f']) cluster.propose(1, command);
  cluster.note('what goes to 3 is lost; each answer of 2 lets one more out');
  cluster.drop(({ to }) => to === 3);
  cluster.settle();
  cluster.note('a heartbeat in which nothing was acknowledged names the last one sent');
  cluster.timeout(1);
  cluster.settle();
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expectGolden('raft/pipelining_limits.txt', cluster.transcript());
});

test('too much in flight: a leader takes no more than it may have uncommitted', () => {
  const cluster = new Cluster({ uncommittedBytesMax: 60 });
  cluster.elect(1);
  cluster.lines.length = 0;
  for (const command of ['a', 'b', 'c', 'd', 'e'])
    cluster.propose(1, command, command.charCodeAt(0));
  cluster.settle();
  cluster.note('they are committed: it takes the next');
  cluster.propose(1, 'f', 102);
  expectGolden('raft/too_much_in_flight.txt', cluster.transcript());
});

test('lagging commit: a follower commits no further than its log agrees', () => {
  const cluster = new Cluster({
    logs: { 2: [1, 1, 1] },
    terms: { 1: 1, 3: 1 },
    preVote: false,
    checkQuorum: false,
  });
  cluster.note('2 holds three entries of an old leader that never were committed; 1 and 3 elect 1');
  cluster.isolate(2);
  cluster.timeout(1);
  cluster.settle();
  cluster.timeout(1);
  cluster.settle();
  for (const command of ['a', 'b']) cluster.propose(1, command);
  cluster.settle();
  expect(cluster.server(1).raft.status().commitIndex).toBe(3);
  cluster.note('a heartbeat that proves nothing about its log commits nothing there');
  cluster.heal();
  cluster.receive(1, 2, {
    ...{ type: 'append', term: cluster.server(1).raft.status().term, round: 9, entries: [] },
    ...{ previousIndex: 0, previousTerm: 0, commitIndex: 3 },
  });
  expect(cluster.server(2).raft.status().commitIndex).toBe(0);
  cluster.note('the probe does');
  cluster.settle();
  cluster.timeout(1);
  cluster.settle();
  expect(cluster.server(2).commands).toEqual(['a', 'b']);
  expectGolden('raft/lagging_commit.txt', cluster.transcript());
});

test('stale append acknowledgment across terms: a sync of what was cut off counts for nothing', () => {
  const cluster = new Cluster({ preVote: false, checkQuorum: false });
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('2 has 2/1 and 3/1 of the leader 1 in memory; its disk is slow');
  cluster.slowDisks.add(2);
  cluster.cut(1, 3);
  cluster.propose(1, 'old');
  cluster.propose(1, 'old too');
  cluster.settle(({ to }) => to === 2);
  cluster.note(
    '3 is elected without 2 (by 1), and overwrites both: 2/2 is only in memory there, too',
  );
  cluster.isolate(2);
  cluster.heal();
  cluster.crash(1);
  cluster.server(1).disk.entries.length = 1;
  cluster.restart(1);
  cluster.cut(3, 2);
  cluster.elect(3);
  cluster.heal();
  cluster.timeout(3);
  cluster.settle();
  cluster.note('the sync of the old entries completes: no acknowledgment may leave');
  const before = cluster.lines.length;
  cluster.persist(2, 1);
  const told = cluster.lines.slice(before).filter((line) => line.includes('append-reply'));
  expect(told).toEqual([]);
  expect(cluster.server(2).raft.status().persistedIndex).toBe(1);
  cluster.note('then that of the new one');
  cluster.persist(2);
  cluster.settle();
  expect(cluster.server(2).raft.status().persistedIndex).toBe(2);
  expectGolden('raft/stale_append_acknowledgment.txt', cluster.transcript());
});

test('the leader counts itself when its own disk has the entry, and not before', () => {
  const cluster = new Cluster();
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.slowDisks.add(1);
  cluster.note('the disk of 1 is slow; its append leaves all the same');
  cluster.cut(1, 3);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  expect(cluster.server(1).raft.status().commitIndex).toBe(1);
  cluster.note('its own disk is the second of three');
  cluster.persist(1);
  expect(cluster.server(1).commands).toEqual(['x = 1']);
  expectGolden('raft/leader_counts_itself_when_durable.txt', cluster.transcript());
});

test('forwarded proposal: a follower sends it on, and nobody promises that it arrives', () => {
  const cluster = new Cluster();
  cluster.note('no leader yet');
  cluster.propose(2, 'too early', 1);
  cluster.elect(1);
  cluster.lines.length = 0;
  cluster.note('2 sends it on');
  cluster.propose(2, 'x = 1', 2);
  cluster.settle();
  cluster.note('1 is deposed while the next is on its way');
  cluster.propose(2, 'lost', 3);
  cluster.step(1, { type: 'transfer', to: 3 });
  cluster.settle(({ message }) => message.type !== 'propose');
  cluster.settle();
  expect(cluster.server(2).commands).toEqual(['x = 1']);
  expectGolden('raft/forwarded_proposal.txt', cluster.transcript());
});

test('restart: a server comes back with its term, its vote and its log', () => {
  const cluster = new Cluster();
  cluster.elect(1);
  cluster.propose(1, 'x = 1');
  cluster.settle();
  cluster.lines.length = 0;
  cluster.note('1 restarts; it knows its log, but not what of it is committed');
  cluster.crash(1);
  cluster.restart(1);
  cluster.note('2 is elected, and 1 learns it');
  cluster.advance(1000);
  cluster.elect(2);
  expect(cluster.server(1).commands).toEqual(['x = 1']);
  expectGolden('raft/restart.txt', cluster.transcript());
});
