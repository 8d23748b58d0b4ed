// What the page shows of a run: rows of tables, and sentences. All of it is worked out from the
// JSON of the run, so that no number on the page is typed.

import { comparisons, FORGETFUL, OURS } from '../../../tests/bench/compare.ts';
import type { Mark } from '../../../tests/bench/marks.ts';
import type { PeerResult, SuiteResult, WorkloadResult } from '../../../tests/bench/measure.ts';
import type { Results } from '../../../tests/bench/results.ts';

/** One workload, and how FerrisDB compares with the best of the other stores at it. */
export interface RatioRow {
  readonly name: string;
  readonly doc: string;
  /** How many times as good as the best of the others. */
  readonly ratio: number;
  readonly peer: string;
  /** What was to be reached, where there is a mark. */
  readonly wanted: number | undefined;
  readonly passed: boolean | undefined;
}

/** One store at one workload. */
export interface Bar {
  readonly store: string;
  readonly isOurs: boolean;
  /** The best of the others. */
  readonly isBest: boolean;
  /** What is shown; undefined where the store didn't run it. */
  readonly value: number | undefined;
  readonly text: string;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
  readonly note: string;
}

export const titleOf = ({ suite, sizes }: SuiteResult): string =>
  `${suite === 'browser' ? 'In the browser' : 'In Node'}, ${sizes.records.toLocaleString('en')} records`;

export function ratioRows(
  { suite, sizes, workloads }: SuiteResult,
  marks: readonly Mark[],
): RatioRow[] {
  return workloads.flatMap((workload) => {
    const [worst] = comparisons(workload);
    if (!worst) return [];
    const mark = marks.find(
      (each) =>
        each.suite === suite &&
        each.records === sizes.records &&
        each.workload === workload.name &&
        each.unit === 'times the best',
    );
    const { name, doc } = workload;
    return [{ name, doc, ...worst, wanted: mark?.wanted, passed: mark?.passed }];
  });
}

/** Every store at a workload, ours first and then from the best to the worst. */
export function bars(workload: WorkloadResult): Bar[] {
  const { peers, unit, skipped = {} } = workload;
  const best = comparisons(workload)[0]?.peer;
  const most = Math.max(...Object.values(peers).map(({ value }) => value));
  const sign = unit === 'ops/s' ? -1 : 1;
  const measured = Object.entries(peers)
    .sort(([a, { value: x }], [b, { value: y }]) => rank(a) - rank(b) || sign * (x - y))
    .map(([store, result]) => ({
      store,
      isOurs: store === OURS,
      isBest: store === best,
      value: result.value,
      text: figure(result.value, unit),
      share: result.value / most,
      note: noteOf(result),
    }));
  const left = Object.entries(skipped).map(([store, note]) => ({
    store,
    isOurs: false,
    isBest: false,
    value: undefined,
    text: 'not run',
    share: 0,
    note,
  }));
  return [...measured, ...left];
}

const rank = (store: string) => (store === OURS ? 0 : 1);

function noteOf({ cut, ops, latencies }: PeerResult): string {
  const notes = [
    cut ? `time was up after ${ops.toLocaleString('en')} operations` : '',
    latencies
      ? `1 in 100 took ${micros(latencies.p99Us)} or more, the slowest ${micros(latencies.maxUs)}`
      : '',
  ];
  return notes.filter(Boolean).join('; ');
}

/** A workload at which another store is ahead. */
export interface Behind {
  readonly where: string;
  readonly name: string;
  readonly doc: string;
  readonly peer: string;
  readonly ratio: number;
}

/** Wherever a store that keeps its data does better than ours, the widest gap first. */
export function behind({ suites, marks }: Results): Behind[] {
  return suites
    .flatMap((suite) =>
      ratioRows(suite, marks)
        .filter(({ ratio }) => ratio < 1)
        .map(({ name, doc, peer, ratio }) => ({ where: titleOf(suite), name, doc, peer, ratio })),
    )
    .sort((a, b) => a.ratio - b.ratio);
}

/** Ours beside a store in memory alone, for each workload that both ran. */
export function besideMemory({ workloads }: SuiteResult): { name: string; ratio: number }[] {
  return workloads.flatMap(({ name, unit, peers }) => {
    const ours = peers[OURS];
    const theirs = peers[FORGETFUL];
    if (!ours || !theirs || unit !== 'ops/s') return [];
    return [{ name, ratio: ours.value / theirs.value }];
  });
}

/** How many times as fast ours was as IndexedDB, by workload. */
export function besideIndexedDb({ workloads }: SuiteResult): Record<string, number> {
  return Object.fromEntries(
    workloads.flatMap((workload) => {
      const found = comparisons(workload).find(({ peer }) => peer === 'idb');
      return found ? [[workload.name, found.ratio]] : [];
    }),
  );
}

export function settingsRows({ settings }: SuiteResult): string[][] {
  return Object.entries(settings).map(([store, { unsynced, synced, facts }]) => [
    store,
    unsynced,
    synced,
    facts ?? '',
  ]);
}

export function markRow(mark: Mark): [string, string, string, string] {
  const { suite, records, workload, unit, wanted, reached, peer, passed } = mark;
  const where = suite === 'bundle' ? '' : `${suite}, ${records?.toLocaleString('en')} records: `;
  const isTimes = unit === 'times the best';
  return [
    `${where}${workload}`,
    isTimes ? `at least ${times(wanted)}` : `at most ${wanted} ${unit}`,
    isTimes ? `${times(reached)} ${peer}` : `${plain(reached)} ${unit}`,
    passed ? 'reached' : 'not reached',
  ];
}

/** `12.3x`; more digits where the ratio is small. */
export const times = (ratio: number): string => `${plain(ratio)}×`;

/** Three digits, and no more than two after the point. */
export function plain(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function figure(value: number, unit: WorkloadResult['unit']): string {
  if (unit === 'ms') return `${plain(value)} ms`;
  if (unit === 'bytes/byte') return `${plain(value)} bytes a byte`;
  if (value >= 1e6) return `${plain(value / 1e6)} million/s`;
  return value >= 1e4
    ? `${Math.round(value / 1000)} thousand/s`
    : `${Math.round(value).toLocaleString('en')}/s`;
}

function micros(us: number): string {
  if (us < 1000) return `${plain(us)} µs`;
  return `${plain(us / 1000)} ms`;
}
