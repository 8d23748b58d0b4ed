import { expect, test } from 'vitest';
import { FROZEN_HASHES, worldHash } from './hashes.ts';

test('the same seed gives the frozen trace hash, in Node', () => {
  const hashes = Object.fromEntries([1, 2, 3, 4, 5].map((seed) => [seed, worldHash(seed)]));
  expect(hashes).toEqual(FROZEN_HASHES);
});
