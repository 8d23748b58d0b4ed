// Reading a log: one place at a time, forward, through a window of bounded size.
//
//    at(offset)            the record there, or why there is none
//    findFrame(offset)     the next frame whose own checksum is right
//    survey(offset)        what the rest of the log says of itself
//
// 1. Never more than a window (or one record, if that is longer) is in memory.
// 2. A frame with a right checksum can be trusted even where its payload is damaged:
//    its length leads to the next record, its `durable` vouches for what is before it.
// 3. After damaged bytes every offset is tried. Each try costs a checksum of sixteen
//    bytes, and only if the length there would fit into the file.
// 4. Records differ from damage by their checksums alone. Whether damage is a torn
//    tail or corruption is judged above, in replay.ts and recover.ts.
// 5. Zeros from some place to the end of the file are neither: the log ends there, and
//    its file system had kept them ready (env/files.ts, rule 9). So no record is looked
//    for in them, though they are bad places when `at` is asked about them.

import { assert } from '../../base/assert.ts';
import { crc32 } from '../../base/crc32.ts';
import { FerrisError, isFerrisError } from '../../base/errors.ts';
import { viewOf } from '../../base/layout.ts';
import {
  decodeHeader,
  type FileFormat,
  HEADER_BYTES,
  type HeaderValues,
} from '../../env/header.ts';
import type { BadRecordReason } from '../../trace/events.ts';
import { FRAME_BYTES, frameCrc, RecordFrame, recordSeed } from './format.ts';

/** Bytes to read: a `File`, or an array in disguise. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, into: Uint8Array): number;
}

/** A frame whose own checksum is right; of its payload nothing is known yet. */
export interface Frame {
  readonly offset: number;
  /** Frame and payload together. */
  readonly size: number;
  /** How much of the log the frame vouches for. */
  readonly durableBytes: number;
}

/** A record whose checksums are both right. */
export interface LogRecord extends Frame {
  readonly sound: true;
  /** A view that holds until the reader is asked for something else. */
  readonly payload: Uint8Array;
}

/** A place where no record is. */
export interface BadPlace {
  readonly sound: false;
  readonly offset: number;
  readonly reason: BadRecordReason;
  /** Where to look for the next record: just after this one if its frame is right. */
  readonly resumeOffset: number;
  /** What the reader of the payload threw, when it is that which was refused. */
  readonly cause?: FerrisError;
}

/** What the rest of a log, after a bad place, says. */
export interface Survey {
  /** The most that a frame there vouches for: so much of this log had been durable. */
  readonly promisedBytes: number;
  /** Whole records found there, before the limit. */
  readonly records: number;
}

const WINDOW_BYTES = 1 << 16;

/** Reads one log whose number is known (from its name, say). */
export class LogReader {
  readonly fileNumber: number;
  /** Size of the file when reading began. */
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  #window = new Uint8Array(0);
  #view = viewOf(this.#window);
  #windowAt = 0;
  #windowEnd = 0;
  #zerosAt: number | undefined;

  constructor(source: ByteSource, fileNumber: number) {
    this.fileNumber = fileNumber;
    this.sizeBytes = source.size;
    this.#source = source;
  }

  /**
   * The header's values, or the FERRIS_CORRUPTION that says what is wrong with it.
   * @throws FERRIS_UNSUPPORTED when a later version of the engine wrote the file
   */
  header(format: FileFormat, fileName: string): HeaderValues | FerrisError {
    const start = this.#load(0, Math.min(HEADER_BYTES, this.sizeBytes));
    const bytes = this.#window.subarray(start, start + Math.min(HEADER_BYTES, this.sizeBytes));
    try {
      const header = decodeHeader(format, bytes, fileName);
      if (header.fileNumber === this.fileNumber) return header;
      const message = `${fileName} has the header of number ${header.fileNumber}: it is another file's`;
      return new FerrisError('FERRIS_CORRUPTION', message, { file: fileName, offsetBytes: 0 });
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_CORRUPTION')) return error;
      throw error;
    }
  }

