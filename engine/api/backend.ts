// A backend: a store somewhere, reached by promises. `LocalBackend` runs it in this
// thread; `RemoteBackend` talks to one in a worker. The database above sees no difference.

import type { FilesKind, FilesSource } from '../env/files.ts';
import type { BackupFile, CheckpointReport } from '../lsm/backup.ts';
import type { SyncMode, Tuning, TuningOptions } from '../lsm/options.ts';
import type { ScanRange } from '../lsm/scan.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
import type { RecoveryReport } from '../lsm/wal/recovery-report.ts';
import type { LatencyReport } from './latencies.ts';

/** Names a snapshot that a backend holds. */
export type SnapshotId = number;

/** Names a scan that a backend holds open between two pages. */
export type ScanId = number;

/** Some entries of a scan. */
export interface ScanPage {
  /** A `Batch` of puts in the order of the scan: one flat buffer. */
  readonly entries: Uint8Array<ArrayBuffer>;
  /** False when the range is exhausted. */
  readonly more: boolean;
  /** The scan that was kept open for the next page, if it was. */
  readonly scan: ScanId | undefined;
}

/** Which entries of a scan a page holds. */
export interface PageRange extends ScanRange {
  /** Leaves the values empty, for who only wants to know the keys. */
  readonly keysOnly?: boolean | undefined;
  /** What expires is in the page as an expiring put, with its time. */
  readonly expiries?: boolean | undefined;
}

/** Names a backup that a backend holds open while it is read. */
export type BackupId = number;

/** Names an import that a backend has under way. */
export type ImportId = number;

/** A backup to be read, file by file; close it when done. */
export interface OpenBackup {
  readonly id: BackupId;
  readonly files: readonly BackupFile[];
}

/** What a backend can say of itself. */
export interface BackendFacts {
  readonly kind: FilesKind;
  readonly name: string;
  /** Where the store runs. */
  readonly runsIn: 'this thread' | 'a worker';
  readonly report: RecoveryReport;
}

export interface Backend {
  readonly facts: BackendFacts;
  /**
   * Applies one encoded batch; resolves when it is acknowledged in its sync mode.
   * @param openEnded entries that are range deletes without an upper end; see operations.ts
   */
  write(
    payload: Uint8Array,
    sync: SyncMode | undefined,
    openEnded?: readonly number[],
  ): Promise<void>;
  /** The caller may keep and change the bytes. */
  get(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<Uint8Array | undefined>;
  /** The values of several keys, in their order, as of one moment. */
  getMany(
    keys: readonly Uint8Array[],
    snapshot: SnapshotId | undefined,
  ): Promise<(Uint8Array | undefined)[]>;
  has(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<boolean>;
  /** The first entries of a range, about `PAGE_BYTES` of them. It holds on to nothing. */
  scanPage(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage>;
  /** The same, but if there is more the scan stays open: ask with `nextPage`, or close it. */
  openScan(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage>;
  nextPage(scan: ScanId): Promise<ScanPage>;
  closeScan(scan: ScanId): Promise<void>;
  snapshot(): Promise<SnapshotId>;
  releaseSnapshot(id: SnapshotId): Promise<void>;
  flush(): Promise<void>;
  /** Makes one sorted run of the tables that hold keys from `start` up to and with `end`. */
  compact(start: Uint8Array | undefined, end: Uint8Array | undefined): Promise<void>;
  /** Changes options while the store is open; answers with those in force. */
  setOptions(options: TuningOptions): Promise<Tuning>;
  stats(): Promise<StoreStats>;
  latencies(): Promise<LatencyReport>;
  /** Begins an import; end it or cancel it. See imports.ts. */
  beginImport(): Promise<ImportId>;
  /** @param batch puts and expiring puts, keys ascending, behind those of the batch before */
  addToImport(id: ImportId, batch: Uint8Array): Promise<void>;
  /** Resolves when all of it is part of the database and durable; if it fails, none of it is. */
  endImport(id: ImportId): Promise<void>;
  cancelImport(id: ImportId): Promise<void>;
  /** Flushes, and holds the files of that moment; see lsm/backup.ts. */
  openBackup(): Promise<OpenBackup>;
  readBackup(
    id: BackupId,
    name: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>>;
  closeBackup(id: BackupId): Promise<void>;
  /** @throws FERRIS_UNSUPPORTED where the store runs in a worker */
  checkpoint(target: FilesSource): Promise<CheckpointReport>;
  verify(): Promise<VerifyReport>;
  close(): Promise<void>;
  /** Ends as a crash of the process would: nothing is synced, flushed or closed in order. */
  crash(): Promise<void>;
}

/** A page of a scan is cut after so many bytes: large enough to be rare, small enough to be quick. */
export const PAGE_BYTES = 64 << 10;
