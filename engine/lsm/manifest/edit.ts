// A version edit: one step from one set of tables to the next.
//
//    0            8           16              24        28          32
//    +------------+-----------+---------------+---------+-----------+---------+-------
//    | log number | next file | last sequence | removed | added     | removed | added
//    |            | number    |               | count   | count     | u64 ... | tables
//    +------------+-----------+---------------+---------+-----------+---------+-------
//
//    table:  place u8 | number u64 | size u64 | entries u64 | smallest sequence u64
//            | largest sequence u64 | smallest key | largest key
//    place:  the level, and 128 more when the table holds range deletes
//    key:    length varint | bytes
//
// The manifest is a log of these (LevelDB's VersionEdit). Its records are framed and
// checksummed as those of the write-ahead log are, so an edit is there whole or not
// at all: that is what makes adding a table and retiring a log one atomic step.

import { show } from '../../base/bytes.ts';
import { FerrisError } from '../../base/errors.ts';
import { layout, type Span, u8, u32, u64, viewOf } from '../../base/layout.ts';
import { readVarint, varintSize, writeVarint } from '../../base/varint.ts';
import { KEY_BYTES_MAX } from '../entry.ts';

/** What every edit begins with. */
export const EditHeader = layout('version edit', {
  logNumber: u64('logs with a lower number are no longer needed', 'sequence'),
  nextFileNumber: u64('lowest file number not in use', 'sequence'),
  lastSequence: u64('highest sequence number in any table', 'sequence'),
  removedCount: u32('how many tables are removed', 'length'),
  addedCount: u32('how many tables are added', 'length'),
});

/** A table that an edit adds; its smallest and largest key follow. */
export const EditTable = layout('table', {
  place: u8('level of the tree; 128 more when the table holds range deletes', 'type'),
  number: u64('file number of the table', 'sequence'),
  sizeBytes: u64('size of its file', 'length'),
  entries: u64('how many entries it holds', 'length'),
  smallestSequence: u64('lowest sequence number in it', 'sequence'),
  largestSequence: u64('highest sequence number in it', 'sequence'),
});

const RemovedTable = layout('removed table', {
  number: u64('file number of the table that is no longer part of the database', 'sequence'),
});

/** Added to the level of a table that holds range deletes. */
const HAS_RANGE_DELETES = 0x80;

/** A table as the manifest knows it. */
export interface TableRecord {
  readonly level: number;
  /** False: a reader need not open the table to know that it deletes no range. */
  readonly hasRangeDeletes: boolean;
  readonly number: number;
  readonly sizeBytes: number;
  readonly entries: number;
  readonly smallestSequence: number;
  readonly largestSequence: number;
  readonly smallestKey: Uint8Array;
  readonly largestKey: Uint8Array;
}

export interface VersionEdit {
  readonly logNumber: number;
  readonly nextFileNumber: number;
  readonly lastSequence: number;
  readonly removed: readonly number[];
  readonly added: readonly TableRecord[];
}

/** The bytes of an edit: the payload of one manifest record. */
export function encodeEdit(edit: VersionEdit): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(editSize(edit));
  const view = viewOf(bytes);
  const { logNumber, nextFileNumber, lastSequence, removed, added } = edit;
  const counts = { removedCount: removed.length, addedCount: added.length };
  EditHeader.write(view, 0, { logNumber, nextFileNumber, lastSequence, ...counts });
  let at: number = EditHeader.size;
  for (const number of removed) {
    RemovedTable.write(view, at, { number });
    at += RemovedTable.size;
  }
  for (const table of added) {
    const place = table.level + (table.hasRangeDeletes ? HAS_RANGE_DELETES : 0);
    EditTable.write(view, at, { ...table, place });
    at = writeKey(bytes, at + EditTable.size, table.smallestKey);
    at = writeKey(bytes, at, table.largestKey);
  }
  return bytes;
}

