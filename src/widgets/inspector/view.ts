// What the inspector shows of a file: a window of its bytes, and what they are.
//
// Files may be large. Whatever the size, only what touches the window is described
// (`describeFile` with a window), and the fields that are drawn are cut off at its edges.

import { describeFile, type Span, useDeflate } from '../../../engine/index.ts';
import { leavesOf } from '../../marks/hex-grid.ts';

// Tables may be compressed.
useDeflate();

/** Bytes in a window. */
export const WINDOW_BYTES = 1024;
/** Largest file that is taken into the page. */
export const FILE_BYTES_MAX = 256 << 20;

export interface WindowView {
  readonly from: number;
  readonly bytes: Uint8Array;
  /** Fields of the window, named by their path; offsets count from its beginning. */
  readonly spans: readonly Span[];
  /** Records, blocks and other parts that touch the window; offsets are those of the file. */
  readonly parts: readonly Span[];
  /** The innermost damaged ranges of these parts. */
  readonly damage: readonly Span[];
}

/** The window at `from`; `near` is where a part is known to begin, at or before it. */
export function windowAt(name: string, bytes: Uint8Array, from: number, near?: number): WindowView {
  const to = Math.min(from + WINDOW_BYTES, bytes.length);
  const options = { window: { from, to }, ...(near !== undefined && { near }) };
  const whole = describeFile(name, bytes, options);
  const parts = whole.children?.length ? whole.children : [whole];
  const leaves = leavesOf(parts).filter(
    ({ span }) => span.offset < to && span.offset + span.size > from,
  );
  return {
    from,
    bytes: bytes.subarray(from, to),
    spans: leaves.map(({ span, path }) => clipped({ ...span, name: path }, from, to)),
    parts,
    damage: parts.flatMap(damageIn),
  };
}

function clipped(span: Span, from: number, to: number): Span {
  const begin = Math.max(span.offset, from);
  const end = Math.min(span.offset + span.size, to);
  return { ...span, offset: begin - from, size: end - begin };
}

function damageIn(span: Span): readonly Span[] {
  const inner = span.children?.flatMap(damageIn) ?? [];
  return inner.length === 0 && span.kind === 'corrupt' ? [span] : inner;
}

/** The part that holds a byte of the file. */
export function partAt(parts: readonly Span[], offset: number): Span | undefined {
  return parts.find((part) => part.offset <= offset && offset < part.offset + part.size);
}

/** Number of the data block that a part is, if it is a compressed one. */
export function packedBlock(part: Span | undefined): number | undefined {
  const [, digits] = /^block (\d+)$/.exec(part?.name ?? '') ?? [];
  const isPacked = part?.children?.some(({ name }) => name === 'deflated') ?? false;
  return isPacked ? Number(digits) : undefined;
}

/** Where the window is to begin so that it shows `offset`: at a whole row. */
export function windowFor(offset: number, sizeBytes: number): number {
  const last = Math.max(0, Math.ceil((sizeBytes - WINDOW_BYTES) / 16) * 16);
  const row = Math.floor(offset / 16) * 16;
  return Math.min(Math.max(row, 0), last);
}
