// What to compact next: the one thing in which compaction policies differ.
//
// A policy looks at the version and answers with a choice. It moves nothing and remembers
// nothing, so the same version always gives the same choice, and a figure can ask what would
// be chosen. `job.ts` carries out any choice, and readers don't know which policy made it.
//
// A choice must keep what readers rely on (runs.ts): the output of a compaction is older than
// every run that stays above it and newer than every run that stays below it.

import type { TableRecord } from '../manifest/edit.ts';

/** Tables to merge, and the level that takes the result. */
export interface Choice {
  readonly inputs: readonly TableRecord[];
  readonly outputLevel: number;
  /** Why: for people. */
  readonly reason: string;
  /** How urgent it was, in hundredths: 100 is due. */
  readonly score: number;
}

/** The sizes that policies work with. */
export interface CompactionSizes {
  /** So many tables in level 0 (leveled), or runs of like size (tiered), are due. */
  readonly level0Tables: number;
  /** What level 1 should hold at most. */
  readonly levelBytes: number;
  /** How many times more each deeper level may hold. */
  readonly levelFanout: number;
  /** A table is cut when it is this big. */
  readonly tableBytes: number;
}

export type Levels = readonly (readonly TableRecord[])[];

export interface CompactionPolicy {
  readonly name: CompactionName;
  /** The most urgent compaction that is due, if any is. */
  choose(levels: Levels, sizes: CompactionSizes): Choice | undefined;
  /** Runs that pile up when compaction falls behind: what back-pressure looks at. */
  runCount(levels: Levels): number;
  /** Bytes over what the levels should hold: the other thing that it looks at. */
  debtBytes(levels: Levels, sizes: CompactionSizes): number;
}

export type CompactionName = 'leveled' | 'tiered' | 'none';

export function totalBytes(tables: readonly TableRecord[]): number {
  return tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
