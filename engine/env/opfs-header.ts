// The first 4096 bytes of a pool file: what the file is called, as the engine sees it.
//
// OPFS can't create a file synchronously. So files with meaningless names are opened
// ahead of time, and giving one a name is a write to its header:
//
//     0       8     12      14     16         24           512       513      4096
//     +-------+-----+-------+------+----------+--- - - ----+---------+--- - - -+---- - -
//     | magic | crc |version|length| sequence | name, zeros| deleted | zeros   | content
//     +-------+-----+-------+------+----------+--- - - ----+---------+--- - - -+---- - -
//
// A power cut may come at any write, so each step is flushed before the next, but for the name:
// it is flushed with the first sync of the content, or of the directory.
//
//     blank    header and mark are zero, or the mark is set; no content
//     named    the header is valid, the mark is 0          <- create: one write
//     deleted  the header is valid, the mark is 1          <- delete: one byte, never torn
//     blank    the header is zero, the content cut off     <- before it is used again
//
// 1. A header that is torn or lost before its flush, with no content behind it: still blank.
// 2. A damaged header with content behind it is rot, or a file that had never been synced.
//    It is kept aside, never used again: its name is unknown, its content may be worth having.
// 3. Should two files have one name, the higher sequence is the later one.

import { text, utf8 } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import { layout, magic, type Span, u8, u16, u32, u64, viewOf } from '../base/layout.ts';
import { FILE_NAME_BYTES_MAX } from './files.ts';

const MAGIC = 'FDB_OPF\0';
const VERSION = 1;

/** Layout of the fixed part of the header; the name follows. */
const PoolHeader = layout('pool file header', {
  magic: magic(MAGIC, 'a file of a pool'),
  crc: u32('CRC32 from version to the end of the name', 'checksum'),
  version: u16('version of the format', 'version'),
  nameBytes: u16('length of the name', 'length'),
  sequence: u64('counts names given in this pool', 'sequence'),
});

/** The mark has a sector of its own, so that writing it touches nothing else. */
const PoolMark = /* @__PURE__ */ layout('pool file mark', {
  deleted: u8('1 when the file was deleted', 'type'),
});

/** Where the content begins: at a page, so that table blocks stay aligned. */
export const POOL_HEADER_BYTES = 4096;
export const POOL_MARK_AT = 512;

/** Which file of the engine a pool file is. */
export interface PoolName {
  readonly name: string;
  readonly sequence: number;
}

/** What is to be made of a pool file: see the picture above. */
export type PoolState = PoolName | 'blank' | 'deleted' | 'damaged';

/** The header of a file that is given a name. */
export function encodePoolHeader({ name, sequence }: PoolName): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(POOL_HEADER_BYTES);
  const encoded = utf8(name);
  const fields = { magic: MAGIC, crc: 0, version: VERSION, nameBytes: encoded.length, sequence };
  PoolHeader.write(viewOf(bytes), 0, fields);
  bytes.set(encoded, PoolHeader.size);
  viewOf(bytes).setUint32(PoolHeader.at.crc, checksum(bytes, encoded.length), true);
  return bytes;
}

/** Judges a file by its header (fewer bytes when it is shorter) and the size of its content. */
export function decodePoolHeader(bytes: Uint8Array, contentBytes: number): PoolState {
  if (bytes[POOL_MARK_AT] === 1) return 'deleted';
  if (isSound(bytes)) {
    const { nameBytes, sequence } = PoolHeader.read(viewOf(bytes), 0);
    return { name: text(bytes.subarray(PoolHeader.size, PoolHeader.size + nameBytes)), sequence };
  }
  return contentBytes > 0 ? 'damaged' : 'blank';
}

/** The header's bytes, named; never throws, whatever the bytes are. Needs all 4096. */
export function describePoolHeader(bytes: Uint8Array): Span {
  const view = viewOf(bytes);
  const sound = isSound(bytes);
  const nameBytes = sound ? view.getUint16(PoolHeader.at.nameBytes, true) : 0;
  const nameEnd = PoolHeader.size + nameBytes;
  const children: Span[] = [
    ...PoolHeader.spans(view, 0),
    {
      ...span('name', PoolHeader.size, nameEnd, 'UTF-8'),
      kind: 'key',
      value: text(bytes.subarray(PoolHeader.size, nameEnd)),
    },
    span('padding', nameEnd, POOL_MARK_AT, 'zero, up to a sector of its own for the mark'),
    ...PoolMark.spans(view, POOL_MARK_AT),
    span(
      'padding',
      POOL_MARK_AT + PoolMark.size,
      POOL_HEADER_BYTES,
      'zero, up to a page of its own for the content',
    ),
  ];
  const doc = sound ? 'names a pool file' : 'is not a valid header: the file is blank, or damaged';
  const kind = sound ? 'header' : 'padding';
  return {
    name: 'header',
    kind,
    offset: 0,
    size: POOL_HEADER_BYTES,
    doc,
    children: children.filter(({ size }) => size > 0),
  };
}

function span(name: string, offset: number, end: number, doc: string): Span {
  return { name, kind: 'padding', offset, size: end - offset, doc };
}

function isSound(bytes: Uint8Array): boolean {
  if (bytes.length < POOL_HEADER_BYTES) return false;
  const view = viewOf(bytes);
  if (PoolHeader.fields.magic.get(view, PoolHeader.at.magic) !== MAGIC) return false;
  if (view.getUint16(PoolHeader.at.version, true) !== VERSION) return false;
  const nameBytes = view.getUint16(PoolHeader.at.nameBytes, true);
  if (nameBytes === 0 || nameBytes > FILE_NAME_BYTES_MAX) return false;
  return view.getUint32(PoolHeader.at.crc, true) === checksum(bytes, nameBytes);
}

function checksum(bytes: Uint8Array, nameBytes: number): number {
  return crc32(bytes, PoolHeader.at.version, PoolHeader.size + nameBytes);
}
