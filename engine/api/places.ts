// Which places for files a page can't reach by itself.

import { FerrisError } from '../base/errors.ts';
import type { FilesKind } from '../env/files.ts';

/** Whether a store on such files is opened in a worker of its own: OPFS is, on a page. */
export function runsInWorker(kind: FilesKind): boolean {
  return kind === 'opfs' && typeof document !== 'undefined';
}

/** A function was given where the store runs in a worker. */
export function cannotCross(option: string): FerrisError {
  const message = `on a page the store runs in a worker on OPFS, and the function \`${option}\` can't cross to it; call open in a worker of your own, or give idbFiles`;
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
