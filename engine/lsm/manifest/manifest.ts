// The manifest: the log of version edits that says which tables are the database.
//
//     superblock --> 000007.manifest:  [all of version 1] [+ table 9] [+ table 12] ...
//
// 1. An edit is one record, synced before anything relies on it. Its record being
//    whole is the instant at which a flush has happened.
// 2. The first edit of a session begins a new manifest with the whole version as its
//    first record, so a manifest never grows without bound and a torn tail of the last
//    session is left behind, not appended to.
// 3. Opening writes nothing. A database that is only read is not changed at all.
// 4. Files are deleted only when the edit that made them obsolete is durable
//    (`settled`): a deletion may become durable by itself, at any time.
// 5. That holds for what was read, too. A process may have ended between an append and its
//    sync, so the superblock and the manifest that were found are synced before anything
//    relies on them.

import { FerrisError, isFerrisError } from '../../base/errors.ts';
import type { Clock } from '../../env/clock.ts';
import type { File, Files } from '../../env/files.ts';
import type { FileFormat } from '../../env/header.ts';
import { discard, syncFile, syncNames } from '../../env/sync.ts';
import type { Trace } from '../../trace/events.ts';
import { manifestName, superblockName } from '../file-names.ts';
import { readLog } from '../wal/replay.ts';
import { LogWriter } from '../wal/writer.ts';
import { decodeEdit, encodeEdit, type TableRecord, type VersionEdit } from './edit.ts';
import { readSuperblocks, type Superblock, writeSuperblock } from './superblock.ts';
import { applyEdit, EMPTY_VERSION, snapshotEdit, type Version } from './version.ts';

export const MANIFEST_FORMAT: FileFormat = {
  magic: 'FDB_MAN\0',
  version: 1,
  noun: 'a manifest',
  links: ['zero', 'zero'],
};

/** What one change of the database says; the manifest fills in the numbers it keeps. */
export interface Change {
  readonly added?: readonly TableRecord[];
  readonly removed?: readonly number[];
  readonly logNumber?: number;
  readonly lastSequence?: number;
}

export interface ManifestOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly trace?: Trace | undefined;
}

/** The current version, and the file that its next edit is appended to. */
export class Manifest {
  readonly #options: ManifestOptions;
  #version: Version;
  #superblock: Superblock | undefined;
  #damagedSlots: readonly number[];
  #writer: LogWriter | undefined;
  /** The superblock in use and the manifest it names, while they may not be durable. */
  #relied: readonly File[];
  #isSettled = false;
  /** File numbers up to here were handed out; at least as high as the version's. */
  #nextFileNumber: number;

  /**
   * Finds and reads the current manifest. It is `needed` when there are files that only a
   * database with a manifest can have.
   * @throws FERRIS_CORRUPTION when it is needed and can't be read, FERRIS_IO, FERRIS_UNSUPPORTED
   */
  static open(options: ManifestOptions, needed: boolean): Manifest {
    const { valid, damagedSlots } = readSuperblocks(options.files, options.trace);
    const passedOver: number[] = [...damagedSlots];
    for (const superblock of valid) {
      const version = load(options, superblock);
      if (version !== undefined) {
        const generation = Math.max(...valid.map((other) => other.generation));
        const files = secure(options.files, superblock);
        return new Manifest(options, version, { ...superblock, generation }, passedOver, files);
      }
      passedOver.push(superblock.slot);
    }
    if (needed) throw noManifest(valid[0]);
    return new Manifest(options, EMPTY_VERSION, undefined, passedOver);
  }

  private constructor(
    options: ManifestOptions,
    version: Version,
    superblock: Superblock | undefined,
    damagedSlots: readonly number[],
    relied: readonly File[] = [],
  ) {
    this.#options = options;
    this.#version = version;
    this.#superblock = superblock;
    this.#damagedSlots = damagedSlots;
    this.#relied = relied;
    this.#nextFileNumber = version.nextFileNumber;
  }

  get version(): Version {
    return this.#version;
  }

  /** Number of the current manifest's file; 0 before the database has one. */
  get number(): number {
    return this.#superblock?.manifestNumber ?? 0;
  }

  /** Slots whose superblock can't be used, or names a manifest that can't. */
  get damagedSlots(): readonly number[] {
    return this.#damagedSlots;
  }

  /** A file number that no file of this database has. */
  takeFileNumber(): number {
    return this.#nextFileNumber++;
  }

