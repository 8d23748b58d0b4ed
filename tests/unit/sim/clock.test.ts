import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeClock, RATE_PPM_MAX } from '../../../engine/sim/clock.ts';

test('a clock that is neither fast nor moved says what the world says', () => {
  const clock = new NodeClock();
  expect([clock.read(0), clock.read(12345)]).toEqual([0, 12345]);
  expect(clock.worldTicksAt(777)).toBe(777);
});

test('a fast clock gains so many ticks in a million', () => {
  const clock = new NodeClock({ ratePpm: 200 });
  expect(clock.read(1_000_000)).toBe(1_000_200);
  expect(clock.read(5_000)).toBe(5_001);
});

test('moved back it stands still until time has caught up; after a boot it does not', () => {
  const clock = new NodeClock();
  clock.set(1000, 0, -300);
  expect([clock.read(1000), clock.read(1299), clock.read(1300), clock.read(1301)]).toEqual([
    1000, 1000, 1000, 1001,
  ]);
  clock.boot();
  expect(clock.read(1100)).toBe(800);
});

const rate = fc.integer({ min: -RATE_PPM_MAX, max: RATE_PPM_MAX });
const changes = fc.array(
  fc.record({
    after: fc.nat(3_000_000),
    ratePpm: rate,
    jump: fc.integer({ min: -50_000, max: 50_000 }),
  }),
  { maxLength: 6 },
);

test('it never goes back, whatever is done to it', () => {
  fc.assert(
    fc.property(rate, changes, (ratePpm, list) => {
      const clock = new NodeClock({ ratePpm });
      let world = 0;
      let last = clock.read(0);
      for (const change of list) {
        const end = world + change.after;
        for (; world < end; world += 1 + Math.floor(change.after / 30)) {
          const says = clock.read(world);
          expect(says).toBeGreaterThanOrEqual(last);
          last = says;
        }
        clock.set(world, change.ratePpm, change.jump);
        expect(clock.read(world)).toBeGreaterThanOrEqual(last);
      }
    }),
    { numRuns: 200 },
  );
});

test('the tick of the world at which it says something is the first such tick, years from now too', () => {
  fc.assert(
    fc.property(
      rate,
      fc.nat({ max: 1e14 }),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat({ max: 1e13 }),
      (ratePpm, start, jump, ahead) => {
        const clock = new NodeClock();
        clock.set(start, ratePpm, jump);
        const target = clock.read(start + 1) + Math.max(0, -jump) + ahead;
        const world = clock.worldTicksAt(target);
        expect(Number.isSafeInteger(world)).toBe(true);
        expect(clock.read(world)).toBeGreaterThanOrEqual(target);
        expect(clock.read(world - 1)).toBeLessThan(target);
      },
    ),
    { numRuns: 1000 },
  );
});
