// Snapshots on disk: the state machine up to one index, in one file.
//
//    0              64                          size - 24        size
//    +--------------+---------------------------+----------------+
//    | file header  | what the machine wrote    | trailer        |
//    +--------------+---------------------------+----------------+
//      number: index; link a: state hash          machine, size, crc
//
// The file is also what crosses the network: a follower gets the same bytes, chunk by chunk,
// under the same name.
//
// 1. A snapshot counts when the Raft log has a mark with its index, which is written after
//    the file is durable. A file without a mark is debris of a crash.
// 2. The one before it goes when the mark is durable. So there is always one that counts.
// 3. The trailer is written last and its checksum covers all before it but the header, which
//    has its own: a file without a sound trailer is not a snapshot.
// 4. A chunk that doesn't continue what is there is not taken: the leader is told how far it
//    has come, and goes on from there.
// 5. A snapshot is looked through before it is sent. One that rots would be refused by whoever gets
//    it, and asked for again, for ever: its server stops instead, and another one leads.

import { crc32 } from '../base/crc32.ts';
import { FerrisError, isFerrisError } from '../base/errors.ts';
import { viewOf } from '../base/layout.ts';
import type { File, Files } from '../env/files.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../env/header.ts';
import { discard, syncFile, syncNames } from '../env/sync.ts';
import type { ReceivedChunk, SnapshotSource } from '../raft/effects.ts';
import type { LogIndex } from '../raft/message.ts';
import { numbersOf, serverFileName } from './file-names.ts';
import { SNAPSHOT_FORMAT, SnapshotTrailer } from './snapshot-format.ts';
import type { FrozenState } from './state-machine.ts';

/** How much of a snapshot is read at once. */
const PIECE_BYTES = 1 << 16;

/** What of a snapshot is under way to the disk. */
export class SnapshotWriter {
  readonly index: LogIndex;
  readonly file: File;
  readonly #files: Files;
  readonly #frozen: FrozenState;
  readonly #machine: number;
  #bodyBytes = 0;
  #crc = 0;
  #isWritten = false;

  /** @throws FERRIS_NO_SPACE, FERRIS_IO */
  constructor(files: Files, frozen: FrozenState, machine: number) {
    this.index = frozen.index;
    this.#files = files;
    this.#frozen = frozen;
    this.#machine = machine;
    const name = serverFileName('snapshot', frozen.index);
    discard(files, name);
    this.file = files.create(name);
    const links = { linkA: frozen.stateHash, linkB: 0 };
    this.file.append(
      encodeHeader(SNAPSHOT_FORMAT, { fileNumber: frozen.index, createdMs: 0, ...links }),
    );
  }

  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** True when the whole of it survives a power cut. */
  get isDurable(): boolean {
    return this.#isWritten && isDurable(this.#files, this.file);
  }

  /** Writes the next piece; the last one asks for durability too. @throws FERRIS_NO_SPACE, FERRIS_IO */
  work(): void {
    const next = this.#frozen.parts.next();
    if (next.done === true) {
      this.#finish();
      return;
    }
    this.file.append(next.value);
    this.#bodyBytes += next.value.length;
    this.#crc = crc32(next.value, 0, next.value.length, this.#crc);
  }

