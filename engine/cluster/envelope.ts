// The envelope: what every message between two nodes begins with.
//
//    0        4        8    9     10     12     14     16         20
//    +--------+--------+----+-----+------+------+------+----------+------
//    | magic  | crc    |ver |kind | from | to   | (0)  | length   | body
//    +--------+--------+----+-----+------+------+------+----------+------
//             |        |<----------- what the crc covers ---------------->|
//
// 1. The checksum covers sender and receiver, and whoever opens an envelope says who it
//    came from and who it is for. So a message that was delivered to somebody else, or
//    that pretends to another sender, is no message.
// 2. A checksum finds accidents. It is no signature: servers trust each other, as Raft's
//    failure model has it (paper, 2: non-Byzantine).
// 3. Length and version are looked at before the body, so a later version can be told
//    from damage.

import { crc32 } from '../base/crc32.ts';
import { layout, magic, reserved, type Span, u8, u16, u32, viewOf } from '../base/layout.ts';
import type { NodeId } from '../env/program.ts';
import { type ByteWriter, u32At } from './byte-cursor.ts';

/** What stands before the body of every message. */
export const EnvelopeHeader = layout('envelope', {
  magic: magic('FDBM', 'a message between nodes'),
  crc: u32('CRC32 of all that follows', 'checksum'),
  version: u8('version of the format', 'version'),
  kind: u8('what the body is', 'type'),
  from: u16('the node that sent it'),
  to: u16('the node that it is for'),
  reserved: reserved(2),
  length: u32('bytes of the body', 'length'),
});

/** Where the body begins. */
export const BODY_AT = EnvelopeHeader.size;

/** Version 1 is the only one so far. */
const VERSION = 1;

/** `FDBM` as a little-endian number. */
const MAGIC = 0x4d424446;

const COVERED_FROM = EnvelopeHeader.at.version;

/** Writes a header whose length and checksum `seal` fills in. The writer must be empty. */
export function beginEnvelope(writer: ByteWriter, kind: number, from: NodeId, to: NodeId): void {
  writer.u32(MAGIC);
  writer.u32(0);
  // Fields that share a word are written as one.
  writer.u32(VERSION | (kind << 8) | (from << 16));
  writer.u32(to);
  writer.u32(0);
}

/** Ends the message: fills in length and checksum, and returns a copy of the whole. */
export function sealEnvelope(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  writer.patchU32(EnvelopeHeader.at.length, writer.size - BODY_AT);
  writer.patchU32(EnvelopeHeader.at.crc, writer.crcFrom(COVERED_FROM));
  return writer.take();
}

/** The kind of a message that is whole, and of our version; undefined for anything else. */
export function kindOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < BODY_AT) return undefined;
  if (u32At(bytes, EnvelopeHeader.at.magic) !== MAGIC) return undefined;
  if (bytes[EnvelopeHeader.at.version] !== VERSION) return undefined;
  if (u32At(bytes, EnvelopeHeader.at.length) !== bytes.length - BODY_AT) return undefined;
  if (u32At(bytes, EnvelopeHeader.at.crc) !== crc32(bytes, COVERED_FROM)) return undefined;
  return bytes[EnvelopeHeader.at.kind];
}

/** True when the envelope goes from one of these to the other. Needs a whole header. */
export function isBetween(bytes: Uint8Array, from: NodeId, to: NodeId): boolean {
  // Sender and receiver stand side by side: one number for both.
  return u32At(bytes, EnvelopeHeader.at.from) === (from | (to << 16)) >>> 0;
}

/** The header's bytes, named; never throws. Needs all of them. */
export function describeEnvelope(bytes: Uint8Array): Span {
  const isWhole = kindOf(bytes) !== undefined;
  return {
    name: 'envelope',
    kind: isWhole ? 'header' : 'corrupt',
    offset: 0,
    size: BODY_AT,
    doc: isWhole ? 'opens a message' : 'the checksum, the length or the version is wrong',
    children: EnvelopeHeader.spans(viewOf(bytes), 0),
  };
}
