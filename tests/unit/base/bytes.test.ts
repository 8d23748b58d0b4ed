import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareBytes,
  concatBytes,
  equalBytes,
  hex,
  prefixEnd,
  sharedPrefixBytes,
  show,
  text,
  utf8,
} from '../../../engine/base/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 12 });

test('bytes are ordered as Buffer.compare has them, shorter first', () => {
  expect(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80))).toBeLessThan(0);
  expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});

test('a shared prefix is as long as both agree', () => {
  expect(sharedPrefixBytes(utf8('apple'), utf8('apply'))).toBe(4);
  expect(sharedPrefixBytes(utf8('app'), utf8('apple'))).toBe(3);
  expect(sharedPrefixBytes(utf8(''), utf8('apple'))).toBe(0);
});

test('joined bytes are a new array in order', () => {
  expect(concatBytes()).toEqual(new Uint8Array(0));
  expect(concatBytes(utf8('ab'), utf8(''), utf8('c'))).toEqual(utf8('abc'));
});

test('the end of a prefix is after all keys that start with it, and before all others', () => {
  expect(prefixEnd(utf8('ab'))).toEqual(utf8('ac'));
  expect(prefixEnd(Uint8Array.of(1, 0xff, 0xff))).toEqual(Uint8Array.of(2));
  expect(prefixEnd(Uint8Array.of(0xff, 0xff))).toBeUndefined();
  expect(prefixEnd(utf8(''))).toBeUndefined();
  const small = fc.uint8Array({ maxLength: 4 });
  fc.assert(
    fc.property(small, bytes, (prefix, key) => {
      const end = prefixEnd(prefix);
      const isInRange =
        compareBytes(key, prefix) >= 0 && (end === undefined || compareBytes(key, end) < 0);
      const startsWith = sharedPrefixBytes(prefix, key) === prefix.length;
      expect(isInRange).toBe(startsWith);
    }),
    { numRuns: 1000 },
  );
});

test('text and UTF-8 are each other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (s) => {
      expect(text(utf8(s))).toBe(s.toWellFormed());
    }),
  );
  expect(text(Uint8Array.of(0x61, 0xff))).toBe('a\uFFFD');
});

test('a byte order mark is text like any other', () => {
  expect(text(utf8('\uFEFFa'))).toBe('\uFEFFa');
});

test('hexadecimal and the printable form', () => {
  expect(hex(Uint8Array.of(1, 255))).toBe('01ff');
  expect(show(utf8('red'))).toBe('"red"');
  expect(show(utf8(''))).toBe('""');
  expect(show(Uint8Array.of(0, 10))).toBe('0x000a');
  expect(show(utf8('x'.repeat(40)), 4)).toBe('"xxxx"... (40 bytes)');
  expect(show(utf8('é'))).toBe('0xc3a9');
});
