// Three jobs with bounds, and what each structure and size needs for them: by doing the job.

import type { Verdict } from '../../exercise/check.ts';
import type { Counted } from './counted-files.ts';
import { BTreeSide, LsmSide, type SideName, type Sizes } from './sides.ts';
import { type Load, Workload } from './workload.ts';
import { done } from './world.ts';

export interface Job {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly loads: readonly Load[];
  readonly writtenMax: number;
  readonly readMax: number;
}

/** A structure and the size of its parts: `lsm 4096`, `btree 512`. */
export type ChoiceName = `${SideName} ${number}`;

export const MEMORY_BYTES = 24576;
export const CHOICES: readonly ChoiceName[] = [
  'lsm 1024',
  'lsm 4096',
  'lsm 16384',
  'btree 256',
  'btree 512',
  'btree 1024',
  'btree 2048',
];

const load = (kind: Load['kind'], operations: number, batch = 8, reads = 0): Load => {
  return { kind, operations, batch, reads };
};

export const JOBS: readonly Job[] = [
  {
    id: 'sensors',
    title: 'Sensors',
    what: '800 new keys in no order, eight at a time. In the end 40 of them are read.',
    loads: [load('inserts', 800), load('reads', 40)],
    writtenMax: 150_000,
    readMax: 150_000,
  },
  {
    id: 'catalog',
    title: 'Catalog',
    what: '400 keys are put in once. Then 800 operations, of which 97 of 100 are reads of one key.',
    loads: [load('inserts', 400, 40), load('mixed', 800, 8, 97)],
    writtenMax: 170_000,
    readMax: 60_000,
  },
  {
    id: 'reports',
    title: 'Reports',
    what: '500 keys are put in, and then 120 scans read 20 keys each.',
    loads: [load('inserts', 500, 50), load('scans', 120)],
    writtenMax: 100_000,
    readMax: 140_000,
  },
];

/** What the reader has chosen for each job, by its id. */
export type Choices = Readonly<Record<string, ChoiceName | undefined>>;

/** Does a job with a structure; the same each time. */
export function doJob(job: Job, choice: ChoiceName): Counted {
  const [name, size] = choice.split(' ') as [SideName, string];
  const bytes = Number(size);
  const sizes: Sizes = { memtableBytes: bytes, pageBytes: bytes, memoryBytes: MEMORY_BYTES };
  const side = name === 'lsm' ? new LsmSide(sizes, () => {}) : new BTreeSide(sizes, () => {});
  const workload = new Workload(1);
  for (const each of job.loads) for (const step of workload.steps(each)) done(side, step);
  return side.counted;
}

export interface JobResult extends Counted {
  readonly job: Job;
  readonly fits: boolean;
}

export function resultOf(job: Job, choice: ChoiceName): JobResult {
  const counted = doJob(job, choice);
  const fits = counted.writtenBytes <= job.writtenMax && counted.readBytes <= job.readMax;
  return { ...counted, job, fits };
}

export function meetsAll(results: readonly JobResult[]): Verdict {
  const done = results.filter(({ fits }) => fits);
  if (results.length < JOBS.length)
    return { verdict: 'open', say: `Choose for all ${JOBS.length} jobs.` };
  if (done.length === JOBS.length)
    return {
      verdict: 'right',
      say: 'All three jobs keep within their bounds. They were really done, just now.',
    };
  const { job, writtenBytes, readBytes } = results.find(({ fits }) => !fits) as JobResult;
  const what =
    writtenBytes > job.writtenMax
      ? `writes ${writtenBytes} bytes, and ${job.writtenMax} must do`
      : `reads ${readBytes} bytes, and ${job.readMax} must do`;
  return {
    verdict: 'wrong',
    say: `${done.length} of ${JOBS.length} keep within their bounds. ${job.title} ${what}.`,
  };
}

export const SOLUTION: Choices = {
  sensors: 'lsm 16384',
  catalog: 'btree 512',
  reports: 'lsm 4096',
};
