// What a file or a database may be called: anything but nothing, NUL and broken text.

import { utf8 } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { FILE_NAME_BYTES_MAX } from './files.ts';

/**
 * Refuses a name that some backend could not keep. `noun` says what it was to name.
 * @throws FERRIS_INVALID_ARGUMENT when it is empty, has a NUL or half of a surrogate pair;
 *   FERRIS_TOO_LARGE when it is over FILE_NAME_BYTES_MAX.
 */
export function checkFileName(name: string, noun = 'a file name'): void {
  if (typeof name !== 'string' || name === '')
    throw invalid(`${noun} is a string of one character or more`);
  if (name.includes('\0')) throw invalid(`${noun} has no NUL character`);
  // Half a pair has no UTF-8 of its own: two such names would become the same bytes.
  if (!name.isWellFormed()) throw invalid(`${noun} is well-formed text, with no lone surrogate`);
  const size = utf8(name).length;
  if (size <= FILE_NAME_BYTES_MAX) return;
  const message = `${noun} has at most ${FILE_NAME_BYTES_MAX} bytes of UTF-8; this one has ${size}: choose a shorter one`;
  throw new FerrisError('FERRIS_TOO_LARGE', message);
}

function invalid(message: string): FerrisError {
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
