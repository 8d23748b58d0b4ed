// Health: whether a store may still write to its files.
//
// Some failures leave everything as it was: a full disk refuses an append, a table can't
// be written and is thrown away, a read fails. The call throws, and may be tried again.
// After others nobody knows what is on the disk: a sync that failed, an append of unknown
// outcome. Then nothing more is written, since it would build on what may not be there.
// Opening the database again finds out.

import { FerrisError, isFerrisError } from '../base/errors.ts';
import type { Files } from './files.ts';

export class Health {
  readonly #files: Files;
  #failure: FerrisError | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  /** False after a failure of unknown outcome. */
  get mayWrite(): boolean {
    return this.#failure === undefined && this.#files.failure === undefined;
  }

  /** @throws FERRIS_IO, or what has stopped the files, after a failure of unknown outcome */
  assertMayWrite(): void {
    if (this.#files.failure !== undefined) throw this.#files.failure;
    if (this.#failure === undefined) return;
    const message =
      'an earlier write failed and may or may not be on the disk; close and open the database again';
    throw new FerrisError('FERRIS_IO', message, this.#failure.place, this.#failure);
  }

  /** Runs a change of the log or the manifest. If it is refused, all is as before; else see above. */
  guard<T>(change: () => T): T {
    try {
      return change();
    } catch (error) {
      if (!isRefusal(error)) this.#failure ??= asFailure(error);
      throw error;
    }
  }
}

/** True for errors that say that nothing has happened. */
function isRefusal(error: unknown): boolean {
  return isFerrisError(error, 'FERRIS_NO_SPACE') || isFerrisError(error, 'FERRIS_TOO_LARGE');
}

function asFailure(error: unknown): FerrisError {
  if (isFerrisError(error)) return error;
  return new FerrisError('FERRIS_IO', `a write was broken off (${error})`, {}, error);
}