  /** Where the zeros begin that the file ends in; its size if there are none. A record may end in some of them. */
  get zerosAt(): number {
    if (this.#zerosAt !== undefined) return this.#zerosAt;
    let end = this.sizeBytes;
    for (let from = end; end === from && from > 0; ) {
      from = Math.max(0, end - WINDOW_BYTES);
      const start = this.#load(from, end - from) - from;
      while (end > from && this.#window[start + end - 1] === 0) end--;
    }
    this.#zerosAt = end;
    return end;
  }

  /** The record at `offset`, why there is none, or undefined at the end: at `limit`. */
  at(offset: number, limit = this.sizeBytes): LogRecord | BadPlace | undefined {
    if (offset === limit) return undefined;
    if (offset + FRAME_BYTES > limit) return bad(offset, 'header cut short', offset + 1);
    const seed = recordSeed(this.fileNumber, offset);
    const frame = this.#frameAt(offset, seed);
    if (frame === undefined) return bad(offset, 'header checksum', offset + 1);
    const end = offset + frame.size;
    if (end > limit) return bad(offset, 'payload cut short', end);
    const payload = this.#payload(frame, seed);
    if (payload === undefined) return bad(offset, 'payload checksum', end);
    return { sound: true, ...frame, payload };
  }

  /** The first frame at or after `offset`, before `until`, with a right checksum, that fits into the file. */
  findFrame(offset: number, until = this.sizeBytes): Frame | undefined {
    const end = Math.min(until, this.zerosAt);
    for (let at = offset; at < end && at + FRAME_BYTES <= this.sizeBytes; at++) {
      const start = this.#load(at, FRAME_BYTES);
      const length = this.#view.getUint32(start + RecordFrame.at.length, true);
      if (at + FRAME_BYTES + length > this.sizeBytes) continue;
      const frame = this.#frameAt(at, recordSeed(this.fileNumber, at));
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  /** Reads on from `offset` to the end of the file, over damage; counts records up to `limit`. */
  survey(offset: number, limit = this.sizeBytes): Survey {
    let promisedBytes = 0;
    let records = 0;
    let frame = this.findFrame(offset);
    while (frame !== undefined) {
      promisedBytes = Math.max(promisedBytes, frame.durableBytes);
      const end = frame.offset + frame.size;
      if (end <= limit && this.#isWhole(frame)) records++;
      frame = this.findFrame(end);
    }
    return { promisedBytes, records };
  }

  #isWhole(frame: Frame): boolean {
    return this.#payload(frame, recordSeed(this.fileNumber, frame.offset)) !== undefined;
  }

  #frameAt(offset: number, seed: number): Frame | undefined {
    const start = this.#load(offset, FRAME_BYTES);
    const crc = this.#view.getUint32(start + RecordFrame.at.headerCrc, true);
    if (crc !== frameCrc(this.#window, start, seed)) return undefined;
    const size = FRAME_BYTES + this.#view.getUint32(start + RecordFrame.at.length, true);
    const durableBytes = this.#view.getUint32(start + RecordFrame.at.durableBytes, true);
    return { offset, size, durableBytes };
  }

  /** The payload, if its checksum is right. The frame must fit into the file. */
  #payload(frame: Frame, seed: number): Uint8Array | undefined {
    const start = this.#load(frame.offset, frame.size);
    const crc = this.#view.getUint32(start + RecordFrame.at.payloadCrc, true);
    const payload = this.#window.subarray(start + FRAME_BYTES, start + frame.size);
    return crc === crc32(payload, 0, payload.length, seed) ? payload : undefined;
  }

  /** Brings `length` bytes at `offset` into the window; returns where in the window they begin. */
  #load(offset: number, length: number): number {
    if (offset < this.#windowAt || offset + length > this.#windowEnd) {
      const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.sizeBytes - offset);
      if (wanted > this.#window.length) {
        this.#window = new Uint8Array(wanted);
        this.#view = viewOf(this.#window);
      }
      const read = this.#source.read(offset, this.#window.subarray(0, wanted));
      this.#windowAt = offset;
      this.#windowEnd = offset + read;
      assert(read >= length, 'files only grow');
    }
    return offset - this.#windowAt;
  }
}

/** A place that holds no record; see `BadPlace`. */
export function bad(
  offset: number,
  reason: BadRecordReason,
  resumeOffset: number,
  cause?: FerrisError,
): BadPlace {
  return { sound: false, offset, reason, resumeOffset, ...(cause === undefined ? {} : { cause }) };
}
