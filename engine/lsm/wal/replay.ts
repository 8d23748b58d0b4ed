// Replaying one log: its records in order, up to its end or to the first bad place.
//
// Why the bytes there are no record is decided by one number, the *promise*: how many
// bytes of this log somebody saw durable.
//
//    64                                bad                            size
//    |== record ==|== record ==|== rec ##########|== record ==|
//                                   ^                   |
//                                   +--- durable -------+   vouched: corruption
//                 ^                                     |
//                 +------------- durable ---------------+   not vouched: a torn tail
//
// 1. A bad place below the promise is corruption: those bytes had reached the disk.
// 2. At or above it, it is a torn tail, whatever follows: nobody was told that those
//    bytes were safe, and a power cut may keep later sectors and lose earlier ones.
// 3. A payload with a right checksum that its reader refuses is corruption without
//    any promise: a power cut doesn't make right checksums.
// 4. Zeros alone, from the end of a record to the end of the file, are no bad place but the
//    end of the log (env/files.ts, rule 9). One other byte, of a record that is torn, makes
//    all of it a bad place. Where something else says that there was more, it is one too.

import { type FerrisError, isFerrisError } from '../../base/errors.ts';
import type { Files } from '../../env/files.ts';
import type { FileFormat, HeaderValues } from '../../env/header.ts';
import { RECORDS_AT } from './format.ts';
import { type BadPlace, bad, LogReader, type LogRecord } from './reader.ts';

/** Where a record was found. */
export interface RecordPlace {
  readonly log: number;
  readonly offset: number;
  /** Frame and payload together. */
  readonly size: number;
}

/**
 * Given each payload in order, as a view that holds during the call. It may refuse one by
 * throwing FERRIS_CORRUPTION, and must then have done nothing with it.
 */
export type RecordVisitor = (payload: Uint8Array, place: RecordPlace) => void;

/** How far a log could be read. */
export interface Replayed {
  /** Offset after the last record. */
  readonly endBytes: number;
  readonly records: number;
  readonly bad?: BadPlace;
}

/** Visits records from `offset` up to `limit`, or up to the first bad place. */
export function replayRecords(
  reader: LogReader,
  offset: number,
  limit: number,
  visit: RecordVisitor,
): Replayed {
  let records = 0;
  for (let endBytes = offset; ; records++) {
    const found = reader.at(endBytes, limit);
    if (found?.sound === false && endBytes < reader.zerosAt) {
      return { endBytes, records, bad: found };
    }
    if (!found?.sound) return { endBytes, records };
    const cause = visited(reader.fileNumber, found, visit);
    const next = endBytes + found.size;
    if (cause !== undefined) {
      return { endBytes, records, bad: bad(endBytes, 'payload refused', next, cause) };
    }
    endBytes = next;
  }
}

/** The error with which the visitor refused the record, if it did. */
function visited(log: number, record: LogRecord, visit: RecordVisitor): FerrisError | undefined {
  try {
    visit(record.payload, { log, offset: record.offset, size: record.size });
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return error;
    throw error;
  }
  return undefined;
}

/** A log that stands alone, and what was found in it. */
export interface SingleLog {
  /** Undefined when the header itself is damaged. */
  readonly header: HeaderValues | undefined;
  readonly sizeBytes: number;
  readonly endBytes: number;
  readonly records: number;
  /** `vouched`: these bytes had been durable, so this is corruption and no torn tail. */
  readonly bad?: BadPlace & { readonly vouched: boolean };
}

/**
 * Reads one log that no other vouches for, as a manifest is. It syncs nothing.
 * @throws FERRIS_NOT_FOUND, FERRIS_IO, FERRIS_UNSUPPORTED
 */
export function readLog(
  files: Files,
  log: { readonly format: FileFormat; readonly fileName: string; readonly fileNumber: number },
  visit: RecordVisitor,
): SingleLog {
  const file = files.open(log.fileName);
  try {
    const reader = new LogReader(file, log.fileNumber);
    const { sizeBytes } = reader;
    const header = reader.header(log.format, log.fileName);
    if (isFerrisError(header)) {
      const place = judged(reader, bad(0, 'file header', RECORDS_AT, header));
      return { header: undefined, sizeBytes, endBytes: 0, records: 0, bad: place };
    }
    const { bad: place, ...replayed } = replayRecords(reader, RECORDS_AT, sizeBytes, visit);
    if (place === undefined) return { header, sizeBytes, ...replayed };
    return { header, sizeBytes, ...replayed, bad: judged(reader, place) };
  } finally {
    file.close();
  }
}

function judged(reader: LogReader, place: BadPlace): BadPlace & { vouched: boolean } {
  return { ...place, vouched: isVouched(place, reader.survey(place.resumeOffset).promisedBytes) };
}

/** True when bytes at a bad place had been durable, so that no power cut explains them. */
export function isVouched(place: BadPlace, promisedBytes: number): boolean {
  return place.reason === 'payload refused' || promisedBytes > place.offset;
}
