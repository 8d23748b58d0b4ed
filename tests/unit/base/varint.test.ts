import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import {
  readVarint,
  VARINT_BYTES_MAX,
  varintSize,
  writeVarint,
} from '../../../engine/base/varint.ts';

function encoded(value: number): Uint8Array {
  const bytes = new Uint8Array(VARINT_BYTES_MAX);
  return bytes.subarray(0, writeVarint(bytes, 0, value));
}

test('known encodings', () => {
  const known = [
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [16383, 'ff7f'],
    [16384, '808001'],
    [2 ** 21 - 1, 'ffff7f'],
    [2 ** 21, '80808001'],
    [2 ** 28 - 1, 'ffffff7f'],
    [2 ** 28, '8080808001'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ] as const;
  for (const [value, digits] of known) {
    expect(hex(encoded(value))).toBe(digits);
    expect(readVarint(encoded(value), 0)).toBe(value);
    expect(varintSize(value)).toBe(digits.length / 2);
  }
});

test('any u32 comes back, at any offset, and takes as many bytes as it says', () => {
  const u32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffffffff }));
  fc.assert(
    fc.property(u32, fc.nat(20), (value, offset) => {
      const bytes = new Uint8Array(32).fill(0xee);
      const end = writeVarint(bytes, offset, value);
      expect(end - offset).toBe(varintSize(value));
      expect(readVarint(bytes, offset)).toBe(value);
      expect(bytes[end]).toBe(0xee);
    }),
    { numRuns: 1000 },
  );
});

test('damage is corruption, and says where', () => {
  const bad = [
    [],
    [0x80],
    [0xff, 0xff],
    [0x80, 0x00],
    [0x81, 0x80, 0x00],
    [255, 255, 255, 255, 16],
  ];
  for (const bytes of [...bad, [255, 255, 255, 255, 255, 1]]) {
    expect(() => readVarint(Uint8Array.of(7, ...bytes), 1), String(bytes)).toThrow(
      expect.objectContaining({ code: 'FERRIS_CORRUPTION', place: { offsetBytes: 1 } }),
    );
  }
});

test('any bytes are either the one encoding of a number or corruption', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 7 }), (bytes) => {
      try {
        const value = readVarint(bytes, 0);
        expect(bytes.slice(0, varintSize(value))).toEqual(encoded(value));
      } catch (error) {
        if (!isFerrisError(error, 'FERRIS_CORRUPTION')) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
