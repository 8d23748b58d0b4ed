// The path of a search: enough to know the place, and no more than a skip list promises.

import { expect, test } from 'vitest';
import { compareBytes, EMPTY_BYTES, text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { Memtable } from '../../../engine/lsm/memtable/memtable.ts';
import { nodesOf, pathOf } from '../../../engine/lsm/memtable/picture.ts';

function memtableOf(keys: readonly string[]): Memtable {
  const memtable = new Memtable({ number: 1, seed: 7 });
  for (const [i, key] of keys.entries()) memtable.insert(i + 1, KIND_PUT, utf8(key), EMPTY_BYTES);
  return memtable;
}

test('both neighbors of the place are in it, and no key twice', () => {
  const random = new Random(3);
  const sorted = Array.from({ length: 400 }, (_, i) => String(i * 2).padStart(4, '0'));
  const memtable = memtableOf(sorted.toSorted(() => (random.chance(1, 2) ? 1 : -1)));
  for (let i = -1; i <= 800; i++) {
    const target = i < 0 ? '' : String(i).padStart(4, '0');
    const path = pathOf(memtable, utf8(target), SEQUENCE_MAX).map((key) => text(key));
    const after = sorted.findIndex((key) => key >= target);
    const before = (after < 0 ? sorted.length : after) - 1;
    if (after >= 0) expect(path, target).toContain(sorted[after]);
    if (before >= 0) expect(path, target).toContain(sorted[before]);
    expect(new Set(path).size).toBe(path.length);
  }
});

/** How many keys a search compares, on average. */
function meanOf(count: number): number {
  const random = new Random(5);
  const keys = [...new Set(Array.from({ length: count }, () => String(random.u32())))];
  const memtable = memtableOf(keys);
  const compared = keys.map((key) => pathOf(memtable, utf8(key), SEQUENCE_MAX).length);
  return compared.reduce((sum, each) => sum + each, 0) / keys.length;
}

test('a hundred times as many keys cost a few times as many comparisons', () => {
  expect(meanOf(20_000)).toBeLessThan(5 * meanOf(200));
  expect(meanOf(20_000)).toBeLessThan(100);
});

test('asking for it changes nothing', () => {
  const memtable = memtableOf(['b', 'd', 'f']);
  pathOf(memtable, utf8('e'), SEQUENCE_MAX);
  memtable.insert(9, KIND_PUT, utf8('a'), EMPTY_BYTES);
  pathOf(memtable, utf8('z'), SEQUENCE_MAX);
  memtable.insert(10, KIND_PUT, utf8('c'), EMPTY_BYTES);
  const keys = [...nodesOf(memtable)].map(({ key }) => key);
  expect(keys.map((key) => text(key))).toEqual(['a', 'b', 'c', 'd', 'f']);
  expect(keys.toSorted(compareBytes)).toEqual(keys);
});
