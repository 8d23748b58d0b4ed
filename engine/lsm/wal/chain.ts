// The chain: which logs follow each other, and where each of them ended.
//
//    000003.wal            000005.wal            000008.wal
//    previous 0       <--  previous 3       <--  previous 5
//                          "3 ended at 900"      "5 ended at 4096"
//
// 1. The chain is read from the newest log back, along the links in the headers.
// 2. Where a header says that the log before it ended, it ended: by decree. Bytes
//    after that are debris that an earlier recovery has dropped.
// 3. A log that the links pass by was dropped as a whole: it ended at 0, by decree.
// 4. A log whose header is damaged, or that is missing, has lost its link: the next
//    lower number is taken to be the one before it, and nothing decrees its end.
// 5. The chain stops before `fromLog`: older logs are in tables already.

import { FerrisError, isFerrisError } from '../../base/errors.ts';
import type { File, Files } from '../../env/files.ts';
import type { HeaderValues } from '../../env/header.ts';
import { walName } from '../file-names.ts';
import { RECORDS_AT, WAL_FORMAT } from './format.ts';
import { LogReader } from './reader.ts';

/** A log as the directory knows it. */
export interface LogFile {
  readonly fileNumber: number;
  readonly fileName: string;
}

/** One log of the chain. */
export interface ChainLog extends LogFile {
  /** Undefined when the file is missing, though a later header names it. */
  readonly reader: LogReader | undefined;
  readonly file: File | undefined;
  /** What is wrong with its header, or that it has none; undefined when all is well. */
  readonly damage: FerrisError | undefined;
  /** Where a later log says that this one ended; undefined when none says so. */
  readonly decreedEndBytes: number | undefined;
}

interface OpenLog extends LogFile {
  readonly file: File;
  readonly reader: LogReader;
  readonly header: HeaderValues | FerrisError;
}

/** What a header says of the log before it. */
interface Link {
  readonly previousLog: number;
  readonly endBytes: number;
}

/**
 * Opens the logs and puts them in order, oldest first. The caller closes their files.
 * @throws FERRIS_IO, FERRIS_UNSUPPORTED
 */
export function chainLogs(files: Files, logs: readonly LogFile[], fromLog: number): ChainLog[] {
  const open = openLogs(files, logs, fromLog);
  const chain: ChainLog[] = [];
  let link: Link | undefined;
  for (const log of open) {
    if (link !== undefined && link.previousLog > log.fileNumber) {
      chain.push(missingLog(link));
      link = undefined;
    }
    const { header, ...rest } = log;
    const follows = link === undefined || link.previousLog === log.fileNumber;
    const damage = isFerrisError(header) ? header : undefined;
    chain.push({ ...rest, damage, decreedEndBytes: follows ? link?.endBytes : 0 });
    if (follows) link = linkOf(header);
  }
  if (link !== undefined && link.previousLog >= Math.max(fromLog, 1)) chain.push(missingLog(link));
  return chain.reverse();
}

/** Gives all file handles back. */
export function closeLogs(logs: readonly { readonly file: File | undefined }[]): void {
  for (const log of logs) log.file?.close();
}

/** Newest first. */
function openLogs(files: Files, logs: readonly LogFile[], fromLog: number): OpenLog[] {
  const wanted = logs.filter((log) => log.fileNumber >= fromLog);
  wanted.sort((a, b) => b.fileNumber - a.fileNumber);
  const open: OpenLog[] = [];
  try {
    for (const log of wanted) open.push(openLog(files, log));
  } catch (error) {
    closeLogs(open);
    throw error;
  }
  return open;
}

function openLog(files: Files, log: LogFile): OpenLog {
  const file = files.open(log.fileName);
  try {
    const reader = new LogReader(file, log.fileNumber);
    return { ...log, file, reader, header: headerOf(reader, log) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The header, if it makes sense: a log links to an older one, which had a header, or to none. */
function headerOf(reader: LogReader, log: LogFile): HeaderValues | FerrisError {
  const header = reader.header(WAL_FORMAT, log.fileName);
  if (isFerrisError(header)) return header;
  const { linkA: previousLog, linkB: endBytes } = header;
  const isFirst = previousLog === 0 && endBytes === 0;
  const isNext = previousLog > 0 && previousLog < log.fileNumber && endBytes >= RECORDS_AT;
  if (isFirst || isNext) return header;
  const message = `${log.fileName} says that log ${previousLog} ended at ${endBytes} before it, which can't be`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file: log.fileName, offsetBytes: 0 });
}

function linkOf(header: HeaderValues | FerrisError): Link | undefined {
  if (isFerrisError(header)) return undefined;
  return { previousLog: header.linkA, endBytes: header.linkB };
}

function missingLog({ previousLog, endBytes }: Link): ChainLog {
  const fileName = walName(previousLog);
  const message = `${fileName} is missing: a later log says that it was there`;
  const damage = new FerrisError('FERRIS_CORRUPTION', message, { file: fileName, offsetBytes: 0 });
  const place = { fileNumber: previousLog, fileName, reader: undefined, file: undefined };
  return { ...place, damage, decreedEndBytes: endBytes };
}
