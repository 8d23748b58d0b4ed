// What a store can be told when it is opened, and what it assumes otherwise.

import { FerrisError } from '../base/errors.ts';
import { type Clock, fixedClock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import type { Trace } from '../trace/events.ts';
import { RECOVERY_MODES, type RecoveryMode } from './wal/recovery-report.ts';

/**
 * When a write is acknowledged.
 *
 * - `full`: when it would survive a power cut.
 * - `normal`: at once; the log is synced every `syncEveryBytes` and when it rotates,
 *   so a power cut loses only the last moments, never something in the middle.
 * - `none`: at once; only rotation, flush and close sync.
 *
 * In every mode what survives is a prefix of the writes, each batch whole.
 */
export type SyncMode = 'none' | 'normal' | 'full';
export const SYNC_MODES: readonly SyncMode[] = ['none', 'normal', 'full'];

export interface StoreOptions {
  readonly files: Files;
  /** For creation times in file headers. Default: a clock that stands at 0. */
  readonly clock?: Clock | undefined;
  readonly trace?: Trace | undefined;
  /** Seeds the skip lists' coin flips. Default 1. */
  readonly seed?: number | undefined;
  /** Default for writes that don't say. Default 'full'. */
  readonly sync?: SyncMode | undefined;
  /** How damage in the logs is treated. Default 'tolerate-torn-tail'. */
  readonly recovery?: RecoveryMode | undefined;
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
}

/** The options with nothing left open. */
export interface Settings {
  readonly files: Files;
  readonly clock: Clock;
  readonly trace: Trace | undefined;
  readonly seed: number;
  readonly sync: SyncMode;
  readonly recovery: RecoveryMode;
  readonly memtableBytes: number;
  readonly logBytes: number;
  readonly syncEveryBytes: number;
  readonly blockBytes: number;
  readonly bloomBitsPerKey: number;
}

/** Fills in the defaults. @throws FERRIS_INVALID_ARGUMENT for a value out of range */
export function settingsOf(options: StoreOptions): Settings {
  const { files, trace } = options;
  return {
    files,
    trace,
    clock: options.clock ?? fixedClock(0),
    seed: options.seed ?? 1,
    sync: oneOf('sync', SYNC_MODES, options.sync ?? 'full'),
    recovery: oneOf(
      'recovery',
      Object.keys(RECOVERY_MODES) as RecoveryMode[],
      options.recovery ?? 'tolerate-torn-tail',
    ),
    memtableBytes: between('memtableBytes', 1 << 8, 1 << 30, options.memtableBytes ?? 4 << 20),
    logBytes: between('logBytes', 1 << 8, 1 << 30, options.logBytes ?? 16 << 20),
    syncEveryBytes: between('syncEveryBytes', 1, 1 << 30, options.syncEveryBytes ?? 1 << 20),
    blockBytes: between('blockBytes', 128, 1 << 20, options.blockBytes ?? 4 << 10),
    bloomBitsPerKey: between('bloomBitsPerKey', 1, 64, options.bloomBitsPerKey ?? 10),
  };
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
