// Writing a log: records are framed in one buffer and appended in one call.
//
//    payloads  ->  | frame | payload | frame | payload |  ->  file.append
//
// 1. A group of records is one append: either all of it is in the file or none is,
//    as far as the file tells (after a power cut any part may be missing).
// 2. An append that failed and left the file as it was has not happened: the log is
//    whole, and the same call may be tried again. If the file grew all the same,
//    there is debris at the end and no record may follow it.
// 3. A failed sync ends the log. After an fsync that failed, an operating system may
//    mark the unwritten pages clean and drop them; the next fsync then succeeds and
//    proves nothing (PostgreSQL met this in 2018: "fsyncgate"). So the writer refuses
//    to go on. What the log held is still in the memtable: flush it and begin a new
//    log, or reopen and recover what the disk really has.
// 4. The caller syncs the log before it creates the next one: the next one's header
//    says where this one ended, and readers take that as a promise.

import { crc32 } from '../../base/crc32.ts';
import { FerrisError, isFerrisError } from '../../base/errors.ts';
import { viewOf } from '../../base/layout.ts';
import type { File, Files } from '../../env/files.ts';
import { encodeHeader, type FileFormat } from '../../env/header.ts';
import { discard, syncFile, syncNames } from '../../env/sync.ts';
import type { Trace } from '../../trace/events.ts';
import { FRAME_BYTES, frameCrc, LOG_BYTES_MAX, RecordFrame, recordSeed } from './format.ts';

/** What a new log is called and where it stands in the chain of logs. */
export interface NewLog {
  readonly format: FileFormat;
  readonly fileName: string;
  readonly fileNumber: number;
  readonly createdMs: number;
  /** First link of the header; for a write-ahead log the number of the log before, or 0. */
  readonly previousLog: number;
  /** Second link; for a write-ahead log the offset at which the log before ended, or 0. */
  readonly previousEndBytes: number;
}

/** A buffer that a large group made larger than this is given back afterwards. */
const SCRATCH_KEPT_BYTES_MAX = 1 << 20;
const SCRATCH_BYTES = 1 << 14;

/** Appends records to one log. */
export class LogWriter {
  readonly fileNumber: number;
  readonly #file: File;
  readonly #trace: Trace | undefined;
  #scratch = new Uint8Array(SCRATCH_BYTES);
  #view = viewOf(this.#scratch);
  #filledBytes = 0;
  #size: number;
  #syncRequestedBytes: number;
  #broken: FerrisError | undefined;

  /**
   * Makes the file, writes its header, and asks that both it and its name become durable.
   * Give a `trace` for a write-ahead log only: a manifest has events of its own.
   * @throws FERRIS_EXISTS, FERRIS_NO_SPACE (there is no file), FERRIS_IO (there may be one, and its
   *   header may count: the log before it must not grow)
   */
  static create(files: Files, log: NewLog, trace?: Trace): LogWriter {
    const { fileNumber, createdMs, previousLog, previousEndBytes } = log;
    const links = { linkA: previousLog, linkB: previousEndBytes };
    const file = files.create(log.fileName);
    try {
      file.append(encodeHeader(log.format, { fileNumber, createdMs, ...links }));
      syncFile(file);
      syncNames(files);
    } catch (error) {
      file.close();
      if (isFerrisError(error, 'FERRIS_NO_SPACE')) discard(files, log.fileName);
      throw error;
    }
    trace?.({ type: 'wal.create', log: fileNumber, previousLog, previousEndBytes });
    return new LogWriter(file, fileNumber, trace);
  }

  private constructor(file: File, fileNumber: number, trace: Trace | undefined) {
    this.fileNumber = fileNumber;
    this.#file = file;
    this.#trace = trace;
    this.#size = file.size;
    this.#syncRequestedBytes = file.size;
  }

  get fileName(): string {
    return this.#file.name;
  }

  /** Bytes of the log, header included: where the next record begins. */
  get size(): number {
    return this.#size;
  }

  /** How much of the log is known to survive a power cut. */
  get durableBytes(): number {
    return this.#file.durableBytes;
  }

  /** How much of the log a `sync` has asked for. */
  get syncRequestedBytes(): number {
    return this.#syncRequestedBytes;
  }

