// `open`: from a place for files to a database.
//
// OPFS has synchronous handles in workers alone, so on a page the store runs in one.
// Where a place isn't to be had (a private window without OPFS, say), the next best
// is taken, in this order, and the database says so in `notice`:
//
//     OPFS  ->  IndexedDB  ->  memory

import { FerrisError, isFerrisError } from '../base/errors.ts';
import type { FilesSource } from '../env/files.ts';
import { idbFiles } from '../env/files-idb.ts';
import { memoryFiles } from '../env/files-memory.ts';
import type { StoreOptions } from '../lsm/options.ts';
import type { Backend } from './backend.ts';
import { Database } from './database.ts';
import { checkEncoding, type Encoding } from './encoding.ts';
import { openLocal } from './open-local.ts';
import { cannotCross, runsInWorker } from './places.ts';
import { RemoteBackend } from './remote-backend.ts';

export interface OpenOptions<D extends Encoding = 'bytes'> extends Omit<StoreOptions, 'files'> {
  /** Where the database lives: `memoryFiles()`, `opfsFiles(name)`, `idbFiles(name)`, `nodeFiles(directory)`. */
  readonly files: FilesSource;
  /** How reads hand results out unless they say otherwise. Default 'bytes'. */
  readonly encoding?: D | undefined;
  /** Whether another place is taken where the one asked for isn't supported. Default true. */
  readonly fallback?: boolean | undefined;
}

/**
 * Opens a database, or begins one.
 * @throws FERRIS_LOCKED when another tab, worker or process has it open; FERRIS_CORRUPTION when
 *   recovery can't trust what it finds; FERRIS_UNSUPPORTED without a fallback;
 *   FERRIS_INVALID_ARGUMENT for an option out of range
 */
export async function open<D extends Encoding = 'bytes'>(
  options: OpenOptions<D>,
): Promise<Database<D>> {
  const { encoding = 'bytes' as D, ...rest } = options;
  checkEncoding(encoding);
  const { backend, notice } = await openBackend(rest);
  // A worker has its own clock, the system's.
  const clock = backend.facts.runsIn === 'a worker' ? undefined : options.clock;
  return new Database(backend, encoding, notice, clock);
}

/** A backend, and why it is somewhere else than was asked for, if it is. */
export interface OpenedBackend {
  readonly backend: Backend;
  readonly notice: string | undefined;
}

/** What `open` makes its database of. @throws as `open` does */
export async function openBackend(options: Omit<OpenOptions, 'encoding'>): Promise<OpenedBackend> {
  const { files, fallback = true, ...store } = options;
  checkSource(files);
  const refusals: string[] = [];
  for (const source of fallback ? [files, ...fallbacks(files)] : [files]) {
    try {
      const backend = await openOn(source, store);
      return { backend, notice: noticeOf(refusals, source) };
    } catch (error) {
      if (!isUnsupportedPlace(error) || !fallback || source.kind === 'memory') throw error;
      refusals.push((error as FerrisError).message);
    }
  }
  throw new FerrisError(
    'FERRIS_UNSUPPORTED',
    `no place for files is to be had here: ${refusals.join('; ')}`,
  );
}

function openOn(source: FilesSource, options: Omit<StoreOptions, 'files'>): Promise<Backend> {
  if (!runsInWorker(source.kind)) return openLocal(source, options);
  if (typeof navigator.storage?.getDirectory !== 'function') throw noOpfs();
  const { clock: _clock, trace, merge, compactionFilter, ...remote } = options;
  if (merge !== undefined) throw cannotCross('merge');
  if (compactionFilter !== undefined) throw cannotCross('compactionFilter');
  return RemoteBackend.open(source.name, remote, trace);
}

function fallbacks({ kind, name }: FilesSource): FilesSource[] {
  if (kind === 'opfs') return [idbFiles(name), memoryFiles(name)];
  return kind === 'idb' ? [memoryFiles(name)] : [];
}

/** A format version that isn't supported is no reason to go elsewhere; it names a file. */
function isUnsupportedPlace(error: unknown): boolean {
  return isFerrisError(error, 'FERRIS_UNSUPPORTED') && error.place.file === undefined;
}

function noticeOf(refusals: readonly string[], source: FilesSource): string | undefined {
  if (refusals.length === 0) return undefined;
  const lasting =
    source.kind === 'memory' ? 'in memory: it is gone when the page is' : 'in IndexedDB';
  return `The database is kept ${lasting}. (${refusals.join('; ')})`;
}

function checkSource(files: FilesSource | undefined): void {
  if (typeof files?.mount === 'function') return;
  const message = 'open needs a place for files, such as open({ files: memoryFiles() })';
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

/** What a worker would find out as well, only later. */
function noOpfs(): FerrisError {
  const message =
    'this browser gives the page no private file system (OPFS); a private window may be why';
  return new FerrisError('FERRIS_UNSUPPORTED', message);
}
