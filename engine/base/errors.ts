// Two kinds of failure, never mixed (the distinction is toydb's and TigerBeetle's).
//
//   an assertion   means a bug in this code: stop, see assert.ts
//   a FerrisError  means the world: a full disk, a rotted block, a closed database
//
// Errors are a closed set. Each has a code that never changes, a sentence that
// says what to do, and says whether trying the same call again can help.

/** Every code, and what it means. */
export const ERROR_CODES = {
  FERRIS_CLOSED: 'The database, file or snapshot was closed before the call.',
  FERRIS_CORRUPTION: 'Bytes on the disk are not the bytes that were written.',
  FERRIS_EXISTS: 'A file of that name exists already.',
  FERRIS_INVALID_ARGUMENT: 'An argument has the wrong type, range or combination.',
  FERRIS_IO: 'The file system failed to read, write or sync.',
  FERRIS_LOCKED: 'Another tab, worker or process has this database open.',
  FERRIS_NOT_FOUND: 'There is no file of that name.',
  FERRIS_NO_SPACE: 'The disk or the storage quota is full.',
  FERRIS_POWER_CUT: 'The simulated machine lost power; reopen its files to go on.',
  FERRIS_TOO_LARGE: 'A key, value, batch or name is over its size limit.',
  FERRIS_UNSUPPORTED: 'This platform, format version or codec is not supported.',
} as const;

/** A stable name for one kind of failure; see `ERROR_CODES` for their meanings. */
export type ErrorCode = keyof typeof ERROR_CODES;

// Apart from what the codes mean, which a program that doesn't ask need not load.
const RETRYABLE: readonly ErrorCode[] = ['FERRIS_IO', 'FERRIS_LOCKED', 'FERRIS_NO_SPACE'];

/** Where in which file an error was found, when that is known. */
export interface ErrorPlace {
  readonly file?: string;
  readonly offsetBytes?: number;
}

/** Everything the engine throws because of the world (and never because of a bug). */
export class FerrisError extends Error {
  override readonly name = 'FerrisError';
  /** Stable: programs may branch on it. */
  readonly code: ErrorCode;
  readonly place: ErrorPlace;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.place = place;
  }

  /** True when the same call may succeed if it is tried again later. */
  get retryable(): boolean {
    return RETRYABLE.includes(this.code);
  }
}

/** True if `error` is a `FerrisError`, with this code when one is given. */
export function isFerrisError(error: unknown, code?: ErrorCode): error is FerrisError {
  return error instanceof FerrisError && (code === undefined || error.code === code);
}
