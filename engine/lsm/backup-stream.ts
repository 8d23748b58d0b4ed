// A backup as one stream: an archive of the files of a database.
//
//    header | file begins | bytes | bytes | file begins | bytes | ... | trailer: how many files
//
//    file begins:  1 u8 | size u64 | name, UTF-8
//    bytes:        2 u8 | bytes of the file that began last
//
// The chunks are those of chunk-stream.ts. The superblock is the last file, and whoever restores
// makes everything else durable before it: a restoration that is interrupted leaves no database.

import { text, utf8 } from '../base/bytes.ts';
import { FerrisError, isFerrisError } from '../base/errors.ts';
import { layout, readU64, u8, u64, viewOf } from '../base/layout.ts';
import type { File, Files } from '../env/files.ts';
import { discard, syncFile, syncNames } from '../env/sync.ts';
import { isSuperblock } from './backup.ts';
import { ChunkReader, ChunkWriter, type StreamFormat } from './chunk-stream.ts';
import { parseFileName } from './file-names.ts';

const BACKUP_FORMAT: StreamFormat = { magic: 'FDB_BAK\0', version: 1, noun: 'a backup' };

const FILE = 1;
const BYTES = 2;

/** What begins a file in a backup; its name follows. */
export const BackupFileHeader = layout('file in a backup', {
  kind: u8('1: a file begins', 'type'),
  sizeBytes: u64('size of the file', 'length'),
});

/** Makes a backup of files and their bytes. */
export class BackupWriter {
  readonly #chunks = new ChunkWriter(BACKUP_FORMAT);
  #files = 0;

  header(createdMs: number): Uint8Array<ArrayBuffer> {
    return this.#chunks.header(createdMs);
  }

  file(name: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
    const nameBytes = utf8(name);
    const payload = new Uint8Array(BackupFileHeader.size + nameBytes.length);
    BackupFileHeader.write(viewOf(payload), 0, { kind: FILE, sizeBytes });
    payload.set(nameBytes, BackupFileHeader.size);
    this.#files++;
    return this.#chunks.chunk(payload);
  }

  /** The next bytes of the file. */
  bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const payload = new Uint8Array(1 + bytes.length);
    payload[0] = BYTES;
    payload.set(bytes, 1);
    return this.#chunks.chunk(payload);
  }

  trailer(): Uint8Array<ArrayBuffer> {
    return this.#chunks.trailer(this.#files);
  }
}

/** What was restored. */
export interface RestoreReport {
  readonly files: number;
  readonly bytes: number;
}

/** Writes the files of a backup, as it arrives, into an empty place. */
export class Restorer {
  readonly #files: Files;
  readonly #chunks = new ChunkReader(BACKUP_FORMAT);
  readonly #made: string[] = [];
  #file: File | undefined;
  #left = 0;
  #bytes = 0;

  /** @throws FERRIS_EXISTS when the place isn't empty */
  constructor(files: Files) {
    const [name] = files.list();
    if (name !== undefined) {
      const message = `the place to restore to holds ${name}; give an empty one, or destroy what is there`;
      throw new FerrisError('FERRIS_EXISTS', message, { file: name });
    }
    this.#files = files;
  }

  /** @throws FERRIS_CORRUPTION, FERRIS_UNSUPPORTED, FERRIS_NO_SPACE, FERRIS_IO: call `undo` then */
  push(arrived: Uint8Array): void {
    for (const payload of this.#chunks.push(arrived)) this.#take(payload);
  }

  /** Says that nothing more arrives. Errors are those of `push`. */
  finish(): RestoreReport {
    const count = this.#chunks.finish();
    this.#endFile();
    const last = this.#made.at(-1);
    if (count !== this.#made.length || last === undefined || !isSuperblock(last))
      throw corrupt('holds other files than it says');
    syncNames(this.#files);
    return { files: count, bytes: this.#bytes };
  }

  /** Deletes what was written. */
  undo(): void {
    this.#file?.close();
    this.#file = undefined;
    for (const name of this.#made.reverse()) discard(this.#files, name);
  }

  #take(payload: Uint8Array): void {
    if (payload[0] === FILE && payload.length > BackupFileHeader.size) this.#begin(payload);
    else if (payload[0] === BYTES && this.#file !== undefined) this.#append(payload.subarray(1));
    else throw corrupt('has a part of an unknown kind');
  }

  #begin(payload: Uint8Array): void {
    this.#endFile();
    const name = text(payload.subarray(BackupFileHeader.size));
    if (parseFileName(name) === undefined) throw corrupt('holds a file that is none of a database');
    if (isSuperblock(name)) syncNames(this.#files);
    this.#left = readU64(viewOf(payload), BackupFileHeader.at.sizeBytes);
    try {
      this.#file = this.#files.create(name);
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_EXISTS')) throw corrupt('holds a file twice');
      throw error;
    }
    this.#made.push(name);
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > this.#left) throw corrupt('holds more of a file than it says');
    this.#file?.append(bytes);
    this.#left -= bytes.length;
    this.#bytes += bytes.length;
  }

  #endFile(): void {
    if (this.#file === undefined) return;
    if (this.#left > 0) throw corrupt('holds less of a file than it says');
    syncFile(this.#file);
    this.#file.close();
    this.#file = undefined;
  }
}

function corrupt(what: string): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a backup ${what}; use another copy`);
}
