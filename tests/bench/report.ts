// The tables that are printed: thousands of operations a second, and how we compare.

import type { BundleResult } from './bundle.ts';
import { ASIDE, best, OURS } from './compare.ts';
import type { LongResult } from './long.ts';
import type { Mark } from './marks.ts';
import type { PeerResult, SuiteResult, WorkloadResult } from './measure.ts';
import type { MicroResult } from './micro/run.ts';

export function printSuite({ suite, sizes, settings, workloads }: SuiteResult): void {
  const peers = Object.keys(settings);
  console.log(
    `\n${suite}, ${sizes.records} records: thousands of operations a second, or what the name says (median)\n`,
  );
  const compared =
    peers.includes(OURS) && peers.some((peer) => peer !== OURS && !ASIDE.includes(peer));
  table([
    ['workload', ...peers, ...(compared ? ['us/best', 'best'] : [])],
    ...workloads.map((workload) => [
      titled(workload),
      ...peers.map((peer) => figure(workload, workload.peers[peer])),
      ...(compared ? compare(workload) : []),
    ]),
  ]);
  if (workloads.some(({ peers: each }) => Object.values(each).some(({ cut }) => cut)))
    console.log('\n  ~ cut off by time: judged by the operations that were done');
  console.log();
  table(
    [
      ['store', 'unsynced', 'synced', ''],
      ...peers.map((peer) => {
        const used = settings[peer];
        return [peer, used?.unsynced ?? '', used?.synced ?? '', used?.facts ?? ''];
      }),
    ],
    'left',
  );
}

const titled = ({ name, unit }: WorkloadResult) => (unit === 'ops/s' ? name : `${name} (${unit})`);

function compare(workload: WorkloadResult): string[] {
  const other = best(workload);
  return other ? [times(other.ratio), other.peer] : ['-', '-'];
}

export function printMicro(results: readonly MicroResult[]): void {
  for (const { name, unit, rows } of results) {
    console.log(`\n${name} (${unit}, median)\n`);
    table(rows.map(({ name: row, value }) => [row, value.toPrecision(3)]));
  }
}

export function printBundles(bundles: readonly BundleResult[]): void {
  if (bundles.length === 0) return;
  const kB = (count: number) => (count / 1000).toFixed(1);
  console.log('\nbundles, kB gzipped and minified\n');
  table(bundles.map(({ name, bytes, gzippedBytes }) => [name, kB(gzippedBytes), kB(bytes)]));
}

export function printMarks(marks: readonly Mark[]): void {
  if (marks.length === 0) return;
  console.log('\nMarks\n');
  table(
    marks.map(({ suite, records, workload, unit, wanted, reached, peer, passed }) => [
      passed ? 'reached' : 'NOT REACHED',
      [suite, records, workload].filter(Boolean).join(' '),
      unit === 'times the best' ? times(reached) : `${reached} ${unit}`,
      unit === 'times the best'
        ? `of ${peer}, ${times(wanted)} wanted`
        : `at most ${wanted} wanted`,
    ]),
    'left',
  );
}

export function printLong(suite: string, { samples, logicalBytes, overwrites }: LongResult): void {
  const mib = (bytes: number | undefined) =>
    bytes === undefined ? '-' : (bytes / 2 ** 20).toFixed(1);
  console.log(`\nlong run, ${suite}: ${overwrites} overwrites of ${mib(logicalBytes)} MiB\n`);
  const step = Math.max(1, Math.floor(samples.length / 10));
  table([
    ['overwrites', 'k/s', 'p99 us', 'longest ms', 'files', 'disk MiB', 'heap', 'buffers', 'rss'],
    ...samples
      .filter((_, i) => i % step === step - 1)
      .map((each) => [
        String(each.ops),
        (each.opsPerSecond / 1000).toFixed(0),
        String(each.p99Us),
        String(each.maxMs),
        String(each.files),
        mib(each.diskBytes),
        mib(each.heapBytes),
        mib(each.buffersBytes),
        mib(each.rssBytes),
      ]),
  ]);
}

const times = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)}x`;

function figure({ unit }: WorkloadResult, result: PeerResult | undefined): string {
  if (!result) return '-';
  const value = unit === 'ops/s' ? result.value / 1000 : result.value;
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${result.cut ? '~' : ''}${value.toFixed(digits)}`;
}

/** Prints rows as columns; the first column is aligned left, the others as asked. */
function table(rows: string[][], align: 'left' | 'right' = 'right'): void {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      const width = widths[i] as number;
      return i === 0 || align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}
