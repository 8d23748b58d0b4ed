// Varints: small numbers in few bytes. Seven bits a byte, lowest first; the high
// bit says that another byte follows (LEB128, as in LevelDB and Protocol Buffers).
//
//      300 = 0b10_0101100   ->   1010_1100  0000_0010   =  ac 02

import { FerrisError } from './errors.ts';

/** A u32 takes at most this many bytes. */
export const VARINT_BYTES_MAX = 5;

/** How many bytes `value` (0 to 2^32 - 1) takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes `value` (0 to 2^32 - 1) at `offset`; returns the offset after it. */
export function writeVarint(into: Uint8Array, offset: number, value: number): number {
  let rest = value >>> 0;
  let at = offset;
  while (rest >= 0x80) {
    into[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[at++] = rest;
  return at;
}

/**
 * Reads a u32 at `offset`. The bytes it took are `varintSize(value)`: only the
 * shortest form is accepted, so that every number has one encoding.
 * @throws FERRIS_CORRUPTION when it is cut short, overlong or over 32 bits.
 */
export function readVarint(from: Uint8Array, offset: number): number {
  const first = from[offset] as number;
  if (first < 0x80) return first; // most are short; past the end is undefined, which is not less
  let value = first & 0x7f;
  for (let i = 1; i < VARINT_BYTES_MAX; i++) {
    const byte = from[offset + i];
    if (byte === undefined) throw bad('is cut short', offset);
    value += i < 4 ? (byte & 0x7f) << (7 * i) : (byte & 0x7f) * 0x10000000;
    if (byte >= 0x80) continue;
    if (value > 0xffffffff) throw bad('is over 32 bits', offset);
    if (byte === 0) throw bad('is longer than it need be', offset);
    return value;
  }
  throw bad('has no last byte', offset);
}

function bad(what: string, offsetBytes: number): FerrisError {
  return new FerrisError('FERRIS_CORRUPTION', `a varint ${what}; the bytes around it are damaged`, {
    offsetBytes,
  });
}
