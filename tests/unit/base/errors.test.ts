import { expect, test } from 'vitest';
import { AssertionError, assert } from '../../../engine/base/assert.ts';
import { FerrisError, isFerrisError } from '../../../engine/base/errors.ts';

test('an error carries its code, its place and its cause', () => {
  const cause = new Error('disk');
  const error = new FerrisError('FERRIS_IO', 'try later', { file: 'a', offsetBytes: 3 }, cause);
  expect(error.message).toBe('FERRIS_IO: try later');
  expect(error).toMatchObject({ code: 'FERRIS_IO', place: { file: 'a', offsetBytes: 3 }, cause });
  expect(error.retryable).toBe(true);
  expect(new FerrisError('FERRIS_CORRUPTION', 'x').retryable).toBe(false);
  expect('cause' in new FerrisError('FERRIS_IO', 'x')).toBe(false);
});

test('errors of the world are told from all others', () => {
  const error: unknown = new FerrisError('FERRIS_IO', 'x');
  expect(isFerrisError(error)).toBe(true);
  expect(isFerrisError(error, 'FERRIS_IO')).toBe(true);
  expect(isFerrisError(error, 'FERRIS_CLOSED')).toBe(false);
  expect(isFerrisError(new Error('FERRIS_IO'))).toBe(false);
  expect(isFerrisError(undefined)).toBe(false);
});

test('an assertion that fails is a bug, and no error of the world', () => {
  assert(true, 'nothing happens');
  expect(() => assert(false, 'one is two')).toThrow(AssertionError);
  expect(() => assert(false, 'one is two')).toThrow('assertion failed: one is two');
});
