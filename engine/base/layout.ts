// A byte format as a table that code, tests, error messages and pictures share.
//
//   const Point = layout('point', { x: u16('across, pixels'), y: u16('down, pixels') });
//
//   Point.size                          4
//   view.getUint16(base + Point.at.y, true)       hot code: one load at a known offset
//   Point.read(view, base)                        { x: 3, y: 7 }: cold code
//   Point.spans(view, base)                       the same bytes, named, for people
//
// All numbers are little-endian. A u64 must be a safe integer (below 2^53): sequence
// numbers and sizes in this engine never come near it, and BigInt would be slow.
// Bodies of variable length keep a reader of their own and a `describe` beside it
// that returns the same `Span` tree, so nothing a person reads can drift from the code.

import { assert } from './assert.ts';
import { FerrisError } from './errors.ts';

/** What a range of bytes is, so that drawings can tint it. One meaning each. */
export type SpanKind =
  | 'magic'
  | 'version'
  | 'header'
  | 'length'
  | 'checksum'
  | 'sequence'
  | 'type'
  | 'key'
  | 'value'
  | 'offset'
  | 'padding'
  | 'corrupt';

/** A named range of bytes; children, when there are any, tile it with no gap or overlap. */
export interface Span {
  readonly name: string;
  readonly kind: SpanKind;
  readonly offset: number;
  readonly size: number;
  /** Decoded value, ready to print; absent where only the children mean something. */
  readonly value?: string | number;
  readonly doc: string;
  readonly children?: readonly Span[];
}

/** A part of a file: from one offset up to another, which is not part of it. */
export interface ByteWindow {
  readonly from: number;
  readonly to: number;
}

/** One field of a layout: a fixed number of bytes at a fixed place. */
export interface Field<T extends number | string = number | string> {
  readonly size: number;
  readonly kind: SpanKind;
  readonly doc: string;
  get(view: DataView, offset: number): T;
  set(view: DataView, offset: number, value: T): void;
}

type Fields = Readonly<Record<string, Field>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;
/** The object that a layout reads and writes. */
export type LayoutValue<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> };

/** A fixed sequence of fields. */
export interface Layout<F extends Fields> {
  readonly name: string;
  readonly size: number;
  /** Byte offset of each field from the start of the layout. */
  readonly at: { readonly [K in keyof F]: number };
  readonly fields: F;
  read(view: DataView, offset: number): LayoutValue<F>;
  write(view: DataView, offset: number, value: LayoutValue<F>): void;
  /** One span a field, tiling `[offset, offset + size)`. */
  spans(view: DataView, offset: number): Span[];
}

/** Makes a layout from its fields in order. */
export function layout<F extends Fields>(name: string, fields: F): Layout<F> {
  const names = Object.keys(fields) as (keyof F & string)[];
  const at = {} as { [K in keyof F]: number };
  let size = 0;
  for (const field of names) {
    at[field] = size;
    size += (fields[field] as Field).size;
  }
  return {
    name,
    size,
    at,
    fields,
    read(view, offset) {
      const value: Record<string, number | string> = {};
      for (const field of names)
        value[field] = (fields[field] as Field).get(view, offset + at[field]);
      return value as LayoutValue<F>;
    },
    write(view, offset, value) {
      for (const field of names)
        (fields[field] as Field).set(view, offset + at[field], value[field]);
    },
    spans(view, offset) {
      return names.map((field) => {
        const { size: bytes, kind, doc, get } = fields[field] as Field;
        const place = offset + at[field];
        return {
          name: field,
          kind,
          offset: place,
          size: bytes,
          value: printable(get, view, place),
          doc,
        };
      });
    },
  };
}

/** A span describes damaged bytes too, so a number that can't be read becomes a remark. */
function printable(get: Field['get'], view: DataView, offset: number): number | string {
  try {
    return get(view, offset);
  } catch (error) {
    if (error instanceof FerrisError) return '(over 2^53 - 1)';
    throw error;
  }
}

/** One byte, 0 to 255. */
export const u8 = (doc: string, kind: SpanKind = 'header'): Field<number> => ({
  size: 1,
  kind,
  doc,
  get: (view, offset) => view.getUint8(offset),
  set: (view, offset, value) => view.setUint8(offset, value),
});

/** Two bytes, 0 to 65,535. */
export const u16 = (doc: string, kind: SpanKind = 'header'): Field<number> => ({
  size: 2,
  kind,
  doc,
  get: (view, offset) => view.getUint16(offset, true),
  set: (view, offset, value) => view.setUint16(offset, value, true),
});

/** Four bytes, 0 to 2^32 - 1. */
export const u32 = (doc: string, kind: SpanKind = 'header'): Field<number> => ({
  size: 4,
  kind,
  doc,
  get: (view, offset) => view.getUint32(offset, true),
  set: (view, offset, value) => view.setUint32(offset, value, true),
});

/** Eight bytes holding a safe integer, 0 to 2^53 - 1. */
export const u64 = (doc: string, kind: SpanKind = 'header'): Field<number> => ({
  size: 8,
  kind,
  doc,
  get: readU64,
  set: writeU64,
});

/** Exactly the bytes of `text`, one a character: what a file must begin with. */
export const magic = (text: string, doc: string): Field<string> => ({
  size: text.length,
  kind: 'magic',
  doc,
  get(view, offset) {
    let read = '';
    for (let i = 0; i < text.length; i++) read += String.fromCharCode(view.getUint8(offset + i));
    return read;
  },
  set(view, offset, value) {
    assert(value.length === text.length, `a magic of ${text.length} characters`);
    for (let i = 0; i < value.length; i++) view.setUint8(offset + i, value.charCodeAt(i));
  },
});

/** `size` bytes that are written as zero and kept for later versions. */
export const reserved = (size: number): Field<number> => ({
  size,
  kind: 'padding',
  doc: 'zero; kept for later versions',
  get(view, offset) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += view.getUint8(offset + i);
    return sum;
  },
  set(view, offset) {
    for (let i = 0; i < size; i++) view.setUint8(offset + i, 0);
  },
});

/**
 * Reads a u64 as a number.
 * @throws FERRIS_CORRUPTION when it is 2^53 or more: no writer of ours made it.
 */
export function readU64(view: DataView, offset: number): number {
  const value = view.getUint32(offset + 4, true) * 0x100000000 + view.getUint32(offset, true);
  if (value > Number.MAX_SAFE_INTEGER) {
    throw new FerrisError('FERRIS_CORRUPTION', `a 64-bit number at ${offset} is over 2^53 - 1`, {
      offsetBytes: offset,
    });
  }
  return value;
}

/** Writes a safe integer as a u64. */
export function writeU64(view: DataView, offset: number, value: number): void {
  assert(value >= 0, 'a u64 is not negative');
  assert(value <= Number.MAX_SAFE_INTEGER, 'a u64 is a safe integer');
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x100000000), true);
}

/** A `DataView` over exactly the bytes of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
