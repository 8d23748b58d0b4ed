// A backup: the files of a database as of one moment, while it goes on.
//
//     flush        everything written so far is in tables
//     pin          these tables stay, whatever compaction makes of them
//     copy         table by table; a table never changes
//     manifest     names them, and the superblock names it: written last
//
// 1. Until the superblock is there, the target is no database: an interrupted copy can't be
//    taken for a whole one. Where there was an older copy, that one counts until then.
// 2. Tables keep their numbers, because their checksums know them. A number is never used
//    twice in one database, so a table that the target's own manifest names, and that has the
//    same size and ends, is the same table and isn't copied again: a second copy into the same
//    place takes what is new.
// 3. A target that holds something else is refused, not overwritten.
//
// RocksDB calls this a checkpoint; LevelDB has none.

import { equalBytes } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import type { Clock } from '../env/clock.ts';
import type { File, Files } from '../env/files.ts';
import { MemoryFiles } from '../env/files-memory.ts';
import { HEADER_BYTES } from '../env/header.ts';
import { discard, syncFile, syncNames } from '../env/sync.ts';
import { parseFileName, tableName } from './file-names.ts';
import type { TableRecord } from './manifest/edit.ts';
import { Manifest } from './manifest/manifest.ts';
import type { Version } from './manifest/version.ts';

/** The tables of one moment, which stay until they are released. */
export interface PinnedTables {
  readonly version: Version;
  readonly files: Files;
  release(): void;
}

/** What a checkpoint did. */
export interface CheckpointReport {
  /** The copy is of the writes up to this sequence number. */
  readonly lastSequence: number;
  readonly copiedTables: number;
  readonly copiedBytes: number;
  /** Tables that the target had already. */
  readonly keptTables: number;
}

/** Bytes copied between two yields. */
const SLICE_BYTES = 1 << 20;

/** At the end of a table lie its footer and its properties. */
const TAIL_BYTES = 1024;

/**
 * Copies the pinned tables into `target`, and makes a database of them there. Each yield is the
 * end of a slice of about a megabyte.
 * @throws FERRIS_EXISTS when the target holds something else, FERRIS_NO_SPACE, FERRIS_IO,
 *   FERRIS_CORRUPTION when the target's manifest is damaged
 */
export function* checkpoint(
  pinned: PinnedTables,
  target: Files,
  clock: Clock,
): Generator<void, CheckpointReport, void> {
  const { version, files } = pinned;
  const manifest = openTarget(target, clock);
  try {
    const kept = new Set<number>();
    for (const table of manifest.version.tables)
      if (isSame(table, version, files, target)) kept.add(table.number);
    const missing = version.tables.filter(({ number }) => !kept.has(number));
    for (const table of missing) yield* copyTable(files, target, tableName(table.number));
    syncNames(target);
    const removed = manifest.version.tables.map(({ number }) => number);
    manifest.reserveFileNumber(version.nextFileNumber - 1);
    const { tables, lastSequence, logNumber } = version;
    // All of them anew: a table that both have may have moved to another level.
    manifest.apply({ added: tables, removed, lastSequence, logNumber });
    if (manifest.settled) dropOld(target, manifest);
    const copiedBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const copiedTables = missing.length;
    return { lastSequence, copiedTables, copiedBytes, keptTables: kept.size };
  } finally {
    manifest.close();
  }
}

/** A file of a backup; its bytes are to be had by `BackupFiles.read`. */
export interface BackupFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A backup as a list of files: tables first, then what makes a database of them. */
export class BackupFiles {
  readonly list: readonly BackupFile[];
  readonly lastSequence: number;
  readonly #pinned: PinnedTables;
  readonly #made = new MemoryFiles();
  readonly #open = new Map<string, File>();

