// Errors as programs for Level know them: by a code of theirs. The engine's own error, which
// says where and what to do, is the cause.

import { type ErrorCode, isFerrisError } from '../base/errors.ts';

/** The codes that Level's interface has a name for; any other error is handed on as it is. */
const LEVEL_CODES: Partial<Record<ErrorCode, string>> = {
  FERRIS_CLOSED: 'LEVEL_DATABASE_NOT_OPEN',
  FERRIS_CORRUPTION: 'LEVEL_CORRUPTION',
  FERRIS_IO: 'LEVEL_IO_ERROR',
  FERRIS_LOCKED: 'LEVEL_LOCKED',
  FERRIS_NO_SPACE: 'LEVEL_IO_ERROR',
  FERRIS_POWER_CUT: 'LEVEL_IO_ERROR',
};

/** An error with one of Level's codes. */
export class LevelError extends Error {
  override readonly name: string;
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown, name = 'LevelError') {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = name;
  }
}

/** `error` under Level's code for it, if Level has one. */
export function toLevelError(error: unknown): unknown {
  const code = isFerrisError(error) ? LEVEL_CODES[error.code] : undefined;
  if (code === undefined) return error;
  return new LevelError(code, (error as Error).message, error);
}

/** What `call` answers; what it throws, under Level's codes. */
export async function underLevelCodes<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toLevelError(error);
  }
}

/** @throws LEVEL_ABORTED once the signal was given; its name is what the web platform calls it */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const message = 'the read was aborted by its signal';
  throw new LevelError('LEVEL_ABORTED', message, signal.reason, 'AbortError');
}
