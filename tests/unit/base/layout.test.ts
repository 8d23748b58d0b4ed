import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  layout,
  magic,
  readU64,
  reserved,
  u8,
  u16,
  u32,
  u64,
  viewOf,
  writeU64,
} from '../../../engine/base/layout.ts';

const Example = layout('example', {
  magic: magic('FDB_XXX\0', 'what it is'),
  small: u8('one byte', 'type'),
  medium: u16('two bytes', 'length'),
  large: u32('four bytes', 'checksum'),
  rest: reserved(3),
  huge: u64('eight bytes', 'sequence'),
});

const value = {
  magic: 'FDB_XXX\0',
  small: 1,
  medium: 0x0203,
  large: 0x04050607,
  rest: 0,
  huge: 2 ** 40 + 9,
};

function written(): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(40).fill(0xee);
  const view = viewOf(bytes);
  Example.write(view, 5, value);
  return { bytes, view };
}

test('fields follow each other with no gap', () => {
  expect(Example.size).toBe(26);
  expect(Example.at).toEqual({ magic: 0, small: 8, medium: 9, large: 11, rest: 15, huge: 18 });
});

test('numbers are little-endian, and nothing outside is touched', () => {
  const { bytes, view } = written();
  const body = [1, 3, 2, 7, 6, 5, 4, 0, 0, 0, 9, 0, 0, 0, 0, 1, 0, 0];
  expect([...bytes.slice(13, 31)]).toEqual(body);
  expect(bytes.filter((byte) => byte === 0xee)).toHaveLength(40 - 26);
  expect(Example.read(view, 5)).toEqual(value);
});

test('spans tile the layout and hold the values that it reads', () => {
  const { view } = written();
  let at = 5;
  const read: Record<string, unknown> = {};
  for (const span of Example.spans(view, 5)) {
    expect(span.offset).toBe(at);
    at += span.size;
    read[span.name] = span.value;
  }
  expect(at).toBe(5 + Example.size);
  expect(read).toEqual(value);
  expect(Example.spans(view, 5).map((span) => span.kind)).toEqual([
    'magic',
    'type',
    'length',
    'checksum',
    'padding',
    'sequence',
  ]);
});

test('a u64 holds any safe integer', () => {
  const view = viewOf(new Uint8Array(8));
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      writeU64(view, 0, number);
      expect(readU64(view, 0)).toBe(number);
      expect(view.getBigUint64(0, true)).toBe(BigInt(number));
    }),
  );
  expect(() => writeU64(view, 0, -1)).toThrow('assertion failed');
  expect(() => writeU64(view, 0, 2 ** 53)).toThrow('assertion failed');
});

test('a u64 of 2^53 or more is corruption to read, and a remark in a span', () => {
  for (const big of [2n ** 53n, 2n ** 53n + 1n, 2n ** 54n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    const { view } = written();
    view.setBigUint64(5 + Example.at.huge, big, true);
    expect(() => Example.read(view, 5)).toThrow(
      expect.objectContaining({ code: 'FERRIS_CORRUPTION', place: { offsetBytes: 23 } }),
    );
    expect(Example.spans(view, 5).at(-1)?.value).toBe('(over 2^53 - 1)');
  }
});

test('a view covers exactly its bytes', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(viewOf(bytes).byteLength).toBe(2);
  expect(viewOf(bytes).getUint8(0)).toBe(2);
});

test('a magic of another length is a bug', () => {
  const view = viewOf(new Uint8Array(26));
  expect(() => Example.write(view, 0, { ...value, magic: 'FDB' })).toThrow('assertion failed');
});
