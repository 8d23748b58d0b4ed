// Syncs as the engine needs them. A full disk refuses an append and nothing has happened:
// the same call may be tried again. A sync that fails for the same reason has lost track of
// what is on the disk, so here every failed sync is FERRIS_IO, whatever stopped it.

import { FerrisError, isFerrisError } from '../base/errors.ts';
import type { File, Files } from './files.ts';

/** Asks that the file's bytes become durable; see `File.sync`. @throws FERRIS_IO, FERRIS_CLOSED */
export function syncFile(file: File, growing?: boolean): void {
  strictly(file.name, () => file.sync(growing));
}

/** Asks that creations and deletions become durable. @throws FERRIS_IO, FERRIS_CLOSED */
export function syncNames(files: Files): void {
  strictly('the directory', () => files.syncDirectory());
}

/**
 * Deletes a file that nobody refers to, if that can be done. One that is left behind is
 * found and deleted when the database is opened again.
 */
export function discard(files: Files, name: string): void {
  try {
    if (files.exists(name)) files.delete(name);
  } catch (error) {
    if (!isFerrisError(error)) throw error;
  }
}

function strictly(what: string, sync: () => void): void {
  try {
    sync();
  } catch (error) {
    if (!isFerrisError(error, 'FERRIS_NO_SPACE')) throw error;
    const message = `${what} could not be synced, so nobody knows what is on the disk (${error.message})`;
    throw new FerrisError('FERRIS_IO', message, error.place, error);
  }
}
