// Backup and restore as streams.
//
//     const stream = db.backup();
//     await restore(stream, opfsFiles('copy'));

import type { Clock } from '../env/clock.ts';
import type { FilesSource, Volume } from '../env/files.ts';
import { BackupWriter, type RestoreReport, Restorer } from '../lsm/backup-stream.ts';
import type { Backend, OpenBackup } from './backend.ts';
import { runsInWorker } from './places.ts';
import { type ByteStream, piecesOf } from './streams.ts';
import { WorkerLink } from './worker-link.ts';

/** Bytes of a file in one chunk. */
const CHUNK_BYTES = 256 << 10;

export async function* backupChunks(
  backend: Backend,
  clock: Clock,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const backup = await backend.openBackup();
  try {
    const writer = new BackupWriter();
    yield writer.header(clock.nowMs());
    for (const { name, sizeBytes } of backup.files) {
      yield writer.file(name, sizeBytes);
      for await (const bytes of fileChunks(backend, backup, name, sizeBytes))
        yield writer.bytes(bytes);
    }
    yield writer.trailer();
  } finally {
    await backend.closeBackup(backup.id);
  }
}

async function* fileChunks(
  backend: Backend,
  { id }: OpenBackup,
  name: string,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < sizeBytes; at += CHUNK_BYTES)
    yield await backend.readBackup(id, name, at, Math.min(CHUNK_BYTES, sizeBytes - at));
}

/**
 * Makes a database of a backup, in an empty place. If that fails, what was written is deleted.
 * @throws FERRIS_EXISTS when the place isn't empty, FERRIS_CORRUPTION when the backup is damaged,
 *   FERRIS_UNSUPPORTED when it is of a later version, FERRIS_NO_SPACE, FERRIS_IO, FERRIS_LOCKED,
 *   FERRIS_INVALID_ARGUMENT
 */
export async function restore(stream: ByteStream, target: FilesSource): Promise<RestoreReport> {
  if (runsInWorker(target.kind)) return restoreInWorker(stream, target.name);
  const restoration = await Restoration.begin(target);
  try {
    for await (const piece of piecesOf(stream)) await restoration.push(piece);
  } catch (error) {
    await restoration.undo();
    throw error;
  }
  return restoration.end();
}

async function restoreInWorker(stream: ByteStream, name: string): Promise<RestoreReport> {
  const link = new WorkerLink();
  try {
    await link.call('restoreBegin', { name });
    for await (const piece of piecesOf(stream)) await link.call('restorePart', piece.slice());
    return await link.call('restoreEnd', undefined);
  } catch (error) {
    // Nothing more comes: what arrived is cut short, and undone.
    await link.call('restoreEnd', undefined).catch(() => {});
    throw error;
  } finally {
    link.end();
  }
}

/** A restoration under way. */
export class Restoration {
  readonly #volume: Volume;
  readonly #restorer: Restorer;

  /** Errors are those of `restore`. */
  static async begin(target: FilesSource): Promise<Restoration> {
    const volume = await target.mount();
    try {
      return new Restoration(volume, new Restorer(volume.files));
    } catch (error) {
      await volume.close();
      throw error;
    }
  }

  private constructor(volume: Volume, restorer: Restorer) {
    this.#volume = volume;
    this.#restorer = restorer;
  }

  /** Call `undo` when it throws. */
  async push(piece: Uint8Array): Promise<void> {
    if (this.#volume.upkeepDue) await this.#volume.upkeep();
    this.#restorer.push(piece);
  }

  /** Ends it, for good or with an error. */
  async end(): Promise<RestoreReport> {
    try {
      const report = this.#restorer.finish();
      await this.#volume.close();
      return report;
    } catch (error) {
      await this.undo();
      throw error;
    }
  }

  /** Deletes what was written. */
  async undo(): Promise<void> {
    this.#restorer.undo();
    await this.#volume.close();
  }
}
