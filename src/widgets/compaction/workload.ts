// What the client writes: the same batches for whoever asks with the same seed.
//
//     overwrites   any key, again and again         versions pile up
//     in order     each key once, ascending         nothing ever overlaps
//     with deletes puts, and nearly as many deletes  tombstones pile up

import { Random } from '../../../engine/index.ts';

export type Workload = 'overwrite' | 'sequential' | 'delete';
export const WORKLOADS: readonly Workload[] = ['overwrite', 'sequential', 'delete'];

/** Puts and deletes of one batch: about what a memtable holds. */
export const BATCH_ENTRIES = 48;
const VALUE_CHARACTERS = 48;

/** A key, and what it becomes; null: it is deleted. */
export type Operation = readonly [key: string, value: string | null];

export function keyOf(number: number): string {
  return `k${String(number).padStart(5, '0')}`;
}

/** The number in a key, for drawing it in its place. */
export function numberOf(key: string): number {
  return Number(key.slice(1));
}

/** Who writes what: a workload over so many keys. */
export interface Load {
  readonly workload: Workload;
  /** Keys that are written at random; in order, there is always a next one. */
  readonly keys: number;
}

/** Batch number `batch` of a workload, from 0. */
export function batchOf({ workload, keys }: Load, seed: number, batch: number): Operation[] {
  const random = new Random(seed).fork(`${workload} ${batch}`);
  return Array.from({ length: BATCH_ENTRIES }, (_, at): Operation => {
    if (workload === 'sequential')
      return [keyOf(batch * BATCH_ENTRIES + at), valueIn(random, batch)];
    const key = keyOf(random.below(keys));
    const isDelete = workload === 'delete' && random.chance(9, 20);
    return [key, isDelete ? null : valueIn(random, batch)];
  });
}

/** Keys, from 0, that a run of so many batches may write. */
export function keyCountOf({ workload, keys }: Load, batches: number): number {
  return workload === 'sequential' ? Math.max(batches, 1) * BATCH_ENTRIES : keys;
}

function valueIn(random: Random, batch: number): string {
  return `batch ${batch}: ${random.below(1_000_000)}`.padEnd(VALUE_CHARACTERS, '.');
}
