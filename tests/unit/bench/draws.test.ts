// What is drawn, counted and asked for: zipfian choices, latencies, options.

import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { Stopwatch } from '../../bench/latency.ts';
import { options } from '../../bench/options.ts';
import { drawUpdates } from '../../bench/writes.ts';
import { zipfian } from '../../bench/zipf.ts';

test('zipfian: the favorite is drawn as often as the law says, and all are drawn', () => {
  const count = 1000;
  const draws = 200_000;
  const next = zipfian(count, new Random(7));
  const drawn = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const record = next();
    drawn.set(record, (drawn.get(record) ?? 0) + 1);
  }
  let zeta = 0;
  for (let rank = 1; rank <= count; rank++) zeta += 1 / rank ** 0.99;
  const times = [...drawn.values()].sort((a, b) => b - a);
  expect(times[0]! / draws).toBeCloseTo(1 / zeta, 2);
  expect(times[1]! / draws).toBeCloseTo(0.5 ** 0.99 / zeta, 2);
  expect([...drawn.keys()].every((record) => record >= 0 && record < count)).toBe(true);
});

test('an update draws its share of writes', () => {
  const drawn = drawUpdates(10_000, 500, 'zipfian', 0.5, 1);
  const puts = drawn.reduce((sum, operation) => sum + (operation & 1), 0);
  expect(puts / drawn.length).toBeCloseTo(0.5, 1);
  expect(Math.max(...drawn) >>> 1).toBeLessThan(500);
});

test('a stopwatch knows the usual lap, the slow one, and when time is up', () => {
  const watch = new Stopwatch(1e9);
  for (let i = 0; i < 3000; i++) watch.lap();
  const { p50Us, p99Us, maxUs } = watch.latencies;
  expect(p50Us).toBeLessThanOrEqual(p99Us);
  expect(p99Us).toBeLessThanOrEqual(maxUs);
  expect(watch.ms).toBeGreaterThanOrEqual(0);
  expect(new Stopwatch(-1).lap()).toBe(true);
});

test('without options a run is everything but the long run', () => {
  const asked = options([]);
  expect(asked.parts).toEqual(['browser', 'node', 'micro', 'bundle']);
  expect(asked.plans.map(({ sizes }) => sizes.records)).toEqual([
    20_000, 200_000, 100_000, 1_000_000,
  ]);
  expect(asked.long).toBe(false);
  expect(asked.out).toMatch(/latest\.json$/);
});

test('--long is the long run alone, --record everything into the file that the site shows', () => {
  expect(options(['--long'])).toMatchObject({ long: true, plans: [], parts: ['browser', 'node'] });
  const record = options(['--record']);
  expect(record.long).toBe(true);
  expect(record.plans).toHaveLength(4);
  expect(record.out).toMatch(/recorded\.json$/);
});

test('--quick is one round of the smaller sizes; --workloads leaves the rest out', () => {
  const quick = options(['--quick', '--only', 'node']);
  expect(quick.rounds).toBe(1);
  expect(quick.plans.map(({ sizes }) => sizes.records)).toEqual([100_000]);
  const some = options(['--workloads', 'readseq,fillsync']);
  expect(some.plans.map(({ workloads }) => workloads.map(({ name }) => name))).toEqual([
    ['fillsync', 'readseq'],
    ['readseq'],
    ['fillsync', 'readseq'],
    ['readseq'],
  ]);
  expect(some.parts).toEqual(['browser', 'node']);
});

test('--records makes one plan of each suite, of that size', () => {
  const { plans } = options(['--records', '2000', '--only', 'browser']);
  expect(plans).toHaveLength(1);
  expect(plans[0]?.sizes).toMatchObject({ records: 2000, gets: 2000, seeks: 500 });
});

test('what makes no sense is refused', () => {
  expect(() => options(['--workloads', 'fillsideways'])).toThrow('there is no workload');
  expect(() => options(['--rounds', 'many'])).toThrow('--rounds takes a whole number');
  expect(() => options(['--fast'])).toThrow();
});
