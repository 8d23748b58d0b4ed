// The flusher: owns the frozen memtable, the tables, and the files nobody needs.
//
//     frozen memtable --job--> finished table --manifest edit--> part of the database
//
// Each arrow may fail (a full disk) and is tried again at the next call, from where it
// stood: a job that fails is abandoned and its file removed; a finished table waits for
// its edit. Nothing is lost meanwhile, because the log is kept until the edit is durable.

import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import type { Cursor } from './cursor.ts';
import type { Lookup } from './entry.ts';
import { parseFileName, tableName } from './file-names.ts';
import { FlushJob } from './flush.ts';
import type { TableRecord } from './manifest/edit.ts';
import type { Change, Manifest } from './manifest/manifest.ts';
import type { Memtable } from './memtable/memtable.ts';
import type { Settings } from './options.ts';
import { Table } from './table/table.ts';
import type { TableInfo } from './table/writer.ts';

/** A table of the database, open. */
export interface OpenTable {
  readonly record: TableRecord;
  readonly table: Table;
}

const EVERYTHING = Number.MAX_SAFE_INTEGER;

export class Flusher {
  readonly #settings: Settings;
  readonly #manifest: Manifest;
  /** Newest first. */
  #tables: readonly OpenTable[];
  #obsolete: string[];
  #frozen: Memtable | undefined;
  /** Logs below this one hold only what is frozen or flushed. */
  #logNumber = 0;
  #job: FlushJob | undefined;
  #finished: TableInfo | undefined;
  #flushes = 0;
  #flushedBytes = 0;

  constructor(
    settings: Settings,
    manifest: Manifest,
    tables: readonly OpenTable[],
    obsolete: readonly string[],
  ) {
    this.#settings = settings;
    this.#manifest = manifest;
    this.#tables = tables;
    this.#obsolete = [...obsolete];
  }

  /** The memtable being flushed; readers look into it until its table is there. */
  get frozen(): Memtable | undefined {
    return this.#frozen;
  }

  /** True when a memtable can be taken. */
  get ready(): boolean {
    return this.#frozen === undefined && this.settled;
  }

  /**
   * False while an edit is not durable yet: a log or a table that came after it could outlive it
   * in a power cut, and look like what is left of a database that lost its manifest.
   */
  get settled(): boolean {
    return this.#manifest.settled;
  }

  /** Takes a memtable whose entries are all in logs below `logNumber`. */
  take(memtable: Memtable, logNumber: number): void {
    assert(this.#frozen === undefined, 'at most one memtable is frozen');
    this.#frozen = memtable;
    this.#logNumber = logNumber;
  }

  /** Says that logs below `logNumber` hold nothing that is needed. @throws FERRIS_NO_SPACE, FERRIS_IO */
  retireLogs(logNumber: number): void {
    this.#logNumber = logNumber;
    this.#commit({ logNumber });
    this.reap();
  }

  /** Goes on with the flush at hand until it is done or waits. @throws FERRIS_NO_SPACE, FERRIS_IO */
  finish(): void {
    while (this.step(EVERYTHING));
  }

  /** A slice of the flush; true if more can be done now. @throws FERRIS_NO_SPACE, FERRIS_IO */
  step(entriesMax: number): boolean {
    const memtable = this.#frozen;
    if (memtable !== undefined && !this.waits) {
      if (this.#finished === undefined) this.#write(memtable, entriesMax);
      if (this.#finished === undefined) return true;
      if (!this.waits) this.#install(memtable, this.#finished);
    }
    this.reap();
    return false;
  }

  /**
   * True when a finished table is not durable yet, itself and its name: the edit that adds it
   * must not outlive it in a power cut.
   */
  get waits(): boolean {
    return this.#finished !== undefined && !this.#settings.files.directoryDurable;
  }

  /** The newest version of `key` at or below `sequence` in any table. */
  getFromTables(key: Uint8Array, sequence: number): Lookup {
    for (const { record, table } of this.#tables) {
      if (compareBytes(key, record.smallestKey) < 0 || compareBytes(key, record.largestKey) > 0)
        continue;
      const value = table.get(key, sequence);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  tableCursors(): Cursor[] {
    return this.#tables.map(({ table }) => table.cursor());
  }

  /** Deletes obsolete files once the edits that made them so are durable. */
  reap(): void {
    if (this.#obsolete.length === 0 || !this.#manifest.settled) return;
    const { files, trace } = this.#settings;
    for (const file of this.#obsolete) {
      if (!files.exists(file)) continue;
      trace?.({ type: 'store.obsolete', file });
      files.delete(file);
    }
    this.#obsolete = [];
  }

  stats(): { flushes: number; flushedBytes: number; tables: number } {
    return {
      flushes: this.#flushes,
      flushedBytes: this.#flushedBytes,
      tables: this.#tables.length,
    };
  }

  close(): void {
    for (const { table } of this.#tables) table.close();
    this.#manifest.close();
  }

  #write(memtable: Memtable, entriesMax: number): void {
    this.#job ??= this.#start(memtable);
    const job = this.#job;
    try {
      const finished = job.step(entriesMax);
      if (finished === undefined) return;
      this.#settings.files.syncDirectory();
      this.#finished = finished;
      this.#job = undefined;
    } catch (error) {
      this.#job = undefined;
      job.abandon();
      throw error;
    }
  }

  #start(memtable: Memtable): FlushJob {
    const { files, trace, clock, blockBytes, bloomBitsPerKey } = this.#settings;
    const table = this.#manifest.takeFileNumber();
    trace?.({ type: 'store.flush.begin', memtable: memtable.number, table });
    const createdMs = clock.nowMs();
    return new FlushJob(files, memtable, table, { createdMs, blockBytes, bloomBitsPerKey, trace });
  }

  /** The instant of a flush: the edit that adds the table also retires the logs. */
  #install(memtable: Memtable, info: TableInfo): void {
    const { files, trace } = this.#settings;
    const table = Table.open(files, tableName(info.number), info.number, trace);
    const record: TableRecord = { level: 0, ...info };
    this.#commit({
      added: [record],
      logNumber: this.#logNumber,
      lastSequence: info.largestSequence,
    });
    this.#tables = [{ record, table }, ...this.#tables];
    this.#frozen = undefined;
    this.#finished = undefined;
    this.#flushes++;
    this.#flushedBytes += info.sizeBytes;
    trace?.({
      type: 'store.flush.end',
      memtable: memtable.number,
      table: info.number,
      size: info.sizeBytes,
    });
  }

  /** Makes an edit, and notes the logs and the manifest that it makes obsolete. */
  #commit(change: Change): void {
    const manifestBefore = this.#manifest.number;
    this.#manifest.apply(change);
    const current = this.#manifest.number;
    for (const name of this.#settings.files.list()) {
      const file = parseFileName(name);
      const oldLog = file?.kind === 'wal' && file.number < this.#logNumber;
      const oldManifest =
        file?.kind === 'manifest' && file.number === manifestBefore && file.number !== current;
      if ((oldLog || oldManifest) && !this.#obsolete.includes(name)) this.#obsolete.push(name);
    }
  }
}
