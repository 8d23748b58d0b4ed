// Logs for tests: small ones written by the real writer, kept as bytes that a test may damage.

import { text, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { Files } from '../../../engine/env/files.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { parseFileName, walName } from '../../../engine/lsm/file-names.ts';
import { WAL_FORMAT } from '../../../engine/lsm/wal/format.ts';
import { recoverLogs } from '../../../engine/lsm/wal/recover.ts';
import type { RecoveryMode, RecoveryReport } from '../../../engine/lsm/wal/recovery-report.ts';
import type { RecordVisitor } from '../../../engine/lsm/wal/replay.ts';
import { LogWriter } from '../../../engine/lsm/wal/writer.ts';
import type { Trace } from '../../../engine/trace/events.ts';

export const MODES: readonly RecoveryMode[] = [
  'tolerate-torn-tail',
  'absolute',
  'point-in-time',
  'skip-corrupt',
];

/** A new log that links to the one before it. */
export function createLog(
  files: Files,
  fileNumber: number,
  previous: { log: number; endBytes: number } = { log: 0, endBytes: 0 },
  trace?: Trace,
): LogWriter {
  const links = { previousLog: previous.log, previousEndBytes: previous.endBytes };
  const fileName = walName(fileNumber);
  const log = { format: WAL_FORMAT, fileName, fileNumber, createdMs: 0, ...links };
  return LogWriter.create(files, log, trace);
}

/** The next log after `writer`, which is synced first, as the store does it. */
export function rotate(files: Files, writer: LogWriter, fileNumber: number, trace?: Trace) {
  writer.sync();
  const previous = { log: writer.fileNumber, endBytes: writer.size };
  return createLog(files, fileNumber, previous, trace);
}

/** What recovery gave: payloads as text, and its report or its error. */
export interface Recovered {
  readonly payloads: string[];
  readonly report?: RecoveryReport;
  readonly error?: unknown;
}

/** Recovers all logs of a directory. Errors are returned, whatever they are. */
export function recover(
  files: Files,
  mode: RecoveryMode,
  { fromLog = 0, trace, visit }: { fromLog?: number; trace?: Trace; visit?: RecordVisitor } = {},
): Recovered {
  const payloads: string[] = [];
  const options = { files, logs: logsOf(files), fromLog, mode, trace };
  try {
    const report = recoverLogs(options, (payload, place) => {
      visit?.(payload, place);
      payloads.push(text(payload));
    });
    return { payloads, report };
  } catch (error) {
    return { payloads, error };
  }
}

export function logsOf(files: Files): { fileNumber: number; fileName: string }[] {
  return files.list().flatMap((fileName) => {
    const parsed = parseFileName(fileName);
    return parsed?.kind === 'wal' ? [{ fileNumber: parsed.number, fileName }] : [];
  });
}

/** True for the errors that damaged files may cause. */
export function isDamageError(error: unknown): boolean {
  return isFerrisError(error, 'FERRIS_CORRUPTION') || isFerrisError(error, 'FERRIS_UNSUPPORTED');
}

/** The files of a directory as bytes by name, to be changed and made into files again. */
export type Image = Map<string, Uint8Array>;

export function imageOf(files: Files): Image {
  return new Map(files.list().map((name) => [name, bytesOf(files, name)]));
}

export function bytesOf(files: Files, name: string): Uint8Array {
  const file = files.open(name);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  file.close();
  return bytes;
}

export function filesOf(image: Image): MemoryFiles {
  const files = new MemoryFiles();
  for (const [name, bytes] of image) {
    const file = files.create(name);
    file.append(bytes);
    file.sync();
    file.close();
  }
  return files;
}

/** `image` with one file replaced. */
export function withFile(image: Image, name: string, bytes: Uint8Array): Image {
  return new Map([...image, [name, bytes]]);
}

export function flipped(bytes: Uint8Array, offset: number, mask = 0xff): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] as number) ^ mask;
  return copy;
}

/** Payloads `a1 a2 ...`, each of `size` bytes. */
export function payload(name: string, size = name.length): Uint8Array {
  return utf8(name.padEnd(size, '.'));
}
