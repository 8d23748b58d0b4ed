// Bytes as an annotated hexdump: one line for each named range, indented as the spans are.
//
//    00000000  46 44 42 5f 57 41 4c 00                            magic     FDB_WAL\0  what kind ...
//    00000008  01 00                                              version   1          version of ...

import { hex } from '../base/bytes.ts';
import type { Span } from '../base/layout.ts';

const BYTES_A_LINE = 16;
const HEX_COLUMNS = BYTES_A_LINE * 3 - 1;
/** A long value shows its first lines; who wants all of it opens a hex view. */
const LINES_MAX = 4;

/** The bytes of `span` and of all its children, named; lines end with a line feed. */
export function hexdump(bytes: Uint8Array, span: Span): string {
  const lines: string[] = [];
  dump(bytes, span, 0, lines);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function dump(bytes: Uint8Array, span: Span, depth: number, lines: string[]): void {
  const { children, size } = span;
  if (children === undefined) {
    lines.push(...leaf(bytes, span, depth));
    return;
  }
  const count = `${size} ${size === 1 ? 'byte' : 'bytes'}`;
  lines.push(row('', '', `${'  '.repeat(depth)}${span.name}, ${count}: ${span.doc}`));
  for (const child of children) dump(bytes, child, depth + 1, lines);
}

function leaf(bytes: Uint8Array, span: Span, depth: number): string[] {
  const { offset, size } = span;
  const shownBytes = Math.min(size, LINES_MAX * BYTES_A_LINE);
  const name = `${'  '.repeat(depth)}${span.name}`.padEnd(22);
  const note = `${name} ${printedValue(span).padEnd(16)} ${span.doc}`;
  const lines: string[] = [];
  for (let at = 0; at < shownBytes; at += BYTES_A_LINE) {
    const end = Math.min(at + BYTES_A_LINE, shownBytes);
    const part = bytes.subarray(offset + at, offset + end);
    lines.push(row(hexOffset(offset + at), spaced(part), at === 0 ? note : ''));
  }
  if (shownBytes < size) lines.push(row('', `... ${size - shownBytes} more bytes`, ''));
  return lines;
}

function row(offset: string, bytes: string, note: string): string {
  return `${offset.padEnd(8)}  ${bytes.padEnd(HEX_COLUMNS)}  ${note}`;
}

function hexOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

function spaced(bytes: Uint8Array): string {
  return hex(bytes).replace(/..(?=.)/g, '$& ');
}

/** Checksums are read in hexadecimal, everything else as it is; control characters escaped. */
function printedValue({ kind, value }: Span): string {
  if (value === undefined) return '';
  if (kind === 'checksum' && typeof value === 'number') return `0x${hexOffset(value)}`;
  return String(value).replace(/[^\x20-\x7e]/g, (character) => {
    return character === '\0' ? '\\0' : `\\x${hex(Uint8Array.of(character.charCodeAt(0)))}`;
  });
}
