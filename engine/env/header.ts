// The first 64 bytes of every file of the engine.
//
//    0        8    10   12        16        24        32        40        48            60   64
//    +--------+----+----+---------+---------+---------+---------+---------+-------------+-----+
//    | magic  |ver |size| (zero)  | file    | created | link a  | link b  | (zero)      | crc |
//    +--------+----+----+---------+---------+---------+---------+---------+-------------+-----+
//
// The two links mean something else in each kind of file; the owner of the format
// says what. A header is written once, with the file's first append.

import { crc32 } from '../base/crc32.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, magic, reserved, type Span, u16, u32, u64, viewOf } from '../base/layout.ts';

/** Layout of the header that opens every file. */
export const FileHeader = layout('file header', {
  magic: magic('FDB_???\0', 'what kind of file this is'),
  version: u16('version of the format', 'version'),
  headerBytes: u16('size of this header: 64', 'length'),
  reserved0: reserved(4),
  fileNumber: u64('number of the file; never used twice in one database', 'sequence'),
  createdMs: u64('when it was created, milliseconds since 1970'),
  linkA: u64('meaning depends on the kind of file', 'offset'),
  linkB: u64('meaning depends on the kind of file', 'offset'),
  reserved1: reserved(12),
  crc: u32('CRC32 of the 60 bytes before', 'checksum'),
});

export const HEADER_BYTES = 64;

/** What tells one kind of file from another. */
export interface FileFormat {
  /** Eight characters: `FDB_WAL\0`. */
  readonly magic: string;
  readonly version: number;
  /** For messages: 'a write-ahead log'. */
  readonly noun: string;
  /** What the two links mean in this kind of file; spans carry these texts. */
  readonly links: readonly [a: string, b: string];
}

export interface HeaderValues {
  readonly fileNumber: number;
  readonly createdMs: number;
  readonly linkA: number;
  readonly linkB: number;
}

/** The 64 bytes that open a file of this format. */
export function encodeHeader(format: FileFormat, values: HeaderValues): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = viewOf(bytes);
  FileHeader.write(view, 0, {
    magic: format.magic,
    version: format.version,
    headerBytes: HEADER_BYTES,
    reserved0: 0,
    ...values,
    reserved1: 0,
    crc: 0,
  });
  view.setUint32(FileHeader.at.crc, crc32(bytes, 0, FileHeader.at.crc), true);
  return bytes;
}

/**
 * Reads and checks a header.
 * @throws FERRIS_CORRUPTION when it is cut short, of another kind, or its checksum is wrong;
 *   FERRIS_UNSUPPORTED when a later version of the engine wrote it.
 */
export function decodeHeader(format: FileFormat, bytes: Uint8Array, file: string): HeaderValues {
  const corrupt = (what: string) =>
    new FerrisError('FERRIS_CORRUPTION', `${file} ${what}`, { file, offsetBytes: 0 });
  if (bytes.length < HEADER_BYTES) throw corrupt(`ends inside its ${HEADER_BYTES}-byte header`);
  const view = viewOf(bytes);
  const crc = crc32(bytes, 0, FileHeader.at.crc);
  if (view.getUint32(FileHeader.at.crc, true) !== crc)
    throw corrupt('has a damaged header: its checksum is wrong');
  const header = FileHeader.read(view, 0);
  if (header.magic !== format.magic)
    throw corrupt(`is not ${format.noun}: it begins with other bytes`);
  if (header.version !== format.version) {
    const message = `${file} has format version ${header.version}; this engine reads version ${format.version}`;
    throw new FerrisError('FERRIS_UNSUPPORTED', message, {
      file,
      offsetBytes: FileHeader.at.version,
    });
  }
  const { fileNumber, createdMs, linkA, linkB } = header;
  return { fileNumber, createdMs, linkA, linkB };
}

/** The header's bytes, named; never throws, whatever the bytes are. Needs all 64. */
export function describeHeader(format: FileFormat, bytes: Uint8Array): Span {
  const children = FileHeader.spans(viewOf(bytes), 0).map((span) => {
    if (span.name === 'linkA') return { ...span, doc: format.links[0] };
    if (span.name === 'linkB') return { ...span, doc: format.links[1] };
    return span;
  });
  const right =
    viewOf(bytes).getUint32(FileHeader.at.crc, true) === crc32(bytes, 0, FileHeader.at.crc);
  const doc = right ? `opens ${format.noun}` : 'its checksum is wrong: these bytes are damaged';
  return {
    name: 'header',
    kind: right ? 'header' : 'corrupt',
    offset: 0,
    size: HEADER_BYTES,
    doc,
    children,
  };
}
