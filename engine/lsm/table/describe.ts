// A whole table as a tree of named byte ranges, for people: hex views, dumps, byte maps.
//
// It reads as a table is opened: footer, then index, then the blocks that it names.
// Where the way is blocked by damage, the bytes behind it are one 'corrupt' span. Of a
// compressed block it shows the stored bytes; `describeBlockContents` shows what is in them.
// Of a big table it describes a window: blocks outside of it are not opened.

import { type ByteWindow, type Span, viewOf } from '../../base/layout.ts';
import { describeHeader, HEADER_BYTES } from '../../env/header.ts';
import { openBlock } from './block-source.ts';
import { CODEC_NONE, UNPACKED_SIZE_BYTES, unpackedBytes } from './codec.ts';
import {
  describeData,
  describeFilter,
  describeIndex,
  describeProperties,
  describeRangeDeletes,
  SpanList,
} from './describe-block.ts';
import { decodeFooter, type FooterValues } from './footer.ts';
import { BlockTrailer, FOOTER_BYTES, Footer, TABLE_FORMAT } from './format.ts';
import { TableIndex } from './table-index.ts';

/** Names the contents of one kind of block; `offset` is where they begin in the file. */
type DescribeContents = (contents: Uint8Array, offset: number) => Span[];

/** A block as a part of the file. */
interface Part {
  readonly name: string;
  readonly doc: string;
  readonly nameContents: DescribeContents;
}

/**
 * The bytes of a table file, named. Spans tile `bytes`, whatever they are; damaged
 * ranges are of kind 'corrupt' and their doc says why. It never throws.
 * @param window only what has bytes in it is described; children then tile a part of `bytes`
 */
export function describeTable(
  bytes: Uint8Array,
  window: ByteWindow = { from: 0, to: bytes.length },
): Span {
  const { length } = bytes;
  const list = new PartList(window);
  if (length < HEADER_BYTES + FOOTER_BYTES) {
    list.add(
      'too short',
      'corrupt',
      length,
      `a table has ${HEADER_BYTES + FOOTER_BYTES} bytes at least`,
    );
  } else {
    const header = describeHeader(TABLE_FORMAT, bytes);
    list.part(HEADER_BYTES, () =>
      list.group(header.name, header.kind, header.doc, header.children ?? []),
    );
    describeBody(list, bytes);
  }
  const doc = 'the whole file';
  return {
    name: TABLE_FORMAT.noun,
    kind: 'header',
    offset: 0,
    size: length,
    doc,
    children: list.spans,
  };
}

/** The parts of a table, of which those outside of a window are stepped over. */
class PartList extends SpanList {
  readonly #window: ByteWindow;

  constructor(window: ByteWindow) {
    super(0);
    this.#window = window;
  }

  /** The part that begins here and goes to `end`: `addSpans` does so if it is to be seen. */
  part(end: number, addSpans: () => void): void {
    const seen = end > this.#window.from && this.at < this.#window.to;
    if (seen) addSpans();
    else this.at = end;
  }
}

/** Everything after the header. */
function describeBody(list: PartList, bytes: Uint8Array): void {
  const footerAt = bytes.length - FOOTER_BYTES;
  const footer = attempt(() =>
    decodeFooter(bytes.subarray(footerAt), bytes.length, TABLE_FORMAT.noun),
  );
  const view = viewOf(bytes);
  if (footer === undefined) {
    const why = 'the footer, which says what lies here, is damaged';
    list.part(footerAt, () => list.add('blocks', 'corrupt', footerAt - HEADER_BYTES, why));
  } else {
    describeBlocks(list, bytes, footer);
  }
  const kind = footer === undefined ? 'corrupt' : 'header';
  const doc = footer === undefined ? 'damaged, or not a footer' : 'where reading begins';
  list.part(bytes.length, () => list.group('footer', kind, doc, Footer.spans(view, footerAt)));
}

