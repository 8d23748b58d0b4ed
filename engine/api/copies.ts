// Copies of a store that goes on, and its verification: work on tables that are pinned, in slices.

import { FerrisError } from '../base/errors.ts';
import type { Clock } from '../env/clock.ts';
import type { Files, FilesSource } from '../env/files.ts';
import {
  BackupFiles,
  type CheckpointReport,
  checkpoint,
  type PinnedTables,
} from '../lsm/backup.ts';
import { type VerifyReport, verifyFiles } from '../lsm/verify.ts';
import type { BackupId, OpenBackup } from './backend.ts';
import { later } from './later.ts';

/** The backups of one store that are being read, and what runs over its tables. */
export class Copies {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #open = new Map<BackupId, BackupFiles>();
  #nextId: BackupId = 1;

  constructor(files: Files, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /** How many backups are open. */
  get count(): number {
    return this.#open.size;
  }

  open(pinned: PinnedTables): OpenBackup {
    const files = new BackupFiles(pinned, this.#clock);
    const id = this.#nextId++;
    this.#open.set(id, files);
    return { id, files: files.list };
  }

  /** @throws FERRIS_CLOSED, FERRIS_IO */
  read(id: BackupId, name: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
    const files = this.#open.get(id);
    if (files !== undefined) return files.read(name, offset, length);
    throw new FerrisError('FERRIS_CLOSED', 'this backup has ended; begin a new one');
  }

  /** Closing one that has ended is fine. */
  close(id: BackupId): void {
    this.#open.get(id)?.close();
    this.#open.delete(id);
  }

  closeAll(): void {
    for (const id of this.#open.keys()) this.close(id);
  }

  /** @param alive throws when the store was closed meanwhile */
  async checkpoint(
    pinned: PinnedTables,
    target: FilesSource,
    alive: () => void,
  ): Promise<CheckpointReport> {
    try {
      const volume = await target.mount();
      try {
        const upkeep = async () => {
          alive();
          if (volume.upkeepDue) await volume.upkeep();
        };
        return await inSlices(checkpoint(pinned, volume.files, this.#clock), upkeep);
      } finally {
        await volume.close();
      }
    } finally {
      pinned.release();
    }
  }

  /** @param alive throws when the store was closed meanwhile */
  async verify(pinned: PinnedTables, alive: () => void): Promise<VerifyReport> {
    try {
      const slices = verifyFiles(this.#files, pinned.version, this.#clock);
      return await inSlices(slices, async () => alive());
    } finally {
      pinned.release();
    }
  }
}

/** Runs a generator to its end, with other things in between. */
async function inSlices<T>(
  slices: Generator<void, T, void>,
  between: () => Promise<void>,
): Promise<T> {
  try {
    for (;;) {
      const { done, value } = slices.next();
      if (done) return value;
      await new Promise<void>(later);
      await between();
    }
  } finally {
    slices.return(undefined as never);
  }
}
