// The numbers and tables in the prose of the page: from the engine, and from the figure's log.

import {
  BatchHeader,
  describeBatch,
  FileHeader,
  hex,
  RECOVERY_MODES,
  RecordFrame,
  WAL_FORMAT,
  writeVarint,
} from '../../../engine/index.ts';
import { madeBy } from '../../exercise/history.ts';
import { logOf, type WrittenRecord } from './projection.ts';
import { logBytes, SCRIPT } from './scenario.ts';

const log = logOf(madeBy(logBytes, SCRIPT).state, 'full');
const first = log.records[0] as WrittenRecord;
const last = log.records.at(-1) as WrittenRecord;

/** The layout tables that the page prints. */
export const LAYOUTS = { batchHeader: BatchHeader, fileHeader: FileHeader, frame: RecordFrame };

export const HEADER_BYTES = FileHeader.size;
export const FRAME_BYTES = RecordFrame.size;
export const FIRST_RECORD_BYTES = first.size;
export const LAST_RECORD_OFFSET = last.offset;
export const LOG_BYTES = log.written.length;

/** What the two links mean in a write-ahead log. */
export const LINK_DOCS = { linkA: WAL_FORMAT.links[0], linkB: WAL_FORMAT.links[1] };

/** The payload of the first record, and its fields. */
export const PAYLOAD = log.written.slice(first.offset + FRAME_BYTES, first.offset + first.size);
export const PAYLOAD_SPANS = describeBatch(PAYLOAD);

/** The length of that payload as the frame holds it: four bytes, the lowest first. */
export const LENGTH_BYTES = spaced(
  log.written.slice(
    first.offset + RecordFrame.at.length,
    first.offset + RecordFrame.at.length + RecordFrame.fields.length.size,
  ),
);

export const MODES = Object.entries(RECOVERY_MODES);

/** The bytes of a number as a varint: `ac 02`. */
export function varintText(value: number): string {
  const bytes = new Uint8Array(5);
  return spaced(bytes.subarray(0, writeVarint(bytes, 0, value)));
}

function spaced(bytes: Uint8Array): string {
  return hex(bytes).replace(/..(?=.)/g, '$& ');
}