  /** Gives up; what is on the disk is debris. */
  abandon(): void {
    this.#frozen.close();
    this.file.close();
    discard(this.#files, this.file.name);
  }

  #finish(): void {
    const bytes = new Uint8Array(SnapshotTrailer.size);
    const view = viewOf(bytes);
    const head = { machine: this.#machine, reserved: 0, bodyBytes: this.#bodyBytes, reserved2: 0 };
    SnapshotTrailer.write(view, 0, { ...head, crc: 0 });
    const crc = crc32(bytes, 0, SnapshotTrailer.at.crc, this.#crc);
    view.setUint32(SnapshotTrailer.at.crc, crc, true);
    this.file.append(bytes);
    syncFile(this.file);
    syncNames(this.#files);
    this.#frozen.close();
    this.#isWritten = true;
  }
}

/** The snapshots of one server. */
export class SnapshotFiles implements SnapshotSource {
  readonly #files: Files;
  #newest: { readonly index: LogIndex; readonly totalBytes: number } | undefined;
  #open: File | undefined;
  #receiving: File | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  newest(): { readonly index: LogIndex; readonly totalBytes: number } | undefined {
    return this.#newest;
  }

  /** @throws FERRIS_CORRUPTION at its beginning when it is damaged; FERRIS_NOT_FOUND, FERRIS_IO */
  read(index: LogIndex, offsetBytes: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
    const name = serverFileName('snapshot', index);
    if (offsetBytes === 0) this.#check(index);
    if (this.#open?.name !== name) {
      this.#open?.close();
      this.#open = undefined; // opening may fail: it may have been deleted
      this.#open = this.#files.open(name);
    }
    const bytes = new Uint8Array(sizeBytes);
    return bytes.subarray(0, this.#open.read(offsetBytes, bytes));
  }

  /** From now on this one is sent to followers. It must be durable. */
  offer(index: LogIndex): void {
    const file = this.#files.open(serverFileName('snapshot', index));
    this.#newest = { index, totalBytes: file.size };
    file.close();
  }

  /** Deletes the snapshots of lower indexes. */
  dropBefore(index: LogIndex): void {
    this.#letGo();
    for (const number of numbersOf('snapshot', this.#files.list()))
      if (number < index) this.#drop(serverFileName('snapshot', number));
  }

  /** Deletes all but this one; 0: all. For the start, when nothing is under way. */
  dropOthers(index: LogIndex): void {
    for (const number of numbersOf('snapshot', this.#files.list()))
      if (number !== index) this.#drop(serverFileName('snapshot', number));
  }

  /** Keeps a chunk; true when it was the last one. @throws FERRIS_NO_SPACE, FERRIS_IO */
  receive({ meta, offsetBytes, totalBytes, bytes }: ReceivedChunk): boolean {
    const name = serverFileName('snapshot', meta.index);
    if (offsetBytes === 0) this.#beginReceiving(name);
    const file = this.#receiving;
    if (file?.name !== name || file.size !== offsetBytes) return false;
    file.append(bytes);
    if (file.size < totalBytes) return false;
    syncFile(file);
    syncNames(this.#files);
    return true;
  }

  /** True when what was received survives a power cut. */
  get isReceivedDurable(): boolean {
    return this.#receiving !== undefined && isDurable(this.#files, this.#receiving);
  }

  /** True for a snapshot that is whole, and of this kind of machine. */
  isSound(index: LogIndex, machine: number): boolean {
    try {
      this.#check(index, machine);
      return true;
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_CORRUPTION')) return false;
      throw error;
    }
  }

  /** What the machine wrote, piece by piece. @throws FERRIS_CORRUPTION, FERRIS_NOT_FOUND, FERRIS_IO */
  *parts(index: LogIndex, machine: number): Generator<Uint8Array, void, void> {
    this.#check(index, machine);
    const file = this.#files.open(serverFileName('snapshot', index));
    try {
      const end = file.size - SnapshotTrailer.size;
      for (let at = HEADER_BYTES; at < end; at += PIECE_BYTES) {
        const piece = new Uint8Array(Math.min(PIECE_BYTES, end - at));
        file.read(at, piece);
        yield piece;
      }
    } finally {
      file.close();
    }
  }

  /** Asks that a snapshot that was found be durable; its watermark tells. @throws FERRIS_CORRUPTION, FERRIS_IO */
  settle(index: LogIndex): File {
    const name = serverFileName('snapshot', index);
    if (!this.#files.exists(name)) throw damaged(name, 'is missing');
    const file = this.#files.open(name);
    syncFile(file);
    return file;
  }

  /** Whoever reads it for a follower is told that it is gone, and sends a newer one. */
  #drop(name: string): void {
    if (this.#open?.name === name) {
      this.#open.close();
      this.#open = undefined;
    }
    discard(this.#files, name);
  }

  /** A handle of a deleted file is closed; the next read opens another, or finds that there is none. */
  /** Lets go of its files. What is being received is debris. */
  close(): void {
    this.#letGo();
    this.#receiving?.close();
  }

  #letGo(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #beginReceiving(name: string): void {
    this.#receiving?.close();
    this.#drop(name);
    this.#receiving = this.#files.create(name);
  }

  /** @throws FERRIS_CORRUPTION */
  #check(index: LogIndex, machine?: number): void {
    const name = serverFileName('snapshot', index);
    const file = this.#files.open(name);
    try {
      if (file.size < HEADER_BYTES + SnapshotTrailer.size) throw damaged(name, 'is cut short');
      const header = new Uint8Array(HEADER_BYTES);
      file.read(0, header);
      const { fileNumber } = decodeHeader(SNAPSHOT_FORMAT, header, name);
      if (fileNumber !== index) throw damaged(name, `is that of entry ${fileNumber}`);
      checkTrailer(file, machine);
    } finally {
      file.close();
    }
  }
}

function checkTrailer(file: File, machine: number | undefined): void {
  const trailer = new Uint8Array(SnapshotTrailer.size);
  const end = file.size - trailer.length;
  file.read(end, trailer);
  const view = viewOf(trailer);
  const covered = crcOf(file, HEADER_BYTES, end);
  const crc = crc32(trailer, 0, SnapshotTrailer.at.crc, covered);
  if (view.getUint32(SnapshotTrailer.at.crc, true) !== crc)
    throw damaged(file.name, 'has a wrong checksum');
  if (machine !== undefined && view.getUint32(SnapshotTrailer.at.machine, true) !== machine)
    throw damaged(file.name, 'is of another kind of state machine');
}

function crcOf(file: File, from: number, to: number): number {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, to - from));
  let crc = 0;
  for (let at = from; at < to; ) {
    const read = file.read(at, piece.subarray(0, Math.min(piece.length, to - at)));
    crc = crc32(piece, 0, read, crc);
    at += read;
  }
  return crc;
}

function isDurable(files: Files, file: File): boolean {
  return file.durableBytes === file.size && files.directoryDurable;
}

function damaged(file: string, what: string): FerrisError {
  const message = `${file} ${what}; get another snapshot from the leader: remove this server from the cluster, and add it again with an empty disk`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file });
}
