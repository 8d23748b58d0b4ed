// Messages to bytes and back.
//
//    encodeMessage(from, to, message)  ->  | envelope | body |
//    decodeMessage(bytes, from, to)    ->  the message, or undefined: drop it
//
// 1. Whatever the bytes are, decoding never throws: a network may bring anything, and a bad
//    message must not stop a server.
// 2. Entries, values and chunks of a decoded message are views of the bytes that came.
// 3. `describeMessage` names every byte; its spans tile the message, damaged or not.

import { isFerrisError } from '../base/errors.ts';
import { type Span, viewOf } from '../base/layout.ts';
import type { NodeId } from '../env/program.ts';
import { CLIENT_BODIES } from './bodies-client.ts';
import { type Bodies, type Body, RAFT_BODIES } from './bodies-raft.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import {
  BODY_AT,
  beginEnvelope,
  describeEnvelope,
  EnvelopeHeader,
  isBetween,
  kindOf,
  sealEnvelope,
} from './envelope.ts';
import type { ClusterMessage } from './message.ts';

const BODIES: Bodies<ClusterMessage['type']> = { ...RAFT_BODIES, ...CLIENT_BODIES };

const BY_KIND: (Body | undefined)[] = [];
const NAMES: (string | undefined)[] = [];
for (const [type, body] of Object.entries(BODIES)) {
  BY_KIND[body.kind] = body as Body;
  NAMES[body.kind] = type;
}

const scratch = new ByteWriter(1 << 12);

/** The bytes of a message, which nobody else holds. */
export function encodeMessage(
  from: NodeId,
  to: NodeId,
  message: ClusterMessage,
): Uint8Array<ArrayBuffer> {
  const body = BODIES[message.type] as Body;
  scratch.clear();
  beginEnvelope(scratch, body.kind, from, to);
  body.write(scratch, message);
  return sealEnvelope(scratch);
}

/** The message in these bytes, if it is whole, known, and really from the one to the other. */
export function decodeMessage(
  bytes: Uint8Array,
  from: NodeId,
  to: NodeId,
): ClusterMessage | undefined {
  const kind = kindOf(bytes);
  if (kind === undefined || !isBetween(bytes, from, to)) return undefined;
  return readBody(bytes, kind);
}

/** The same, whoever it is for: to look at. */
export function peekMessage(bytes: Uint8Array): ClusterMessage | undefined {
  const kind = kindOf(bytes);
  return kind === undefined ? undefined : readBody(bytes, kind);
}

/** The bytes of a message, named. */
export function describeMessage(bytes: Uint8Array): Span {
  const size = bytes.length;
  const doc = 'what one node sends to another';
  if (size < BODY_AT) {
    const children = size > 0 ? [corrupt('envelope', 0, size, 'it is cut short')] : [];
    return { name: 'a message', kind: 'header', offset: 0, size, doc, children };
  }
  const children = [describeEnvelope(bytes), ...describeBody(bytes)];
  return { name: 'a message', kind: 'header', offset: 0, size, doc, children };
}

function readBody(bytes: Uint8Array, kind: number): ClusterMessage | undefined {
  const body = BY_KIND[kind];
  if (body === undefined) return undefined;
  const reader = new ByteReader(bytes, BODY_AT);
  try {
    const message = body.read(reader);
    reader.finish();
    return message;
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return undefined;
    throw error;
  }
}

function describeBody(bytes: Uint8Array): Span[] {
  const kind = bytes[EnvelopeHeader.at.kind] as number;
  const body = BY_KIND[kind];
  const size = bytes.length - BODY_AT;
  if (size === 0) return [];
  if (body === undefined) return [corrupt('body', BODY_AT, size, 'of no known kind')];
  if (size < body.fixed.size) return [corrupt('body', BODY_AT, size, 'it is cut short')];
  const restAt = BODY_AT + body.fixed.size;
  const fixed = body.fixed.spans(viewOf(bytes), BODY_AT);
  const children = [...fixed, ...describeRest(body, bytes, restAt)];
  const doc = 'what the message says';
  return [{ name: NAMES[kind] ?? '', kind: 'value', offset: BODY_AT, size, doc, children }];
}

/** What follows the fixed part, if it can be made sense of. */
function describeRest(body: Body, bytes: Uint8Array, offset: number): Span[] {
  const size = bytes.length - offset;
  if (size === 0) return [];
  try {
    const spans = body.describeRest?.(bytes, offset);
    if (spans !== undefined) return spans;
  } catch (error) {
    if (!isFerrisError(error)) throw error;
  }
  return [corrupt('rest', offset, size, 'nothing belongs here')];
}

function corrupt(name: string, offset: number, size: number, doc: string): Span {
  return { name, kind: 'corrupt', offset, size, doc };
}
