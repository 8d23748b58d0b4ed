import { expect, test } from 'vitest';
import type { Span } from '../../../engine/base/layout.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';

test('sixteen bytes a line, four lines, and then how many more', () => {
  const bytes = Uint8Array.from({ length: 70 }, (_, i) => i);
  const span: Span = { name: 'x', kind: 'value', offset: 0, size: 70, doc: 'd' };
  const lines = hexdump(bytes, span).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^00000000 {2}00 01 02 .* 0f {2}x +d$/);
  expect(lines[3]).toMatch(/^00000030 {2}30 31 .* 3f$/);
  expect(lines[4]).toBe('          ... 6 more bytes');
});

test('checksums in hexadecimal, control characters escaped', () => {
  const bytes = new Uint8Array(4);
  const span = { name: 'x', offset: 0, size: 4, doc: '' };
  expect(hexdump(bytes, { ...span, kind: 'checksum', value: 255 })).toContain('0x000000ff');
  expect(hexdump(bytes, { ...span, kind: 'length', value: 255 })).toContain(' 255');
  expect(hexdump(bytes, { ...span, kind: 'magic', value: 'A\0\n' })).toContain('A\\0\\x0a');
});
