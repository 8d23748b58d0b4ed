// The workloads, after LevelDB's db_bench: what each does and how large it is.

import type { Mode } from './peer.ts';

interface Common {
  readonly name: string;
  readonly doc: string;
}

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

export type Workload = Fill | Read;

/** How much is done, on one machine and in one run. */
export interface Sizes {
  records: number;
  /** Transactions in a synced fill, each of which waits for the disk. */
  syncs: number;
  /** Gets in a random read. */
  gets: number;
  seeks: number;
}

export const SEEK_ENTRIES = 10;

function fill(name: string, mode: Mode, batch: number, doc: string): Fill {
  const order = name === 'fillseq' ? 'ascending' : 'shuffled';
  return { kind: 'fill', name, mode, order, batch, doc };
}

const read = (name: string, doc: string): Read => ({ kind: 'read', name, doc });

export const WORKLOADS: readonly Workload[] = [
  fill('fillseq', 'unsynced', 1, 'puts in key order, one to a transaction'),
  fill('fillrandom', 'unsynced', 1, 'puts in random order, one to a transaction'),
  fill('fillrandom-100', 'unsynced', 100, 'puts in random order, 100 to a transaction'),
  fill('fillsync', 'synced', 1, 'one put to a transaction, durable before the next'),
  fill('fillsync-100', 'synced', 100, '100 puts to a transaction, durable before the next'),
  fill('fillsync-1000', 'synced', 1000, '1000 puts to a transaction, durable before the next'),
  read('readrandom', 'gets of keys that exist, in random order'),
  read('readmissing', 'gets of keys that do not exist, in random order'),
  read('readseq', 'one scan of everything, in key order'),
  read('seek', `seeks to a random key, each reading ${SEEK_ENTRIES} entries from there`),
];

/** How many records a fill writes: all of them, or as many as its syncs allow. */
export function fillRecords(workload: Fill, sizes: Sizes): number {
  if (workload.mode === 'unsynced') return sizes.records;
  return Math.min(sizes.records, sizes.syncs * workload.batch);
}
