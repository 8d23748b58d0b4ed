// What a store can be told when it is opened, and what it assumes otherwise.

import { FerrisError } from '../base/errors.ts';
import { type Clock, fixedClock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import type { Trace } from '../trace/events.ts';
import type { CompactionFilter } from './compaction/keeper.ts';
import type { CompactionName, CompactionSizes } from './compaction/policy.ts';
import type { UserMerge } from './operators.ts';
import { CODECS, type Codec, needDeflate } from './table/codec.ts';
import type { TableWriterOptions } from './table/writer.ts';
import { RECOVERY_MODE_NAMES, type RecoveryMode } from './wal/recovery-report.ts';

/**
 * When a write is acknowledged.
 *
 * - `full`: when it would survive a power cut.
 * - `normal`: at once; the log is synced every `syncEveryBytes` and when it rotates,
 *   so a power cut loses only the last moments, never something in the middle.
 * - `none`: at once; only rotation, flush and close sync.
 *
 * In every mode what survives is a prefix of the writes, each batch whole. The end of the process
 * or of the page takes none, but on OPFS, with `normal` and `none`, up to 64 KiB of those that the
 * running task has made: see docs/decisions/0014.
 */
export type SyncMode = 'none' | 'normal' | 'full';
export const SYNC_MODES: readonly SyncMode[] = ['none', 'normal', 'full'];

/** What can be changed while a store is open; see `Store.setOptions`. */
export interface TuningOptions {
  /** Default for writes that don't say. Default 'full'. */
  readonly sync?: SyncMode | undefined;
  /** A memtable of this size is frozen and flushed. Default 4 MiB. */
  readonly memtableBytes?: number | undefined;
  /** A log of this size is followed by a new one. Default 16 MiB. */
  readonly logBytes?: number | undefined;
  /** With sync 'normal', how much may be unsynced. Default 1 MiB. */
  readonly syncEveryBytes?: number | undefined;
  /** Largest data block of a table. Default 4 KiB. */
  readonly blockBytes?: number | undefined;
  /** Bits of bloom filter for each key of a table. Default 10: about 1 false positive in 100. */
  readonly bloomBitsPerKey?: number | undefined;
  /** How blocks of new tables are compressed; a list says it by level, its last for the rest. Default 'none'. */
  readonly codec?: Codec | readonly Codec[] | undefined;
  /** How tables are merged: 'leveled' (the default), 'tiered', or 'none': only when asked to. */
  readonly compaction?: CompactionName | undefined;
  /** So many tables in level 0 (tiered: so many runs) are compacted. Default 4. */
  readonly level0Tables?: number | undefined;
  /** What level 1 holds before it is compacted. Default 16 MiB. */
  readonly levelBytes?: number | undefined;
  /** How many times more than the level above each deeper level holds. Default 10. */
  readonly levelFanout?: number | undefined;
  /** Compaction cuts its tables at this size. Default 4 MiB. */
  readonly tableBytes?: number | undefined;
  /** From so many tables in level 0 on (tiered: runs), a write does a share of compaction first. Default 8. */
  readonly slowdownTables?: number | undefined;
  /** At so many it finishes compactions first. Default 16. */
  readonly stopTables?: number | undefined;
}

export interface StoreOptions extends TuningOptions {
  readonly files: Files;
  /** For creation times in file headers, and for what expires. Default: a clock that stands at 0. */
  readonly clock?: Clock | undefined;
  readonly trace?: Trace | undefined;
  /** Seeds the skip lists' coin flips. Default 1. */
  readonly seed?: number | undefined;
  /** How damage in the logs is treated. Default 'tolerate-torn-tail'. */
  readonly recovery?: RecoveryMode | undefined;
  /** What decoded blocks may take in memory. Default 32 MiB; 0 keeps none. */
  readonly blockCacheBytes?: number | undefined;
  /** How many tables are open at once. Default 256. */
  readonly openTablesMax?: number | undefined;
  /**
   * Somebody calls `work` between writes and heeds `pressure`. Writers then do no share of
   * compactions themselves. Default false.
   */
  readonly driven?: boolean | undefined;
  /** Your own merge operator: see operators.ts. */
  readonly merge?: UserMerge | undefined;
  /** Asked of puts that no snapshot sees, when they are compacted: 'remove' lets them go. */
  readonly compactionFilter?: CompactionFilter | undefined;
}

/** Tuning options with nothing left open. */
export interface Tuning extends CompactionSizes {
  readonly sync: SyncMode;
  readonly memtableBytes: number;
  readonly logBytes: number;
  readonly syncEveryBytes: number;
  readonly blockBytes: number;
  readonly bloomBitsPerKey: number;
  readonly codec: readonly Codec[];
  readonly compaction: CompactionName;
  readonly slowdownTables: number;
  readonly stopTables: number;
}

/** The options of one store. `current` is replaced as a whole when options change. */
export interface Settings {
  readonly files: Files;
  readonly clock: Clock;
  readonly trace: Trace | undefined;
  readonly seed: number;
  readonly recovery: RecoveryMode;
  readonly blockCacheBytes: number;
  readonly openTablesMax: number;
  readonly driven: boolean;
  readonly merge: UserMerge | undefined;
  readonly filter: CompactionFilter | undefined;
  current: Tuning;
}

const DEFAULTS: Tuning = {
  sync: 'full',
  memtableBytes: 4 << 20,
  logBytes: 16 << 20,
  syncEveryBytes: 1 << 20,
  blockBytes: 4 << 10,
  bloomBitsPerKey: 10,
  codec: ['none'],
  compaction: 'leveled',
  level0Tables: 4,
  levelBytes: 16 << 20,
  levelFanout: 10,
  tableBytes: 4 << 20,
  slowdownTables: 8,
  stopTables: 16,
};

/** Fills in the defaults. @throws FERRIS_INVALID_ARGUMENT for a value out of range */
export function settingsOf(options: StoreOptions): Settings {
  return {
    files: options.files,
    clock: options.clock ?? fixedClock(0),
    trace: options.trace,
    seed: options.seed ?? 1,
    recovery: oneOf('recovery', RECOVERY_MODE_NAMES, options.recovery ?? 'tolerate-torn-tail'),
    blockCacheBytes: between('blockCacheBytes', 0, 1 << 30, options.blockCacheBytes ?? 32 << 20),
    openTablesMax: between('openTablesMax', 1, 1 << 20, options.openTablesMax ?? 256),
    driven: options.driven ?? false,
    merge: options.merge,
    filter: options.compactionFilter,
    current: tuned(DEFAULTS, options),
  };
}

/** `tuning` with what `options` say instead. @throws FERRIS_INVALID_ARGUMENT for a value out of range */
export function tuned(tuning: Tuning, options: TuningOptions): Tuning {
  const size = (name: keyof typeof RANGES): number => {
    const [low, high] = RANGES[name];
    return between(name, low, high, options[name] ?? tuning[name]);
  };
  const next: Tuning = {
    sync: oneOf('sync', SYNC_MODES, options.sync ?? tuning.sync),
    codec: codecsOf(options.codec ?? tuning.codec),
    compaction: oneOf('compaction', COMPACTIONS, options.compaction ?? tuning.compaction),
    memtableBytes: size('memtableBytes'),
    logBytes: size('logBytes'),
    syncEveryBytes: size('syncEveryBytes'),
    blockBytes: size('blockBytes'),
    bloomBitsPerKey: size('bloomBitsPerKey'),
    level0Tables: size('level0Tables'),
    levelBytes: size('levelBytes'),
    levelFanout: size('levelFanout'),
    tableBytes: size('tableBytes'),
    slowdownTables: size('slowdownTables'),
    stopTables: size('stopTables'),
  };
  if (next.slowdownTables <= next.stopTables && next.level0Tables <= next.slowdownTables)
    return next;
  throw invalid('level0Tables, slowdownTables and stopTables must be in ascending order');
}

/** What a table writer is told for a table of `level`. */
export function writerOptions(
  { current, clock, trace }: Settings,
  level: number,
): TableWriterOptions {
  const { blockBytes, bloomBitsPerKey, codec } = current;
  const createdMs = clock.nowMs();
  return { createdMs, blockBytes, bloomBitsPerKey, codec: codec[level] ?? codec.at(-1), trace };
}

const COMPACTIONS: readonly CompactionName[] = ['leveled', 'tiered', 'none'];

/** Least and greatest value of each size. */
const RANGES = {
  memtableBytes: [1 << 8, 1 << 30],
  logBytes: [1 << 8, 1 << 30],
  syncEveryBytes: [1, 1 << 30],
  blockBytes: [128, 1 << 20],
  bloomBitsPerKey: [1, 64],
  level0Tables: [1, 1 << 10],
  levelBytes: [1 << 8, 2 ** 40],
  levelFanout: [2, 1 << 10],
  tableBytes: [1 << 8, 1 << 30],
  slowdownTables: [1, 1 << 16],
  stopTables: [2, 1 << 16],
} as const;

function codecsOf(given: Codec | readonly Codec[]): readonly Codec[] {
  const list = typeof given === 'string' ? [given] : [...given];
  if (list.length === 0) throw invalid('codec must name a codec, or one for each level');
  for (const codec of list) if (oneOf('codec', CODECS, codec) !== 'none') needDeflate();
  return list;
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: T): T {
  if (allowed.includes(value)) return value;
  throw invalid(`${name} must be one of ${allowed.join(', ')}, not ${String(value)}`);
}

function between(name: string, low: number, high: number, value: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalid(`${name} must be a whole number from ${low} to ${high}, not ${value}`);
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
