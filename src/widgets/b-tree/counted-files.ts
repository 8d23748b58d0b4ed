// Files in memory that count what is appended to them, and what is read.

import { type File, MemoryFiles } from '../../../engine/index.ts';

/** Bytes, since the beginning; `spaceBytes` is what the files take now. */
export interface Counted {
  readonly writtenBytes: number;
  readonly readBytes: number;
  readonly spaceBytes: number;
}

export class CountedFiles extends MemoryFiles {
  #writtenBytes = 0;
  #readBytes = 0;

  override create(name: string): File {
    return this.#counting(super.create(name));
  }

  override open(name: string): File {
    return this.#counting(super.open(name));
  }

  get counted(): Counted {
    let spaceBytes = 0;
    for (const name of this.list()) {
      const file = super.open(name);
      spaceBytes += file.size;
      file.close();
    }
    return { writtenBytes: this.#writtenBytes, readBytes: this.#readBytes, spaceBytes };
  }

  #counting(file: File): File {
    const { append, read } = file;
    file.append = (bytes) => {
      append.call(file, bytes);
      this.#writtenBytes += bytes.length;
    };
    file.read = (offset, into) => {
      const size = read.call(file, offset, into);
      this.#readBytes += size;
      return size;
    };
    return file;
  }
}
