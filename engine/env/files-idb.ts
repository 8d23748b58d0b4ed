// Files in IndexedDB, for pages and workers without OPFS.
//
// IndexedDB has no synchronous call at all. So the files live in memory, where every
// call is answered, and their changes are written behind (write-behind.ts):
//
//     names     id -> { id, name }                id 0 is no file: see `write`
//     pieces    [id, offset] -> bytes             idb-pieces.ts
//
// 1. A mount reads everything into memory: this backend is for databases that fit.
// 2. `sync` returns before anything is durable; the watermark moves when a transaction
//    with `durability: 'strict'` has completed, and `onDurable` is called.
// 3. Bytes that nobody synced are written behind too, so a closed tab loses little.
// 4. A file has a number of its own, and its pieces go with its name in one transaction,
//    so a name that is deleted and created again is another file.
// 5. What is deleted counts against the quota until the browser tidies up, some time
//    later: a full database does not get room by deleting.

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { FerrisError, isFerrisError } from '../base/errors.ts';
import { Directory, type Stored } from './directory.ts';
import { checkFileName } from './file-name.ts';
import type { FilesSource, Volume } from './files.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { type PiecePlan, Pieces } from './idb-pieces.ts';
import { takeWebLock } from './web-lock.ts';
import { type Job, type QueuedFile, WriteBehind } from './write-behind.ts';

interface Schema extends DBSchema {
  names: { key: number; value: { id: number; name: string } };
  pieces: { key: [id: number, offset: number]; value: Uint8Array };
}

type Database = IDBPDatabase<Schema>;

/**
 * A database in IndexedDB, mirrored in memory.
 * @throws (from `mount`) FERRIS_LOCKED while it is open elsewhere, FERRIS_CORRUPTION,
 *   FERRIS_UNSUPPORTED where there is no IndexedDB
 */
export function idbFiles(name: string): FilesSource {
  return {
    kind: 'idb',
    name,
    async mount(): Promise<Volume> {
      checkFileName(name, "a database's name");
      refuseMissing();
      const release = await takeWebLock('idb', name);
      try {
        return await mount(name, release);
      } catch (error) {
        await release();
        throw idbError(`open the database "${name}"`, error);
      }
    },
    async destroy() {
      refuseMissing();
      const release = await takeWebLock('idb', name);
      try {
        await deleteDB(databaseName(name));
      } catch (error) {
        throw idbError(`delete the database "${name}"`, error);
      } finally {
        await release();
      }
    },
  };
}

function databaseName(name: string): string {
  return `ferrisdb:${name}`;
}

function refuseMissing(): void {
  if (globalThis.indexedDB !== undefined) return;
  throw new FerrisError(
    'FERRIS_UNSUPPORTED',
    'there is no IndexedDB here; use memoryFiles(), or nodeFiles() in Node',
  );
}

async function mount(name: string, release: () => Promise<void>): Promise<Volume> {
  let files: IdbFiles | undefined;
  const gone = () =>
    files?.queue.fail(new Error('the browser closed it, as it does when site data are cleared'));
  const database = await openDatabase(name, gone);
  try {
    files = new IdbFiles(database, await load(database));
    return volumeOf(name, database, files, release);
  } catch (error) {
    database.close();
    throw error;
  }
}

async function openDatabase(name: string, terminated: () => void): Promise<Database> {
  try {
    return await openDB<Schema>(databaseName(name), 1, {
      upgrade(database) {
        database.createObjectStore('names', { keyPath: 'id' });
        database.createObjectStore('pieces');
      },
      terminated,
    });
  } catch (error) {
    if (!['InvalidStateError', 'SecurityError'].includes((error as Error).name)) throw error;
    const message = `the browser refuses IndexedDB here (${error}); use memoryFiles()`;
    throw new FerrisError('FERRIS_UNSUPPORTED', message, {}, error);
  }
}

function volumeOf(
  name: string,
  database: Database,
  files: IdbFiles,
  release: () => Promise<void>,
): Volume {
  return {
    kind: 'idb',
    name,
    files,
    get upkeepDue() {
      return files.queue.isLong;
    },
    upkeep: () => files.queue.drain(),
    async close() {
      files.shut();
      await files.queue.drain();
      database.close();
      await release();
      if (files.failure !== undefined) throw files.failure;
    },
  };
}

interface Loaded {
  readonly id: number;
  readonly name: string;
  readonly bytes: GrowingBytes;
}

