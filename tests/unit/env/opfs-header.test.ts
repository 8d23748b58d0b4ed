import { expect, test } from 'vitest';
import type { Span } from '../../../engine/base/layout.ts';
import {
  decodePoolHeader,
  describePoolHeader,
  encodePoolHeader,
  POOL_HEADER_BYTES,
  POOL_MARK_AT,
} from '../../../engine/env/opfs-header.ts';

const entry = { name: 'Größe/000001.wal', sequence: 7 };

function expectTiled({ offset, size, children }: Span): void {
  if (children === undefined) return;
  let at = offset;
  for (const child of children) {
    expect(child.offset, child.name).toBe(at);
    expectTiled(child);
    at += child.size;
  }
  expect(at).toBe(offset + size);
}

test('a header comes back, and its spans tile it', () => {
  const bytes = encodePoolHeader(entry);
  expect(bytes).toHaveLength(POOL_HEADER_BYTES);
  expect(decodePoolHeader(bytes, 0)).toEqual(entry);
  const span = describePoolHeader(bytes);
  expectTiled(span);
  const values = Object.fromEntries((span.children ?? []).map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ ...entry, deleted: 0, version: 1, nameBytes: 18 });
  expectTiled(describePoolHeader(new Uint8Array(POOL_HEADER_BYTES)));
});

test('the longest name leaves the mark alone', () => {
  const longest = { name: '\u{1F980}'.repeat(30), sequence: 2 ** 50 };
  expect(decodePoolHeader(encodePoolHeader(longest), 5)).toEqual(longest);
});

test('one byte deletes a file, whatever else the header says', () => {
  const bytes = encodePoolHeader(entry);
  bytes[POOL_MARK_AT] = 1;
  expect(decodePoolHeader(bytes, 1000)).toBe('deleted');
  bytes[3] = 0;
  expect(decodePoolHeader(bytes, 1000)).toBe('deleted');
});

test('every flipped bit is seen: blank without content, damaged with', () => {
  const end = 24 + 18;
  for (let bit = 0; bit < end * 8; bit++) {
    const bytes = encodePoolHeader(entry);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodePoolHeader(bytes, 0), `bit ${bit}`).toBe('blank');
    expect(decodePoolHeader(bytes, 1), `bit ${bit}`).toBe('damaged');
  }
});

test('a header cut short, or torn between sectors, is blank', () => {
  const bytes = encodePoolHeader(entry);
  for (const length of [0, 1, 23, 30, 512, 4095]) {
    expect(decodePoolHeader(bytes.subarray(0, length), 0), `${length} bytes`).toBe('blank');
  }
  const torn = new Uint8Array(POOL_HEADER_BYTES);
  torn.set(bytes.subarray(512), 512);
  expect(decodePoolHeader(torn, 0)).toBe('blank');
});
