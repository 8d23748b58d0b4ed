// The workloads, after LevelDB's db_bench: what each does and how large it is.

import type { Mode } from './peer.ts';

interface Common {
  readonly name: string;
  readonly doc: string;
  /** What a result counts: operations a second, unless it says otherwise. */
  readonly unit: Unit;
}

/** `ops/s` is better when higher, the others when lower. */
export type Unit = 'ops/s' | 'ms' | 'bytes/byte';

/** Writes records into an empty store. */
export interface Fill extends Common {
  readonly kind: 'fill';
  readonly mode: Mode;
  readonly order: 'ascending' | 'shuffled';
  /** Records to a transaction. */
  readonly batch: number;
}

/** Reads from a store that holds all records. */
export interface Read extends Common {
  readonly kind: 'read';
}

/** Writes into a store that holds all records; part of it may be reads. */
export interface Update extends Common {
  readonly kind: 'update';
  readonly choice: 'uniform' | 'zipfian';
  /** Share of operations that write. */
  readonly writes: number;
}

/** Opens a store that holds all records and was closed in good order. */
export interface Reopen extends Common {
  readonly kind: 'reopen';
}

/** What the files of a settled, closed store take, for each byte of keys and values. */
export interface Space extends Common {
  readonly kind: 'space';
  /** Whether blocks are compressed, and values half zeros. */
  readonly compress: boolean;
}

export type Workload = Fill | Read | Update | Reopen | Space;

/** How much is done, on one machine and in one run. */
export interface Sizes {
  records: number;
  /** Single transactions in a synced fill, each of which waits for the disk. */
  syncs: number;
  /** Gets in a random read, and operations in an update. */
  gets: number;
  seeks: number;
  /** A timed loop that is not through after this time stops, and is judged by what it did. */
  cellMsMax: number;
}

export const SEEK_ENTRIES = 10;

function fill(name: string, mode: Mode, batch: number, doc: string): Fill {
  const order = name === 'fillseq' ? 'ascending' : 'shuffled';
  return { kind: 'fill', unit: 'ops/s', name, mode, order, batch, doc };
}

const read = (name: string, doc: string): Read => ({ kind: 'read', unit: 'ops/s', name, doc });

export const WORKLOADS: readonly Workload[] = [
  fill('fillseq', 'unsynced', 1, 'puts in key order, one to a transaction'),
  fill('fillrandom', 'unsynced', 1, 'puts in random order, one to a transaction'),
  fill('fillrandom-100', 'unsynced', 100, 'puts in random order, 100 to a transaction'),
  fill('fillsync', 'synced', 1, 'one put to a transaction, durable before the next'),
  fill('fillsync-100', 'synced', 100, '100 puts to a transaction, durable before the next'),
  fill('fillsync-1000', 'synced', 1000, '1000 puts to a transaction, durable before the next'),
  {
    kind: 'space',
    unit: 'bytes/byte',
    name: 'space',
    compress: false,
    doc: 'size of all files after a settled close, for each byte of keys and values',
  },
  {
    kind: 'space',
    unit: 'bytes/byte',
    name: 'space-half',
    compress: true,
    doc: 'size of all files, where half of each value is zeros, and blocks are compressed by stores that can',
  },
  read('readrandom', 'gets of keys that exist, in random order'),
  read('readmissing', 'gets of keys that do not exist, in random order'),
  read('readseq', 'one scan of everything, in key order'),
  read('seek', `seeks to a random key, each reading ${SEEK_ENTRIES} entries from there`),
  {
    kind: 'reopen',
    unit: 'ms',
    name: 'reopen',
    doc: 'opening a closed store that holds all records, and one get',
  },
  {
    kind: 'update',
    unit: 'ops/s',
    name: 'overwrite',
    choice: 'uniform',
    writes: 1,
    doc: 'puts over keys that exist, in random order, one to a transaction',
  },
  {
    kind: 'update',
    unit: 'ops/s',
    name: 'ycsb-a',
    choice: 'zipfian',
    writes: 0.5,
    doc: 'half gets and half puts of keys that exist, some keys far more often than others',
  },
];

/** One suite: where it runs, how large, and which of the workloads. */
export interface Plan {
  readonly suite: 'browser' | 'node';
  readonly sizes: Sizes;
  readonly workloads: readonly Workload[];
  /** At most so many rounds unless more are asked for: what is large is slow. */
  readonly roundsMax?: number;
}

const SMALL = { syncs: 500, cellMsMax: 1500 };
const LARGE = { syncs: 500, cellMsMax: 2000 };
const LARGE_ROUNDS_MAX = 2;

/** What the large suites leave out: work whose speed does not depend on how much there is. */
const SMALL_ONLY = ['fillseq', 'fillsync', 'fillsync-100', 'fillsync-1000'];
const SPACE_AND_REOPEN = ['space', 'space-half', 'reopen'];
const without = (...names: string[]) => WORKLOADS.filter(({ name }) => !names.includes(name));

export const PLANS: readonly Plan[] = [
  {
    suite: 'browser',
    sizes: { ...SMALL, records: 20_000, gets: 20_000, seeks: 5_000 },
    workloads: without(...SPACE_AND_REOPEN),
  },
  {
    suite: 'browser',
    sizes: { ...LARGE, records: 200_000, gets: 100_000, seeks: 20_000 },
    workloads: without(...SMALL_ONLY),
    roundsMax: LARGE_ROUNDS_MAX,
  },
  {
    suite: 'node',
    sizes: { ...SMALL, records: 100_000, gets: 100_000, seeks: 20_000 },
    workloads: WORKLOADS,
  },
  {
    suite: 'node',
    sizes: { ...LARGE, records: 1_000_000, gets: 200_000, seeks: 50_000 },
    workloads: without(...SMALL_ONLY, ...SPACE_AND_REOPEN, 'fillrandom'),
    roundsMax: LARGE_ROUNDS_MAX,
  },
];

/** Transactions in a synced fill: fewer where each holds more. */
const SYNC_SHARE: Record<number, number> = { 1: 1, 100: 0.4, 1000: 0.2 };

/** How many records a fill writes. A synced one may go round the records more than once. */
export function fillRecords(workload: Fill, sizes: Sizes): number {
  if (workload.mode === 'unsynced') return sizes.records;
  return Math.ceil(sizes.syncs * (SYNC_SHARE[workload.batch] ?? 1)) * workload.batch;
}
