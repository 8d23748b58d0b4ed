import { expect, test } from 'vitest';
import { FROZEN_HASHES, traceHash } from './cases.ts';

test('the same seed gives the frozen trace hash, in the browser', () => {
  const seeds = Object.keys(FROZEN_HASHES).map(Number);
  expect(seeds.length).toBeGreaterThan(0);
  for (const seed of seeds) expect(traceHash(seed)).toBe(FROZEN_HASHES[seed]);
});
