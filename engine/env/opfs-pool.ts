// A pool of open OPFS files, so that creating one takes no promise.
//
//     directory of the database        free: ready to be named (blank or deleted)
//       pool-000001   "000001.wal"     named: files of the engine
//       pool-000002   (free)           damaged: kept aside
//       ...
//
// A sync access handle belongs to one worker; while it is open nobody else gets one.
// Opening takes a promise, reading and writing do not (about 1 ms a file, and 20 us a
// write of 4 KiB in Chromium). So a pool that runs low begins to refill itself while its
// files are in use, and only one that is nearly empty asks to be waited for.

import { FerrisError } from '../base/errors.ts';
import {
  decodePoolHeader,
  encodePoolHeader,
  POOL_HEADER_BYTES,
  POOL_MARK_AT,
  type PoolState,
} from './opfs-header.ts';

/**
 * So many are free when the pool is opened, and stay when it is closed: each costs up to 1 ms then.
 * A new database takes three, and its first writes need not wait for more.
 */
const FREE_FILES_READY = 8;
/** Upkeep is due when fewer files than this are free: a call of the store's seldom creates two. */
const FREE_FILES_MIN = 4;
/** A pool with fewer free files than this refills itself, as soon as its thread has time. */
const FREE_FILES_LOW = 8;
/** What upkeep brings the pool to: a flush creates a log, a table and perhaps a manifest. */
const FREE_FILES_TARGET = 16;
/** Above this upkeep gives files back: each one open costs memory and mounting time. */
const FREE_FILES_MAX = 64;
/** A worker that was ended may hold its handles for a moment after its lock is free. */
const HANDLE_WAIT_MS = 1000;
const HANDLE_RETRY_MS = 20;

/** The part of `FileSystemSyncAccessHandle` in use; only workers' type libraries have it. */
export interface SyncHandle {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

/** One file of the pool, open. */
export interface PoolFile {
  readonly entry: string;
  readonly handle: SyncHandle;
  /** True when its header and content are known to be empty on the disk. */
  isBlank: boolean;
}

/** The open files of one database. */
export class OpfsPool {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #free: PoolFile[] = [];
  readonly #other = new Set<PoolFile>();
  #sequence = 0;
  #entriesMade = 0;
  #upkeep: Promise<void> | undefined;

  constructor(directory: FileSystemDirectoryHandle) {
    this.#directory = directory;
  }

  /** Opens every file; returns those that have names. */
  async open(): Promise<Map<string, PoolFile>> {
    const entries: string[] = [];
    for await (const entry of this.#directory.keys()) entries.push(entry);
    const opened = await Promise.allSettled(entries.sort().map((entry) => this.#openEntry(entry)));
    const files = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const file of files) this.#other.add(file);
    for (const result of opened) if (result.status === 'rejected') throw result.reason;
    const named = this.#sort(files);
    await this.#makeFree(FREE_FILES_READY);
    return named;
  }

  get upkeepDue(): boolean {
    return this.#free.length < FREE_FILES_MIN || this.#free.length > FREE_FILES_MAX;
  }

  /** Refills the pool, or gives back what it has too many of. */
  async upkeep(): Promise<void> {
    this.#upkeep ??= this.#balance().finally(() => {
      this.#upkeep = undefined;
    });
    await this.#upkeep;
  }

