// Files that count their open handles, so that a test can tell when one was forgotten.

import type { File, Files } from '../engine/env/files.ts';

export class CountedFiles implements Files {
  readonly #files: Files;
  readonly #open = new Set<File>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** Handles that were opened and not closed; deleting a file closes those on it. */
  get openHandles(): number {
    return this.#open.size;
  }

  create(name: string): File {
    return this.#counted(this.#files.create(name));
  }

  open(name: string): File {
    return this.#counted(this.#files.open(name));
  }

  delete(name: string): void {
    this.#files.delete(name);
    for (const file of this.#open) if (file.name === name) this.#open.delete(file);
  }

  list(): string[] {
    return this.#files.list();
  }

  exists(name: string): boolean {
    return this.#files.exists(name);
  }

  syncDirectory(): void {
    this.#files.syncDirectory();
  }

  get directoryDurable(): boolean {
    return this.#files.directoryDurable;
  }

  get onDurable(): (() => void) | undefined {
    return this.#files.onDurable;
  }

  set onDurable(callback: (() => void) | undefined) {
    this.#files.onDurable = callback;
  }

  get failure() {
    return this.#files.failure;
  }

  #counted(file: File): File {
    const counted: File = {
      name: file.name,
      get size() {
        return file.size;
      },
      get durableBytes() {
        return file.durableBytes;
      },
      append: (bytes) => file.append(bytes),
      read: (offset, into) => file.read(offset, into),
      sync: () => file.sync(),
      close: () => {
        this.#open.delete(counted);
        file.close();
      },
    };
    this.#open.add(counted);
    return counted;
  }
}
