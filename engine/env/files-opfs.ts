// Files in the origin private file system (OPFS) of a browser, for workers.
//
// The platform's only files with synchronous calls: sync access handles, of which a
// pool is kept open (opfs-pool.ts), each with the file's name in its header
// (opfs-header.ts). SQLite's `opfs-sahpool` is built the same way.
//
// 1. `sync` is the handle's flush. What it promises is up to the browser: Chromium
//    calls fdatasync. A name lies in its file's header, so a file's first sync makes the name
//    durable too, and a sync of the directory flushes only files that had none. A deletion is
//    durable when it returns.
// 2. That the pool's own entries outlive a power cut can't be asked for. They are made
//    ahead of their use, at a mount or in upkeep.
// 3. A Web Lock keeps a second opener out; the handles would too, less politely.

import { FerrisError } from '../base/errors.ts';
import { Directory } from './directory.ts';
import { checkFileName } from './file-name.ts';
import type { FilesSource, Volume } from './files.ts';
import { escapeName, unescapeName } from './name-escape.ts';
import { attempt, opfsError } from './opfs-errors.ts';
import { OpfsFile } from './opfs-file.ts';
import { decodePoolHeader, POOL_HEADER_BYTES } from './opfs-header.ts';
import { OpfsPool, type PoolFile } from './opfs-pool.ts';
import { type Release, takeWebLock } from './web-lock.ts';

/** A file of a database in the origin private file system, for looking at. */
export interface KeptFile {
  readonly database: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Its bytes as they are at this moment. */
  read(): Promise<Uint8Array>;
}

/** All databases of a site lie in this directory. */
const ROOT = 'ferrisdb';

/**
 * A database in the browser's origin private file system; mount it in a worker.
 * @throws (from `mount`) FERRIS_LOCKED while it is open elsewhere, FERRIS_NO_SPACE,
 *   FERRIS_UNSUPPORTED where OPFS is missing or this is no worker
 */
export function opfsFiles(name: string): FilesSource {
  return {
    kind: 'opfs',
    name,
    async mount(): Promise<Volume> {
      refuseOutsideWorkers();
      const { root, release } = await begin(name);
      try {
        return await mountPool(name, root, release);
      } catch (error) {
        await release();
        throw opfsError(`open the database "${name}"`, {}, error);
      }
    },
    async destroy() {
      const { root, release } = await begin(name);
      try {
        await root.removeEntry(escapeName(name), { recursive: true });
      } catch (error) {
        const absent = (error as Error).name === 'NotFoundError';
        if (!absent) throw opfsError(`delete the database "${name}"`, {}, error);
      } finally {
        await release();
      }
    },
  };
}

/** Looks for what is needed, then takes the database's lock. */
async function begin(name: string): Promise<{ root: FileSystemDirectoryHandle; release: Release }> {
  checkFileName(name, "a database's name");
  const root = await openRoot();
  return { root, release: await takeWebLock('opfs', name) };
}

async function openRoot(): Promise<FileSystemDirectoryHandle> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  if (storage?.getDirectory === undefined) {
    throw unsupported(
      'this browser has no origin private file system here; use idbFiles() or memoryFiles()',
    );
  }
  try {
    const origin = await storage.getDirectory();
    return await origin.getDirectoryHandle(ROOT, { create: true });
  } catch (error) {
    const message = `the browser refuses its private file system (${error}); private windows do: use idbFiles() or memoryFiles()`;
    throw unsupported(message, error);
  }
}

/**
 * The files of all databases of this site, as they are; nothing is opened, locked or changed, so
 * it can be asked on a page, and while a database is in use. What can't be read is left out.
 * @throws FERRIS_UNSUPPORTED where OPFS is missing
 */
export async function browseOpfs(): Promise<KeptFile[]> {
  const found: KeptFile[] = [];
  for await (const database of (await openRoot()).values()) {
    if (database.kind !== 'directory') continue;
    for await (const entry of database.values()) {
      if (entry.kind !== 'file') continue;
      const file = await entry.getFile();
      const header = new Uint8Array(await file.slice(0, POOL_HEADER_BYTES).arrayBuffer());
      const sizeBytes = Math.max(0, file.size - POOL_HEADER_BYTES);
      const state = decodePoolHeader(header, sizeBytes);
      if (typeof state === 'string') continue;
      const read = async () =>
        new Uint8Array(await (await entry.getFile()).slice(POOL_HEADER_BYTES).arrayBuffer());
      found.push({
        database: unescapeName(database.name) ?? database.name,
        name: state.name,
        sizeBytes,
        read,
      });
    }
  }
  return found.sort((a, b) => (a.database + a.name < b.database + b.name ? -1 : 1));
}

/** Deleting a database needs no such handles, and can be done on a page. */
function refuseOutsideWorkers(): void {
  if (globalThis.FileSystemFileHandle === undefined) return; // no OPFS at all: said when it is looked for
  if ('createSyncAccessHandle' in FileSystemFileHandle.prototype) return;
  throw unsupported(
    'sync access handles exist in workers only; mount opfsFiles() in a worker, or use idbFiles()',
  );
}

function unsupported(message: string, cause?: unknown): FerrisError {
  return new FerrisError('FERRIS_UNSUPPORTED', message, {}, cause);
}

async function mountPool(
  name: string,
  root: FileSystemDirectoryHandle,
  release: Release,
): Promise<Volume> {
  const pool = new OpfsPool(await root.getDirectoryHandle(escapeName(name), { create: true }));
  try {
    return volumeOf(name, pool, new OpfsFiles(pool, await pool.open()), release);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function volumeOf(name: string, pool: OpfsPool, files: OpfsFiles, release: Release): Volume {
  return {
    kind: 'opfs',
    name,
    files,
    get upkeepDue() {
      return pool.upkeepDue;
    },
    async upkeep() {
      try {
        await pool.upkeep();
      } catch (error) {
        throw opfsError('open more files', {}, error);
      }
    },
    async close() {
      const loss = files.settle();
      files.shut();
      await pool.close();
      await release();
      if (loss !== undefined) throw loss;
    },
  };
}

/** The files of an open pool. */
export class OpfsFiles extends Directory<OpfsFile> {
  readonly directoryDurable = true;
  readonly #pool: OpfsPool;

  constructor(pool: OpfsPool, named: ReadonlyMap<string, PoolFile>) {
    super();
    this.#pool = pool;
    for (const [name, file] of named) this.stored.set(name, new OpfsFile(name, file));
  }

  syncDirectory(): void {
    this.usable();
    for (const file of this.stored.values()) if (!file.isNameDurable) this.syncStored(file);
  }

  /** Writes what waits to be written in any file; returns why some of it can't be. */
  settle(): FerrisError | undefined {
    let loss: FerrisError | undefined;
    for (const file of this.stored.values()) loss = file.settle() ?? loss;
    return loss;
  }

  protected make(name: string): OpfsFile {
    const pooled = attempt(`create "${name}"`, { file: name }, () => this.#pool.name(name));
    const file = new OpfsFile(name, pooled);
    file.isNameDurable = false;
    return file;
  }

  protected discard(file: OpfsFile): void {
    attempt(`delete "${file.name}"`, { file: file.name }, () => this.#pool.delete(file.pool));
    file.drop();
  }
}
