// The range deletes of a table: a block of their own, which most tables don't have.
//
//    +--------------+--------------+-----+-------+
//    | range delete | range delete | ... | count |
//    |              |              |     | u32   |
//    +--------------+--------------+-----+-------+
//
//    range delete:  start bytes varint | end bytes varint | tag | start | end
//
// They are sorted by start, and by sequence number descending where that is the same. They
// may overlap: whoever looks keys up cuts them into pieces that don't (range-deletes.ts).
//
// Worked example, ["b", "d") deleted at sequence number 5:
//
//    01 01 2c 62 64  01 00 00 00        1 byte, 1 byte, tag 5*8+4, "b", "d"; one in all
//
// RocksDB keeps them in such a meta block too.

import { compareBytes } from '../../base/bytes.ts';
import { viewOf } from '../../base/layout.ts';
import { readVarint, varintSize, writeVarint } from '../../base/varint.ts';
import { KIND_DELETE_RANGE } from '../entry.ts';
import type { RangeDelete } from '../range-deletes.ts';
import { corruptTable } from './format.ts';
import { readTag, tagSize, writeTag } from './tag.ts';

const COUNT_BYTES = 4;

/** Where the parts of one range delete are, in its block. */
export interface RangeDeletePlace {
  readonly tagAt: number;
  readonly startAt: number;
  readonly endAt: number;
  /** Where the next one begins. */
  readonly after: number;
  readonly sequence: number;
}

/** The order in which they are written. */
export function compareRangeDeletes(a: RangeDelete, b: RangeDelete): number {
  return compareBytes(a.start, b.start) || b.sequence - a.sequence || compareBytes(a.end, b.end);
}

/** Contents of the block. They must be in order. */
export function encodeRangeDeletes(sorted: readonly RangeDelete[]): Uint8Array {
  const contents = new Uint8Array(sorted.reduce((sum, one) => sum + sizeOf(one), COUNT_BYTES));
  let at = 0;
  for (const { start, end, sequence } of sorted) {
    at = writeVarint(contents, at, start.length);
    at = writeVarint(contents, at, end.length);
    at = writeTag(contents, at, sequence, KIND_DELETE_RANGE);
    contents.set(start, at);
    contents.set(end, at + start.length);
    at += start.length + end.length;
  }
  viewOf(contents).setUint32(at, sorted.length, true);
  return contents;
}

/** Keys are copies. @throws FERRIS_CORRUPTION when the bytes are no range deletes in order */
export function decodeRangeDeletes(
  contents: Uint8Array,
  file: string,
  offset: number,
): RangeDelete[] {
  const decoded: RangeDelete[] = [];
  const corrupt = (at: number) =>
    corruptTable(file, offset + at, 'has a range delete that is none');
  const end = rangeDeletesEnd(contents);
  let at = 0;
  while (at < end) {
    const place = placeRangeDelete(contents, at, end);
    if (place === undefined) throw corrupt(at);
    const one = {
      start: contents.slice(place.startAt, place.endAt),
      end: contents.slice(place.endAt, place.after),
      sequence: place.sequence,
    };
    const before = decoded.at(-1);
    const isInOrder = before === undefined || compareRangeDeletes(before, one) <= 0;
    if (!isInOrder || compareBytes(one.start, one.end) >= 0) throw corrupt(at);
    decoded.push(one);
    at = place.after;
  }
  if (end < 0 || decoded.length !== rangeDeleteCount(contents)) throw corrupt(Math.max(0, end));
  return decoded;
}

/** Where the range deletes end and their count begins; negative when it doesn't fit. */
export function rangeDeletesEnd(contents: Uint8Array): number {
  return contents.length - COUNT_BYTES;
}

/** How many there are, by the count at the end; 0 when it doesn't fit. */
export function rangeDeleteCount(contents: Uint8Array): number {
  const at = rangeDeletesEnd(contents);
  return at < 0 ? 0 : viewOf(contents).getUint32(at, true);
}

/** The parts of the range delete at `at`; undefined when it is none, or leads past `end`. */
export function placeRangeDelete(
  contents: Uint8Array,
  at: number,
  end: number,
): RangeDeletePlace | undefined {
  try {
    const startBytes = readVarint(contents, at);
    const endBytes = readVarint(contents, at + varintSize(startBytes));
    const tagAt = at + varintSize(startBytes) + varintSize(endBytes);
    const { sequence, kind, size } = readTag(contents, tagAt);
    const startAt = tagAt + size;
    const endAt = startAt + startBytes;
    const after = endAt + endBytes;
    const isTag = kind === KIND_DELETE_RANGE && size === tagSize(sequence);
    if (!isTag || sequence > Number.MAX_SAFE_INTEGER || after > end) return undefined;
    return { tagAt, startAt, endAt, after, sequence };
  } catch {
    return undefined;
  }
}

function sizeOf({ start, end, sequence }: RangeDelete): number {
  const lengths = varintSize(start.length) + varintSize(end.length) + tagSize(sequence);
  return lengths + start.length + end.length;
}
