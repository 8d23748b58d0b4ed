// Verifying a database: every byte that has a checksum is read, and everything that two places say
// must agree.
//
// 1. Both superblocks, the manifest and each of its edits.
// 2. Each table: blocks, order, filter, counts (table/verify.ts); and that the manifest says of it
//    what it says of itself.
// 3. Tables of a level from 1 on are disjoint (the manifest can't be read otherwise).
// 4. The logs that are not in tables yet: whole, in order, with no sequence number missing.
//
// It changes nothing, and goes on after the first thing that is wrong, so that the report is whole.

import { equalBytes } from '../base/bytes.ts';
import { FerrisError, isFerrisError } from '../base/errors.ts';
import { type Clock, fixedClock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import { checkBatch } from './batch.ts';
import {
  type FileNameKind,
  parseFileName,
  superblockName,
  tableName,
  walName,
} from './file-names.ts';
import type { TableRecord } from './manifest/edit.ts';
import { Manifest } from './manifest/manifest.ts';
import type { Version } from './manifest/version.ts';
import { Table } from './table/table.ts';
import { verifyTable } from './table/verify.ts';
import { recoverLogs } from './wal/recover.ts';

/** What is wrong with a file. */
export interface Problem {
  readonly file: string;
  readonly code: string;
  readonly message: string;
  readonly offsetBytes?: number | undefined;
}

/** One file, as `verify` found it. */
export interface VerifiedFile {
  readonly name: string;
  readonly kind: FileNameKind | 'unknown';
  readonly sizeBytes: number;
  /** 'unused': the database doesn't need it, so nobody looked into it. */
  readonly state: 'sound' | 'damaged' | 'missing' | 'unused';
}

export interface VerifyReport {
  /** True when there are no problems. */
  readonly sound: boolean;
  readonly files: readonly VerifiedFile[];
  readonly problems: readonly Problem[];
  readonly tables: number;
  /** Entries in tables, every version counted, and batches in logs. */
  readonly entries: number;
  readonly batches: number;
  readonly bytes: number;
}

/**
 * Reads everything. Each yield is the end of a slice: one table, or all logs.
 * @param version of a store that is open, whose tables must be pinned; else it is what the files say
 * @throws FERRIS_IO when the files can't be read at all
 */
export function* verifyFiles(
  files: Files,
  version?: Version,
  clock: Clock = fixedClock(0),
): Generator<void, VerifyReport, void> {
  const verifier = new FilesVerifier(files);
  const current = version ?? verifier.readManifest(clock);
  // Logs first, and at once: a store that goes on may retire them while tables are read.
  if (current !== undefined) verifier.checkLogs(current);
  yield;
  for (const table of current?.tables ?? []) {
    verifier.checkTable(table);
    yield;
  }
  return verifier.report(current);
}

class FilesVerifier {
  readonly #files: Files;
  readonly #problems: Problem[] = [];
  readonly #used = new Set<string>();
  #entries = 0;
  #batches = 0;

  constructor(files: Files) {
    this.#files = files;
  }

  /** What the files say the database is; undefined when that can't be read. */
  readManifest(clock: Clock): Version | undefined {
    const hasTables = this.#files.list().some((name) => parseFileName(name)?.kind === 'table');
    const manifest = this.#try('the manifest', () => {
      return Manifest.open({ files: this.#files, clock }, hasTables);
    });
    if (manifest === undefined) return undefined;
    manifest.close();
    for (const slot of manifest.damagedSlots) {
      const file = superblockName(slot);
      const message = `${file} can't be used; the other one counts`;
      this.#problems.push({ file, code: 'FERRIS_CORRUPTION', message });
    }
    return manifest.version;
  }

  checkTable(record: TableRecord): void {
    const name = tableName(record.number);
    this.#used.add(name);
    this.#try(name, () => {
      if (!this.#files.exists(name)) throw missing(name);
      const table = Table.open(this.#files, name, record.number);
      try {
        checkRecord(record, table, name);
        verifyTable(table);
        this.#entries += table.properties.entries;
      } finally {
        table.close();
      }
    });
  }

  checkLogs({ logNumber, lastSequence }: Version): void {
    const logs = this.#numbers('wal').map((fileNumber) => {
      return { fileNumber, fileName: walName(fileNumber) };
    });
    let before = lastSequence;
    this.#try('the logs', () => {
      const options = { files: this.#files, logs, fromLog: logNumber } as const;
      const report = recoverLogs({ ...options, mode: 'tolerate-torn-tail' }, (payload) => {
        const { sequence, count } = checkBatch(payload);
        if (sequence !== before + 1) throw outOfOrder(sequence, before);
        before = sequence + count - 1;
        this.#batches++;
      });
      for (const { fileName } of report.logs) this.#used.add(fileName);
    });
  }

  report(version: Version | undefined): VerifyReport {
    const names = new Set([...this.#files.list(), ...this.#used]);
    const files = [...names].sort().map((name) => this.#fileOf(name, version));
    return {
      sound: this.#problems.length === 0,
      files,
      problems: this.#problems,
      tables: version?.tables.length ?? 0,
      entries: this.#entries,
      batches: this.#batches,
      bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  }

  #fileOf(name: string, version: Version | undefined): VerifiedFile {
    const { kind } = parseFileName(name) ?? { kind: 'unknown' as const };
    if (!this.#files.exists(name)) return { name, kind, sizeBytes: 0, state: 'missing' };
    const file = this.#files.open(name);
    const { size: sizeBytes } = file;
    file.close();
    const isNeeded = this.#used.has(name) || kind === 'superblock' || kind === 'manifest';
    if (this.#problems.some(({ file }) => file === name))
      return { name, kind, sizeBytes, state: 'damaged' };
    const state = isNeeded && version !== undefined ? 'sound' : 'unused';
    return { name, kind, sizeBytes, state };
  }

  #numbers(kind: FileNameKind): number[] {
    const found = this.#files.list().map(parseFileName);
    return found.flatMap((file) => (file?.kind === kind ? [file.number] : []));
  }

  /** Runs a check; what it throws because of the world is a problem of `file`. */
  #try<T>(file: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!isFerrisError(error)) throw error;
      const { code, message, place } = error;
      this.#problems.push({
        code,
        message,
        file: place.file ?? file,
        offsetBytes: place.offsetBytes,
      });
      return undefined;
    }
  }
}

/** What the manifest says of a table must be what it says of itself. */
function checkRecord(record: TableRecord, table: Table, file: string): void {
  const { properties, rangeDeletes, sizeBytes } = table;
  const agrees =
    properties.entries === record.entries &&
    sizeBytes === record.sizeBytes &&
    rangeDeletes.length > 0 === record.hasRangeDeletes &&
    properties.smallestSequence === record.smallestSequence &&
    properties.largestSequence === record.largestSequence &&
    equalBytes(properties.smallestKey, record.smallestKey) &&
    equalBytes(properties.largestKey, record.largestKey);
  if (agrees) return;
  const message = `${file} holds something else than the manifest says; restore a backup`;
  throw new FerrisError('FERRIS_CORRUPTION', message, { file });
}

function missing(file: string): FerrisError {
  const message = `the manifest names ${file}, and there is no such file; restore it from a copy, or repair the database`;
  return new FerrisError('FERRIS_NOT_FOUND', message, { file });
}

function outOfOrder(sequence: number, before: number): FerrisError {
  const message = `the logs have sequence number ${sequence} after ${before}; something is missing`;
  return new FerrisError('FERRIS_CORRUPTION', message);
}
