import { expect, test } from 'vitest';
import { FROZEN_HASHES, worldHash } from './hashes.ts';

test('the same seed gives the frozen trace hash, in the browser', () => {
  const seeds = Object.keys(FROZEN_HASHES).map(Number);
  expect(seeds.length).toBeGreaterThan(0);
  for (const seed of seeds) expect(worldHash(seed)).toBe(FROZEN_HASHES[seed]);
});
