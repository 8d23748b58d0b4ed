import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../../../engine/base/bytes.ts';
import { viewOf } from '../../../engine/base/layout.ts';
import {
  checkExpiresMs,
  EXPIRY_BYTES,
  ExpiryHeader,
  expiresMsOf,
  expiringValue,
  isExpired,
  writeExpiry,
} from '../../../engine/lsm/expiry.ts';

function stored(expiresMs: number, value: Uint8Array): Uint8Array {
  const header = new Uint8Array(EXPIRY_BYTES);
  writeExpiry(header, 0, expiresMs);
  return concatBytes(header, value);
}

test('a value and its time come back, and the layout table reads the same bytes', () => {
  expect(ExpiryHeader.size).toBe(EXPIRY_BYTES);
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array(), (expiresMs, value) => {
      const bytes = stored(expiresMs, value);
      expect(expiresMsOf(bytes)).toBe(expiresMs);
      expect([...expiringValue(bytes)]).toEqual([...value]);
      expect(ExpiryHeader.read(viewOf(bytes), 0)).toEqual({ expiresMs });
    }),
  );
});

test('it is gone from its time on, not before', () => {
  const bytes = stored(1000, Uint8Array.of(1));
  expect(isExpired(bytes, 999)).toBe(false);
  expect(isExpired(bytes, 1000)).toBe(true);
  expect(isExpired(bytes, Number.MAX_SAFE_INTEGER)).toBe(true);
});

test('damaged values and bad times have codes', () => {
  expect(() => expiresMsOf(new Uint8Array(7))).toThrow('FERRIS_CORRUPTION');
  expect(() => expiresMsOf(new Uint8Array(8).fill(255))).toThrow('FERRIS_CORRUPTION');
  for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5' as unknown as number]) {
    expect(() => checkExpiresMs(bad)).toThrow('FERRIS_INVALID_ARGUMENT');
  }
  expect(checkExpiresMs(0)).toBe(0);
});
