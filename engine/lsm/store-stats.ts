// What a store counts, and what it holds.

import type { StallStats } from './background.ts';
import type { CompactionStats } from './compaction/compactor.ts';
import type { TableRecord } from './manifest/edit.ts';
import type { BlockCacheStats } from './table/block-cache.ts';
import type { TableCacheStats } from './table-cache.ts';

/** What one level holds. */
export interface LevelStats {
  readonly level: number;
  readonly tables: number;
  readonly bytes: number;
  readonly entries: number;
}

/** Counters since the store was opened. Bytes are those handed to the file system. */
export interface StoreStats extends CompactionStats, StallStats {
  readonly writeGroups: number;
  readonly writtenEntries: number;
  /** Bytes of the batches: what the writers asked for. */
  readonly writtenBytes: number;
  readonly logSyncs: number;
  readonly logBytes: number;
  readonly flushes: number;
  readonly flushedBytes: number;
  readonly tables: number;
  /** Level 0 first; all of them, empty ones too. */
  readonly levels: readonly LevelStats[];
  readonly memtableBytes: number;
  readonly memtableEntries: number;
  /** Snapshots that are not released, and sets of runs that a scan still reads. */
  readonly snapshots: number;
  readonly pinnedRunSets: number;
  readonly blockCache: BlockCacheStats;
  readonly tableCache: TableCacheStats;
  readonly lastSequence: number;
  readonly durableSequence: number;
}

export function levelStats(levels: readonly (readonly TableRecord[])[]): LevelStats[] {
  return levels.map((tables, level) => ({
    level,
    tables: tables.length,
    bytes: tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    entries: tables.reduce((sum, { entries }) => sum + entries, 0),
  }));
}

/**
 * How many bytes the store has written for each byte it was asked to write: log, flushes and
 * compactions. 0 before the first write.
 */
export function writeAmplification(stats: StoreStats): number {
  const { writtenBytes, logBytes, flushedBytes, compactedBytesOut } = stats;
  return writtenBytes === 0 ? 0 : (logBytes + flushedBytes + compactedBytesOut) / writtenBytes;
}

/**
 * About how many bytes tables take for each byte that the deepest level, which holds nearly
 * everything once, takes (RocksDB's estimate). 1 when there are none.
 */
export function spaceAmplification({ levels }: StoreStats): number {
  const total = levels.reduce((sum, { bytes }) => sum + bytes, 0);
  const deepest = levels.findLast(({ bytes }) => bytes > 0)?.bytes ?? 0;
  return deepest === 0 ? 1 : total / deepest;
}

/** How many sorted runs a lookup may have to ask: the memtable, and those of the tables. */
export function readAmplification({ levels }: StoreStats): number {
  const [level0, ...deeper] = levels;
  return 1 + (level0?.tables ?? 0) + deeper.filter(({ tables }) => tables > 0).length;
}
