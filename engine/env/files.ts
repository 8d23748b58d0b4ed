// Files: the only way the engine reaches a disk.
//
// Opening a file system is asynchronous (locks, handles, a database underneath).
// On an opened one everything is synchronous, so the core never awaits: the same
// code runs in a worker on OPFS, in Node, in a page's memory, and inside the
// simulator as part of a reducer.
//
// A file only grows. It is created, appended to, read, synced and deleted; no byte
// is overwritten and nothing is renamed. That is all a log-structured store needs,
// and it makes a crash easy to reason about:
//
//     0            durableBytes              size
//     |== durable ==|- - - - volatile - - - -|
//      survives       any subset of sectors may survive, torn
//
// What every implementation keeps (tests/conformance/files.ts checks it):
//
// 1. `append` is visible to `read` and in `size` at once. It promises nothing
//    about a power cut. The end of the process takes nothing that was appended, but what was
//    appended lazily, by the task that is running then.
// 2. `sync` asks that everything appended so far become durable. `durableBytes` says
//    how far that has come: before `sync` returns on OPFS and Node, some time
//    later on IndexedDB and on simulated disks. It never says more than is true.
// 3. Sync requests (of files and of the directory) take effect in the order in
//    which they were made: if a later one is durable, so is every earlier one.
// 4. A created file is sure to exist after a power cut only once `syncDirectory` has
//    taken effect; a deleted one may come back until then. A file's durable bytes
//    are of no use if its name was lost.
// 5. After a power cut, each 512-byte sector of the volatile part is kept, lost
//    (zeros, or whatever lay there before) or torn, independently of the others, and
//    the size is anything from durableBytes to the old size. `files-faulty.ts`
//    implements the worst of this.
// 6. A full disk is FERRIS_NO_SPACE, and an append that throws appended nothing.
// 7. A sync that failed can't be made good: the system may have dropped the bytes and
//    yet report success the next time (fsync on Linux does). So every later sync of
//    that file throws FERRIS_IO too, until it is mounted again.
// 8. Every call on a closed or deleted file's handle throws FERRIS_CLOSED, but for
//    `close` itself; a file system has one opener at a time, and the second gets
//    FERRIS_LOCKED.
// 9. A file that is synced as one that goes on growing may be given zeros behind its end. They
//    are in no `size` and no `read` while it is open, and closing its last handle cuts them off.
//    But after a power cut, or the end of the process, such a file may end in zeros that nobody
//    appended. Whoever syncs so must take them for nothing, as the reader of logs does.

import type { FerrisError } from '../base/errors.ts';

/** What a disk writes or loses as a whole when the power goes. */
export const SECTOR_BYTES = 512;

/** Longest file name, in UTF-8 bytes. Any character may occur in one but NUL. */
export const FILE_NAME_BYTES_MAX = 120;

/** An open file. Several handles of one file may be open; they see the same bytes. */
export interface File {
  readonly name: string;
  /** Bytes appended so far, durable or not. */
  readonly size: number;
  /**
   * Bytes known to survive a power cut: the durability watermark. All handles of a
   * file share it. 0 after a mount, whatever the file holds, until a sync says more.
   */
  readonly durableBytes: number;
  /**
   * Adds `bytes` at the end; they are copied before it returns. `lazily`: they may wait in memory
   * until the running task ends, so that many small appends become one call of the system's; on a
   * full disk they wait on, and it is a later append or sync that throws.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED
   */
  append(bytes: Uint8Array, lazily?: boolean): void;
  /**
   * Fills `into` from `offset`; returns how many bytes that was, fewer than
   * `into.length` only at the end of the file. @throws FERRIS_IO, FERRIS_CLOSED
   */
  read(offset: number, into: Uint8Array): number;
  /**
   * Asks that all bytes appended so far become durable; see `durableBytes`. `growing`: more will
   * be appended and synced, and zeros behind the end do no harm; see rule 9.
   * @throws FERRIS_IO, FERRIS_CLOSED
   */
  sync(growing?: boolean): void;
  /** Gives the handle back; it syncs nothing. Closing twice is fine. */
  close(): void;
}

/** An opened file system: one flat directory of files. */
export interface Files {
  /** Names of all files, sorted by UTF-16 code units. */
  list(): string[];
  exists(name: string): boolean;
  /** A new, empty file. @throws FERRIS_EXISTS, FERRIS_NO_SPACE, FERRIS_TOO_LARGE, FERRIS_INVALID_ARGUMENT */
  create(name: string): File;
  /** A handle of an existing file, to read and to append. @throws FERRIS_NOT_FOUND */
  open(name: string): File;
  /** Removes a file; its open handles become closed. @throws FERRIS_NOT_FOUND */
  delete(name: string): void;
  /** Asks that creations and deletions so far become durable. */
  syncDirectory(): void;
  /** True when every `syncDirectory` asked for so far has taken effect. */
  readonly directoryDurable: boolean;
  /**
   * Called when a watermark moved after its `sync` had returned, and once when
   * `failure` has come up. Backends that are durable at once never call it.
   */
  onDurable: (() => void) | undefined;
  /**
   * Why nothing more will become durable until the next mount: a sync whose call had
   * returned long ago has failed. Then every changing call throws it, and reads go on.
   */
  readonly failure: FerrisError | undefined;
}

/** Which implementation is underneath. */
export type FilesKind = 'memory' | 'node' | 'opfs' | 'idb' | 'faulty';

/** A mounted file system as its driver (never the core) sees it. */
export interface Volume {
  readonly kind: FilesKind;
  readonly name: string;
  readonly files: Files;
  /** True when `upkeep` should be awaited before more files are created. */
  readonly upkeepDue: boolean;
  /** Work that can't be done synchronously: refill a pool of handles, drain a queue. */
  upkeep(): Promise<void>;
  /**
   * Waits for what was asked to be durable, then lets go of handles and locks.
   * @throws the files' `failure`, after letting go, so that a loss is not missed
   */
  close(): Promise<void>;
}

/** Where a database lives: what `memoryFiles()`, `opfsFiles(name)` and their like return. */
export interface FilesSource {
  readonly kind: FilesKind;
  readonly name: string;
  /** @throws FERRIS_LOCKED when it is open elsewhere, FERRIS_UNSUPPORTED where the platform lacks it */
  mount(): Promise<Volume>;
  /** Deletes every file for good; fine where there is none. @throws FERRIS_LOCKED when it is open */
  destroy(): Promise<void>;
}
