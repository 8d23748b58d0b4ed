// Pure parts of the hex grid: which field a byte belongs to, and how rows are cut.

import type { Span, SpanKind } from '../../engine/index.ts';

/** Bytes in one half row: a row is two of them side by side, or one on a phone. */
export const HALF_BYTES = 8;

/** A span with no children, and how it is reached. */
export interface Leaf {
  readonly span: Span;
  /** Names from the outermost span inwards, joined: 'record 2 / key'. */
  readonly path: string;
}

/** The innermost spans in order of their offsets. */
export function leavesOf(spans: readonly Span[], path = ''): Leaf[] {
  return spans.flatMap((span) => {
    const inner = path === '' ? span.name : `${path} / ${span.name}`;
    return span.children?.length ? leavesOf(span.children, inner) : [{ span, path: inner }];
  });
}

/** Index of the leaf that holds byte `offset`, or -1; `leaves` are in order. */
export function leafAt(leaves: readonly Leaf[], offset: number): number {
  let low = 0;
  let high = leaves.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { span } = leaves[middle] as Leaf;
    if (span.offset + span.size <= offset) low = middle + 1;
    else high = middle;
  }
  const found = leaves[low]?.span;
  return found && found.offset <= offset ? low : -1;
}

/** The tint that `.field` and the grid know a kind by. */
export function tintOf(kind: SpanKind): string {
  if (kind === 'magic' || kind === 'version') return 'header';
  return kind === 'offset' ? 'length' : kind;
}

/** Two digits; offsets take eight. */
export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');
export const hexOffset = (offset: number): string => offset.toString(16).padStart(6, '0');

/** A printable character, or a dot. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

/** Where an arrow key leads from byte `offset`; undefined for any other key. */
export function moveByKey(
  key: string,
  offset: number,
  size: number,
  columns: number,
): number | undefined {
  const to: Record<string, number> = {
    ArrowLeft: offset - 1,
    ArrowRight: offset + 1,
    ArrowUp: offset - columns,
    ArrowDown: offset + columns,
    PageUp: offset - columns * 8,
    PageDown: offset + columns * 8,
    Home: offset - (offset % columns),
    End: offset - (offset % columns) + columns - 1,
  };
  const target = to[key];
  if (target === undefined) return undefined;
  if (target < 0 || target >= size)
    return key === 'End' || key === 'PageDown' ? size - 1 : key === 'PageUp' ? 0 : offset;
  return target;
}