  constructor(pinned: PinnedTables, clock: Clock) {
    const { tables, nextFileNumber, lastSequence, logNumber } = pinned.version;
    this.#pinned = pinned;
    this.lastSequence = lastSequence;
    const manifest = Manifest.open({ files: this.#made, clock }, false);
    manifest.reserveFileNumber(nextFileNumber - 1);
    manifest.apply({ added: tables, lastSequence, logNumber });
    manifest.close();
    const named = tables.map(({ number, sizeBytes }) => ({ name: tableName(number), sizeBytes }));
    const made = this.#made.list().map((name) => ({ name, sizeBytes: this.#file(name).size }));
    made.sort((a, b) => Number(isSuperblock(a.name)) - Number(isSuperblock(b.name)));
    this.list = [...named, ...made];
  }

  /** Up to `length` bytes of a file from `offset`; fewer at its end. @throws FERRIS_IO, FERRIS_NOT_FOUND */
  read(name: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.#file(name).read(offset, bytes));
  }

  /** Lets the tables go. */
  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
    this.#pinned.release();
  }

  #file(name: string): File {
    let file = this.#open.get(name);
    if (file !== undefined) return file;
    // Tables are read one after the other.
    for (const other of this.#open.values()) other.close();
    this.#open.clear();
    file = (this.#made.exists(name) ? this.#made : this.#pinned.files).open(name);
    this.#open.set(name, file);
    return file;
  }
}

/** True for the file that is written last. */
export function isSuperblock(name: string): boolean {
  return parseFileName(name)?.kind === 'superblock';
}

function openTarget(target: Files, clock: Clock): Manifest {
  for (const name of target.list()) {
    const kind = parseFileName(name)?.kind;
    if (kind === undefined || kind === 'wal') throw notEmpty(name);
  }
  const manifest = Manifest.open({ files: target, clock }, false);
  // An interrupted copy may have left files that the manifest doesn't know.
  for (const name of target.list()) {
    const file = parseFileName(name);
    if (file !== undefined) manifest.reserveFileNumber(file.number);
  }
  return manifest;
}

/** True when the target's table is the source's; false when the source has none of that number. */
function isSame(table: TableRecord, version: Version, files: Files, target: Files): boolean {
  const other = version.tables.find(({ number }) => number === table.number);
  if (other === undefined) return false;
  const name = tableName(table.number);
  if (other.sizeBytes === table.sizeBytes && sameEnds(files, target, name)) return true;
  throw notEmpty(name);
}

function sameEnds(files: Files, target: Files, name: string): boolean {
  const a = ends(files, name);
  const b = ends(target, name);
  return a !== undefined && b !== undefined && equalBytes(a, b);
}

/** Header and tail of a table, or undefined when there is no such file. */
function ends(files: Files, name: string): Uint8Array | undefined {
  if (!files.exists(name)) return undefined;
  const file = files.open(name);
  try {
    const bytes = new Uint8Array(HEADER_BYTES + TAIL_BYTES);
    file.read(0, bytes.subarray(0, HEADER_BYTES));
    file.read(Math.max(0, file.size - TAIL_BYTES), bytes.subarray(HEADER_BYTES));
    return bytes;
  } finally {
    file.close();
  }
}

function* copyTable(from: Files, to: Files, name: string): Generator<void, void, void> {
  const source = from.open(name);
  try {
    discard(to, name);
    const copy = to.create(name);
    try {
      const chunk = new Uint8Array(Math.min(SLICE_BYTES, source.size));
      for (let at = 0; at < source.size; ) {
        const read = source.read(at, chunk);
        copy.append(chunk.subarray(0, read));
        at += read;
        yield;
      }
      syncFile(copy);
    } finally {
      copy.close();
    }
  } finally {
    source.close();
  }
}

/** Tables and manifests of the copy before. */
function dropOld(target: Files, manifest: Manifest): void {
  const tables = new Set(manifest.version.tables.map(({ number }) => number));
  for (const name of target.list()) {
    const file = parseFileName(name);
    if (file?.kind === 'table' && !tables.has(file.number)) discard(target, name);
    if (file?.kind === 'manifest' && file.number !== manifest.number) discard(target, name);
  }
}

function notEmpty(name: string): FerrisError {
  const message = `the place for the copy holds ${name}, which is no part of an earlier copy; give an empty one`;
  return new FerrisError('FERRIS_EXISTS', message, { file: name });
}
