// Backup and restore as streams.
//
//     const stream = db.backup();
//     await restore(stream, opfsFiles('copy'));

import type { Clock } from '../env/clock.ts';
import type { FilesSource } from '../env/files.ts';
import { BackupWriter, type RestoreReport, Restorer } from '../lsm/backup-stream.ts';
import type { Backend, OpenBackup } from './backend.ts';
import { type ByteStream, piecesOf } from './streams.ts';

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
  const volume = await target.mount();
  try {
    const restorer = new Restorer(volume.files);
    try {
      for await (const piece of piecesOf(stream)) {
        if (volume.upkeepDue) await volume.upkeep();
        restorer.push(piece);
      }
      return restorer.finish();
    } catch (error) {
      restorer.undo();
      throw error;
    }
  } finally {
    await volume.close();
  }
}