  /** Makes sure that numbers up to `number` are not handed out again. */
  reserveFileNumber(number: number): void {
    if (number >= this.#nextFileNumber) this.#nextFileNumber = number + 1;
  }

  /** True when the version, with every edit so far, would survive a power cut. */
  get settled(): boolean {
    // Remembered, because other names may be on their way to the directory later.
    this.#isSettled ||= this.number === 0 || this.#isDurable();
    return this.#isSettled;
  }

  /**
   * Appends one edit and asks that it be durable; see `settled`.
   * @throws FERRIS_NO_SPACE (nothing has changed), FERRIS_IO (the edit may count or not: write
   *   nothing more, and open again)
   */
  apply(change: Change): void {
    this.#isSettled = false;
    const edit = this.#complete(change);
    const version = applyEdit(this.#version, edit);
    if (this.#writer === undefined) this.#begin(version);
    else {
      this.#writer.append(encodeEdit(edit));
      this.#writer.sync();
    }
    this.#version = version;
    const { added, removed, logNumber, lastSequence } = edit;
    this.#options.trace?.({
      type: 'manifest.edit',
      manifest: this.number,
      added: added.map((table) => table.number),
      levels: added.map((table) => table.level),
      removed,
      logNumber,
      lastSequence,
    });
  }

  close(): void {
    this.#writer?.close();
    for (const file of this.#relied) file.close();
  }

  #isDurable(): boolean {
    const writer = this.#writer;
    if (writer !== undefined && writer.durableBytes < writer.size) return false;
    return this.#relied.every(isDurable) && this.#options.files.directoryDurable;
  }

  #complete(change: Change): VersionEdit {
    const { logNumber, lastSequence } = this.#version;
    return {
      logNumber: change.logNumber ?? logNumber,
      lastSequence: Math.max(lastSequence, change.lastSequence ?? 0),
      nextFileNumber: this.#nextFileNumber,
      removed: change.removed ?? [],
      added: change.added ?? [],
    };
  }

  /** A new manifest that opens with all of `version`, then the switch to it. */
  #begin(version: Version): void {
    const { files, clock, trace } = this.#options;
    const number = this.takeFileNumber();
    const createdMs = clock.nowMs();
    const whole = { ...version, nextFileNumber: this.#nextFileNumber };
    trace?.({ type: 'manifest.create', manifest: number });
    const writer = LogWriter.create(files, {
      format: MANIFEST_FORMAT,
      fileName: manifestName(number),
      fileNumber: number,
      createdMs,
      previousLog: 0,
      previousEndBytes: 0,
    });
    try {
      writer.append(encodeEdit(snapshotEdit(whole)));
      writer.sync();
      const before = this.#superblock;
      const { superblock, file } = writeSuperblock(files, before, number, createdMs, trace);
      this.#switchTo(writer, superblock, file);
    } catch (error) {
      writer.close();
      if (isFerrisError(error, 'FERRIS_NO_SPACE')) discard(files, writer.fileName);
      throw error;
    }
  }

  #switchTo(writer: LogWriter, superblock: Superblock, file: File): void {
    for (const old of this.#relied) old.close();
    this.#writer = writer;
    this.#superblock = superblock;
    this.#relied = [file];
    this.#damagedSlots = [];
  }
}

/** Asks that what was read be durable; returns the files of it that aren't yet. */
function secure(files: Files, { slot, manifestNumber }: Superblock): File[] {
  const open: File[] = [];
  try {
    for (const name of [manifestName(manifestNumber), superblockName(slot)]) {
      const file = files.open(name);
      open.push(file);
      syncFile(file);
    }
    syncNames(files);
  } catch (error) {
    for (const file of open) file.close();
    throw error;
  }
  for (const file of open) if (isDurable(file)) file.close();
  return open.filter((file) => !isDurable(file));
}

function isDurable(file: File): boolean {
  return file.durableBytes >= file.size;
}

/** What a superblock's manifest says; undefined when no edit of it can be read. */
function load(options: ManifestOptions, superblock: Superblock): Version | undefined {
  const number = superblock.manifestNumber;
  const fileName = manifestName(number);
  if (!options.files.exists(fileName)) return undefined;
  let version = EMPTY_VERSION;
  const log = { format: MANIFEST_FORMAT, fileName, fileNumber: number };
  const { records, bad } = readLog(options.files, log, (payload) => {
    version = applyEdit(version, decodeEdit(payload));
  });
  if (bad?.vouched) throw damaged(fileName, bad.offset);
  if (records === 0) return undefined;
  const tables = version.tables.map((table) => table.number);
  options.trace?.({
    type: 'manifest.load',
    manifest: number,
    edits: records,
    tables,
    levels: version.tables.map((table) => table.level),
    logNumber: version.logNumber,
  });
  return version;
}

function noManifest(newest: Superblock | undefined): FerrisError {
  const lost =
    newest === undefined
      ? 'no superblock can be read'
      : `superblock ${newest.slot} names ${manifestName(newest.manifestNumber)}, which can't be read`;
  const message = `${lost}, but there are tables of a database; restore a backup of it`;
  return new FerrisError('FERRIS_CORRUPTION', message);
}

function damaged(file: string, offsetBytes: number): FerrisError {
  const message = `${file} is damaged at byte ${offsetBytes}, in front of edits that are whole; restore a backup`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file, offsetBytes });
}
