// The public API: everything of the engine that runs in a browser and anywhere else.
// Pages, figures and tests of the site import from here alone.

export {
  type BatchOperation,
  Database,
  type DatabaseSnapshot,
  type Reader,
  type ReadOptions,
  type WriteOptions,
} from './api/database.ts';
export type { BytesLike, Encoded, Encoding } from './api/encoding.ts';
export type { EntryScan, ScanEntry, ScanOptions } from './api/entry-scan.ts';
export { compareBytes, concatBytes, equalBytes, hex, show, text, utf8 } from './base/bytes.ts';
export { crc32 } from './base/crc32.ts';
export { ERROR_CODES, type ErrorCode, FerrisError, isFerrisError } from './base/errors.ts';
export type { Span, SpanKind } from './base/layout.ts';
export { Random } from './base/random.ts';
export { readVarint, varintSize, writeVarint } from './base/varint.ts';
export {
  FILE_NAME_BYTES_MAX,
  type File,
  type Files,
  type FilesKind,
  type FilesSource,
  SECTOR_BYTES,
  type Volume,
} from './env/files.ts';
export { FaultyFiles, type FaultyOptions, type RestartOptions } from './env/files-faulty.ts';
export { MemoryFiles, memoryFiles } from './env/files-memory.ts';
export { tracedFiles } from './env/files-traced.ts';
export { Batch } from './lsm/batch.ts';
export type { StoreOptions, SyncMode } from './lsm/options.ts';
export type { Scan, ScanRange } from './lsm/scan.ts';
export type { LogReport, RecoveryMode, RecoveryReport } from './lsm/wal/recovery-report.ts';
export type {
  BadRecordReason,
  EngineEvent,
  EventOf,
  EventType,
  LogVerdict,
  SectorFate,
  Trace,
} from './trace/events.ts';
export { Fold, type Projection } from './trace/fold.ts';
export { canonical, type Recorded, Recorder } from './trace/recorder.ts';
