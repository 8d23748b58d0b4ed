// A whole log as a tree of named byte ranges, for people: hex views, dumps, messages.
//
// It reads with the reader that recovery uses, and goes on after damage. It judges
// nothing: whether damage is a torn tail depends on other logs too. Of a long log it
// describes a window: frames lead there from record to record, and no payload is looked at
// on the way. Damage is searched for the next record byte by byte, which is slow, so that a
// window says no more of it than lies within reach.

import { FerrisError } from '../../base/errors.ts';
import { type ByteWindow, type Span, viewOf } from '../../base/layout.ts';
import { describeHeader, type FileFormat, FileHeader, HEADER_BYTES } from '../../env/header.ts';
import type { BadRecordReason } from '../../trace/events.ts';
import { FRAME_BYTES, RecordFrame } from './format.ts';
import { type BadPlace, type ByteSource, LogReader, type LogRecord } from './reader.ts';

/** Names the bytes of a payload; `offset` is where it begins in the file. May throw a FerrisError. */
export type DescribePayload = (payload: Uint8Array, offset: number) => Span[];

const WHY: Record<BadRecordReason, string> = {
  'header cut short': 'too short to be a record: the file ends here',
  'header checksum': 'no record: the checksum of its frame is wrong',
  'payload cut short': 'the file ends inside this payload',
  'payload checksum': 'the checksum of this payload is wrong',
  'payload refused': 'its checksum is right, but it makes no sense',
  'file header': 'the file ends inside its header',
  'file missing': 'there is no such file',
};

/** How far damage around a window is searched for records. */
const REACH_BYTES = 1 << 16;

/**
 * The bytes of a log, named. Spans tile `bytes`, whatever they are; damaged ranges are of
 * kind 'corrupt' and their doc says why. It never throws.
 * @param fileNumber the log's number, when the header may be too damaged to tell
 * @param window only what has bytes in it is described; children then tile a part of `bytes`
 * @param near an offset before the window at which a child is known to begin: a short cut
 */
export function describeLog(
  format: FileFormat,
  bytes: Uint8Array,
  describePayload: DescribePayload = describeOpaque,
  fileNumber: number = numberIn(bytes),
  window: ByteWindow = { from: 0, to: bytes.length },
  near: number = HEADER_BYTES,
): Span {
  const size = bytes.length;
  const children: Span[] = [];
  if (size >= HEADER_BYTES) {
    const reader = new LogReader(sourceOf(bytes), fileNumber);
    if (window.from < HEADER_BYTES) children.push(describeHeader(format, bytes));
    let at = window.from < HEADER_BYTES ? HEADER_BYTES : beginOf(reader, window.from, near);
    for (const end = Math.min(window.to, size); at < end; at = endOf(children)) {
      const reach = Math.min(window.to + REACH_BYTES, size);
      children.push(describeAt(reader, bytes, at, describePayload, reach));
    }
  } else if (size > 0) {
    children.push(corrupt('header', 0, size, 'file header'));
  }
  return { name: format.noun, kind: 'header', offset: 0, size, doc: 'the whole file', children };
}

/** Where the record, or the damage, that holds the byte at `offset` begins. */
function beginOf(reader: LogReader, offset: number, near: number): number {
  let at = near;
  for (;;) {
    const frame = reader.findFrame(at, Math.min(at + REACH_BYTES, offset + 1));
    if (frame === undefined) {
      if (at + REACH_BYTES > offset) return at;
      at = offset - REACH_BYTES + 1;
    } else {
      if (frame.offset + frame.size > offset) return frame.offset;
      at = frame.offset + frame.size;
    }
  }
}

/** The record at `offset`, or the damaged bytes up to the next one. */
function describeAt(
  reader: LogReader,
  bytes: Uint8Array,
  offset: number,
  describePayload: DescribePayload,
  reach: number,
): Span {
  const found = reader.at(offset) as LogRecord | BadPlace;
  if (found.sound) {
    const payload = describeSafely(found.payload, offset + FRAME_BYTES, describePayload);
    return record(bytes, offset, payload);
  }
  if (offset >= reader.zerosAt) return reserve(offset, bytes.length - offset);
  const { reason } = found;
  const end = Math.min(found.resumeOffset, bytes.length);
  if (reason === 'payload checksum' || reason === 'payload cut short') {
    const start = offset + FRAME_BYTES;
    return record(bytes, offset, [corrupt('payload', start, end - start, reason)]);
  }
  const next = reader.findFrame(end, reach)?.offset ?? Math.max(damageEnd(reader, reach), end);
  return corrupt('no record', offset, next - offset, reason);
}

function record(bytes: Uint8Array, offset: number, payload: readonly Span[]): Span {
  const frame = RecordFrame.spans(viewOf(bytes), offset);
  const children = [...frame, ...payload.filter((span) => span.size > 0)];
  const doc = 'one payload, and a frame that says where it belongs';
  const size = endOf(children) - offset;
  return { name: 'record', kind: 'header', offset, size, doc, children };
}

/** Few zeros after damage are a part of it; many are a reserve. */
function damageEnd({ zerosAt, sizeBytes }: LogReader, reach: number): number {
  return sizeBytes - zerosAt < FRAME_BYTES ? reach : Math.min(reach, zerosAt);
}

function reserve(offset: number, size: number): Span {
  const doc = 'zeros that the file system kept ready for the next records';
  return { name: 'reserve', kind: 'padding', offset, size, doc };
}

function describeSafely(
  payload: Uint8Array,
  offset: number,
  describePayload: DescribePayload,
): Span[] {
  try {
    return describePayload(payload, offset);
  } catch (error) {
    if (error instanceof FerrisError) {
      return [corrupt('payload', offset, payload.length, 'payload refused')];
    }
    throw error;
  }
}

function describeOpaque(payload: Uint8Array, offset: number): Span[] {
  const doc = 'what the owner of the log wrote';
  return [{ name: 'payload', kind: 'value', offset, size: payload.length, doc }];
}

function corrupt(name: string, offset: number, size: number, reason: BadRecordReason): Span {
  return { name, kind: 'corrupt', offset, size, value: reason, doc: WHY[reason] };
}

function endOf(spans: readonly Span[]): number {
  const last = spans[spans.length - 1];
  return last === undefined ? 0 : last.offset + last.size;
}

/** Low half of the file number in the header: seeds use no more of it. */
function numberIn(bytes: Uint8Array): number {
  return bytes.length < HEADER_BYTES ? 0 : viewOf(bytes).getUint32(FileHeader.at.fileNumber, true);
}

function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}
