// Any file of a database as a tree of named byte ranges: hex views, dumps and the
// tutorial's tables all read this one tree.
//
//     000003.wal                            header, records, in them batches
//     000004.sst                            header, blocks, filter, index, properties, footer
//     000005.man                            header, records, in them edits
//     superblock-0                          a header, and nothing else
//
// 1. What a file is, its first eight bytes say; where they are damaged, its name.
// 2. Whatever the bytes are, there is a tree, and nothing is thrown. Damage is a span of kind
//    'corrupt', and what can be read after it is.
// 3. Of a file of any size a window can be described, in work that the window bounds: a
//    table's index leads there, in a log frames do.

import { text } from '../base/bytes.ts';
import type { ByteWindow, Span } from '../base/layout.ts';
import { describeHeader, type FileFormat, HEADER_BYTES } from '../env/header.ts';
import { describeBatch } from './describe-batch.ts';
import { type FileNameKind, parseFileName } from './file-names.ts';
import { describeEdit } from './manifest/edit.ts';
import { MANIFEST_FORMAT } from './manifest/manifest.ts';
import { SUPERBLOCK_FORMAT } from './manifest/superblock.ts';
import { describeTable } from './table/describe.ts';
import { TABLE_FORMAT } from './table/format.ts';
import { describeLog } from './wal/describe.ts';
import { WAL_FORMAT } from './wal/format.ts';

const FORMATS: Readonly<Record<FileNameKind, FileFormat>> = {
  wal: WAL_FORMAT,
  table: TABLE_FORMAT,
  manifest: MANIFEST_FORMAT,
  superblock: SUPERBLOCK_FORMAT,
};

/** Which part of a file is wanted. */
export interface DescribeOptions {
  /** Only what has bytes in it is described; children then tile a part of the file. */
  readonly window?: ByteWindow;
  /** An offset before the window at which a child is known to begin: a short cut through logs. */
  readonly near?: number;
}

/** What kind of file this is, by its first bytes or else by its name; undefined: none of ours. */
export function fileKind(name: string, bytes: Uint8Array): FileNameKind | undefined {
  const magic = text(bytes.subarray(0, 8));
  const kinds = Object.keys(FORMATS) as FileNameKind[];
  return kinds.find((kind) => FORMATS[kind].magic === magic) ?? parseFileName(name)?.kind;
}

/**
 * The bytes of the file called `name`, named. Spans tile `bytes`, or the window asked for;
 * damaged ranges are of kind 'corrupt'. It never throws.
 */
export function describeFile(name: string, bytes: Uint8Array, options: DescribeOptions = {}): Span {
  const { window = { from: 0, to: bytes.length }, near } = options;
  const kind = fileKind(name, bytes);
  switch (kind) {
    case 'wal':
      return describeLog(WAL_FORMAT, bytes, describeBatch, numberOf(name, bytes), window, near);
    case 'manifest':
      return describeLog(MANIFEST_FORMAT, bytes, describeEdit, numberOf(name, bytes), window, near);
    case 'table':
      return describeTable(bytes, window);
    case 'superblock':
      return describeSuperblock(bytes);
    default:
      return opaque(bytes, 0, 'no file of a database begins like this or has this name');
  }
}

/** The number that seeds the checksums of a log, where its header is too damaged to say it. */
function numberOf(name: string, bytes: Uint8Array): number | undefined {
  const isRight =
    bytes.length >= HEADER_BYTES && describeHeader(WAL_FORMAT, bytes).kind === 'header';
  return isRight ? undefined : parseFileName(name)?.number;
}

function describeSuperblock(bytes: Uint8Array): Span {
  const { length: size } = bytes;
  if (size < HEADER_BYTES)
    return { ...opaque(bytes, 0, 'cut short: no superblock'), kind: 'corrupt' };
  const children = [describeHeader(SUPERBLOCK_FORMAT, bytes)];
  if (size > HEADER_BYTES) children.push(opaque(bytes, HEADER_BYTES, 'nothing belongs here'));
  return { name: 'a superblock', kind: 'header', offset: 0, size, doc: 'the whole file', children };
}

function opaque(bytes: Uint8Array, offset: number, doc: string): Span {
  return { name: 'bytes', kind: 'padding', offset, size: bytes.length - offset, doc };
}