/** @throws FERRIS_CORRUPTION when the bytes are not exactly one edit. */
export function decodeEdit(bytes: Uint8Array): VersionEdit {
  const view = viewOf(bytes);
  need(bytes, 0, EditHeader.size);
  const { removedCount, addedCount, ...numbers } = EditHeader.read(view, 0);
  let at: number = EditHeader.size;
  need(bytes, at, removedCount * RemovedTable.size);
  const removed: number[] = [];
  for (let i = 0; i < removedCount; i++, at += RemovedTable.size) {
    removed.push(RemovedTable.read(view, at).number);
  }
  const added: TableRecord[] = [];
  for (let i = 0; i < addedCount; i++) {
    need(bytes, at, EditTable.size);
    const { place, ...table } = EditTable.read(view, at);
    const smallestKey = readKey(bytes, at + EditTable.size);
    const largestKey = readKey(bytes, smallestKey.end);
    at = largestKey.end;
    added.push({
      level: place & ~HAS_RANGE_DELETES,
      hasRangeDeletes: (place & HAS_RANGE_DELETES) !== 0,
      ...table,
      smallestKey: smallestKey.key,
      largestKey: largestKey.key,
    });
  }
  if (at !== bytes.length) throw corrupt('goes on after its last table', at);
  return { ...numbers, removed, added };
}

/** The edit's bytes, named. Needs an edit that `decodeEdit` accepts. */
export function describeEdit(bytes: Uint8Array, offset = 0): Span[] {
  const view = viewOf(bytes);
  const edit = decodeEdit(bytes);
  const spans: Span[] = EditHeader.spans(view, 0);
  let at: number = EditHeader.size;
  for (const _ of edit.removed) {
    spans.push({ ...(RemovedTable.spans(view, at)[0] as Span), name: 'removed table' });
    at += RemovedTable.size;
  }
  for (const table of edit.added) {
    const start = at;
    const children: Span[] = EditTable.spans(view, at);
    at += EditTable.size;
    for (const name of ['smallest key', 'largest key'] as const) {
      const key = name === 'smallest key' ? table.smallestKey : table.largestKey;
      const size = varintSize(key.length);
      const doc = `length of the ${name}, as a varint`;
      children.push({
        name: `${name} length`,
        kind: 'length',
        offset: at,
        size,
        value: key.length,
        doc,
      });
      at += size;
      if (key.length === 0) continue;
      children.push({
        name,
        kind: 'key',
        offset: at,
        size: key.length,
        value: show(key),
        doc: `the ${name} in the table`,
      });
      at += key.length;
    }
    const doc = `table ${table.number} becomes part of level ${table.level}`;
    spans.push({
      name: 'added table',
      kind: 'header',
      offset: start,
      size: at - start,
      doc,
      children,
    });
  }
  return spans.map((span) => shift(span, offset));
}

function shift(span: Span, by: number): Span {
  const moved = { ...span, offset: span.offset + by };
  return span.children
    ? { ...moved, children: span.children.map((child) => shift(child, by)) }
    : moved;
}

function editSize(edit: VersionEdit): number {
  let size = EditHeader.size + edit.removed.length * RemovedTable.size;
  for (const { smallestKey, largestKey } of edit.added) {
    size += EditTable.size + keySize(smallestKey) + keySize(largestKey);
  }
  return size;
}

function keySize(key: Uint8Array): number {
  return varintSize(key.length) + key.length;
}

function writeKey(bytes: Uint8Array, at: number, key: Uint8Array): number {
  const start = writeVarint(bytes, at, key.length);
  bytes.set(key, start);
  return start + key.length;
}

function readKey(bytes: Uint8Array, at: number): { key: Uint8Array; end: number } {
  const length = readVarint(bytes, at);
  const start = at + varintSize(length);
  if (length > KEY_BYTES_MAX) throw corrupt('has a key over the limit', at);
  need(bytes, start, length);
  return { key: bytes.slice(start, start + length), end: start + length };
}

function need(bytes: Uint8Array, at: number, size: number): void {
  if (at + size > bytes.length) throw corrupt('is cut short', at);
}

function corrupt(what: string, offsetBytes: number): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a version edit ${what}`, { offsetBytes });
}
