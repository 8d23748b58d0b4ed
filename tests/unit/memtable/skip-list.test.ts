import { expect, test } from 'vitest';
import { EMPTY_BYTES, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { KIND_PUT } from '../../../engine/lsm/entry.ts';
import { Memtable } from '../../../engine/lsm/memtable/memtable.ts';
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
    const nodes = [...memtable.nodes()];
    for (let level = 0; level < HEIGHT_MAX; level++) {
      const linked = [];
      const byName = new Map(nodes.map((node) => [node.offsetBytes, node]));
      for (let at = memtable.head[level] ?? 0; at !== 0; at = byName.get(at)?.next[level] ?? 0)
        linked.push(at);
      const high = nodes.filter((node) => node.height > level).map((node) => node.offsetBytes);
      expect(linked).toEqual(high);
    }
  }
});

test('a quarter of the nodes of a level are in the next one', () => {
  const counts = new Array<number>(HEIGHT_MAX).fill(0);
  for (const { height } of filled(100_000, 1).nodes()) {
    for (let level = 0; level < height; level++) counts[level] = (counts[level] as number) + 1;
  }
  for (let level = 1; level <= 5; level++) {
    const ratio = (counts[level] as number) / (counts[level - 1] as number);
    expect(ratio).toBeGreaterThan(0.2);
    expect(ratio).toBeLessThan(0.3);
  }
});

test('the seed decides the heights', () => {
  const heights = (seed: number) => {
    const memtable = new Memtable({ number: 1, seed });
    for (let i = 1; i <= 100; i++) memtable.insert(i, KIND_PUT, utf8(`${i}`), EMPTY_BYTES);
    return [...memtable.nodes()].map((node) => node.height);
  };
  expect(heights(1)).toEqual(heights(1));
  expect(heights(1)).not.toEqual(heights(2));
});
