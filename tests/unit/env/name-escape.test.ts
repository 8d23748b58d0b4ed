import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { FILE_NAME_BYTES_MAX } from '../../../engine/env/files.ts';
import { escapeName, unescapeName } from '../../../engine/env/name-escape.ts';

const anyName = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('a', 'A', '.', '=', '6', '/', '-') }),
  )
  .filter((name) => name !== '' && name.isWellFormed() && utf8(name).length <= FILE_NAME_BYTES_MAX);

test('a name that every file system takes stays as it is', () => {
  for (const name of ['000001.wal', 'superblock-0', 'a', '_', 'console.log'])
    expect(escapeName(name)).toBe(name);
});

test('anything else becomes hexadecimal', () => {
  expect(escapeName('A')).toBe('=41');
  expect(escapeName('nul.txt')).toBe('=6e756c2e747874');
  for (const name of ['.', '..', 'a.', 'A', 'a/b', '', 'é', '=61'])
    expect(escapeName(name).startsWith('=')).toBe(true);
});

test('what no name escapes to is nobody’s name', () => {
  for (const entry of ['=', '=lock.1.2.x', '=6', '=61', '=4G', 'LOCK', '.DS_Store', 'a.', 'nul']) {
    expect(unescapeName(entry), entry).toBeUndefined();
  }
});

test('every name comes back, is short enough, and has no capital letters', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const escaped = escapeName(name);
      expect(unescapeName(escaped)).toBe(name);
      expect(escaped.length).toBeLessThanOrEqual(241);
      expect(escaped).toMatch(/^[a-z0-9=_.-]+$/);
    }),
  );
});
