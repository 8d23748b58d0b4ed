import { describe, expect, test } from 'vitest';
import type { WorldEvent } from '../../../engine/index.ts';
import { type ClusterState, clusterProjection, nodeOf } from '../../../src/projections/cluster.ts';
import { entryAt, lastIndex } from '../../../src/projections/cluster-log.ts';
import { ENDED_MAX } from '../../../src/projections/cluster-network.ts';

/** Events as a world would tell them: (time, node, event). */
type Told = readonly [timeTicks: number, node: number, event: WorldEvent];

const { initial, project } = clusterProjection({ servers: [1, 2, 3], clients: [100] });

function fold(told: readonly Told[], from: ClusterState = initial): ClusterState {
  return told.reduce(
    (state, [timeTicks, node, event], index) => project(state, { index, node, timeTicks, event }),
    from,
  );
}

const configuration = { voters: [1, 2, 3], outgoing: [], learners: [] };
const up = (term: number, terms: number[]): WorldEvent => ({
  type: 'raft.start',
  term,
  vote: 0,
  firstIndex: 1,
  lastIndex: terms.length,
  terms,
  appliedIndex: 0,
  configuration,
});
const append = (firstIndex: number, terms: number[]): WorldEvent => ({
  type: 'raft.append',
  firstIndex,
  terms,
  kinds: terms.map((_, i) => (i === 0 ? 'noop' : 'command')),
});
const role = (now: 'follower' | 'candidate' | 'leader', term: number, leader = 0): WorldEvent => ({
  type: 'raft.role',
  role: now,
  term,
  leader,
  reason: 'start',
});
const send = (message: number, arrivesAtTicks = 900): WorldEvent => ({
  type: 'net.send',
  message,
  from: 1,
  to: 2,
  sizeBytes: 40,
  name: 'heartbeat',
  note: 'term 1',
  arrivesAtTicks,
});
const log = (state: ClusterState, id: number) => nodeOf(state, id)!.log;

describe('the log of a server', () => {
  test('an entry is volatile until its disk has it', () => {
    const before = fold([[0, 1, append(1, [1, 1])]]);
    expect(log(before, 1).entries.map(({ persisted }) => persisted)).toEqual([false, false]);
    const after = fold(
      [[1, 1, { type: 'raft.persisted', term: 1, vote: 1, lastIndex: 1 }]],
      before,
    );
    expect(log(after, 1).entries.map(({ persisted }) => persisted)).toEqual([true, false]);
    expect(log(before, 1).entries[0]?.persisted).toBe(false);
  });

  test('what is cut off stays as a ghost until another entry takes its place', () => {
    const cut = fold([
      [0, 1, append(1, [1, 1, 1])],
      [1, 1, { type: 'raft.truncate', lastIndex: 1, removed: 2 }],
    ]);
    expect(log(cut, 1).ghosts.map(({ index }) => index)).toEqual([2, 3]);
    const replaced = fold([[2, 1, append(2, [2])]], cut);
    expect(entryAt(log(replaced, 1), 2)).toMatchObject({ term: 2, replacedTerm: 1 });
    expect(log(replaced, 1).ghosts.map(({ index }) => index)).toEqual([3]);
  });

  test('a restart tells what the crash has taken, and others tell what kind the rest is', () => {
    const state = fold([
      [0, 1, append(1, [1, 1, 1])],
      [0, 2, append(1, [1, 1, 1])],
      [1, 2, { type: 'node.crash' }],
      [2, 2, up(1, [1, 1])],
    ]);
    expect(lastIndex(log(state, 2))).toBe(2);
    expect(log(state, 2).entries.map(({ kind }) => kind)).toEqual(['noop', 'command']);
    expect(log(state, 2).ghosts).toMatchObject([{ index: 3, term: 1 }]);
  });

  test('a snapshot stands for what was before it', () => {
    const kept = fold([
      [0, 1, append(1, [1, 1, 1])],
      [1, 1, { type: 'raft.compact', firstIndex: 3 }],
    ]);
    expect(log(kept, 1)).toMatchObject({ base: 2, entries: [{ index: 3 }] });
    const behind = fold([
      [0, 2, append(1, [1])],
      [1, 2, { type: 'raft.snapshot.install', index: 7, term: 2 }],
    ]);
    expect(log(behind, 2)).toMatchObject({ base: 7, entries: [], commitIndex: 7 });
  });
});

