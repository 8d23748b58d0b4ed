// The pages of a B-tree file, all of one size.
//
//    page 0        header of the file
//    node          | crc | kind 1 | level | count | entries ...            | zeros
//    commit        | crc | kind 2 | 0     | 0     | which root, since when | zeros
//
//    leaf entry    key length varint | value length varint | key | value
//    branch entry  child u32 | key length varint | key         keys before it are not in the child
//
// 1. Page n begins at byte n * pageBytes. A page is never changed once it is written.
// 2. Its checksum covers all of it, and is seeded with the number of the file and of the page: a
//    page that lies in the wrong place is damaged.
// 3. The first key of a branch is empty, and stands for everything before the second.

import { crc32 } from '../base/crc32.ts';
import { FerrisError } from '../base/errors.ts';
import { layout, u8, u16, u32, u64, viewOf } from '../base/layout.ts';
import { readVarint, varintSize, writeVarint } from '../base/varint.ts';
import type { FileFormat } from '../env/header.ts';
import { Branch, Leaf, type Node } from './node.ts';

export const BTREE_FORMAT: FileFormat = {
  magic: 'FDB_BTR\0',
  version: 1,
  noun: 'a B-tree',
  links: ['bytes of a page', 'zero'],
};

/** What every page but the first begins with. */
export const PageHeader = layout('page', {
  crc: u32('CRC32 of the rest, seeded with its place', 'checksum'),
  kind: u8('1: a node of the tree, 2: a commit', 'type'),
  level: u8('0 in a leaf, one more above it', 'length'),
  count: u16('how many entries the node has', 'length'),
});

/** What follows in a commit page. */
export const CommitPage = layout('commit', {
  commit: u64('number of the commit', 'sequence'),
  root: u32('page of the root; 0: an empty tree', 'offset'),
  height: u8('how many levels the tree has', 'length'),
  entries: u64('how many entries the tree has', 'length'),
  livePages: u32('nodes that the root reaches', 'length'),
  firstPage: u32('first page of this commit', 'offset'),
  previous: u32('page of the commit before; 0: none', 'offset'),
  durablePages: u32('pages that were durable when this was written', 'length'),
  pagesCrc: u32('CRC32 of the checksums of its pages', 'checksum'),
});

export type Commit = ReturnType<typeof CommitPage.read>;

const KIND_NODE = 1;
const KIND_COMMIT = 2;

/** Writes a node into `into`, which is a page of zeros. */
export function encodeNode(into: Uint8Array, file: number, page: number, node: Node): void {
  const view = viewOf(into);
  const count = node.keys.length;
  PageHeader.write(view, 0, { crc: 0, kind: KIND_NODE, level: node.level, count });
  let at: number = PageHeader.size;
  for (let i = 0; i < count; i++) {
    const key = node.keys[i] as Uint8Array;
    if (node instanceof Leaf) {
      const value = node.values[i] as Uint8Array;
      at = writeVarint(into, writeVarint(into, at, key.length), value.length);
      into.set(key, at);
      into.set(value, at + key.length);
      at += key.length + value.length;
    } else {
      view.setUint32(at, node.children[i] as number, true);
      at = writeVarint(into, at + 4, key.length);
      into.set(key, at);
      at += key.length;
    }
  }
  seal(into, file, page);
}

/** Writes a commit into `into`, which is a page of zeros. */
export function encodeCommit(into: Uint8Array, file: number, page: number, commit: Commit): void {
  const view = viewOf(into);
  PageHeader.write(view, 0, { crc: 0, kind: KIND_COMMIT, level: 0, count: 0 });
  CommitPage.write(view, PageHeader.size, commit);
  seal(into, file, page);
}

/** True when the page's checksum is right, for this file and this place. */
export function isSound(bytes: Uint8Array, file: number, page: number): boolean {
  return checksumOf(bytes) === checksum(bytes, file, page);
}

/** The checksum that a page says it has. */
export function checksumOf(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(PageHeader.at.crc, true);
}

/** The commit in a page that is sound; undefined when it holds something else. */
export function decodeCommit(bytes: Uint8Array): Commit | undefined {
  const view = viewOf(bytes);
  if (view.getUint8(PageHeader.at.kind) !== KIND_COMMIT) return undefined;
  return CommitPage.read(view, PageHeader.size);
}

/** The node in a page. @throws FERRIS_CORRUPTION when its bytes are not what was written */
export function decodeNode(bytes: Uint8Array, file: number, page: number, name: string): Node {
  const view = viewOf(bytes);
  const { kind, level, count } = PageHeader.read(view, 0);
  if (!isSound(bytes, file, page) || kind !== KIND_NODE)
    throw damaged(name, page * bytes.length, page);
  return level === 0 ? decodeLeaf(bytes, count, page) : decodeBranch(bytes, level, count, page);
}

export function damaged(file: string, offsetBytes: number, page: number): FerrisError {
  const message = `${file} is damaged: page ${page} is not what was written there; restore a backup`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file, offsetBytes });
}

function decodeLeaf(bytes: Uint8Array, count: number, page: number): Leaf {
  const keys: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  let at: number = PageHeader.size;
  for (let i = 0; i < count; i++) {
    const keyBytes = readVarint(bytes, at);
    at += varintSize(keyBytes);
    const valueBytes = readVarint(bytes, at);
    at += varintSize(valueBytes);
    keys.push(bytes.subarray(at, at + keyBytes));
    values.push(bytes.subarray(at + keyBytes, at + keyBytes + valueBytes));
    at += keyBytes + valueBytes;
  }
  return new Leaf(keys, values, at - PageHeader.size, page);
}

function decodeBranch(bytes: Uint8Array, level: number, count: number, page: number): Branch {
  const view = viewOf(bytes);
  const keys: Uint8Array[] = [];
  const children: number[] = [];
  let at: number = PageHeader.size;
  for (let i = 0; i < count; i++) {
    children.push(view.getUint32(at, true));
    const keyBytes = readVarint(bytes, at + 4);
    at += 4 + varintSize(keyBytes);
    keys.push(bytes.subarray(at, at + keyBytes));
    at += keyBytes;
  }
  return new Branch(level, keys, children, at - PageHeader.size, page);
}

function seal(bytes: Uint8Array, file: number, page: number): void {
  viewOf(bytes).setUint32(PageHeader.at.crc, checksum(bytes, file, page), true);
}

function checksum(bytes: Uint8Array, file: number, page: number): number {
  const place = new Uint8Array(8);
  viewOf(place).setUint32(0, file >>> 0, true);
  viewOf(place).setUint32(4, page >>> 0, true);
  return crc32(bytes, PageHeader.at.kind, bytes.length, crc32(place));
}
