// The marks: what FerrisDB is to reach in a run, most of them beside the best of the others.

import type { BundleResult } from './bundle.ts';
import { best, median, OURS } from './compare.ts';
import type { SuiteResult } from './measure.ts';
import { OURS as OUR_MEMTABLE, RIVALS } from './micro/parts.ts';
import type { MicroResult } from './micro/run.ts';

export interface Mark {
  readonly suite: 'browser' | 'node' | 'bundle';
  readonly records?: number;
  readonly workload: string;
  /** What `wanted` and `reached` count: times the best other store, or an absolute figure. */
  readonly unit: 'times the best' | 'ms' | 'bytes/byte' | 'kB gzipped';
  readonly wanted: number;
  readonly reached: number;
  /** The best other store, where it is compared with one. */
  readonly peer?: string;
  readonly passed: boolean;
}

interface Wanted {
  readonly browser?: number;
  readonly node?: number;
  /** In the browser with 200,000 records, where that differs. */
  readonly large?: number;
}

/** At least so many times the best of the others, with 20,000 records in the browser, 100,000 in Node. */
const TIMES: Record<string, Wanted> = {
  fillrandom: { browser: 5 },
  'fillrandom-100': { browser: 8, large: 10, node: 1.1 },
  fillsync: { browser: 1.2, node: 1.2 },
  'fillsync-100': { browser: 3, node: 1.2 },
  'fillsync-1000': { browser: 4, node: 1.2 },
  readrandom: { browser: 2.5, node: 1.7 },
  readmissing: { browser: 3, node: 1.7 },
  readseq: { browser: 4, node: 1.8 },
  seek: { browser: 3, node: 1.6 },
  'ycsb-a': { browser: 5 },
  overwrite: { browser: 4 },
};

/** At most so much, with 200,000 records in the browser. */
const AT_MOST: Record<string, number> = { space: 1.05, 'space-half': 0.65, reopen: 10 };

/**
 * Beside sorted structures that copy what they are handed, as a store must: see micro/parts.ts. Those
 * that keep references are shown, and are no rivals.
 */
const MEMTABLE_TIMES = 2.8;
const BUNDLE_KB = 40;

const SMALL = { browser: 20_000, node: 100_000 };
const LARGE_BROWSER = 200_000;

/** The marks that a run measured. */
export function judge(
  suites: readonly SuiteResult[],
  micro: readonly MicroResult[],
  bundles: readonly BundleResult[],
): Mark[] {
  return [
    ...suites.flatMap(judgeSuite),
    ...micro.flatMap(judgeMemtable),
    ...bundles.slice(0, 1).map(judgeBundle), // the engine itself; see bundle.ts
  ];
}

function judgeSuite(suite: SuiteResult): Mark[] {
  const { records } = suite.sizes;
  const isLarge = suite.suite === 'browser' && records === LARGE_BROWSER;
  if (records !== SMALL[suite.suite] && !isLarge) return [];
  return suite.workloads.flatMap((workload): Mark[] => {
    const { name, unit } = workload;
    const place = { suite: suite.suite, records, workload: name };
    const ours = workload.peers[OURS];
    const most = AT_MOST[name];
    if (isLarge && most !== undefined && ours && unit !== 'ops/s')
      return [{ ...place, unit, wanted: most, reached: ours.value, passed: ours.value <= most }];
    const wanted = TIMES[name]?.[isLarge ? 'large' : suite.suite];
    const other = best(workload);
    if (wanted === undefined || !other) return [];
    const { peer, ratio: reached } = other;
    return [{ ...place, unit: 'times the best', wanted, reached, peer, passed: reached >= wanted }];
  });
}

function judgeMemtable({ name, rows }: MicroResult): Mark[] {
  if (!name.includes('1000000 keys')) return [];
  const ours = rows.find((row) => row.name === OUR_MEMTABLE);
  const others = rows.filter((row) => RIVALS.includes(row.name));
  if (!ours || others.length === 0) return [];
  const ratios = others.map(({ name: peer, rounds }) => ({
    peer,
    reached: median(ours.rounds.map((value, round) => value / (rounds[round] as number))),
  }));
  const { peer, reached } = ratios.sort((a, b) => a.reached - b.reached)[0] as (typeof ratios)[0];
  const wanted = MEMTABLE_TIMES;
  const place = { suite: 'node' as const, records: 1_000_000, workload: 'memtable insert' };
  return [{ ...place, unit: 'times the best', wanted, reached, peer, passed: reached >= wanted }];
}

function judgeBundle({ name, gzippedBytes }: BundleResult): Mark {
  const reached = Math.round(gzippedBytes / 100) / 10;
  const place = { suite: 'bundle' as const, workload: name };
  return { ...place, unit: 'kB gzipped', wanted: BUNDLE_KB, reached, passed: reached <= BUNDLE_KB };
}
