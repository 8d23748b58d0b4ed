// Files in memory: nothing to lose, because nothing outlives the page or the process.
//
// There is no power cut to survive, so a sync is done when it returns. A source keeps
// its bytes from one mount to the next, as long as the source itself is kept.

import { FerrisError } from '../base/errors.ts';
import { Directory, type Stored } from './directory.ts';
import type { FilesSource, Volume } from './files.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** How large the memory's disk is. */
export interface MemoryOptions {
  /** All files together hold at most this many bytes; no limit by default. */
  readonly capacityBytes?: number;
}

/** A disk in memory: what stays when a file system on it is closed. */
class MemoryDisk {
  readonly contents = new Map<string, GrowingBytes>();
  readonly capacityBytes: number;
  usedBytes = 0;

  constructor(options: MemoryOptions) {
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }
}

/** A file system in memory; `new MemoryFiles()` is an empty one. */
export class MemoryFiles extends Directory<MemoryFile> {
  readonly directoryDurable = true;
  readonly #disk: MemoryDisk;

  constructor(options: MemoryOptions | MemoryDisk = {}) {
    super();
    this.#disk = options instanceof MemoryDisk ? options : new MemoryDisk(options);
    for (const [name, bytes] of this.#disk.contents) {
      this.stored.set(name, new MemoryFile(name, bytes, this.#disk));
    }
  }

  syncDirectory(): void {
    this.usable();
  }

  protected make(name: string): MemoryFile {
    const bytes = new GrowingBytes();
    this.#disk.contents.set(name, bytes);
    return new MemoryFile(name, bytes, this.#disk);
  }

  protected discard(file: MemoryFile): void {
    this.#disk.contents.delete(file.name);
    this.#disk.usedBytes -= file.size;
  }
}

class MemoryFile implements Stored {
  readonly name: string;
  durableBytes = 0;
  readonly #bytes: GrowingBytes;
  readonly #disk: MemoryDisk;

  constructor(name: string, bytes: GrowingBytes, disk: MemoryDisk) {
    this.name = name;
    this.#bytes = bytes;
    this.#disk = disk;
  }

  get size(): number {
    return this.#bytes.size;
  }

  append(bytes: Uint8Array): void {
    const disk = this.#disk;
    if (disk.usedBytes + bytes.length > disk.capacityBytes) {
      const message = `the disk holds ${disk.capacityBytes} bytes and ${disk.usedBytes} are taken; delete something first`;
      throw new FerrisError('FERRIS_NO_SPACE', message, {
        file: this.name,
        offsetBytes: this.size,
      });
    }
    this.#bytes.append(bytes);
    disk.usedBytes += bytes.length;
  }

  read(offset: number, into: Uint8Array): number {
    return this.#bytes.read(offset, into);
  }

  sync(): void {
    this.durableBytes = this.size;
  }
}

/**
 * A database in memory. Its bytes last as long as the returned source.
 * @throws (from `mount`) FERRIS_LOCKED while it is mounted already
 */
export function memoryFiles(name = 'memory', options: MemoryOptions = {}): FilesSource {
  const disk = new MemoryDisk(options);
  let mounted: MemoryFiles | undefined;
  const refuseMounted = () => {
    if (mounted === undefined) return;
    const message = `the memory database "${name}" is open already; close it first or use another memoryFiles()`;
    throw new FerrisError('FERRIS_LOCKED', message);
  };
  return {
    kind: 'memory',
    name,
    async mount(): Promise<Volume> {
      refuseMounted();
      const files = new MemoryFiles(disk);
      mounted = files;
      return {
        kind: 'memory',
        name,
        files,
        upkeepDue: false,
        upkeep: async () => {},
        async close() {
          files.shut();
          if (mounted === files) mounted = undefined;
        },
      };
    },
    async destroy() {
      refuseMounted();
      disk.contents.clear();
      disk.usedBytes = 0;
    },
  };
}
