import { describe, expect, test } from 'vitest';
import { layoutBars, liveHistory } from '../../../src/marks/client-history.ts';
import { layoutMatrix, operationText } from '../../../src/marks/log-matrix.ts';
import {
  chordsOf,
  groupsOf,
  partedBy,
  placeMessage,
  placeNodes,
  RING_HEIGHT,
  RING_WIDTH,
  wallOf,
} from '../../../src/marks/ring.ts';
import { bandsOf, lanePlace, MessageLayout, ticksOf } from '../../../src/marks/space-time.ts';
import { run, scriptOf } from '../../../src/player/history.ts';
import { enterTerm, win } from '../../../src/projections/cluster-terms.ts';
import { clusterScenario } from '../../../src/widgets/cluster/world.ts';

const servers = [1, 2, 3, 4, 5];
const places = placeNodes(servers, [100, 101]);
const apart = (a: number[], b: number[]) =>
  a.flatMap((x) => b.flatMap((y) => [[x, y] as const, [y, x] as const]));

describe('ring', () => {
  test('everybody has a place inside of the drawing', () => {
    for (const { x, y } of places.values()) {
      expect(x).toBeGreaterThan(20);
      expect(x).toBeLessThan(RING_WIDTH - 20);
      expect(y).toBeGreaterThan(20);
      expect(y).toBeLessThan(RING_HEIGHT - 20);
    }
  });

  test('messages of two directions keep to their own side of the chord', () => {
    const there = placeMessage(places, { from: 1, to: 3 }, 0.5)!;
    const back = placeMessage(places, { from: 3, to: 1 }, 0.5)!;
    expect(Math.hypot(there.x - back.x, there.y - back.y)).toBeGreaterThan(10);
    expect(placeMessage(places, { from: 1, to: 99 }, 0.5)).toBeUndefined();
  });

  test('a line across the ring parts those on its sides, one beside it nobody', () => {
    expect(partedBy(places, servers, { x: 0, y: 120 }, { x: RING_WIDTH, y: 120 })).toEqual([
      [2, 3, 4, 5].sort(),
      [1],
    ]);
    expect(partedBy(places, servers, { x: 0, y: 2 }, { x: RING_WIDTH, y: 2 })).toBeUndefined();
  });

  test('a partition is two groups and a wall; one link that is cut is neither', () => {
    const severed = apart([1, 5], [2, 3, 4]);
    expect(groupsOf(servers, severed)).toEqual([
      [1, 5],
      [2, 3, 4],
    ]);
    expect(wallOf(servers, groupsOf(servers, severed))).toHaveLength(2);
    expect(wallOf(servers, groupsOf(servers, apart([1, 3], [2, 4, 5])))).toBeUndefined();
    expect(groupsOf(servers, [[1, 2]])).toHaveLength(1);
    const cut = chordsOf(places, servers, [[2, 1]]).find(({ key }) => key === '1-2');
    expect(cut).toMatchObject({ cut: 'one', a: places.get(2), b: places.get(1) });
  });
});

const scenario = clusterScenario({
  id: 'marks',
  seed: 5,
  script: [
    { do: 'run', ticks: 500_000 },
    { do: 'put', client: 100, key: 'x', value: '1', forTicks: 200_000 },
  ],
  opening: ['Servers.'],
});
const { entries } = run(scenario, scriptOf(scenario));
const state = entries.reduce(scenario.project, scenario.initial);

