import { describe, expect, test } from 'vitest';
import type { Mark, Scenario } from '../../../src/player/scenario.ts';
import { scaleOf } from '../../../src/sweep/scale.ts';
import { answer, type SweepMessage } from '../../../src/sweep/serve.ts';
import {
  historyAt,
  initialSettings,
  measureAll,
  placesOf,
  type Sweep,
} from '../../../src/sweep/sweep.ts';

type Count = { readonly do: 'count'; readonly to: number };
type Counted = { readonly type: 'counted'; readonly value: number };

const counter: Scenario<(event: Counted) => void, Count, number, Counted> = {
  id: 'counter',
  version: 1,
  seed: 1,
  script: [],
  create: ({ trace }) => trace,
  apply(trace, { to }) {
    if (to > 90) throw new Error('too far');
    for (let value = 1; value <= to; value++) trace({ type: 'counted', value });
  },
  initial: 0,
  project: (_, { event }) => event.value,
  opening: ['Nothing is counted.'],
  caption: ({ event }): [string] => [String(event.value)],
  mark: (): Mark | undefined => undefined,
  label: ({ to }) => `to ${to}`,
  offers: () => [],
  parse: () => undefined,
};

const sweep: Sweep = {
  id: 'products',
  scenario: counter,
  x: { id: 'a', label: 'a', values: [1, 2, 3] },
  y: { id: 'b', label: 'b', values: [10, 20] },
  settings: [{ id: 'more', label: 'more', values: [0, 5, 50], initial: 5 }],
  measures: [{ id: 'events', label: 'events', show: String }],
  actions: ({ a = 0, b = 0, more = 0 }) => [{ do: 'count', to: a * b + more } as Count],
  measure: (entries) => ({ events: entries.length }),
};

describe('a sweep', () => {
  test('has a place for every pair of values, row by row', () => {
    const places = placesOf(sweep, initialSettings(sweep));
    expect(places.map(({ a, b }) => `${a}x${b}`)).toEqual([
      ...['1x10', '2x10', '3x10'],
      ...['1x20', '2x20', '3x20'],
    ]);
    expect(places.every(({ more }) => more === 5)).toBe(true);
  });

  test('measures the run of each place, and a place has its history', () => {
    expect(measureAll(sweep).map(({ events }) => events)).toEqual([15, 25, 35, 25, 45, 65]);
    const { actions, scenario } = historyAt(sweep, { a: 2, b: 10, more: 0 });
    expect({ actions, scenario }).toEqual({
      actions: [{ do: 'count', to: 20 }],
      scenario: 'counter',
    });
  });

  test('a worker tells each place as it is known, then ends', () => {
    const said: SweepMessage[] = [];
    answer(sweep, placesOf(sweep, { more: 0 }).slice(0, 2), (message) => said.push(message));
    expect(said).toEqual([
      { kind: 'measured', index: 0, values: { events: 10 } },
      { kind: 'measured', index: 1, values: { events: 20 } },
      { kind: 'end' },
    ]);
  });

  test('a run that fails ends the sweep with the reason; what is measured stays', () => {
    const said: SweepMessage[] = [];
    answer(sweep, placesOf(sweep, { more: 50 }), (message) => said.push(message));
    const kinds = said.map(({ kind }) => kind);
    expect(kinds).toEqual([...Array(5).fill('measured'), 'failed']);
    expect(said.at(-1)).toMatchObject({ message: expect.stringContaining('too far') });
  });
});

describe('a scale', () => {
  test('is linear from zero to a round number', () => {
    const { place, ticks } = scaleOf([3, 17, 9]);
    expect(ticks).toEqual([0, 5, 10, 15, 20]);
    expect(place(0)).toBe(0);
    expect(place(10)).toBe(0.5);
  });

  test('counts powers of ten, and has a place for zero', () => {
    const { place, ticks } = scaleOf([0.5, 40, 0], 'log');
    expect(ticks).toEqual([0.1, 1, 10, 100]);
    expect(place(10)).toBeCloseTo(2 / 3);
    expect(place(0)).toBe(0);
  });

  test('of nothing is still a scale', () => {
    expect(scaleOf([]).ticks.length).toBeGreaterThan(1);
    expect(scaleOf([], 'log').ticks.length).toBeGreaterThan(1);
  });
});
