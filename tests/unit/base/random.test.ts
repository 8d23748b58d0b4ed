import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.u32());
}

test('the first numbers never change: shared links and named seeds depend on them', () => {
  // The same as a reference implementation of xoshiro128** over SplitMix32 gives.
  expect(draw(new Random(1), 5)).toEqual([
    393288148, 2174103013, 3814759091, 2092745082, 1865176206,
  ]);
  expect(draw(new Random(0), 3)).toEqual([1789933344, 44971166, 2521387044]);
  expect(draw(new Random(1).fork('disk'), 3)).toEqual([3662519791, 3313256860, 1666043013]);
  expect(hex(new Random(7).bytes(8))).toBe('0c2aeef365a34e1b');
});

test('only the low 32 bits of a seed count', () => {
  expect(draw(new Random(2 ** 32 + 1), 3)).toEqual(draw(new Random(1), 3));
  expect(draw(new Random(-1), 3)).toEqual(draw(new Random(0xffffffff), 3));
});

test('a fork depends on its name and on how often its parent was drawn from, and on nothing else', () => {
  const named = (name: string) => draw(new Random(9).fork(name), 4);
  expect(named('disk')).toEqual(named('disk'));
  expect(named('disk')).not.toEqual(named('network'));
  const parent = new Random(9);
  const child = parent.fork('disk');
  const next = parent.u32();
  draw(child, 100);
  const again = new Random(9);
  again.fork('another');
  expect(again.u32()).toBe(next);
});

test('numbers stay in their bounds, and reach them', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, limit) => {
      const number = new Random(seed).below(limit);
      expect(Number.isInteger(number) && number >= 0 && number < limit).toBe(true);
    }),
  );
  const random = new Random(3);
  const seen = new Set(Array.from({ length: 200 }, () => random.between(-2, 2)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b']))).size).toBe(2);
  expect(random.chance(0, 5)).toBe(false);
  expect(random.chance(5, 5)).toBe(true);
});

test('every bit is set about half of the time', () => {
  const random = new Random(5);
  const counts = new Array<number>(32).fill(0);
  for (let i = 0; i < 4096; i++) {
    const number = random.u32();
    for (let bit = 0; bit < 32; bit++)
      counts[bit] = (counts[bit] as number) + ((number >>> bit) & 1);
  }
  // Five standard deviations (32 each) about 2048.
  for (const count of counts) expect(Math.abs(count - 2048)).toBeLessThan(160);
});
