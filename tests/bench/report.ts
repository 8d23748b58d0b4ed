// The tables that are printed: thousands of operations a second, and how we compare.

import type { Mark } from './marks.ts';
import { type PeerResult, ratio, type SuiteResult, type WorkloadResult } from './measure.ts';
import type { MicroResult } from './micro/run.ts';

const OURS = 'ferrisdb';
/** Measured for information: it pays for messages between threads, which no peer here does. */
const ASIDE = 'ferrisdb (page)';

export function printSuite({ suite, sizes, settings, workloads }: SuiteResult): void {
  const peers = Object.keys(settings);
  console.log(`\n${suite}: ${sizes.records} records, thousands of operations a second (median)\n`);
  const others = peers.filter((peer) => peer !== OURS && peer !== ASIDE);
  const compared = peers.includes(OURS) && others.length > 0;
  const versus = compared ? [...others.map((peer) => `us/${peer}`), 'us/best'] : [];
  table([
    ['workload', 'ops', ...peers, ...versus],
    ...workloads.map((workload) => [
      workload.name,
      String(workload.ops),
      ...peers.map((peer) => thousands(workload.peers[peer]?.opsPerSecond)),
      ...(compared ? ratios(workload, others) : []),
    ]),
  ]);
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

function ratios({ peers }: WorkloadResult, others: string[]): string[] {
  const ours = peers[OURS] as PeerResult;
  const each = others.map((peer) => ratio(ours, peers[peer] as PeerResult));
  return [...each, Math.min(...each)].map(times);
}

export function printMicro(results: readonly MicroResult[]): void {
  for (const { name, unit, rows } of results) {
    console.log(`\n${name} (${unit}, median)\n`);
    table(rows.map(({ name: row, value }) => [row, value.toPrecision(3)]));
  }
}

export function printMarks(marks: readonly Mark[]): void {
  if (marks.length === 0) return;
  console.log('\nMarks');
  for (const { suite, workload, peer, ratio: reached, ratioMin, passed } of marks) {
    const verdict = passed ? 'PASS' : 'FAIL';
    console.log(
      `  ${verdict}  ${suite} ${workload}: ${times(reached)} of ${peer}, at least ${times(ratioMin)} wanted`,
    );
  }
}

const times = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)}x`;

function thousands(perSecond: number | undefined): string {
  if (perSecond === undefined) return '-';
  const value = perSecond / 1000;
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
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
