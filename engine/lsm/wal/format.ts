// The bytes of a log: a 64-byte file header, then records, one after the other.
//
//    0             4            8               12             16
//    +-------------+------------+---------------+--------------+-- - -
//    | header crc  | length     | payload crc   | durable      | payload
//    +-------------+------------+---------------+--------------+-- - -
//
// 1. Both checksums are seeded with the place: the CRC32 of the log's number and the
//    record's offset, as two u32. The same bytes anywhere else are no record: not in
//    an older log, not as a value that somebody stored. (Two places of one log, or
//    one offset in two logs, can't agree: they differ in a burst of at most 32 bits,
//    and CRC32 sees each of those.)
// 2. The header has a checksum of its own, so a length can be trusted before the
//    payload is read, and the next record can be found in damaged bytes by looking
//    at sixteen bytes a step.
// 3. `durable` is how many bytes of this log were known durable when the record was
//    written. It ends between two records, at or before this one: a record vouches
//    for all that came before it, and never for itself.
//
// A checksum finds accidents. It is no signature: whoever can choose the bytes of a
// value, and knows where they will be written, can make a record.
//
// Manifests are logs too: same frames, another magic and other links.

import { crc32 } from '../../base/crc32.ts';
import { layout, u32 } from '../../base/layout.ts';
import { type FileFormat, HEADER_BYTES } from '../../env/header.ts';

/** The sixteen bytes before each payload. */
export const RecordFrame = layout('record frame', {
  headerCrc: u32('CRC32 of the next 12 bytes, seeded with the place', 'checksum'),
  length: u32('bytes of the payload', 'length'),
  payloadCrc: u32('CRC32 of the payload, seeded with the place', 'checksum'),
  durableBytes: u32('how much of this log was durable when this was written', 'offset'),
});

/** `RecordFrame.size`, as a constant for hot loops. */
export const FRAME_BYTES = 16;

/** Offsets in a log are u32: it can't grow beyond this. Rotation comes far earlier. */
export const LOG_BYTES_MAX = 0xffffffff;

/** The write-ahead log's file format. */
export const WAL_FORMAT: FileFormat = {
  magic: 'FDB_WAL\0',
  version: 1,
  noun: 'a write-ahead log',
  links: [
    'number of the log before this one; 0 for the first',
    'offset at which the log before this one ended; 0 for the first',
  ],
};

/** Where the first record begins. */
export const RECORDS_AT = HEADER_BYTES;

const place = new Uint8Array(8);
const placeView = new DataView(place.buffer);

/** The seed of both checksums of a record: it stands for where the record is. */
export function recordSeed(fileNumber: number, offset: number): number {
  placeView.setUint32(0, fileNumber, true);
  placeView.setUint32(4, offset, true);
  return crc32(place, 0, 8);
}

/** Checksum of the frame whose bytes begin at `at`; `seed` is from `recordSeed`. */
export function frameCrc(bytes: Uint8Array, at: number, seed: number): number {
  return crc32(bytes, at + RecordFrame.at.length, at + FRAME_BYTES, seed);
}
