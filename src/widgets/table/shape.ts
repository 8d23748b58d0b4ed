// A table file as the figure needs it: blocks, separators, restart points and entries, all read
// from the engine's own tree of named bytes (`describeFile`), and from nowhere else.
//
// Everything that can be pointed at has an id, the same one in the byte map and in the tree:
//
//     header  block:2  restart:2:1  entry:2:3  filter  index  separator:2  properties  footer

import { describeFile, type Span, text } from '../../../engine/index.ts';

export interface EntryShape {
  readonly id: string;
  readonly span: Span;
  /** Bytes shared with the key before, and the bytes of the key that are stored. */
  readonly shared: number;
  readonly tail: string;
  readonly key: string;
  readonly value: string;
}

export interface BlockShape {
  readonly id: string;
  readonly span: Span;
  /** What the index says: not after the first key, after the last key before. */
  readonly separator: string;
  readonly entries: readonly EntryShape[];
  /** Which entries are restart points. */
  readonly restarts: readonly number[];
}

/** A named part of the file, for the map and the tree. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly span: Span;
}

export interface TableShape {
  readonly bytes: Uint8Array;
  /** Header, blocks, filter, index, properties, footer: they tile the file. */
  readonly regions: readonly Region[];
  readonly blocks: readonly BlockShape[];
  readonly footer: Span;
}

/** The shape of a whole, sound, uncompressed table called `name`. */
export function shapeOf(name: string, bytes: Uint8Array): TableShape {
  const spans = describeFile(name, bytes).children ?? [];
  const index = spans.find((span) => span.name === 'index');
  const separators = childrenOf(index, 'separator').map(({ offset, size }) =>
    text(bytes.subarray(offset, offset + size)),
  );
  // The first separator is empty, and an empty range of bytes has no span.
  if (separators.length > 0) separators.unshift('');
  const blocks = spans
    .filter((span) => span.name.startsWith('block '))
    .map((span, at) => blockOf(bytes, span, at, separators[at] ?? ''));
  const regions = spans.map((span) => ({
    id: span.name.replace('block ', 'block:'),
    name: span.name,
    span,
  }));
  return { bytes, regions, blocks, footer: spans.at(-1) as Span };
}

function blockOf(bytes: Uint8Array, span: Span, at: number, separator: string): BlockShape {
  const entries: EntryShape[] = [];
  for (const entry of childrenOf(span, 'entry')) {
    const before = entries.at(-1)?.key ?? '';
    entries.push(entryOf(bytes, entry, `entry:${at}:${entries.length}`, before));
  }
  const restarts = childrenOf(span, 'restart').map(({ value }) =>
    entries.findIndex((entry) => entry.span.offset === span.offset + Number(value)),
  );
  return { id: `block:${at}`, span, separator, entries, restarts };
}

function entryOf(bytes: Uint8Array, span: Span, id: string, before: string): EntryShape {
  const field = (name: string) => span.children?.find((child) => child.name === name);
  const textOf = (part: Span | undefined) =>
    part ? text(bytes.subarray(part.offset, part.offset + part.size)) : '';
  const shared = Number(field('shared')?.value ?? 0);
  const tail = textOf(field('key tail'));
  const key = before.slice(0, shared) + tail;
  return { id, span, shared, tail, key, value: textOf(field('value')) };
}

function childrenOf(span: Span | undefined, name: string): readonly Span[] {
  return span?.children?.filter((child) => child.name === name) ?? [];
}

/** The bytes that an id stands for: from, up to and without `to`; undefined where there is no such thing. */
export function bytesOfId(
  shape: TableShape,
  id: string,
): { readonly from: number; readonly to: number } | undefined {
  const [kind, block = '', place = ''] = id.split(':');
  const at = shape.blocks[Number(block)];
  if (kind === 'entry') return rangeOf(at?.entries[Number(place)]?.span);
  if (kind === 'restart') return rangeOf(childrenOf(at?.span, 'restart')[Number(place)]);
  if (kind === 'separator') {
    const index = shape.regions.find((region) => region.id === 'index');
    return rangeOf(childrenOf(index?.span, 'record')[Number(block)]);
  }
  return rangeOf(shape.regions.find((region) => region.id === id)?.span);
}

function rangeOf(span: Span | undefined) {
  return span && { from: span.offset, to: span.offset + span.size };
}

/** The innermost thing that holds a byte: an entry, a restart point, a separator, or else a region. */
export function idAt(shape: TableShape, offset: number): string | undefined {
  const holds = (span: Span) => span.offset <= offset && offset < span.offset + span.size;
  const region = shape.regions.find(({ span }) => holds(span));
  if (region?.id === 'index') {
    const record = childrenOf(region.span, 'record').findIndex(holds);
    return record < 0 ? region.id : `separator:${record}`;
  }
  const at = shape.blocks.findIndex(({ id }) => id === region?.id);
  const block = shape.blocks[at];
  if (block === undefined) return region?.id;
  const restart = childrenOf(block.span, 'restart').findIndex(holds);
  if (restart >= 0) return `restart:${at}:${restart}`;
  return block.entries.find(({ span }) => holds(span))?.id ?? block.id;
}
