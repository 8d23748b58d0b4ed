import { expect, test } from 'vitest';
import { FROZEN_HASHES, traceHash } from './cases.ts';

test('the same seed gives the frozen trace hash, in Node', () => {
  const hashes = Object.fromEntries([1, 2, 3, 4, 5].map((seed) => [seed, traceHash(seed)]));
  expect(hashes).toEqual(FROZEN_HASHES);
});

test('another seed gives another hash, and the same one the same twice', () => {
  expect(traceHash(6)).not.toBe(traceHash(7));
  expect(traceHash(6)).toBe(traceHash(6));
});