describe('servers', () => {
  test('a crash takes role, timer and what the leader knew; the bands tell since when', () => {
    const state = fold([
      [0, 1, { type: 'node.start', boot: 1 }],
      [0, 1, role('follower', 0)],
      [5, 1, role('candidate', 1)],
      [9, 1, role('leader', 1, 1)],
      [9, 1, { type: 'raft.progress', peer: 2, state: 'probe', matchIndex: 0, nextIndex: 1 }],
      [20, 1, { type: 'node.crash' }],
    ]);
    expect(nodeOf(state, 1)).toMatchObject({ machine: 'down', role: 'follower', peers: [] });
    expect(
      nodeOf(state, 1)?.spans.map((span) => [span.fromTicks, span.machine, span.role]),
    ).toEqual([
      [0, 'up', 'follower'],
      [5, 'up', 'candidate'],
      [9, 'up', 'leader'],
      [20, 'down', 'follower'],
    ]);
  });

  test('a clock that runs twice as slow lets a timer run twice as long', () => {
    const state = fold([
      [0, 1, { type: 'raft.timer', deadlineTicks: 100, timeoutTicks: 100 }],
      [50, 1, { type: 'node.clock', ratePpm: -500_000, jumpTicks: 0 }],
    ]);
    expect(nodeOf(state, 1)?.timer).toEqual({ setAtTicks: 0, endsAtTicks: 150 });
    const jumped = fold([[60, 1, { type: 'node.clock', ratePpm: -500_000, jumpTicks: 40 }]], state);
    expect(nodeOf(jumped, 1)?.timer?.endsAtTicks).toBe(110);
  });

  test('a vote belongs to its term, and counts when it is durable', () => {
    const vote = { type: 'raft.vote', candidate: 2, granted: true, pre: false } as const;
    const voted = fold([[0, 1, { ...vote, term: 3, reason: 'granted' }]]);
    expect(nodeOf(voted, 1)).toMatchObject({ term: 3, vote: 2, votePersisted: false });
    const safe = fold([[1, 1, { type: 'raft.persisted', term: 3, vote: 2, lastIndex: 0 }]], voted);
    expect(nodeOf(safe, 1)?.votePersisted).toBe(true);
    expect(voted.terms).toMatchObject([{ term: 3, leader: 0, votes: [[1, 2]] }]);
  });
});

describe('the network', () => {
  test('a message flies, arrives, or is lost; a copy goes its own way', () => {
    const state = fold([
      [0, 1, send(1)],
      [0, 1, send(2)],
      [1, 0, { type: 'net.duplicate', message: 1, copy: 3, from: 1, to: 2, arrivesAtTicks: 950 }],
      [2, 0, { type: 'net.drop', message: 2, from: 1, to: 2, reason: 'dropped by hand' }],
      [900, 2, { type: 'net.deliver', message: 1, from: 1, to: 2 }],
    ]);
    expect(state.network.messages.map(({ id, fate, copyOf }) => [id, fate, copyOf])).toEqual([
      [1, 'delivered', 0],
      [2, 'dropped', 0],
      [3, 'flying', 1],
    ]);
    expect(state.network.messages[0]).toMatchObject({ entry: 0, endedAtTicks: 900 });
  });

  test('what has ended is kept for a while, what flies for as long as it flies', () => {
    const told: Told[] = [[0, 1, send(1, 1e6)]];
    for (let id = 2; id < 400; id++) {
      told.push([id, 1, send(id)]);
      told.push([id, 2, { type: 'net.deliver', message: id, from: 1, to: 2 }]);
    }
    const { messages } = fold(told).network;
    // One flies, and one has ended since the last was sent.
    expect(messages).toHaveLength(ENDED_MAX + 2);
    expect(messages[0]).toMatchObject({ id: 1, fate: 'flying' });
    expect(messages.at(-1)?.id).toBe(399);
  });
});

test('what a leader appends in the step in which it was asked is what it was asked for', () => {
  const request: WorldEvent = {
    type: 'net.send',
    message: 1,
    from: 100,
    to: 1,
    sizeBytes: 60,
    name: 'request',
    note: 'put "x" = "1"',
    arrivesAtTicks: 10,
  };
  const command: WorldEvent = {
    type: 'raft.append',
    firstIndex: 4,
    terms: [2],
    kinds: ['command'],
  };
  const asked: Told[] = [
    [0, 100, request],
    [10, 1, { type: 'net.deliver', message: 1, from: 100, to: 1 }],
  ];
  expect(fold([...asked, [10, 1, command]]).commands).toMatchObject([
    { index: 4, term: 2, call: 'put "x" = "1"', isApplied: false },
  ]);
  expect(fold([...asked, [11, 1, command]]).commands).toEqual([]);
  expect(fold([...asked, [10, 2, command]]).commands).toEqual([]);
});

test('what an event doesn’t touch is the same object as before', () => {
  const before = fold([
    [0, 1, send(1)],
    [0, 1, append(1, [1])],
  ]);
  const after = fold([[1, 2, append(1, [1])]], before);
  expect(after.network).toBe(before.network);
  expect(after.nodes[0]).toBe(before.nodes[0]);
  expect(after.operations).toBe(before.operations);
});
