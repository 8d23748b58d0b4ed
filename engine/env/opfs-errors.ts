// What a browser throws when it is asked for files, said in the engine's words.

import { type ErrorPlace, FerrisError, isFerrisError } from '../base/errors.ts';

/** Runs `action`; what the browser throws becomes a FerrisError. */
export function attempt<T>(what: string, place: ErrorPlace, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw opfsError(what, place, error);
  }
}

/** What the browser threw, as a FerrisError that says what was tried. */
export function opfsError(what: string, place: ErrorPlace, error: unknown): FerrisError {
  if (isFerrisError(error)) return error;
  const { name, message } = error as Error;
  if (name === 'QuotaExceededError') {
    const full = `could not ${what}: the site's storage quota is full; delete something, then try again`;
    return new FerrisError('FERRIS_NO_SPACE', full, place, error);
  }
  if (name === 'NoModificationAllowedError') {
    const locked = `could not ${what}: another tab or worker holds its files; close it there, then try again`;
    return new FerrisError('FERRIS_LOCKED', locked, place, error);
  }
  return new FerrisError('FERRIS_IO', `could not ${what}: ${message}`, place, error);
}
