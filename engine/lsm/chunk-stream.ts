// A stream of chunks: bytes that leave the database, for a file or a wire, in order and checked.
//
//    0       8    10   12        16         24        28    32
//    +-------+----+----+---------+----------+---------+-----+
//    | magic |ver |size| (zero)  | created  | (zero)  | crc |      header, 32 bytes
//    +-------+----+----+---------+----------+---------+-----+
//
//    +----------+-------+-----------+
//    | length   | crc   | payload   |      a chunk; as many as there are
//    | u32 > 0  | u32   |           |
//    +----------+-------+-----------+
//
//    +----------+-------+-----------+
//    | 0        | crc   | count u64 |      the trailer: how many chunks, or what else the writer counts
//    +----------+-------+-----------+
//
// 1. Each checksum goes on from the one before it, the first from the header's. So a chunk that is
//    damaged, missing, doubled or out of place is noticed at once, and a stream that was cut short
//    by its missing trailer.
// 2. Both sides hold one chunk in memory, however long the stream is.

import { crc32 } from '../base/crc32.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, magic, reserved, u16, u32, u64, viewOf } from '../base/layout.ts';

/** What opens a stream. */
export const StreamHeader = layout('stream header', {
  magic: magic('FDB_???\0', 'what kind of stream this is'),
  version: u16('version of the format', 'version'),
  headerBytes: u16('size of this header: 32', 'length'),
  reserved0: reserved(4),
  createdMs: u64('when it was written, milliseconds since 1970'),
  reserved1: reserved(4),
  crc: u32('CRC32 of the 28 bytes before', 'checksum'),
});

/** What stands before each payload, and before the trailer. */
export const ChunkHeader = layout('chunk header', {
  length: u32('bytes of the payload; 0 in the trailer', 'length'),
  crc: u32('CRC32 of the payload, going on from the checksum before', 'checksum'),
});

/** What tells one kind of stream from another. */
export interface StreamFormat {
  /** Eight characters: `FDB_EXP\0`. */
  readonly magic: string;
  readonly version: number;
  /** For messages: 'an export'. */
  readonly noun: string;
}

const TRAILER_BYTES = 8;

/** No writer of ours makes a longer chunk; a length beyond it is damage. */
const CHUNK_BYTES_MAX = 80 << 20;

/** Makes the parts of a stream, to be sent one after the other. */
export class ChunkWriter {
  readonly #format: StreamFormat;
  #crc = 0;

  constructor(format: StreamFormat) {
    this.#format = format;
  }

  header(createdMs: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(StreamHeader.size);
    const { magic: text, version } = this.#format;
    const zeros = { reserved0: 0, reserved1: 0, crc: 0 };
    const values = { magic: text, version, headerBytes: StreamHeader.size, createdMs, ...zeros };
    StreamHeader.write(viewOf(bytes), 0, values);
    this.#crc = crc32(bytes, 0, StreamHeader.at.crc);
    viewOf(bytes).setUint32(StreamHeader.at.crc, this.#crc, true);
    return bytes;
  }

  /** A chunk with this payload, which must not be empty. */
  chunk(payload: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#chunk(payload, payload.length);
  }

  /** @param count what the reader is to have counted, too */
  trailer(count: number): Uint8Array<ArrayBuffer> {
    const payload = new Uint8Array(TRAILER_BYTES);
    viewOf(payload).setBigUint64(0, BigInt(count), true);
    return this.#chunk(payload, 0);
  }

  #chunk(payload: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(ChunkHeader.size + payload.length);
    this.#crc = crc32(payload, 0, payload.length, this.#crc);
    ChunkHeader.write(viewOf(bytes), 0, { length, crc: this.#crc });
    bytes.set(payload, ChunkHeader.size);
    return bytes;
  }
}

/** Takes a stream apart as it arrives, cut wherever the wire has cut it. */
export class ChunkReader {
  readonly #format: StreamFormat;
  #buffer = new Uint8Array(1 << 16);
  #start = 0;
  #end = 0;
  /** Where in the stream `#start` is. */
  #offset = 0;
  #crc = 0;
  #isBegun = false;
  #count: number | undefined;

  constructor(format: StreamFormat) {
    this.#format = format;
  }

  /**
   * Takes in what has arrived; returns the payloads that are complete by now, copied.
   * @throws FERRIS_CORRUPTION where the stream is damaged, FERRIS_UNSUPPORTED when it is of a
   *   later version
   */
  push(arrived: Uint8Array): Uint8Array[] {
    this.#append(arrived);
    const payloads: Uint8Array[] = [];
    for (let payload = this.#next(); payload !== undefined; payload = this.#next())
      payloads.push(payload);
    return payloads;
  }

  /** Says that nothing more arrives; returns the trailer's count. @throws FERRIS_CORRUPTION when it is cut short */
  finish(): number {
    if (this.#count === undefined) throw this.#corrupt('is cut short: its trailer is missing');
    return this.#count;
  }

  #next(): Uint8Array | undefined {
    if (!this.#isBegun && !this.#begin()) return undefined;
    if (this.#count !== undefined) {
      if (this.#end > this.#start) throw this.#corrupt('goes on after its trailer');
      return undefined;
    }
    if (this.#end - this.#start < ChunkHeader.size) return undefined;
    const { length, crc } = ChunkHeader.read(viewOf(this.#buffer), this.#start);
    if (length > CHUNK_BYTES_MAX) throw this.#corrupt('has a chunk longer than any is');
    const size = ChunkHeader.size + (length === 0 ? TRAILER_BYTES : length);
    if (this.#end - this.#start < size) return undefined;
    const payload = this.#buffer.slice(this.#start + ChunkHeader.size, this.#start + size);
    if (crc32(payload, 0, payload.length, this.#crc) !== crc)
      throw this.#corrupt('is damaged: a checksum is wrong');
    this.#crc = crc;
    this.#skip(size);
    if (length > 0) return payload;
    this.#count = Number(viewOf(payload).getBigUint64(0, true));
    return this.#next();
  }

  #begin(): boolean {
    if (this.#end - this.#start < StreamHeader.size) return false;
    const { magic: text, version, noun } = this.#format;
    const view = viewOf(this.#buffer);
    const crc = crc32(this.#buffer, 0, StreamHeader.at.crc);
    if (StreamHeader.fields.magic.get(view, 0) !== text)
      throw this.#corrupt('begins with other bytes');
    if (view.getUint32(StreamHeader.at.crc, true) !== crc)
      throw this.#corrupt('has a damaged header: its checksum is wrong');
    const found = view.getUint16(StreamHeader.at.version, true);
    if (found !== version) {
      const message = `${noun} of version ${found} can't be read; this engine reads version ${version}`;
      throw new FerrisError('FERRIS_UNSUPPORTED', message);
    }
    this.#crc = crc;
    this.#isBegun = true;
    this.#skip(StreamHeader.size);
    return true;
  }

  #append(arrived: Uint8Array): void {
    const held = this.#end - this.#start;
    if (this.#end + arrived.length > this.#buffer.length) {
      const grown =
        held + arrived.length > this.#buffer.length
          ? new Uint8Array((held + arrived.length) * 2)
          : this.#buffer;
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = grown;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(arrived, this.#end);
    this.#end += arrived.length;
  }

  #skip(bytes: number): void {
    this.#start += bytes;
    this.#offset += bytes;
  }

  #corrupt(what: string): FerrisError {
    const message = `${this.#format.noun} ${what}, at byte ${this.#offset}; use another copy`;
    return new FerrisError('FERRIS_CORRUPTION', message, { offsetBytes: this.#offset });
  }
}
