// Who is the best of the others, and how many times as good we are.

import { expect, test } from 'vitest';
import { best, comparisons, median, ratio } from '../../bench/compare.ts';
import { judge } from '../../bench/marks.ts';
import { OURS as MEMTABLE, RIVALS } from '../../bench/micro/parts.ts';
import { suite, workload } from './samples.ts';

test('the ratio is the median of the ratios of each round, not the ratio of medians', () => {
  const slowTogether = workload('readrandom', { ferrisdb: [10, 100, 20], idb: [5, 50, 20] });
  const { ferrisdb, idb } = slowTogether.peers;
  expect(ratio(ferrisdb!, idb!, 'ops/s')).toBe(2);
  expect(median([3, 1, 2, 10])).toBe(2.5);
});

test('where less is better, the ratio is above 1 for the smaller one', () => {
  const reopen = workload('reopen', { ferrisdb: [2], lmdb: [1], rocksdb: [10] }, 'ms');
  expect(comparisons(reopen)).toEqual([
    { peer: 'lmdb', ratio: 0.5 },
    { peer: 'rocksdb', ratio: 5 },
  ]);
});

test('a store in memory alone, and our own behind another interface, are nobody to beat', () => {
  const fill = workload('fillrandom', {
    ferrisdb: [10],
    'memory-level': [1000],
    'ferrisdb (page)': [500],
    lmdb: [5],
  });
  expect(best(fill)).toEqual({ peer: 'lmdb', ratio: 2 });
});

test('without us, or with nobody else, there is nothing to compare', () => {
  expect(comparisons(workload('seek', { idb: [1] }))).toEqual([]);
  expect(best(workload('seek', { ferrisdb: [1] }))).toBeUndefined();
});

test('marks: each suite has its own, and the large one in the browser others', () => {
  const fill = workload('fillrandom-100', { ferrisdb: [9], idb: [1] });
  const marks = judge(
    [suite('browser', 20_000, fill), suite('browser', 200_000, fill), suite('node', 100_000, fill)],
    [],
    [],
  );
  expect(marks.map(({ suite, wanted, passed }) => [suite, wanted, passed])).toEqual([
    ['browser', 8, true],
    ['browser', 10, false],
    ['node', 1.1, true],
  ]);
  expect(judge([suite('browser', 500, fill)], [], [])).toEqual([]);
});

test('marks in bytes and milliseconds are upper bounds, for 200,000 records in the browser', () => {
  const large = suite(
    'browser',
    200_000,
    workload('space', { ferrisdb: [1.04] }, 'bytes/byte'),
    workload('reopen', { ferrisdb: [11] }, 'ms'),
  );
  expect(judge([large], [], []).map(({ passed }) => passed)).toEqual([true, false]);
});

test('marks: the memtable is held against the best of the structures that copy as it does', () => {
  const [tree = '', map = ''] = RIVALS;
  const rows = [
    { name: MEMTABLE, value: 300, rounds: [300, 310] },
    { name: tree, value: 100, rounds: [100, 100] },
    { name: map, value: 50, rounds: [50, 50] },
    { name: 'sorted-btree, strings made before', value: 400, rounds: [400, 400] },
  ];
  const name = 'sorted inserts in random order, 1000000 keys';
  const [mark] = judge([], [{ name, unit: 'thousand/s', rows }], []);
  expect(mark).toMatchObject({ peer: tree, passed: true });
  expect(mark?.reached).toBeCloseTo(3.05);
});

test('marks: the bundle', () => {
  const bundle = { name: 'the engine', imports: '', bytes: 120_000, gzippedBytes: 40_100 };
  expect(judge([], [], [bundle])[0]).toMatchObject({ reached: 40.1, passed: false });
});