  /** Gives a free file this name, which is durable with the file's next flush. @throws FERRIS_NO_SPACE when none is free */
  name(name: string): PoolFile {
    const file = this.#free.at(-1);
    if (file === undefined) {
      const message =
        'no pre-opened file is free; await upkeep() of the volume, then create the file again';
      throw new FerrisError('FERRIS_NO_SPACE', message, { file: name });
    }
    if (!file.isBlank) blank(file);
    file.isBlank = false;
    writeWhole(file.handle, encodePoolHeader({ name, sequence: ++this.#sequence }), 0);
    this.#free.pop();
    this.#other.add(file);
    // A failure is no news yet: upkeep that is due will say so itself.
    if (this.#free.length < FREE_FILES_LOW) void this.upkeep().catch(() => {});
    return file;
  }

  /** Deletes a file, durably; it is free again. */
  delete(file: PoolFile): void {
    writeWhole(file.handle, Uint8Array.of(1), POOL_MARK_AT);
    file.handle.flush();
    this.#setFree(file);
  }

  async close(): Promise<void> {
    await this.#upkeep?.catch(() => {});
    await this.#giveBack(FREE_FILES_READY).catch(() => {}); // one too many is no harm
    for (const { handle } of [...this.#free, ...this.#other]) handle.close();
    this.#free.length = 0;
    this.#other.clear();
  }

  /** Tells named files from free ones; of two with one name the older is deleted. */
  #sort(files: readonly PoolFile[]): Map<string, PoolFile> {
    const found = files.flatMap((file) => {
      const state = stateOf(file);
      if (state === 'blank' || state === 'deleted') this.#setFree(file);
      return typeof state === 'string' ? [] : [{ file, ...state }];
    });
    const named = new Map<string, PoolFile>();
    for (const { file, name, sequence } of found.sort((a, b) => a.sequence - b.sequence)) {
      this.#sequence = sequence;
      const older = named.get(name);
      if (older !== undefined) this.delete(older);
      named.set(name, file);
    }
    return named;
  }

  /** The content is cut off at once, to give its space back. */
  #setFree(file: PoolFile): void {
    if (contentBytes(file) > 0) file.handle.truncate(POOL_HEADER_BYTES);
    this.#other.delete(file);
    this.#free.push(file);
  }

  async #balance(): Promise<void> {
    if (this.#free.length > FREE_FILES_MAX) await this.#giveBack(FREE_FILES_MAX);
    if (this.#free.length < FREE_FILES_LOW) await this.#makeFree(FREE_FILES_TARGET);
  }

  /** Removes free files until `count` are left. */
  async #giveBack(count: number): Promise<void> {
    while (this.#free.length > count) {
      const file = this.#free.pop() as PoolFile;
      file.handle.close();
      await this.#directory.removeEntry(file.entry);
    }
  }

  async #makeFree(count: number): Promise<void> {
    const missing = Math.max(0, count - this.#free.length);
    const made = Array.from({ length: missing }, async () => {
      this.#free.push(await this.#openEntry(this.#nextEntry()));
    });
    await Promise.all(made);
  }

  #nextEntry(): string {
    return `pool-${String(++this.#entriesMade).padStart(6, '0')}`;
  }

  async #openEntry(entry: string): Promise<PoolFile> {
    this.#entriesMade = Math.max(this.#entriesMade, Number(entry.slice('pool-'.length)) || 0);
    const file = (await this.#directory.getFileHandle(entry, { create: true })) as SyncFileHandle;
    const handle = await openHandle(file);
    return { entry, handle, isBlank: handle.getSize() === 0 };
  }
}

async function openHandle(file: SyncFileHandle): Promise<SyncHandle> {
  const endMs = Date.now() + HANDLE_WAIT_MS;
  for (;;) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if ((error as Error).name !== 'NoModificationAllowedError' || Date.now() > endMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, HANDLE_RETRY_MS));
  }
}

function stateOf(file: PoolFile): PoolState {
  const header = new Uint8Array(POOL_HEADER_BYTES);
  const read = file.handle.read(header, { at: 0 });
  return decodePoolHeader(header.subarray(0, read), contentBytes(file));
}

/** Bytes behind the header. */
export function contentBytes({ handle }: PoolFile): number {
  return Math.max(0, handle.getSize() - POOL_HEADER_BYTES);
}

/**
 * Makes a deleted file, whose content is cut off already, a new one. Without the flush a
 * power cut could join the old header and the new one's mark: an old file come back empty.
 */
function blank(file: PoolFile): void {
  writeWhole(file.handle, new Uint8Array(POOL_MARK_AT), 0);
  file.handle.flush();
  file.isBlank = true;
}

// Chromium 156 in a private window doesn't throw when the quota is full: it returns its
// internal error number as an unsigned one, and -8 means no space.
const CHROMIUM_NO_SPACE = 2 ** 32 - 8;

/** Writes all of `bytes`; a handle may take a part of them when the disk is full. */
export function writeWhole(handle: SyncHandle, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) {
    const left = bytes.length - done;
    const count = handle.write(done === 0 ? bytes : bytes.subarray(done), { at: at + done });
    if (count === 0 || count === CHROMIUM_NO_SPACE)
      throw new DOMException('the disk took no more bytes', 'QuotaExceededError');
    if (count > left) throw new Error(`the browser says that it wrote ${count} of ${left} bytes`);
    done += count;
  }
}
