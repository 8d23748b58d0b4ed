// The marks: what FerrisDB must reach beside the others, in the same run.

import { ratio, type SuiteResult } from './measure.ts';

export interface Mark {
  suite: string;
  workload: string;
  peer: string;
  /** Our speed divided by the peer's. */
  ratio: number;
  ratioMin: number;
  passed: boolean;
}

const OURS = 'ferrisdb';

const MARKS = [
  { suite: 'browser', workload: 'fillrandom-100', peer: 'idb', ratioMin: 3 },
  { suite: 'browser', workload: 'fillrandom-100', peer: 'sqlite-wasm', ratioMin: 1 },
  { suite: 'browser', workload: 'fillsync', peer: 'sqlite-wasm', ratioMin: 1 },
];

/** The marks that this run measured. */
export function judge(suites: readonly SuiteResult[]): Mark[] {
  return MARKS.flatMap((mark) => {
    const suite = suites.find((each) => each.suite === mark.suite);
    const workload = suite?.workloads.find((each) => each.name === mark.workload);
    const ours = workload?.peers[OURS];
    const theirs = workload?.peers[mark.peer];
    if (!ours || !theirs) return [];
    const reached = ratio(ours, theirs);
    return [{ ...mark, ratio: reached, passed: reached >= mark.ratioMin }];
  });
}