/** Reads every file into memory, oldest first. */
async function load(database: Database): Promise<Loaded[]> {
  const files: Loaded[] = [];
  for (const { id, name } of await database.getAll('names')) {
    if (id === 0) continue;
    const range = IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]);
    const [keys, pieces] = await Promise.all([
      database.getAllKeys('pieces', range),
      database.getAll('pieces', range),
    ]);
    const bytes = new GrowingBytes();
    for (const [i, [, offset]] of keys.entries()) {
      if (offset !== bytes.size) {
        const message = `"${name}" has no bytes from ${bytes.size} to ${offset} in IndexedDB; restore it from a copy`;
        throw new FerrisError('FERRIS_CORRUPTION', message, {
          file: name,
          offsetBytes: bytes.size,
        });
      }
      bytes.append(pieces[i] as Uint8Array);
    }
    files.push({ id, name, bytes });
  }
  return files;
}

/** One transaction. All its requests are made at once: IndexedDB commits when none is left. */
async function write(database: Database, job: Job): Promise<void> {
  const durability = job.strict ? 'strict' : 'relaxed';
  const transaction = database.transaction(['names', 'pieces'], 'readwrite', { durability });
  const names = transaction.objectStore('names');
  const pieces = transaction.objectStore('pieces');
  const requests: Promise<unknown>[] = [];
  // A sync may find all bytes written but not durable; a transaction that writes nothing
  // would not make them so.
  if (job.strict) requests.push(names.put({ id: 0, name: '' }));
  for (const { id, name } of job.created) requests.push(names.put({ id, name }));
  for (const file of job.written) {
    const { remove, put } = file.plan();
    if (remove !== undefined) requests.push(pieces.delete(range(file.id, remove.from, remove.to)));
    for (const { from, to } of put) requests.push(pieces.put(file.copy(from, to), [file.id, from]));
  }
  for (const id of job.deleted) {
    requests.push(names.delete(id), pieces.delete(range(id, 0, Number.MAX_SAFE_INTEGER)));
  }
  try {
    await Promise.all([...requests, transaction.done]);
  } catch (error) {
    // A request may only say that its transaction was aborted; the transaction says why.
    throw transaction.error ?? error;
  }
}

function range(id: number, from: number, to: number): IDBKeyRange {
  return IDBKeyRange.bound([id, from], [id, to], false, true);
}

class IdbFiles extends Directory<IdbFile> {
  readonly queue: WriteBehind;
  #lastId = 0;

  constructor(database: Database, files: readonly Loaded[]) {
    super();
    this.queue = new WriteBehind(
      (job) => write(database, job),
      (error) => idbError('write behind', error),
    );
    this.queue.onProgress = () => {
      this.failure = this.queue.failure;
      this.onDurable?.();
    };
    for (const file of files) {
      this.stored.set(file.name, new IdbFile(file, this));
      this.#lastId = Math.max(this.#lastId, file.id);
    }
  }

  syncDirectory(): void {
    this.usable();
    this.refuseAfterLoss();
    this.queue.syncDirectory();
  }

  get directoryDurable(): boolean {
    return this.queue.directoryDurable;
  }

  /** @throws what stopped the queue */
  refuseAfterLoss(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  protected make(name: string): IdbFile {
    this.refuseAfterLoss();
    const file = new IdbFile({ id: ++this.#lastId, name, bytes: new GrowingBytes() }, this);
    this.queue.create(file);
    return file;
  }

  protected discard(file: IdbFile): void {
    this.refuseAfterLoss();
    this.queue.delete(file);
  }
}

class IdbFile implements Stored, QueuedFile {
  readonly id: number;
  readonly name: string;
  durableBytes = 0;
  readonly #files: IdbFiles;
  readonly #bytes: GrowingBytes;
  readonly #pieces: Pieces;

  constructor({ id, name, bytes }: Loaded, files: IdbFiles) {
    this.#files = files;
    this.id = id;
    this.name = name;
    this.#bytes = bytes;
    this.#pieces = new Pieces(bytes.size);
  }

  get size(): number {
    return this.#bytes.size;
  }

  get unwrittenBytes(): number {
    return this.size - this.#pieces.end;
  }

  append(bytes: Uint8Array): void {
    this.#files.refuseAfterLoss();
    this.#bytes.append(bytes);
    this.#files.queue.append(this);
  }

  read(offset: number, into: Uint8Array): number {
    return this.#bytes.read(offset, into);
  }

  sync(): void {
    this.#files.refuseAfterLoss();
    if (this.durableBytes < this.size) this.#files.queue.sync(this);
  }

  plan(): PiecePlan {
    return this.#pieces.extend(this.size);
  }

  copy(from: number, to: number): Uint8Array {
    return this.#bytes.view(from, to).slice();
  }
}

/** What the browser threw, as a FerrisError that says what was tried. */
function idbError(what: string, error: unknown): FerrisError {
  if (isFerrisError(error)) return error;
  const { name, message } = error as Error;
  if (name === 'QuotaExceededError') {
    const full = `could not ${what}: the site's storage quota is full; delete something, then open the database again`;
    return new FerrisError('FERRIS_NO_SPACE', full, {}, error);
  }
  return new FerrisError('FERRIS_IO', `could not ${what}: ${message}`, {}, error);
}
