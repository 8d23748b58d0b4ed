// The only message of this world: "I was alive when I sent this". Twelve bytes.
//
//     0      2         3        4          8             12
//     | FB   | version | sender | number   | CRC32 of 0-7 |
//
// A receiver believes nothing else: what has another length, magic or checksum is not a heartbeat,
// and a flipped bit doesn't keep a dead server alive.

import { crc32, type Span } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';

export interface Heartbeat {
  readonly sender: number;
  /** Counts the sender's heartbeats to everybody, from 1, since it was started. */
  readonly number: number;
}

const SIZE_BYTES = 12;
const MAGIC = 0x4246;
const VERSION = 1;
const CHECKED_BYTES = 8;

export function encodeHeartbeat({ sender, number }: Heartbeat): Uint8Array {
  const bytes = new Uint8Array(SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, VERSION);
  view.setUint8(3, sender);
  view.setUint32(4, number, true);
  view.setUint32(CHECKED_BYTES, crc32(bytes.subarray(0, CHECKED_BYTES)), true);
  return bytes;
}

/** Undefined: these bytes are no heartbeat. */
export function decodeHeartbeat(bytes: Uint8Array): Heartbeat | undefined {
  if (bytes.length !== SIZE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE_BYTES);
  const isOurs = view.getUint16(0, true) === MAGIC && view.getUint8(2) === VERSION;
  const isWhole = view.getUint32(CHECKED_BYTES, true) === crc32(bytes.subarray(0, CHECKED_BYTES));
  if (!isOurs || !isWhole) return undefined;
  return { sender: view.getUint8(3), number: view.getUint32(4, true) };
}

/** The same bytes, named. */
export function describeHeartbeat(bytes: Uint8Array): Span[] {
  const { sender, number } = decodeHeartbeat(bytes) ?? { sender: 0, number: 0 };
  return [
    { name: 'magic', kind: 'magic', offset: 0, size: 2, doc: 'FB: this is one of our messages' },
    { name: 'version', kind: 'version', offset: 2, size: 1, doc: 'of this format' },
    { name: 'sender', kind: 'type', offset: 3, size: 1, value: sender, doc: whoText(sender) },
    {
      name: 'number',
      kind: 'sequence',
      offset: 4,
      size: 4,
      value: number,
      doc: 'counts the sender’s heartbeats',
    },
    {
      name: 'checksum',
      kind: 'checksum',
      offset: CHECKED_BYTES,
      size: 4,
      doc: 'CRC32 of the eight bytes before it',
    },
  ];
}

function whoText(sender: number): string {
  return `who is alive: ${sender} is server ${letterOf(sender)}`;
}

/** For drawings and event lists. */
export function nameHeartbeat(bytes: Uint8Array): { name: string; note: string } {
  const heartbeat = decodeHeartbeat(bytes);
  return { name: 'heartbeat', note: heartbeat ? `number ${heartbeat.number}` : 'damaged' };
}
