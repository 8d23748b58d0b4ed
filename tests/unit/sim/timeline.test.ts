import { expect, test } from 'vitest';
import type { WorldAction } from '../../../engine/index.ts';
import { Random, Timeline, World } from '../../../engine/index.ts';
import { durableCounter, gossip } from './programs.ts';

const PEERS = [1, 2, 3, 9];
const NODES = [
  { id: 9, program: gossip(PEERS) },
  ...[1, 2].map((id) => ({ id, program: gossip(PEERS) })),
  { id: 3, program: durableCounter },
];
let made = 0;
const make = (listening: object) => {
  made++;
  const network = { lossPpm: 100_000, duplicatePpm: 100_000 };
  return new World({ seed: 4, nodes: NODES, network, hashes: true, ...listening });
};
const ACTIONS: readonly WorldAction[] = [
  { do: 'run', ticks: 20_000 },
  { do: 'command', node: 3, command: 'count' },
  { do: 'crash', node: 2 },
  { do: 'slow', node: 2, stepTicks: 0 }, // changes nothing, and says nothing
  { do: 'run', ticks: 30_000, events: 15 },
  { do: 'run', ticks: 9_000, events: 1000 },
  { do: 'partition', groups: [[1], [9, 3]] },
  { do: 'run', ticks: 10_000 },
  { do: 'restart', node: 2 },
  { do: 'run', ticks: 20_000 },
];

/** The state after the first step that has made so many events, found the plain way. */
function plain(timeline: Timeline, events: number): string {
  const world = make({ trace: () => {} });
  for (const action of timeline.actionsBefore(events)) world.act(action);
  return `${world.stateHash()} ${world.nowTicks}`;
}

const stateAt = (timeline: Timeline, events: number) => {
  const world = timeline.seek(events);
  return `${world.stateHash()} ${world.nowTicks}`;
};

test('every moment of a run is as it was, in whatever order they are looked at', () => {
  const timeline = new Timeline(make, ACTIONS);
  const random = new Random(1);
  const expected = Array.from({ length: timeline.length + 1 }, (_, i) => plain(timeline, i));
  expect(new Set(expected).size).toBeGreaterThan(timeline.length / 3);
  for (let i = 0; i <= timeline.length; i++) expect(stateAt(timeline, i)).toBe(expected[i]);
  for (let i = timeline.length; i >= 0; i--) expect(stateAt(timeline, i)).toBe(expected[i]);
  for (let round = 0; round < 200; round++) {
    const at = random.below(timeline.length + 1);
    expect(stateAt(timeline, at), `moment ${at}`).toBe(expected[at]);
    if (round % 20 === 0) timeline.prepare();
  }
});

test('the same history has the same hash, and a fork the same past', () => {
  const timeline = new Timeline(make, ACTIONS);
  expect(new Timeline(make, ACTIONS).hash).toBe(timeline.hash);
  for (const at of [5, 20, 33, timeline.length]) {
    const fork = timeline.fork(at, { do: 'crash', node: 1 });
    expect(fork.hash).not.toBe(timeline.hash);
    // A step makes one to three events here, so the past is a little longer than asked for.
    expect(fork.length).toBeGreaterThanOrEqual(at);
    expect(fork.recorder.entries.slice(0, at)).toEqual(timeline.recorder.entries.slice(0, at));
    expect(fork.spans.at(-1)?.first).toBeLessThan(at + 4);
  }
});

test('worlds are parked where searching would take longest, and no more than a few', () => {
  const timeline = new Timeline(make, ACTIONS);
  let prepared = 0;
  while (timeline.prepare()) prepared++;
  expect(prepared).toBe(7);
  made = 0;
  timeline.seek(timeline.length >> 1);
  expect(made).toBe(0);
});
