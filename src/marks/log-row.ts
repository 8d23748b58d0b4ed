// A log as a row of records, widths in proportion to sizes but within limits: one huge
// record must not make the others invisible, and none may be too narrow for its label.

import type { Concept } from '../player/caption.ts';

export interface LogRecord {
  /** The same as long as the record is the same. */
  readonly key: string;
  readonly offset: number;
  readonly size: number;
  readonly concept: Concept;
  /** A few letters inside the box: 'a = 1'. */
  readonly label: string;
}

export interface LogBox extends LogRecord {
  /** Share of the row's free width, for `flex-grow`. */
  readonly grow: number;
}

const RATIO_MAX = 4;

/** The boxes of a row, in the log's order. */
export function layoutLog(records: readonly LogRecord[]): LogBox[] {
  const smallest = Math.min(...records.map(({ size }) => size));
  return records.map((record) => ({
    ...record,
    grow: Math.min(record.size / Math.max(smallest, 1), RATIO_MAX),
  }));
}