function describeBlocks(list: PartList, bytes: Uint8Array, footer: FooterValues): void {
  const { fileNumber, filterOffset, indexOffset, propertiesOffset } = footer;
  const add = (name: string, doc: string, end: number, nameContents: DescribeContents) =>
    list.part(end, () =>
      describeBlock(list, bytes.subarray(list.at, end), fileNumber, { name, doc, nameContents }),
    );
  const index = readIndex(bytes, footer);
  for (const [i, end] of blockEnds(index, filterOffset).entries())
    add(`block ${i}`, 'entries in order', end, describeData);
  const why = 'the index, which says where they begin, is damaged';
  list.part(filterOffset, () => list.add('data blocks', 'corrupt', filterOffset - list.at, why));
  add('filter', 'says of a key: not here, or maybe here', indexOffset, describeFilter);
  add('index', 'where each data block begins', propertiesOffset, describeIndex);
  const propertiesEnd = propertiesOffset + footer.propertiesBytes;
  add('properties', 'what the table holds, in numbers', propertiesEnd, describeProperties);
  if (footer.rangeDeletesBytes > 0) {
    const end = bytes.length - FOOTER_BYTES;
    add('range deletes', 'what is gone from one key up to another', end, describeRangeDeletes);
  }
}

/** Where each data block ends, as far as the index makes sense. */
function blockEnds(index: TableIndex | undefined, dataEnd: number): number[] {
  const ends: number[] = [];
  let at = HEADER_BYTES;
  for (let i = 0; i < (index?.count ?? 0) && at < dataEnd; i++) {
    const place = attempt(() => index?.block(i));
    if (place?.offset !== at) break;
    at += place.size;
    ends.push(at);
  }
  return ends;
}

/** A block that begins where `list` has come to. */
function describeBlock(
  list: SpanList,
  bytes: Uint8Array,
  fileNumber: number,
  { name, doc, nameContents }: Part,
): void {
  const offset = list.at;
  const contents = attempt(() => openBlock(bytes, fileNumber, TABLE_FORMAT.noun, offset));
  const size = bytes.length - BlockTrailer.size;
  if (size < 0) {
    list.add(name, 'corrupt', bytes.length, 'too short for a block');
  } else if (contents === undefined) {
    const damaged = new SpanList(offset);
    damaged.add('contents', 'corrupt', size, 'their checksum or their codec is wrong');
    list.group(name, 'corrupt', 'a damaged block', [...damaged.spans, ...trailer(bytes, offset)]);
  } else if (bytes[size] !== CODEC_NONE) {
    const spans = describeDeflated(bytes.subarray(0, size), offset);
    list.group(name, 'header', `${doc}, compressed`, [...spans, ...trailer(bytes, offset)]);
  } else {
    const spans = [...nameContents(contents, offset), ...trailer(bytes, offset)];
    list.group(name, 'header', doc, spans);
  }
}

/** What can be seen of contents in codec 1 as they are stored. */
function describeDeflated(stored: Uint8Array, offset: number): Span[] {
  const list = new SpanList(offset);
  const unpacked = unpackedBytes(stored);
  list.add('size unpacked', 'length', UNPACKED_SIZE_BYTES, 'size of the contents', unpacked);
  const size = stored.length - UNPACKED_SIZE_BYTES;
  list.add('deflated', 'value', size, `raw DEFLATE: unpacked it is ${unpacked} bytes`);
  return list.spans;
}

/** The unpacked contents of a data block, named; offsets count from their beginning. */
export interface BlockContents {
  readonly bytes: Uint8Array;
  readonly span: Span;
}

/** Looks into data block `index` of a table, compressed or not; undefined where there is damage. */
export function describeBlockContents(table: Uint8Array, index: number): BlockContents | undefined {
  return attempt(() => {
    const footer = decodeFooter(table.subarray(-FOOTER_BYTES), table.length, TABLE_FORMAT.noun);
    const { offset, size } = (readIndex(table, footer) as TableIndex).block(index);
    const stored = table.subarray(offset, offset + size);
    const bytes = openBlock(stored, footer.fileNumber, TABLE_FORMAT.noun, offset);
    const list = new SpanList(0);
    list.group(`contents of block ${index}`, 'header', 'entries in order', describeData(bytes, 0));
    return { bytes, span: list.spans[0] as Span };
  });
}

function readIndex(table: Uint8Array, footer: FooterValues): TableIndex | undefined {
  const { fileNumber, filterOffset, indexOffset, propertiesOffset } = footer;
  return attempt(() => {
    const block = table.subarray(indexOffset, propertiesOffset);
    const contents = openBlock(block, fileNumber, TABLE_FORMAT.noun, indexOffset);
    return new TableIndex(contents, filterOffset, TABLE_FORMAT.noun, indexOffset);
  });
}

function trailer(bytes: Uint8Array, offset: number): Span[] {
  const at = bytes.length - BlockTrailer.size;
  const spans = BlockTrailer.spans(viewOf(bytes), at);
  return spans.map((span) => ({ ...span, offset: offset + span.offset }));
}

/** What `read` returns; undefined where it finds damage. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
