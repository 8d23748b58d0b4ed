// Files in a directory, for Node. Every call is the synchronous one of node:fs.
//
// 1. Appends are written at the file's logical size, never with O_APPEND: what a
//    failed append left behind is overwritten by the next one.
// 2. `sync` is fdatasync: it writes the bytes and the size, and skips the times that
//    fsync would write too. A log's reserve (reserve.ts) spares it the size. (On macOS Node
//    asks for F_FULLFSYNC in both, the only call there that reaches the platter.)
// 3. A new or deleted name is durable once the directory has been fsynced. Windows
//    can't do that to a directory; NTFS keeps names in a journal of its own.
//
// This module is not part of engine/index.ts, which browsers load: engine/node.ts has it.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { lendCrc32 } from '../base/crc32.ts';
import { type ErrorPlace, FerrisError, isFerrisError } from '../base/errors.ts';
import { Directory, type Stored } from './directory.ts';
import { DirectoryLock } from './directory-lock.ts';
import type { FilesSource, Volume } from './files.ts';
import { escapeName, unescapeName } from './name-escape.ts';
import { Reserve } from './reserve.ts';

/**
 * A database in `directory`, which is made if it is not there.
 * @throws (from `mount`) FERRIS_LOCKED while a living process has it open, FERRIS_IO
 */
export function nodeFiles(directory: string): FilesSource {
  const path = resolve(directory);
  lendCrc32(zlibCrc32);
  return {
    kind: 'node',
    name: directory,
    async mount(): Promise<Volume> {
      attempt(`make the directory ${path}`, {}, () => makeDirectory(path));
      const lock = attempt(`lock the directory ${path}`, {}, () => new DirectoryLock(path));
      try {
        return volumeOf(directory, new NodeFiles(path), lock);
      } catch (error) {
        lock.release();
        throw error;
      }
    },
    async destroy() {
      if (existsSync(path)) attempt(`delete the database in ${path}`, {}, () => destroy(path));
    },
  };
}

function volumeOf(name: string, files: NodeFiles, lock: DirectoryLock): Volume {
  return {
    kind: 'node',
    name,
    files,
    upkeepDue: false,
    upkeep: async () => {},
    async close() {
      files.shut();
      lock.release();
    },
  };
}

/** Deletes our files, then the directory when nothing else is in it. */
function destroy(path: string): void {
  const lock = new DirectoryLock(path);
  for (const name of namesIn(path)) unlinkSync(join(path, escapeName(name)));
  lock.release();
  if (readdirSync(path).length === 0) rmdirSync(path);
}

class NodeFiles extends Directory<NodeFile> {
  directoryDurable = true;
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
    attempt(`list the directory ${path}`, {}, () => {
      for (const name of namesIn(path)) {
        const size = statSync(join(path, escapeName(name))).size;
        this.stored.set(name, new NodeFile(path, name, size));
      }
    });
  }

  syncDirectory(): void {
    this.usable();
    this.directoryDurable = false;
    attempt(`sync the directory ${this.#path}`, {}, () => syncDirectory(this.#path));
    this.directoryDurable = true;
  }

  protected make(name: string): NodeFile {
    const file = new NodeFile(this.#path, name, 0);
    file.create();
    return file;
  }

  protected discard(file: NodeFile): void {
    attempt(`delete "${file.name}"`, { file: file.name }, () => unlinkSync(file.path));
  }
}

class NodeFile implements Stored {
  readonly name: string;
  readonly path: string;
  size: number;
  durableBytes = 0;
  readonly #reserve = new Reserve();
  #descriptor: number | undefined;

  constructor(directory: string, name: string, size: number) {
    this.name = name;
    this.path = join(directory, escapeName(name));
    this.size = size;
  }

  create(): void {
    this.#attempt('create', () => {
      this.#descriptor = openSync(this.path, 'wx+');
    });
  }

  append(bytes: Uint8Array): void {
    this.#attempt('append to', () => {
      try {
        writeWhole(this.#open(), bytes, this.size);
      } catch (error) {
        this.#cutOff();
        throw error;
      }
    });
    this.size += bytes.length;
  }

  read(offset: number, into: Uint8Array): number {
    const want = Math.min(into.length, this.size - offset);
    let done = 0;
    this.#attempt('read', () => {
      while (done < want) {
        const count = readSync(this.#open(), into, done, want - done, offset + done);
        if (count === 0) throw shorter(this.name, offset + done, this.size);
        done += count;
      }
    });
    return done;
  }

  sync(growing?: boolean): void {
    if (growing) this.#keepReserve();
    this.#attempt('sync', () => fdatasyncSync(this.#open()));
    this.durableBytes = this.size;
  }

  release(): void {
    if (this.#descriptor === undefined) return;
    if (fstatSync(this.#descriptor).size > this.size) this.#cutOff();
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Opened on first use, so that a database may have more files than a process may open. */
  #open(): number {
    this.#descriptor ??= openSync(this.path, 'r+');
    return this.#descriptor;
  }

  #keepReserve(): void {
    try {
      writeWhole(this.#open(), this.#reserve.extend(this), this.size);
    } catch {
      this.#cutOff(); // the log is as durable without it
    }
  }

  /** Cuts off a reserve, or what a failed write has left: it would show after the next mount. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#open(), this.size);
    } catch {
      // Until the next mount the logical size hides the bytes.
    }
  }

  #attempt<T>(verb: string, action: () => T): T {
    return attempt(`${verb} "${this.name}"`, { file: this.name, offsetBytes: this.size }, action);
  }
}

/** Somebody else cut the file; to call that its end would hide lost bytes. */
function shorter(file: string, offsetBytes: number, size: number): FerrisError {
  const message = `"${file}" ends at ${offsetBytes} although ${size} bytes were written; was it changed from outside?`;
  return new FerrisError('FERRIS_IO', message, { file, offsetBytes });
}

function writeWhole(descriptor: number, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  }
}

/** Names of the database's files; anything else that lies in the directory is left alone. */
function namesIn(path: string): string[] {
  const names: string[] = [];
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const name = entry.isFile() ? unescapeName(entry.name) : undefined;
    if (name !== undefined) names.push(name);
  }
  return names;
}

function makeDirectory(path: string): void {
  const made = mkdirSync(path, { recursive: true });
  if (made === undefined) return;
  // Each new directory is a name in the one above it, up to the first that was there.
  for (let child = path; child.length >= made.length; child = dirname(child))
    syncDirectory(dirname(child));
}

function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Runs `action`; what the system throws becomes a FerrisError that says what was tried. */
function attempt<T>(what: string, place: ErrorPlace, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (isFerrisError(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const full = `could not ${what}: the disk or the quota is full; free some space and try again`;
      throw new FerrisError('FERRIS_NO_SPACE', full, place, error);
    }
    throw new FerrisError('FERRIS_IO', `could not ${what}: ${message}`, place, error);
  }
}
