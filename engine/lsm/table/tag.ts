// A tag: sequence number and kind of an entry, in one to eight bytes.
//
// It is the varint of sequence * 8 + kind. The product may pass 2^53, so the first
// byte is taken apart by hand: three bits of kind, the four lowest of the sequence
// number, and the bit that says that another byte follows.
//
//    sequence 300, kind 1    300 * 8 + 1 = 0b10010_1100001    ->    e1 12

import type { EntryKind } from '../entry.ts';

/** A sequence number of 53 bits takes 4 + 7 * 7. */
export const TAG_BYTES_MAX = 8;

const FIRST = 16; // sequence numbers that fit in the first byte

/** How many bytes the tag of `sequence` takes. */
export function tagSize(sequence: number): number {
  let size = 1;
  for (let limit = FIRST; sequence >= limit; limit *= 128) size++;
  return size;
}

/** Writes a tag at `offset`; returns the offset after it. */
export function writeTag(
  into: Uint8Array,
  offset: number,
  sequence: number,
  kind: EntryKind,
): number {
  let at = offset;
  let byte = (sequence % FIRST) * 8 + kind;
  let rest = Math.floor(sequence / FIRST);
  while (rest > 0) {
    into[at++] = byte | 0x80;
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  into[at++] = byte;
  return at;
}

/** A tag as an object: for people. `block-cursor.ts` reads the same bytes without one. */
export function readTag(
  bytes: Uint8Array,
  offset: number,
): { sequence: number; kind: number; size: number } {
  let byte = bytes[offset] as number;
  const kind = byte & 7;
  let sequence = (byte >>> 3) & 0xf;
  let size = 1;
  for (let scale = FIRST; byte >= 0x80; scale *= 128) {
    byte = bytes[offset + size++] as number;
    sequence += (byte & 0x7f) * scale;
  }
  return { sequence, kind, size };
}
