// The contents of each kind of block as named byte ranges. The checksum is right by
// the time these are called; whatever still makes no sense becomes a 'corrupt' span.

import { show } from '../../base/bytes.ts';
import { type Span, type SpanKind, viewOf } from '../../base/layout.ts';
import { readVarint, varintSize } from '../../base/varint.ts';
import {
  KIND_DELETE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
  type PointKind,
  SEQUENCE_MAX,
} from '../entry.ts';
import { KeyBuffer } from './key-buffer.ts';
import { PropertiesHeader } from './properties.ts';
import {
  placeRangeDelete,
  type RangeDeletePlace,
  rangeDeleteCount,
  rangeDeletesEnd,
} from './range-delete-block.ts';
import { IndexRecord } from './table-index.ts';
import { readTag, TAG_BYTES_MAX } from './tag.ts';

/** What an entry of each kind is called, and what the bytes of its value are. */
const KINDS: Readonly<Record<PointKind, { readonly verb: string; readonly doc: string }>> = {
  [KIND_DELETE]: { verb: 'delete', doc: 'a delete has none' },
  [KIND_PUT]: { verb: 'put', doc: 'the value itself' },
  [KIND_MERGE]: { verb: 'merge', doc: 'number of the operator, then its operand' },
  [KIND_EXPIRING]: { verb: 'expiring put', doc: 'when it expires (u64, ms), then the value' },
};

/** Spans gathered one after the other; none is empty, and they leave no gap. */
export class SpanList {
  readonly spans: Span[] = [];
  at: number;

  constructor(at: number) {
    this.at = at;
  }

  add(name: string, kind: SpanKind, size: number, doc: string, value?: string | number): void {
    if (size === 0) return;
    const span = { name, kind, offset: this.at, size, doc };
    this.spans.push(value === undefined ? span : { ...span, value });
    this.at += size;
  }

  /** A span of `children`, which begin here. */
  group(name: string, kind: SpanKind, doc: string, children: readonly Span[]): void {
    const size = children.reduce((sum, child) => sum + child.size, 0);
    if (size === 0) return;
    this.spans.push({ name, kind, offset: this.at, size, doc, children });
    this.at += size;
  }
}

/** A data block: entries, then restart points. `offset` is where `contents` begin in the file. */
export function describeData(contents: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  const restarts = contents.length < 4 ? 0 : countAtEnd(contents);
  const entriesEnd = contents.length - 4 - 4 * restarts;
  if (entriesEnd < 0)
    return allCorrupt(list, contents.length, 'its restart points do not fit in it');
  const key = new KeyBuffer();
  while (list.at - offset < entriesEnd) {
    const at = list.at - offset;
    const entry = describeEntry(contents, at, entriesEnd, list.at, key);
    if (entry === undefined)
      list.add('no entry', 'corrupt', entriesEnd - at, 'lengths that lead nowhere');
    else list.group('entry', 'header', `one version of ${show(key.bytes)}`, entry);
  }
  const view = viewOf(contents);
  for (let i = 0; i < restarts; i++) {
    const restart = view.getUint32(list.at - offset, true);
    list.add('restart', 'offset', 4, 'an entry whose key is stored whole', restart);
  }
  list.add('restart count', 'length', 4, 'how many restart points there are', restarts);
  return list.spans;
}

/** The fields of the entry at `at`; undefined when it leads out of the block. `key` becomes its key. */
function describeEntry(
  bytes: Uint8Array,
  at: number,
  end: number,
  offset: number,
  key: KeyBuffer,
): Span[] | undefined {
  const list = new SpanList(offset);
  const lengths = readLengths(bytes, at);
  if (lengths === undefined) return undefined;
  const [shared, unshared, valueBytes] = lengths;
  list.add('shared', 'length', varintSize(shared), 'bytes shared with the key before', shared);
  list.add('unshared', 'length', varintSize(unshared), 'bytes of the key stored here', unshared);
  list.add('value bytes', 'length', varintSize(valueBytes), 'bytes of the value', valueBytes);
  const { sequence, kind, size } = readTag(bytes, at + list.at - offset);
  const keyAt = at + list.at - offset + size;
  const valueAt = keyAt + unshared;
  const sensible = size <= TAG_BYTES_MAX && kind in KINDS && shared <= key.bytes.length;
  if (!sensible || valueAt + valueBytes > end) return undefined;
  key.extend(shared, bytes, keyAt, unshared);
  const { verb, doc } = KINDS[kind as PointKind];
  list.add('tag', 'sequence', size, 'sequence number * 8 + kind', `${sequence}, ${verb}`);
  const whole = shared === 0 ? 'the key, whole' : `the rest of key ${show(key.bytes)}`;
  list.add('key tail', 'key', unshared, whole, show(bytes.subarray(keyAt, valueAt)));
  const value = bytes.subarray(valueAt, valueAt + valueBytes);
  list.add('value', 'value', valueBytes, doc, show(value));
  return list.spans;
}

