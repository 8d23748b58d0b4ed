// A listener around any file system: what is asked of the disk, as events.
//
// An event stands where a fold of all events so far gives the disk's true state, so
// that a power cut "at this event" means one thing:
//
//     file.sync  --->  [ the disk works ]  --->  file.durable       asked, then done
//                      [ the disk works ]  --->  file.append        done, then told
//
// 1. Asking for durability is told before the disk is called; what it leads to, when
//    the watermark has moved: at once, or when the disk calls back.
// 2. Everything else is told when it has succeeded; a call that throws says nothing.
// 3. Appended bytes are copied: the caller may use its buffer again.
//
// Where nobody listens there is no decorator, so the hot path pays nothing.

import type { FerrisError } from '../base/errors.ts';
import type { Trace } from '../trace/events.ts';
import type { File, Files } from './files.ts';

/** `inner`, with file.* and directory.* events told to `trace`. It takes over `inner.onDurable`. */
export function tracedFiles(inner: Files, trace: Trace): Files {
  return new TracedFiles(inner, trace);
}

/** How far a file's durability was told; `handle` is any open handle of it. */
interface Watched {
  readonly handle: File;
  toldBytes: number;
}

class TracedFiles implements Files {
  onDurable: (() => void) | undefined;
  readonly #inner: Files;
  readonly #trace: Trace;
  readonly #watched = new Map<string, Watched>();
  #directoryToldDurable = true;

  constructor(inner: Files, trace: Trace) {
    this.#inner = inner;
    this.#trace = trace;
    inner.onDurable = () => {
      this.tellDurable();
      this.onDurable?.();
    };
  }

  list(): string[] {
    return this.#inner.list();
  }

  exists(name: string): boolean {
    return this.#inner.exists(name);
  }

  create(name: string): File {
    const file = this.#inner.create(name);
    this.#trace({ type: 'file.create', file: name });
    return this.#watch(file);
  }

  open(name: string): File {
    return this.#watch(this.#inner.open(name));
  }

  delete(name: string): void {
    this.#inner.delete(name);
    this.#watched.delete(name);
    this.#trace({ type: 'file.delete', file: name });
  }

  syncDirectory(): void {
    this.#directoryToldDurable = false;
    this.#trace({ type: 'directory.sync' });
    this.#inner.syncDirectory();
    this.tellDurable();
  }

  get directoryDurable(): boolean {
    return this.#inner.directoryDurable;
  }

  get failure(): FerrisError | undefined {
    return this.#inner.failure;
  }

  /** Tells of every watermark that has moved since it was last told. */
  tellDurable(): void {
    for (const [file, watched] of this.#watched) {
      const { durableBytes } = watched.handle;
      if (durableBytes === watched.toldBytes) continue;
      watched.toldBytes = durableBytes;
      this.#trace({ type: 'file.durable', file, durableBytes });
    }
    if (this.#directoryToldDurable || !this.#inner.directoryDurable) return;
    this.#directoryToldDurable = true;
    this.#trace({ type: 'directory.durable' });
  }

  #watch(handle: File): File {
    const { name, durableBytes } = handle;
    const toldBytes = this.#watched.get(name)?.toldBytes ?? durableBytes;
    // A closed handle still answers `durableBytes`, so the newest one will do.
    this.#watched.set(name, { handle, toldBytes });
    return new TracedFile(handle, this, this.#trace);
  }
}

class TracedFile implements File {
  readonly #inner: File;
  readonly #files: TracedFiles;
  readonly #trace: Trace;

  constructor(inner: File, files: TracedFiles, trace: Trace) {
    this.#inner = inner;
    this.#files = files;
    this.#trace = trace;
  }

  get name(): string {
    return this.#inner.name;
  }

  get size(): number {
    return this.#inner.size;
  }

  get durableBytes(): number {
    return this.#inner.durableBytes;
  }

  append(bytes: Uint8Array, lazily?: boolean): void {
    const offset = this.#inner.size;
    this.#inner.append(bytes, lazily);
    this.#trace({ type: 'file.append', file: this.name, offset, bytes: bytes.slice() });
  }

  read(offset: number, into: Uint8Array): number {
    const size = this.#inner.read(offset, into);
    this.#trace({ type: 'file.read', file: this.name, offset, size });
    return size;
  }

  sync(growing?: boolean): void {
    this.#trace({ type: 'file.sync', file: this.name, size: this.size });
    this.#inner.sync(growing);
    this.#files.tellDurable();
  }

  close(): void {
    this.#inner.close();
  }
}
