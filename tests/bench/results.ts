// What one run writes, and what the page of the site reads.

import type { BundleResult } from './bundle.ts';
import type { LongResult } from './long.ts';
import type { Mark } from './marks.ts';
import type { SuiteResult } from './measure.ts';
import type { MicroResult } from './micro/run.ts';

export interface Results {
  /** How to repeat it. */
  command: string;
  date: string;
  machine: {
    system: string;
    processor: string;
    cores: number;
    memoryGiB: number;
    loadAverage: number;
  };
  versions: Record<string, string>;
  rounds: number;
  suites: SuiteResult[];
  micro: MicroResult[];
  bundles: BundleResult[];
  long: { suite: 'browser' | 'node'; result: LongResult }[];
  marks: Mark[];
}
