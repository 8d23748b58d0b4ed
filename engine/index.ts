// The public API: everything of the engine that runs in a browser and anywhere else.
// Pages, figures and tests of the site import from here alone.

export { compareBytes, concatBytes, equalBytes, hex, show, text, utf8 } from './base/bytes.ts';
export { crc32 } from './base/crc32.ts';
export { ERROR_CODES, type ErrorCode, FerrisError, isFerrisError } from './base/errors.ts';
export type { Span, SpanKind } from './base/layout.ts';
export { Random } from './base/random.ts';
export {
  FILE_NAME_BYTES_MAX,
  type File,
  type Files,
  type FilesKind,
  type FilesSource,
  SECTOR_BYTES,
  type Volume,
} from './env/files.ts';
export type { EngineEvent, EventOf, EventType, SectorFate, Trace } from './trace/events.ts';
export { Fold, type Projection } from './trace/fold.ts';
export { canonical, type Recorded, Recorder } from './trace/recorder.ts';
