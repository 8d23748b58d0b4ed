import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_BYTES, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { compareEntries, Found, KIND_PUT, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { Memtable } from '../../../engine/lsm/memtable/memtable.ts';
import { headOf, nodesOf, stepsOf } from '../../../engine/lsm/memtable/picture.ts';
import { HEIGHT_MAX } from '../../../engine/lsm/memtable/skip-list.ts';

function filled(count: number, seed: number): Memtable {
  const memtable = new Memtable({ number: 1, seed });
  const random = new Random(seed);
  for (let i = 1; i <= count; i++) memtable.insert(i, KIND_PUT, random.bytes(8), EMPTY_BYTES);
  return memtable;
}

test('each level links exactly the nodes that are high enough, in order', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const memtable = filled(2000, seed);
    const nodes = [...nodesOf(memtable)];
    for (let level = 0; level < HEIGHT_MAX; level++) {
      const linked = [];
      const byName = new Map(nodes.map((node) => [node.offsetBytes, node]));
      for (let at = headOf(memtable)[level] ?? 0; at !== 0; at = byName.get(at)?.next[level] ?? 0)
        linked.push(at);
      const high = nodes.filter((node) => node.height > level).map((node) => node.offsetBytes);
      expect(linked).toEqual(high);
    }
  }
});

test('a sixteenth of the nodes of a level are in the next one', () => {
  const counts = new Array<number>(HEIGHT_MAX).fill(0);
  for (const { height } of nodesOf(filled(100_000, 1))) {
    for (let level = 0; level < height; level++) counts[level] = (counts[level] as number) + 1;
  }
  for (let level = 1; level <= 2; level++) {
    const ratio = (counts[level] as number) / (counts[level - 1] as number);
    expect(ratio * 16).toBeGreaterThan(0.8);
    expect(ratio * 16).toBeLessThan(1.2);
  }
});

test('the seed decides the heights', () => {
  const heights = (seed: number) => {
    const memtable = new Memtable({ number: 1, seed });
    for (let i = 1; i <= 100; i++) memtable.insert(i, KIND_PUT, utf8(`${i}`), EMPTY_BYTES);
    return [...nodesOf(memtable)].map((node) => node.height);
  };
  expect(heights(1)).toEqual(heights(1));
  expect(heights(1)).not.toEqual(heights(2));
});

// Keys that codes have a hard time with: long common beginnings around the last offset that codes
// tell, keys that are the beginnings of others, zeros (which look like the end), and many versions.
const PREFIX_BYTES = [0, 0, 1, 2, 3, 4, 124, 125, 126, 127, 128, 200];
const hardKey = fc
  .tuple(
    fc.constantFrom(...PREFIX_BYTES),
    fc.constantFrom(0, 97),
    fc.array(fc.constantFrom(0, 0, 1, 97, 255), { maxLength: 5 }),
  )
  .map(([bytes, fill, end]) => Uint8Array.of(...new Uint8Array(bytes).fill(fill), ...end));

const hardEntries = fc.array(hardKey, { minLength: 1, maxLength: 120 });

function sorted(keys: readonly Uint8Array[]) {
  return keys
    .map((key, i) => ({ key, sequence: i + 1 }))
    .sort((a, b) => compareEntries(a.key, a.sequence, b.key, b.sequence));
}

test('keys that codes cannot tell apart come out sorted, and are found', () => {
  const heights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 });
  fc.assert(
    fc.property(hardEntries, heights, fc.array(hardKey), (keys, dictated, probes) => {
      const memtable = new Memtable({
        number: 1,
        heights: (nth) => dictated[nth % dictated.length] as number,
      });
      for (const [i, key] of keys.entries()) memtable.insert(i + 1, KIND_PUT, key, EMPTY_BYTES);
      const model = sorted(keys);
      const nodes = [...nodesOf(memtable)].map(({ key, sequence }) => ({ key, sequence }));
      expect(nodes).toEqual(model);
      const found = new Found();
      for (const probe of [...probes, ...keys]) {
        const first = model.find(({ key }) => compareEntries(key, 0, probe, 0) === 0);
        expect(memtable.find(probe, SEQUENCE_MAX, found)).toBe(first !== undefined);
        if (first !== undefined) expect(found.sequence).toBe(first.sequence);
      }
    }),
    { numRuns: 400, seed: 3 },
  );
});

test('zeros after a common beginning are told from the end of a key', () => {
  const keys = [[], [0], [0, 128, 98], [0, 0, 5], [0, 0], [7], [7, 0, 5], [7, 0], [7, 0, 0, 1]];
  for (const order of [keys, keys.toReversed()]) {
    const memtable = new Memtable({ number: 1 });
    const bytes = order.map((key) => Uint8Array.from(key));
    for (const [i, key] of bytes.entries()) memtable.insert(i + 1, KIND_PUT, key, EMPTY_BYTES);
    const nodes = [...nodesOf(memtable)].map(({ key, sequence }) => ({ key, sequence }));
    expect(nodes).toEqual(sorted(bytes));
  }
});

test('runs of neighbors, up and down, between what is there', () => {
  const run = fc.record({
    from: fc.integer({ min: 0, max: 5000 }),
    step: fc.constantFrom(1, 3, -1, -2),
    count: fc.integer({ min: 1, max: 150 }),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), (runs) => {
      const keys = runs.flatMap(({ from, step, count }) =>
        Array.from({ length: count }, (_, i) => utf8(`key ${10_000 + from + i * step}`)),
      );
      const memtable = new Memtable({ number: 1, seed: keys.length });
      for (const [i, key] of keys.entries()) memtable.insert(i + 1, KIND_PUT, key, EMPTY_BYTES);
      const nodes = [...nodesOf(memtable)].map(({ key, sequence }) => ({ key, sequence }));
      expect(nodes).toEqual(sorted(keys));
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('heights can be dictated, and the path of a search is told', () => {
  const heights = [1, 3, 1, 2, 1];
  const memtable = new Memtable({ number: 1, heights: (nth) => heights[nth] as number });
  for (const [i, key] of ['a', 'b', 'c', 'd', 'e'].entries())
    memtable.insert(i + 1, KIND_PUT, utf8(key), EMPTY_BYTES);
  const nodes = [...nodesOf(memtable)];
  expect(nodes.map(({ height }) => height)).toEqual(heights);
  const [, b, , d, e] = nodes.map(({ offsetBytes }) => offsetBytes) as [0, 1, 2, 3, 4];
  expect(stepsOf(memtable, utf8('e'), SEQUENCE_MAX)).toEqual([
    { level: 2, from: 0, next: b, goes: 'on' },
    { level: 2, from: b, next: 0, goes: 'down' },
    { level: 1, from: b, next: d, goes: 'on' },
    { level: 1, from: d, next: 0, goes: 'down' },
    { level: 0, from: d, next: e, goes: 'down' },
  ]);
});