  /**
   * Appends one record; returns the offset of its end. It copies the payload. `lazily`: it may
   * reach the file when the running task ends; see `File.append`.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: the record isn't in the log; FERRIS_TOO_LARGE: begin a new log
   */
  append(payload: Uint8Array, lazily?: boolean): number {
    this.#begin(FRAME_BYTES + payload.length);
    this.#frame(payload);
    return this.#write(lazily);
  }

  /** Appends the records of a group in one write: all or none. Errors are those of `append`. */
  appendAll(payloads: readonly Uint8Array[], lazily?: boolean): number {
    let bytes = 0;
    for (const payload of payloads) bytes += FRAME_BYTES + payload.length;
    this.#begin(bytes);
    for (const payload of payloads) this.#frame(payload);
    return this.#write(lazily);
  }

  /**
   * Asks that all records so far become durable; `durableBytes` says when they are.
   * Does nothing when the last sync asked for all of them already.
   * @throws FERRIS_IO: the log is at its end, see (3) above
   */
  sync(): void {
    this.#refuseIfBroken();
    if (this.#syncRequestedBytes === this.#size) return;
    try {
      syncFile(this.#file, true);
    } catch (error) {
      this.#break('could not be synced, so nobody knows which of its bytes are on the disk', error);
      throw error;
    }
    this.#syncRequestedBytes = this.#size;
    this.#trace?.({ type: 'wal.sync', log: this.fileNumber, size: this.#size });
  }

  /** Gives the file handle back; it syncs nothing. */
  close(): void {
    this.#file.close();
  }

  #begin(bytes: number): void {
    this.#refuseIfBroken();
    if (this.#size + bytes > LOG_BYTES_MAX) {
      const message = `${this.fileName} can't grow beyond ${LOG_BYTES_MAX} bytes; begin a new log`;
      throw new FerrisError('FERRIS_TOO_LARGE', message, { file: this.fileName });
    }
    this.#filledBytes = 0;
    if (bytes <= this.#scratch.length) return;
    this.#scratch = new Uint8Array(Math.max(bytes, this.#scratch.length * 2));
    this.#view = viewOf(this.#scratch);
  }

  #frame(payload: Uint8Array): void {
    const at = this.#filledBytes;
    const seed = recordSeed(this.fileNumber, this.#size + at);
    const view = this.#view;
    this.#scratch.set(payload, at + FRAME_BYTES);
    view.setUint32(at + RecordFrame.at.length, payload.length, true);
    view.setUint32(at + RecordFrame.at.payloadCrc, crc32(payload, 0, payload.length, seed), true);
    view.setUint32(at + RecordFrame.at.durableBytes, this.#file.durableBytes, true);
    view.setUint32(at + RecordFrame.at.headerCrc, frameCrc(this.#scratch, at, seed), true);
    this.#filledBytes = at + FRAME_BYTES + payload.length;
  }

  #write(lazily: boolean | undefined): number {
    try {
      this.#file.append(this.#scratch.subarray(0, this.#filledBytes), lazily);
    } catch (error) {
      if (this.#file.size !== this.#size) this.#break('kept part of a write that failed', error);
      throw error;
    }
    const offset = this.#size;
    this.#size += this.#filledBytes;
    if (this.#trace !== undefined) this.#tell(this.#trace, offset);
    if (this.#scratch.length > SCRATCH_KEPT_BYTES_MAX) {
      this.#scratch = new Uint8Array(SCRATCH_BYTES);
      this.#view = viewOf(this.#scratch);
    }
    return this.#size;
  }

  /** One event a record, read back from the frames just written. */
  #tell(trace: Trace, offset: number): void {
    const log = this.fileNumber;
    for (let at = 0; at < this.#filledBytes; ) {
      const size = FRAME_BYTES + this.#view.getUint32(at + RecordFrame.at.length, true);
      const durableBytes = this.#view.getUint32(at + RecordFrame.at.durableBytes, true);
      trace({ type: 'wal.append', log, offset: offset + at, size, durableBytes });
      at += size;
    }
  }

  #refuseIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** From now on every call is refused; the failed call itself throws its own error. */
  #break(what: string, cause: unknown): void {
    const message = `${this.fileName} ${what}; reopen the database, or flush and begin a new log`;
    this.#broken = new FerrisError('FERRIS_IO', message, { file: this.fileName }, cause);
  }
}
