// A run made by hand, small enough to reckon with.

import type { SuiteResult, WorkloadResult } from '../../bench/measure.ts';
import type { Results } from '../../bench/results.ts';

/** A workload with the rounds of each store. */
export function workload(
  name: string,
  rounds: Record<string, number[]>,
  unit: WorkloadResult['unit'] = 'ops/s',
): WorkloadResult {
  const peers = Object.fromEntries(
    Object.entries(rounds).map(([peer, values]) => {
      const value = values.toSorted((a, b) => a - b)[values.length >> 1] as number;
      return [peer, { value, rounds: values, ops: 100 }];
    }),
  );
  return { name, doc: `what ${name} does`, unit, peers };
}

export function suite(
  where: 'browser' | 'node',
  records: number,
  ...workloads: WorkloadResult[]
): SuiteResult {
  const sizes = { records, syncs: 1, gets: 1, seeks: 1, cellMsMax: 1 };
  return { suite: where, sizes, settings: {}, workloads };
}

export function results(...suites: SuiteResult[]): Results {
  return {
    command: 'npm run bench',
    date: '2026-01-01',
    machine: { system: '', processor: '', cores: 1, memoryGiB: 1, loadAverage: 0 },
    versions: {},
    rounds: 3,
    suites,
    micro: [],
    bundles: [],
    long: [],
    marks: [],
  };
}
