// A part of a file system: the files whose names begin with a prefix, under the rest of
// their names. Two stores can live in one directory so, side by side.
//
//     files                         prefixedFiles(files, 'g000002-')
//     000001.rft
//     g000002-000003.wal            000003.wal
//
// Durability is shared: a sync takes its place among those of the whole file system, and
// names are durable here when all of them are.

import type { FerrisError } from '../base/errors.ts';
import type { File, Files } from './files.ts';

/** The files of `inner` whose names begin with `prefix`. It adds itself to `inner.onDurable`. */
export function prefixedFiles(inner: Files, prefix: string): Files {
  return new PrefixedFiles(inner, prefix);
}

class PrefixedFiles implements Files {
  onDurable: (() => void) | undefined;
  readonly #inner: Files;
  readonly #prefix: string;

  constructor(inner: Files, prefix: string) {
    this.#inner = inner;
    this.#prefix = prefix;
    const others = inner.onDurable;
    inner.onDurable = () => {
      others?.();
      this.onDurable?.();
    };
  }

  list(): string[] {
    const names = this.#inner.list().filter((name) => name.startsWith(this.#prefix));
    return names.map((name) => name.slice(this.#prefix.length));
  }

  exists(name: string): boolean {
    return this.#inner.exists(this.#prefix + name);
  }

  create(name: string): File {
    return new PrefixedFile(this.#inner.create(this.#prefix + name), name);
  }

  open(name: string): File {
    return new PrefixedFile(this.#inner.open(this.#prefix + name), name);
  }

  delete(name: string): void {
    this.#inner.delete(this.#prefix + name);
  }

  syncDirectory(): void {
    this.#inner.syncDirectory();
  }

  get directoryDurable(): boolean {
    return this.#inner.directoryDurable;
  }

  get failure(): FerrisError | undefined {
    return this.#inner.failure;
  }
}

class PrefixedFile implements File {
  readonly name: string;
  readonly #inner: File;

  constructor(inner: File, name: string) {
    this.name = name;
    this.#inner = inner;
  }

  get size(): number {
    return this.#inner.size;
  }

  get durableBytes(): number {
    return this.#inner.durableBytes;
  }

  append(bytes: Uint8Array, lazily?: boolean): void {
    this.#inner.append(bytes, lazily);
  }

  read(offset: number, into: Uint8Array): number {
    return this.#inner.read(offset, into);
  }

  sync(growing?: boolean): void {
    this.#inner.sync(growing);
  }

  close(): void {
    this.#inner.close();
  }
}
