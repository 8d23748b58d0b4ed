// Where a search has been: who spent fewer unknown operations can do all that others can.

import { expect, test } from 'vitest';
import { DeadEnds } from '../../../engine/check/dead-ends.ts';

test('a visit that spent as much or more than one before is not worth it', () => {
  const ends = new DeadEnds();
  expect(ends.visit('here', 0b011n)).toBe(true);
  expect(ends.visit('here', 0b011n)).toBe(false);
  expect(ends.visit('here', 0b111n)).toBe(false);
  expect(ends.visit('there', 0b111n)).toBe(true);
});

test('a visit that spent less, or something else, is', () => {
  const ends = new DeadEnds();
  expect(ends.visit('here', 0b011n)).toBe(true);
  expect(ends.visit('here', 0b110n)).toBe(true);
  expect(ends.visit('here', 0b001n)).toBe(true);
  expect(ends.visit('here', 0n)).toBe(true);
  expect(ends.visit('here', 0b100n)).toBe(false);
});
