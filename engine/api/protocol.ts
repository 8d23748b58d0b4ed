// What a page and its worker say to each other.
//
// Every request has a number and gets one answer with it. Writes made in one turn
// cross as one flat buffer, whose memory is transferred, not copied:
//
//    +------------+---------+------------+---------+-- - -
//    | length u32 | batch 1 | length u32 | batch 2 |
//    +------------+---------+------------+---------+-- - -
//
// The worker hands views of it to the store, so a batch is encoded once, in the page,
// and its bytes are the log record's payload.

import { type ErrorCode, type ErrorPlace, FerrisError } from '../base/errors.ts';
import { viewOf } from '../base/layout.ts';
import type { RestoreReport } from '../lsm/backup-stream.ts';
import type { StoreOptions, SyncMode, Tuning, TuningOptions } from '../lsm/options.ts';
import type { RepairReport } from '../lsm/repair.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
import type { EngineEvent } from '../trace/events.ts';
import type {
  BackendFacts,
  BackupId,
  ImportId,
  OpenBackup,
  PageRange,
  ScanId,
  ScanPage,
  SnapshotId,
} from './backend.ts';
import type { LatencyReport } from './latencies.ts';

/** Store options that can cross to a worker: functions can't. */
export type RemoteOptions = Omit<
  StoreOptions,
  'files' | 'clock' | 'trace' | 'merge' | 'compactionFilter'
>;

/** Each request and what answers it. */
export interface Calls {
  open: {
    request: { name: string; options: RemoteOptions; traced: boolean };
    answer: BackendFacts;
  };
  write: {
    request: {
      group: Uint8Array<ArrayBuffer>;
      sync: SyncMode | undefined;
      /** Of the only batch of the group; see operations.ts. */
      openEnded: readonly number[] | undefined;
    };
    answer: undefined;
  };
  get: {
    request: { key: Uint8Array; snapshot: SnapshotId | undefined };
    answer: Uint8Array | undefined;
  };
  getMany: {
    request: { keys: Uint8Array[]; snapshot: SnapshotId | undefined };
    answer: (Uint8Array | undefined)[];
  };
  has: { request: { key: Uint8Array; snapshot: SnapshotId | undefined }; answer: boolean };
  scanPage: { request: { range: PageRange; snapshot: SnapshotId | undefined }; answer: ScanPage };
  openScan: { request: { range: PageRange; snapshot: SnapshotId | undefined }; answer: ScanPage };
  nextPage: { request: ScanId; answer: ScanPage };
  closeScan: { request: ScanId; answer: undefined };
  snapshot: { request: undefined; answer: SnapshotId };
  releaseSnapshot: { request: SnapshotId; answer: undefined };
  flush: { request: undefined; answer: undefined };
  compact: {
    request: { start: Uint8Array | undefined; end: Uint8Array | undefined };
    answer: undefined;
  };
  setOptions: { request: TuningOptions; answer: Tuning };
  stats: { request: undefined; answer: StoreStats };
  latencies: { request: undefined; answer: LatencyReport };
  beginImport: { request: undefined; answer: ImportId };
  addToImport: { request: { id: ImportId; batch: Uint8Array }; answer: undefined };
  endImport: { request: ImportId; answer: undefined };
  cancelImport: { request: ImportId; answer: undefined };
  openBackup: { request: undefined; answer: OpenBackup };
  readBackup: {
    request: { id: BackupId; name: string; offset: number; length: number };
    answer: Uint8Array<ArrayBuffer>;
  };
  closeBackup: { request: BackupId; answer: undefined };
  verify: { request: undefined; answer: VerifyReport };
  close: { request: undefined; answer: undefined };
  /** Restoring needs no open database: its parts follow, and `restoreEnd`. */
  restoreBegin: { request: { name: string }; answer: undefined };
  restorePart: { request: Uint8Array; answer: undefined };
  restoreEnd: { request: undefined; answer: RestoreReport };
  repair: { request: { name: string }; answer: RepairReport };
}

export type CallName = keyof Calls;

/** From page to worker. */
export type Request = {
  [N in CallName]: { id: number; call: N; body: Calls[N]['request'] };
}[CallName];

/** From worker to page. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError }
  | { readonly events: readonly EngineEvent[] };

/** A `FerrisError` cut down to what structured cloning keeps. */
export interface WireError {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly place: ErrorPlace;
}

/** Joins the batches of one turn. */
export function joinGroup(payloads: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = payloads.reduce((sum, payload) => sum + 4 + payload.length, 0);
  const group = new Uint8Array(size);
  const view = viewOf(group);
  let at = 0;
  for (const payload of payloads) {
    view.setUint32(at, payload.length, true);
    group.set(payload, at + 4);
    at += 4 + payload.length;
  }
  return group;
}

/** Views of the batches in a joined group. */
export function splitGroup(group: Uint8Array): Uint8Array[] {
  const view = viewOf(group);
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < group.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    payloads.push(group.subarray(at + 4, end));
    at = end;
  }
  return payloads;
}

export function toWire(error: unknown): WireError {
  if (error instanceof FerrisError) {
    const { code, place } = error;
    return { code, place, message: error.message.slice(code.length + 2) };
  }
  return {
    code: undefined,
    place: {},
    message: error instanceof Error ? error.message : String(error),
  };
}

export function fromWire({ code, message, place }: WireError): Error {
  if (code !== undefined) return new FerrisError(code, message, place);
  return new Error(message);
}
