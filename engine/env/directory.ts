// The half of a file system that is the same on every disk: names, handles, and
// what is refused. A backend adds how bytes are kept.
//
//     Directory  --- name --->  Stored file  <--- any number of ---  Handle
//     (who exists)              (the bytes)                          (open or closed)
//
// 1. A name leads to one stored file at a time. Deleted and created again, it is
//    another file; handles of the old one stay closed.
// 2. A handle asks in this order: is the file system usable (closed, no power)? is
//    the handle open? are the arguments sound? Only then is the backend called.
// 3. The size and the watermark belong to the stored file, so all its handles agree.
// 4. Once a sync of a file has failed, its later ones fail too (rule 7 of files.ts).

import { FerrisError } from '../base/errors.ts';
import { checkFileName } from './file-name.ts';
import type { File, Files } from './files.ts';

/** One file as its backend keeps it. Arguments have been checked. */
export interface Stored {
  readonly name: string;
  readonly size: number;
  readonly durableBytes: number;
  append(bytes: Uint8Array, lazily?: boolean): void;
  read(offset: number, into: Uint8Array): number;
  sync(growing?: boolean): void;
  /** The last open handle was closed; absent where nothing is held. */
  release?(): void;
}

/** The names and handles of one opened file system; backends extend it. */
export abstract class Directory<F extends Stored> implements Files {
  onDurable: (() => void) | undefined;
  /** Set by backends whose durability comes later; the others throw when they are asked. */
  failure: FerrisError | undefined;
  /** Every file that exists now. */
  protected readonly stored = new Map<string, F>();
  readonly #handles = new Map<F, Set<Handle>>();
  readonly #failedSyncs = new WeakSet<Stored>();
  #closed = false;

  /** Makes an empty file; the name is sound and free. */
  protected abstract make(name: string): F;
  /** Forgets a file; its handles are closed already. */
  protected abstract discard(file: F): void;
  abstract syncDirectory(): void;
  abstract readonly directoryDurable: boolean;

  list(): string[] {
    this.usable();
    return [...this.stored.keys()].sort();
  }

  exists(name: string): boolean {
    this.usable();
    return this.stored.has(name);
  }

  create(name: string): File {
    this.usable();
    checkFileName(name);
    if (this.stored.has(name)) {
      throw new FerrisError(
        'FERRIS_EXISTS',
        `"${name}" exists already; delete it first or open it`,
        { file: name },
      );
    }
    const file = this.make(name);
    this.stored.set(name, file);
    return this.#handle(file);
  }

  open(name: string): File {
    this.usable();
    return this.#handle(this.#find(name));
  }

  delete(name: string): void {
    this.usable();
    const file = this.#find(name);
    this.discard(file);
    this.stored.delete(name);
    for (const handle of this.#handles.get(file) ?? []) handle.close();
  }

  /** Ends the file system: every later call on it and its handles throws FERRIS_CLOSED. */
  shut(): void {
    this.#closed = true;
    for (const handles of this.#handles.values()) for (const handle of handles) handle.close();
  }

  /** @throws FERRIS_CLOSED after `shut`; a backend may add reasons of its own. */
  usable(): void {
    if (this.#closed) {
      throw new FerrisError('FERRIS_CLOSED', 'the file system was closed; mount it again to go on');
    }
  }

  /**
   * Syncs a file, and remembers if that failed: its bytes may be gone although no one will say so.
   * @throws FERRIS_IO when an earlier sync of this file failed, and what the backend throws
   */
  syncStored(file: Stored, growing?: boolean): void {
    this.#refuseAfterFailure(file);
    try {
      file.sync(growing);
    } catch (error) {
      this.#failedSyncs.add(file);
      throw error;
    }
  }

  #refuseAfterFailure(file: Stored): void {
    if (!this.#failedSyncs.has(file)) return;
    const message = `an earlier sync of "${file.name}" failed, so its bytes can't be made durable; write them to a new file`;
    throw new FerrisError('FERRIS_IO', message, { file: file.name });
  }

  #find(name: string): F {
    const file = this.stored.get(name);
    if (file !== undefined) return file;
    throw new FerrisError('FERRIS_NOT_FOUND', `there is no file "${name}"; create it first`, {
      file: name,
    });
  }

  #handle(file: F): Handle {
    const handles = this.#handles.get(file) ?? new Set();
    this.#handles.set(file, handles);
    const handle: Handle = new Handle(this, file, () => {
      handles.delete(handle);
      if (handles.size > 0) return;
      this.#handles.delete(file);
      file.release?.();
    });
    handles.add(handle);
    return handle;
  }
}

/** What a handle asks of its directory. */
interface Owner {
  usable(): void;
  syncStored(file: Stored, growing?: boolean): void;
}

/** An open file of any backend. */
class Handle implements File {
  readonly name: string;
  readonly #directory: Owner;
  readonly #file: Stored;
  #onClose: (() => void) | undefined;

  constructor(directory: Owner, file: Stored, onClose: () => void) {
    this.name = file.name;
    this.#directory = directory;
    this.#file = file;
    this.#onClose = onClose;
  }

  get size(): number {
    return this.#file.size;
  }

  get durableBytes(): number {
    return this.#file.durableBytes;
  }

  append(bytes: Uint8Array, lazily?: boolean): void {
    this.#usable();
    this.#file.append(bytes, lazily);
  }

  read(offset: number, into: Uint8Array): number {
    this.#usable();
    if (!Number.isSafeInteger(offset) || offset < 0) {
      const message = `a read starts at a whole number of bytes from 0; not at ${offset}`;
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', message, { file: this.name });
    }
    return this.#file.read(offset, into);
  }

  sync(growing?: boolean): void {
    this.#usable();
    this.#directory.syncStored(this.#file, growing);
  }

  close(): void {
    const onClose = this.#onClose;
    this.#onClose = undefined;
    onClose?.();
  }

  #usable(): void {
    this.#directory.usable();
    if (this.#onClose !== undefined) return;
    const message = `"${this.name}" was closed or deleted; open it again to go on`;
    throw new FerrisError('FERRIS_CLOSED', message, { file: this.name });
  }
}