describe('space-time', () => {
  const lanes = [...servers, 100];
  const sheet = { direction: 'across', scale: 0.005, gap: 50, margin: 20, lanes } as const;

  test('a message that no event has touched keeps its shape', () => {
    const layout = new MessageLayout(sheet);
    const { messages } = state.network;
    const shapes = () => layout.groups(messages, 0, 1e9).flatMap((group) => group.shapes);
    const first = shapes();
    expect(first.map(({ message }) => message)).toEqual(messages);
    const again = shapes();
    expect(again.every((shape, i) => shape === first[i])).toBe(true);
    expect(first.every(({ d, rest }) => `${d}${rest}`.startsWith('M'))).toBe(true);
  });

  test('only what can be seen is laid out', () => {
    const late = state.nowTicks - 20_000;
    const groups = new MessageLayout(sheet).groups(state.network.messages, late, state.nowTicks);
    const seen = groups.flatMap(({ shapes }) => shapes);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(state.network.messages.length);
  });

  test('each group of messages is there once, and none is large', () => {
    const groups = new MessageLayout(sheet).groups(state.network.messages, 0, 1e9);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
    expect(Math.max(...groups.map(({ shapes }) => shapes.length))).toBeLessThanOrEqual(12);
  });

  test('the bands of a lane follow each other without a gap', () => {
    for (const node of state.nodes) {
      const bands = bandsOf(sheet, node, 0, state.nowTicks);
      bands.forEach(({ at, length }, i) => {
        const next = bands[i + 1]?.at ?? state.nowTicks * sheet.scale;
        expect(at + length).toBeCloseTo(next, 6);
      });
      expect(bands.every(({ lane }) => lane === lanePlace(sheet, node.id))).toBe(true);
    }
  });

  test('a ruler has round times', () => {
    expect(ticksOf(sheet, 0, 60_000)).toEqual([0, 20_000, 40_000, 60_000]);
  });
});

test('the matrix shows committed entries with what they did, and where the leader is', () => {
  const { columns, rows } = layoutMatrix(state, 14);
  expect(columns).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { cells } of rows) {
    expect(cells[0]).toMatchObject({ what: 'entry', reach: 'committed', label: 'no-op' });
    expect(cells[1]).toMatchObject({ label: 'x=1', persisted: true, isApplied: true });
    expect(cells[2]?.what).toBe('none');
  }
  expect(rows.filter(({ progress }) => progress === 'replicate')).toHaveLength(4);
});

test('a client’s bar goes from its call to its answer', () => {
  const picture = liveHistory(state.operations, state.clients, state.nowTicks, 1_000_000);
  const [box] = layoutBars(picture);
  const [{ invokedAtTicks = 0, returnedAtTicks = 0 } = {}] = state.operations;
  expect(box?.left).toBeCloseTo(invokedAtTicks / 1e6, 6);
  expect(box?.width).toBeCloseTo((returnedAtTicks - invokedAtTicks) / 1e6, 6);
  expect(box?.bar).toMatchObject({ label: 'x=1', outcome: 'ok', lane: 0 });
});

describe('labels of a client’s lane', () => {
  const bar = (id: number, fromTicks: number) => ({
    id,
    lane: 0,
    label: 'x=1',
    outcome: 'ok' as const,
    fromTicks,
    toTicks: fromTicks + 10,
    point: undefined,
    mark: 'none' as const,
  });
  const bars = [bar(1, 100), bar(2, 140), bar(3, 150), bar(4, 600), bar(5, 980)];
  const picture = { lanes: ['k'], bars, fromTicks: 0, toTicks: 1000 };
  const placesAt = (widthPx: number) => layoutBars(picture, widthPx).map(({ label }) => label);

  test('stand beside each other where there is room', () => {
    expect(placesAt(2000)).toEqual(['low', 'low', 'high', 'low', 'low']);
  });

  test('on a phone the second is raised, and a third is left out', () => {
    expect(placesAt(300)).toEqual(['low', 'high', 'none', 'low', 'low']);
  });
});

test('a change of members is told with the letters of the servers', () => {
  const [put] = state.operations;
  if (!put) throw new Error('an operation');
  expect(operationText({ ...put, call: 'configure', key: '', value: '1,2,5' })).toBe(
    'voters A B E',
  );
});

test('a term that two have won keeps both', () => {
  const led = win(win(enterTerm([], 1, 0), 1, 3, 5), 1, 1, 9);
  expect(led[0]).toMatchObject({ leader: 1, rivals: [3] });
  expect(win(led, 1, 1, 12)[0]?.rivals).toEqual([3]);
});
