// Where a database for Level lives: a place for files, or a string as Level's own
// implementations take it, which is a directory in Node and a name in a browser.

import { FerrisError } from '../base/errors.ts';
import type { FilesSource } from '../env/files.ts';
import { opfsFiles } from '../env/files-opfs.ts';

/** A directory (Node), the name of a database (browsers), or a place for files. */
export type LevelLocation = string | FilesSource;

/** @throws FERRIS_INVALID_ARGUMENT for what is neither a place for files nor a name */
export function checkLocation(location: LevelLocation): LevelLocation {
  if (typeof location === 'string' && location !== '') return location;
  if (typeof (location as FilesSource | undefined)?.mount === 'function') return location;
  const message = "a database needs a place, such as new FerrisLevel('name') or memoryFiles()";
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

export function filesKind(location: LevelLocation): FilesSource['kind'] {
  if (typeof location !== 'string') return location.kind;
  return isNode() ? 'node' : 'opfs';
}

export async function filesAt(location: LevelLocation): Promise<FilesSource> {
  if (typeof location !== 'string') return location;
  if (!isNode()) return opfsFiles(location);
  const { nodeFiles } = await import('../env/files-node.ts'); // which no browser could load
  return nodeFiles(location);
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined && typeof document === 'undefined';
}
