// What the page of benchmarks makes of a run.

import { expect, test } from 'vitest';
import { results as kept } from '../../../src/widgets/benchmarks/data.ts';
import {
  longRows,
  panels,
  steadiness,
  xTicks,
} from '../../../src/widgets/benchmarks/long-views.ts';
import { reasons } from '../../../src/widgets/benchmarks/reasons.ts';
import {
  bars,
  behind,
  besideIndexedDb,
  besideMemory,
  figure,
  markRow,
  plain,
  ratioRows,
} from '../../../src/widgets/benchmarks/views.ts';
import { judge } from '../../bench/marks.ts';
import { results, suite, workload } from '../bench/samples.ts';

const fill = workload('fillrandom', { ferrisdb: [600], idb: [100], 'sqlite-wasm': [200] });
const read = workload('readrandom', { ferrisdb: [50], idb: [100], 'sqlite-wasm': [200] });

test('a row names the best of the others and the mark', () => {
  const browser = suite('browser', 20_000, fill, read);
  const [first, second] = ratioRows(browser, judge([browser], [], []));
  expect(first).toMatchObject({ peer: 'sqlite-wasm', ratio: 3, wanted: 5, passed: false });
  expect(second).toMatchObject({ peer: 'sqlite-wasm', ratio: 0.25, passed: false });
});

test('bars: ours first, then from the best to the worst, then who did not run', () => {
  const rows = bars({ ...fill, skipped: { pglite: 'it can not' } });
  expect(rows.map(({ store }) => store)).toEqual(['ferrisdb', 'sqlite-wasm', 'idb', 'pglite']);
  expect(rows.map(({ share }) => share)).toEqual([1, 200 / 600, 100 / 600, 0]);
  expect(rows.map(({ isBest }) => isBest)).toEqual([false, true, false, false]);
  expect(rows[3]).toMatchObject({ text: 'not run', note: 'it can not' });
});

test('bars say what was cut off, and the slow ones', () => {
  const cut = workload('fillsync', { ferrisdb: [10] });
  cut.peers.ferrisdb = {
    ...cut.peers.ferrisdb!,
    cut: true,
    latencies: { p50Us: 1, p99Us: 250, maxUs: 12_000 },
  };
  expect(bars(cut)[0]?.note).toBe(
    'time was up after 100 operations; 1 in 100 took 250 µs or more, the slowest 12.0 ms',
  );
});

test('where we are behind is said, the widest gap first', () => {
  const close = workload('seek', { ferrisdb: [90], idb: [100] });
  const gaps = behind(results(suite('browser', 20_000, fill, close, read)));
  expect(gaps.map(({ name, ratio }) => [name, ratio])).toEqual([
    ['readrandom', 0.25],
    ['seek', 0.9],
  ]);
});

test('beside IndexedDB, and beside memory', () => {
  expect(besideIndexedDb(suite('browser', 20_000, fill, read))).toEqual({
    fillrandom: 6,
    readrandom: 0.5,
  });
  const node = suite('node', 100_000, workload('seek', { ferrisdb: [5], 'memory-level': [10] }));
  expect(besideMemory(node)).toEqual([{ name: 'seek', ratio: 0.5 }]);
});

test('marks in words', () => {
  const browser = suite('browser', 20_000, fill);
  const [mark] = judge([browser], [], []);
  expect(markRow(mark!)).toEqual([
    'browser, 20,000 records: fillrandom',
    'at least 5.00×',
    '3.00× sqlite-wasm',
    'not reached',
  ]);
});

test('each mark that the kept run missed has a reason, and no other', () => {
  const missed = kept.marks.filter(({ passed }) => !passed);
  expect(reasons(kept.marks).map(({ mark }) => mark)).toEqual(missed);
});

test('numbers have three digits and a unit', () => {
  expect(['ops/s', 'ms', 'bytes/byte'].map((unit) => figure(1.234, unit as 'ms'))).toEqual([
    '1/s',
    '1.23 ms',
    '1.23 bytes a byte',
  ]);
  expect([890, 45_678, 1_234_567].map((rate) => figure(rate, 'ops/s'))).toEqual([
    '890/s',
    '46 thousand/s',
    '1.23 million/s',
  ]);
  expect([0.1234, 12.34, 1234].map(plain)).toEqual(['0.12', '12.3', '1,234']);
});

const sample = (ops: number, opsPerSecond: number) => ({
  ops,
  ms: ops,
  opsPerSecond,
  p99Us: 5,
  maxMs: 2,
  files: 3,
  diskBytes: ops * 2 ** 20,
});
const long = {
  records: 10,
  overwrites: 20,
  logicalBytes: 2 ** 20,
  settings: '',
  samples: Array.from({ length: 20 }, (_, i) => sample(i + 1, 1000 + i)),
};

test('the long run: a panel for each quantity that was measured', () => {
  const drawn = panels(long);
  expect(drawn.map(({ lines }) => lines.map(({ label }) => label))).toEqual([
    ['a second'],
    ['longest'],
    ['all files', 'keys and values'],
  ]);
  const [files, logical] = drawn[2]!.lines;
  expect(files?.endPercent).toBe(0);
  expect(logical?.endPercent).toBe(95);
  for (const { lines } of drawn)
    for (const { path } of lines) expect(path).toMatch(/^M[\d.]+,[\d.]+L/);
  expect(xTicks(long).map(({ percent }) => percent)).toEqual([0, 25, 50, 75, 100]);
});

test('the long run as a table: ten rows, and how steady it was', () => {
  const rows = longRows(long);
  expect(rows).toHaveLength(10);
  expect(rows[9]?.[0]).toBe(20);
  expect(steadiness(long)).toEqual({ slowest: 1002, fastest: 1019 });
});
