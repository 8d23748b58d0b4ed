import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { crc32, lendCrc32 } from '../../../engine/base/crc32.ts';

test('known values', () => {
  expect(crc32(utf8('123456789'))).toBe(0xcbf43926); // the check value of CRC-32/ISO-HDLC
  expect(crc32(utf8('The quick brown fox jumps over the lazy dog'))).toBe(0x414fa339);
  expect(crc32(utf8(''))).toBe(0);
  expect(crc32(new Uint8Array(32))).toBe(0x190a55ad);
  expect(crc32(new Uint8Array(32).fill(0xff))).toBe(0xff6cab0b);
});

test('it is what zlib computes, for any range and any seed', () => {
  const input = fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), fc.nat());
  fc.assert(
    fc.property(input, ([bytes, a, b, seed]) => {
      const start = Math.min(a, b, bytes.length);
      const end = Math.min(Math.max(a, b), bytes.length);
      expect(crc32(bytes, start, end, seed)).toBe(zlibCrc32(bytes.subarray(start, end), seed));
    }),
    { numRuns: 1000 },
  );
});

test('a checksum goes on where another ended', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(), (bytes, at) => {
      const cut = at % (bytes.length + 1);
      const first = crc32(bytes, 0, cut);
      expect(crc32(bytes, cut, bytes.length, first)).toBe(crc32(bytes));
    }),
  );
});

test('every flipped bit of 64 bytes changes it', () => {
  const bytes = utf8('a'.repeat(64));
  const whole = crc32(bytes);
  for (let bit = 0; bit < 512; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(crc32(damaged)).not.toBe(whole);
  }
});

test('lent out to the platform it is the same, for short and long ranges', () => {
  const bytes = new Uint8Array(5000).map((_, i) => i * 31);
  const ranges = [0, 1, 100, 1023, 1024, 1025, 4096, 4900].map((size) => [17, 17 + size] as const);
  const own = ranges.map(([start, end]) => crc32(bytes, start, end, 99));
  let calls = 0;
  lendCrc32((lent, seed) => {
    calls++;
    return zlibCrc32(lent, seed);
  });
  try {
    expect(ranges.map(([start, end]) => crc32(bytes, start, end, 99))).toEqual(own);
    expect(calls).toBe(4);
  } finally {
    lendCrc32(undefined);
  }
});
