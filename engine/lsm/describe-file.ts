// Any file of a database as a tree of named byte ranges: hex views, dumps and the
// tutorial's tables all read this one tree.

import type { Span } from '../base/layout.ts';
import { describeHeader, HEADER_BYTES } from '../env/header.ts';
import { describeBatch } from './describe-batch.ts';
import { parseFileName } from './file-names.ts';
import { describeEdit } from './manifest/edit.ts';
import { MANIFEST_FORMAT } from './manifest/manifest.ts';
import { SUPERBLOCK_FORMAT } from './manifest/superblock.ts';
import { describeTable } from './table/describe.ts';
import { describeLog } from './wal/describe.ts';
import { WAL_FORMAT } from './wal/format.ts';

/**
 * The bytes of the file called `name`, named. Spans tile `bytes`, whatever they are;
 * damaged ranges are of kind 'corrupt'. It never throws.
 */
export function describeFile(name: string, bytes: Uint8Array): Span {
  const file = parseFileName(name);
  switch (file?.kind) {
    case 'wal':
      return describeLog(WAL_FORMAT, bytes, describeBatch, file.number);
    case 'manifest':
      return describeLog(MANIFEST_FORMAT, bytes, describeEdit, file.number);
    case 'table':
      return describeTable(bytes);
    case 'superblock':
      return describeSuperblock(bytes);
    default:
      return opaque(bytes, 0, 'no file of a database has this name');
  }
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