function readLengths(bytes: Uint8Array, at: number): [number, number, number] | undefined {
  try {
    const shared = readVarint(bytes, at);
    const unshared = readVarint(bytes, at + varintSize(shared));
    const valueBytes = readVarint(bytes, at + varintSize(shared) + varintSize(unshared));
    return [shared, unshared, valueBytes];
  } catch {
    return undefined;
  }
}

/** The filter: its bits, and how many of them a key has. */
export function describeFilter(contents: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  const bytes = Math.max(0, contents.length - 1);
  let ones = 0;
  for (let i = 0; i < bytes * 8; i++) ones += ((contents[i >>> 3] as number) >>> (i & 7)) & 1;
  list.add('bits', 'header', bytes, `${ones} of ${bytes * 8} bits are 1`);
  if (contents.length > 0) {
    list.add('probes', 'length', 1, 'bits that each key sets', contents[bytes] as number);
  }
  return list.spans;
}

/** The index: separator keys, then a record for each block. */
export function describeIndex(contents: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  const count = contents.length < 4 ? 0 : countAtEnd(contents);
  const keysEnd = contents.length - 4 - count * IndexRecord.size;
  if (keysEnd < 0) return allCorrupt(list, contents.length, 'its records do not fit in it');
  const view = viewOf(contents);
  for (let i = 0; i < count; i++) {
    const start = list.at - offset;
    const end = view.getUint32(keysEnd + i * IndexRecord.size, true);
    if (end < start || end > keysEnd) break;
    const key = show(contents.subarray(start, end));
    list.add('separator', 'key', end - start, `not after the first key of block ${i}`, key);
  }
  list.add('no separators', 'corrupt', keysEnd - (list.at - offset), 'keys that no record ends at');
  for (let i = 0; i < count; i++) {
    list.group('record', 'header', `where block ${i} is`, recordSpans(view, list.at, offset));
  }
  list.add('count', 'length', 4, 'how many data blocks there are', count);
  return list.spans;
}

function recordSpans(view: DataView, at: number, offset: number): Span[] {
  return IndexRecord.spans(view, at - offset).map((span) => {
    const moved = { ...span, offset: offset + span.offset };
    const before = span.name === 'sequence' && span.value === SEQUENCE_MAX;
    return before ? { ...moved, value: 'before all versions' } : moved;
  });
}

/** The properties: numbers, then the first and the last key. */
export function describeProperties(contents: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  if (contents.length < PropertiesHeader.size) {
    return allCorrupt(list, contents.length, 'too short for its numbers');
  }
  for (const span of PropertiesHeader.spans(viewOf(contents), 0)) {
    list.add(span.name, span.kind, span.size, span.doc, span.value);
  }
  const start = PropertiesHeader.size;
  const said = viewOf(contents).getUint32(PropertiesHeader.at.smallestKeyBytes, true);
  const middle = Math.min(start + said, contents.length);
  const smallest = contents.subarray(start, middle);
  const largest = contents.subarray(middle);
  list.add('smallest key', 'key', smallest.length, 'nothing lies before it', show(smallest));
  list.add('largest key', 'key', largest.length, 'nothing lies after it', show(largest));
  return list.spans;
}

/** Range deletes, then their count. */
export function describeRangeDeletes(contents: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  const end = rangeDeletesEnd(contents);
  if (end < 0) return allCorrupt(list, contents.length, 'too short for a count');
  while (list.at - offset < end) {
    const place = placeRangeDelete(contents, list.at - offset, end);
    if (place === undefined) {
      list.add('no range delete', 'corrupt', offset + end - list.at, 'lengths that lead nowhere');
    } else {
      const spans = describeRangeDelete(contents, list.at, place);
      list.group('range delete', 'header', 'all keys from start up to end, not included', spans);
    }
  }
  list.add('count', 'length', 4, 'how many range deletes there are', rangeDeleteCount(contents));
  return list.spans;
}

/** `offset` is where it begins in the file. */
function describeRangeDelete(
  contents: Uint8Array,
  offset: number,
  place: RangeDeletePlace,
): Span[] {
  const { tagAt, startAt, endAt, after, sequence } = place;
  const startBytes = endAt - startAt;
  const endBytes = after - endAt;
  const list = new SpanList(offset);
  list.add('start bytes', 'length', varintSize(startBytes), 'bytes of the first key', startBytes);
  list.add('end bytes', 'length', varintSize(endBytes), 'bytes of the end key', endBytes);
  const tag = `${sequence}, range delete`;
  list.add('tag', 'sequence', startAt - tagAt, 'sequence number * 8 + kind', tag);
  const start = show(contents.subarray(startAt, endAt));
  list.add('start', 'key', startBytes, 'the first key that is deleted', start);
  const end = show(contents.subarray(endAt, after));
  list.add('end', 'key', endBytes, 'the first key that is not', end);
  return list.spans;
}

function allCorrupt(list: SpanList, size: number, doc: string): Span[] {
  list.add('contents', 'corrupt', size, doc);
  return list.spans;
}

function countAtEnd(contents: Uint8Array): number {
  return viewOf(contents).getUint32(contents.length - 4, true);
}
