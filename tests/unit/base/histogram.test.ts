import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../../engine/base/histogram.ts';

const of = (...values: number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

/** Numbers of every size, as times are: most small, some huge. */
const anyValue = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.nat())
  .map(([bits, noise]) => Math.floor((noise / 2 ** 31) * 2 ** bits));

test('of nothing, everything is 0', () => {
  const { count, min, max, mean } = new Histogram();
  expect([count, min, max, mean, new Histogram().percentile(99)]).toEqual([0, 0, 0, 0, 0]);
  expect(new Histogram().buckets()).toEqual([]);
});

test('small numbers are known exactly', () => {
  for (let value = 0; value < 64; value++)
    expect(of(value).buckets()).toEqual([{ lowest: value, highest: value, count: 1 }]);
});

test('the buckets of the picture', () => {
  expect(of(64, 65, 66).buckets()).toEqual([
    { lowest: 64, highest: 65, count: 2 },
    { lowest: 66, highest: 67, count: 1 },
  ]);
  expect(of(252, 255, 256, 263, 264).buckets()).toEqual([
    { lowest: 252, highest: 255, count: 2 },
    { lowest: 256, highest: 263, count: 2 },
    { lowest: 264, highest: 271, count: 1 },
  ]);
  expect(
    of(2 ** 32 - 1)
      .buckets()
      .at(-1)?.highest,
  ).toBe(2 ** 32 - 1);
});

test('a bucket holds its number, and is no wider than a 32nd of it', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const [bucket] = of(value).buckets();
      expect(bucket?.lowest).toBeLessThanOrEqual(value);
      expect(bucket?.highest).toBeGreaterThanOrEqual(value);
      expect((bucket?.highest ?? 0) - (bucket?.lowest ?? 0)).toBeLessThanOrEqual(value / 32);
    }),
  );
});

test('percentiles are those of the sorted numbers, at most a 32nd too high', () => {
  fc.assert(
    fc.property(
      fc.array(anyValue, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 1000 }),
      (values, perMille) => {
        const sorted = values.toSorted((a, b) => a - b);
        const rank = Math.max(1, Math.ceil((perMille / 1000) * values.length));
        const exact = sorted[rank - 1] as number;
        const said = of(...values).percentile(perMille / 10);
        expect(said).toBeGreaterThanOrEqual(exact);
        expect(said).toBeLessThanOrEqual(exact + exact / 32);
      },
    ),
  );
});

test('sum, least and greatest are exact', () => {
  const histogram = of(7, 1_000_003, 90);
  histogram.record(5, 3);
  const { count, min, max, mean } = histogram;
  expect([count, min, max, mean]).toEqual([6, 5, 1_000_003, (7 + 1_000_003 + 90 + 15) / 6]);
  expect(histogram.percentile(100)).toBe(1_000_003);
});

test('what is out of range counts at the end that it passed', () => {
  const histogram = of(-3, 1.9, 2 ** 40);
  expect([histogram.min, histogram.percentile(50), histogram.max]).toEqual([0, 1, 2 ** 32 - 1]);
});

test('merging is the same as counting everything in one', () => {
  fc.assert(
    fc.property(fc.array(anyValue), fc.array(anyValue), (some, others) => {
      const merged = of(...some);
      merged.merge(of(...others));
      const all = of(...some, ...others);
      expect(merged.buckets()).toEqual(all.buckets());
      expect([merged.count, merged.min, merged.max]).toEqual([all.count, all.min, all.max]);
      expect(merged.mean).toBeCloseTo(all.mean);
    }),
  );
});

test('it can be emptied and used again', () => {
  const histogram = of(1, 2, 3);
  histogram.clear();
  expect([histogram.count, histogram.min, histogram.buckets()]).toEqual([0, 0, []]);
  histogram.record(9);
  expect(histogram.percentile(50)).toBe(9);
});
