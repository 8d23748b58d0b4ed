// The sorted table file, from its first byte to its last.
//
//    +--------+--------------+-------+--------+-------+------------+---------------+--------+
//    | header | data block 1 |  ...  | filter | index | properties | range deletes | footer |
//    | 64     |              |       |        |       |            | (if any)      | 64     |
//    +--------+--------------+-------+--------+-------+------------+---------------+--------+
//                                    ^ everything after the data blocks lies
//                                      together, so opening is three reads
//
// Between header and footer there are only blocks, and each ends alike:
//
//    +----------------------+-------+---------------------------------------+
//    | contents, encoded    | codec | CRC32 of the two before               |
//    |                      | u8    | u32                                   |
//    +----------------------+-------+---------------------------------------+
//
// The CRC is seeded with the file's number and the block's offset: a block is valid
// only where it was written, so bytes of another table never pass for one. Data blocks may
// be compressed (codec.ts); the others never are.
//
//    data block    entries in order          block-builder.ts, block-cursor.ts
//    filter        a bloom filter            bloom.ts
//    index         where each block begins   table-index.ts
//    properties    counts, first and last    properties.ts
//    range deletes what is gone from a to b  range-delete-block.ts
//
// The plan is that of LevelDB's and Bigtable's tables.

import { assert } from '../../base/assert.ts';
import { crc32 } from '../../base/crc32.ts';
import { FerrisError } from '../../base/errors.ts';
import { layout, magic, reserved, u8, u32, u64, viewOf } from '../../base/layout.ts';
import type { FileFormat } from '../../env/header.ts';

export const TABLE_FORMAT: FileFormat = {
  magic: 'FDB_SST\0',
  version: 1,
  noun: 'a sorted table',
  links: ['unused', 'unused'],
};

/** A data block with its trailer is at most this big, unless one entry alone is bigger. */
export const BLOCK_BYTES = 4096;

/** Every so many entries a key is written whole: the price of a seek against that of bytes. */
export const RESTART_INTERVAL = 16;

/** 10 bits a key let one missing key in 120 through: each wasted read costs more than the bits. */
export const FILTER_BITS_PER_KEY = 10;

/** What follows the contents of every block. */
export const BlockTrailer = layout('block trailer', {
  codec: u8('how the contents are encoded: 0 is as they are', 'type'),
  crc: u32('CRC32 of contents and codec, seeded with file number and block offset', 'checksum'),
});

/** Layout of the footer, at the end of the file. */
export const Footer = layout('footer', {
  filterOffset: u64('where the filter begins and the data blocks end', 'offset'),
  indexOffset: u64('where the index begins', 'offset'),
  propertiesOffset: u64('where the properties begin', 'offset'),
  fileNumber: u64('number of the file, as in its header', 'sequence'),
  filterBytes: u32('size of the filter with its trailer', 'length'),
  indexBytes: u32('size of the index with its trailer', 'length'),
  propertiesBytes: u32('size of the properties with their trailer', 'length'),
  rangeDeletesBytes: u32('size of the range deletes with their trailer; 0: none', 'length'),
  reserved0: reserved(4),
  crc: u32('CRC32 of the 52 bytes before', 'checksum'),
  magic: magic('FDB_SST\0', 'the file ends as it began'),
});

export const FOOTER_BYTES = 64;
// Of constants, so bundlers may leave them out: they would hold there, too.
/* @__PURE__ */ assert(Footer.size === FOOTER_BYTES, 'the footer is 64 bytes');
/* @__PURE__ */ assert(BlockTrailer.size === 5, 'a block trailer is 5 bytes');

/** What a table is, in a few numbers: enough for a manifest to describe it. */
export interface TableInfo {
  readonly number: number;
  readonly sizeBytes: number;
  readonly entries: number;
  /** How many of the entries are deletes. */
  readonly tombstones: number;
  /** How many range deletes lie beside the entries. */
  readonly rangeDeletes: number;
  /** Nothing lies before it: neither an entry nor the start of a range delete. */
  readonly smallestKey: Uint8Array;
  /** Nothing lies after it: neither an entry nor the end of a range delete. */
  readonly largestKey: Uint8Array;
  readonly smallestSequence: number;
  readonly largestSequence: number;
}

const place = new Uint8Array(8);
const placeView = viewOf(place);

/** CRC32 of contents and codec, for the block at `offset` of file `fileNumber`. */
export function blockCrc(
  contents: Uint8Array,
  codec: number,
  fileNumber: number,
  offset: number,
): number {
  placeView.setUint32(0, fileNumber >>> 0, true);
  placeView.setUint32(4, offset >>> 0, true);
  const crc = crc32(contents, 0, contents.length, crc32(place));
  place[0] = codec;
  return crc32(place, 0, 1, crc);
}

/** Reads the fields of a layout: one that no writer of ours made is damage at that place. */
export function readFields<T>(read: () => T, file: string, offsetBytes: number): T {
  try {
    return read();
  } catch {
    throw corruptTable(file, offsetBytes, 'has a number over 2^53 - 1');
  }
}

/** Damage at a place in a table file. */
export function corruptTable(file: string, offsetBytes: number, what: string): FerrisError {
  const message = `${file} ${what}, at byte ${offsetBytes}; restore the file from a copy`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file, offsetBytes });
}
