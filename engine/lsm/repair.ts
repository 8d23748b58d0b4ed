// Repair: a database out of what is left of one.
//
//     manifest    sound: it says which tables and logs count.  lost: all of them do
//     tables      sound ones are read as they are, damaged ones block by block (salvage.ts)
//     logs        every record whose checksum is right
//          \  all of it, merged: of each key the newest version
//           --> new tables, one sorted run  --> a new manifest
//
// 1. It always ends with a database that opens, and a report of what is lost. One loss leaves no
//    trace: that of the newest log, which nothing names.
// 2. Until the new superblock is written the old files are as they were: a repair that is
//    interrupted is begun again. Then the next opening deletes what is no longer named: copy the
//    files before if you want to look into them later.
// 3. Where the manifest is lost, tables that compaction had replaced, and not yet deleted, are
//    read like the others. Mostly they say the same again; something deleted may come back, and a
//    merge may count twice.
// 4. Damage may leave a hole: older versions, or deleted keys, show where newer entries are
//    lost. A recovery that keeps a prefix is what opening does; this is for when that can't.
//
// LevelDB's RepairDB is the model (db/repair.cc); it leaves the merging to compaction.

import { compareBytes } from '../base/bytes.ts';
import type { Clock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import { discard, syncNames } from '../env/sync.ts';
import { readBatch } from './batch.ts';
import { Keeper } from './compaction/keeper.ts';
import { Rewrite } from './compaction/rewrite.ts';
import type { Cursor } from './cursor.ts';
import { Found, KIND_DELETE_RANGE, SEQUENCE_MAX } from './entry.ts';
import { parseFileName, superblockName, tableName, walName } from './file-names.ts';
import { Manifest } from './manifest/manifest.ts';
import { LEVELS } from './manifest/version.ts';
import { Memtable } from './memtable/memtable.ts';
import { MergeCursor } from './merge.ts';
import type { UserMerge } from './operators.ts';
import { type RangeDelete, RangeDeletes } from './range-deletes.ts';
import { insertOnce, isDamage, salvageTable } from './salvage.ts';
import { Table } from './table/table.ts';
import { verifyTable } from './table/verify.ts';
import type { TableInfo } from './table/writer.ts';
import { recoverLogs } from './wal/recover.ts';

export interface RepairOptions {
  readonly files: Files;
  readonly clock: Clock;
  /** The user's merge function, if there is one: without it such merges stay as they are. */
  readonly merge?: UserMerge | undefined;
}

/** What became of one file. */
export interface RepairedFile {
  readonly name: string;
  /**
   * 'salvaged': part of it is lost. 'missing': the manifest, or a later log, names it; where the
   * manifest is lost that may be a log that was no longer needed.
   */
  readonly state: 'sound' | 'salvaged' | 'missing';
  /** Entries of a table, records of a log, that were read. */
  readonly read: number;
  /** Blocks of a table that are lost, and bytes of a log; undefined: nobody can say. */
  readonly lost: number | undefined;
}

export interface RepairReport {
  /** True when nothing is known to be lost. */
  readonly whole: boolean;
  /** 'lost': which tables and logs counted had to be guessed. */
  readonly manifest: 'sound' | 'lost' | 'none';
  readonly files: readonly RepairedFile[];
  readonly lastSequence: number;
  /** Entries and tables of the new database. */
  readonly entries: number;
  readonly tables: number;
}

const TABLE_BYTES = 4 << 20;
const SLICE_ENTRIES = 1 << 14;

/**
 * Makes a database of what can be read. No store may be open on the files. Damaged tables and all
 * logs are held in memory meanwhile.
 * @throws FERRIS_NO_SPACE (nothing has changed), FERRIS_IO
 */
export function repair(options: RepairOptions): RepairReport {
  return new Repair(options).run();
}

class Repair {
  readonly #options: RepairOptions;
  readonly #report: RepairedFile[] = [];
  readonly #runs: Cursor[] = [];
  readonly #rangeDeletes: RangeDelete[] = [];
  readonly #tables: Table[] = [];
  readonly #found = new Found();
  #tablesAreSound = true;
  #lastSequence = 0;
  #entries = 0;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  run(): RepairReport {
    const { manifest, state } = this.#openManifest();
    try {
      const { version } = manifest;
      this.#lastSequence = version.lastSequence;
      const tables =
        state === 'sound' ? version.tables.map(({ number }) => number) : this.#numbers('table');
      for (const number of tables) this.#readTable(number);
      this.#readLogs(state === 'sound' ? version.logNumber : 0);
      this.#write(manifest);
      const isSound = this.#report.every((file) => file.state === 'sound');
      return {
        whole: isSound && state !== 'lost',
        manifest: state,
        files: this.#report,
        lastSequence: this.#lastSequence,
        entries: this.#entries,
        tables: manifest.version.tables.length,
      };
    } finally {
      for (const table of this.#tables) table.close();
      manifest.close();
    }
  }

  #openManifest(): { manifest: Manifest; state: RepairReport['manifest'] } {
    const hasTables = this.#numbers('table').length > 0;
    const opened = this.#tryOpen(hasTables);
    if (opened !== undefined && opened.number > 0) return { manifest: opened, state: 'sound' };
    opened?.close();
    const { files, clock } = this.#options;
    const hasManifests = this.#numbers('manifest').length + this.#numbers('superblock').length > 0;
    // Superblocks that lead nowhere would stand in the way of the new one.
    for (const slot of [0, 1]) discard(files, superblockName(slot));
    syncNames(files);
    const manifest = Manifest.open({ files, clock }, false);
    return { manifest, state: hasTables || hasManifests ? 'lost' : 'none' };
  }

  #tryOpen(needed: boolean): Manifest | undefined {
    const { files, clock } = this.#options;
    try {
      return Manifest.open({ files, clock }, needed);
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  #readTable(number: number): void {
    const { files } = this.#options;
    const name = tableName(number);
    if (!files.exists(name)) {
      this.#report.push({ name, state: 'missing', read: 0, lost: undefined });
      return;
    }
    const table = this.#soundTable(number);
    if (table !== undefined) {
      this.#tables.push(table);
      this.#runs.push(table.cursor({ cache: false }));
      this.#rangeDeletes.push(...table.rangeDeletes);
      this.#see(table.properties.largestSequence);
      this.#report.push({ name, state: 'sound', read: table.properties.entries, lost: 0 });
      return;
    }
    const { entries, lostBlocks } = salvageTable(files, number);
    this.#takeMemtable(entries);
    this.#report.push({ name, state: 'salvaged', read: entries.count, lost: lostBlocks });
  }

  /** The table, if all of it can be read. */
  #soundTable(number: number): Table | undefined {
    let table: Table | undefined;
    try {
      table = Table.open(this.#options.files, tableName(number), number);
      verifyTable(table);
      return table;
    } catch (error) {
      table?.close();
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  #readLogs(fromLog: number): void {
    const { files } = this.#options;
    const numbers = this.#numbers('wal').filter((number) => number >= fromLog);
    const logs = numbers.map((fileNumber) => ({ fileNumber, fileName: walName(fileNumber) }));
    const memtable = new Memtable({ number: 1 });
    this.#tablesAreSound = this.#report.every(({ state }) => state === 'sound');
    const found = recoverLogs({ files, logs, fromLog, mode: 'skip-corrupt' }, (payload) => {
      readBatch(payload, (kind, key, value, sequence) => {
        this.#see(sequence);
        if (kind === KIND_DELETE_RANGE) memtable.insertRangeDelete(sequence, key, value);
        else if (!this.#isInTables(key, sequence)) insertOnce(memtable, sequence, kind, key, value);
      });
    });
    for (const { fileName: name, records, droppedBytes, verdict } of found.logs) {
      const isThere = files.exists(name);
      const state = isThere ? (droppedBytes > 0 ? 'salvaged' : 'sound') : 'missing';
      if (verdict !== 'ended by decree')
        this.#report.push({ name, state, read: records, lost: isThere ? droppedBytes : undefined });
    }
    this.#takeMemtable(memtable);
  }

  /**
   * True when a table holds this entry, or what a flush has folded it into: that must not be counted
   * twice. A flush takes all versions of a key, so a newer one in a table tells. Where tables are
   * damaged nothing is left out.
   */
  #isInTables(key: Uint8Array, sequence: number): boolean {
    if (!this.#tablesAreSound) return false;
    return this.#tables.some(
      (table) => table.find(key, SEQUENCE_MAX, this.#found) && this.#found.sequence >= sequence,
    );
  }

  #takeMemtable(memtable: Memtable): void {
    const cursor = memtable.cursor();
    for (cursor.seekToFirst(); cursor.valid; cursor.next()) this.#see(cursor.sequence);
    for (const { sequence } of memtable.rangeDeletes) this.#see(sequence);
    this.#runs.push(cursor);
    this.#rangeDeletes.push(...memtable.rangeDeletes);
  }

  /** Everything as one run at the bottom, and the manifest that names it and nothing else. */
  #write(manifest: Manifest): void {
    const { files } = this.#options;
    for (const name of files.list()) {
      const file = parseFileName(name);
      if (file !== undefined && file.kind !== 'superblock') manifest.reserveFileNumber(file.number);
    }
    const rewrite = this.#rewrite(manifest);
    try {
      let finished: readonly TableInfo[] | undefined;
      while (finished === undefined) finished = rewrite.step(SLICE_ENTRIES);
      this.#entries = finished.reduce((sum, { entries }) => sum + entries, 0);
      const level = LEVELS - 1;
      const added = finished.map(({ tombstones: _, rangeDeletes, ...info }) => {
        return { ...info, level, hasRangeDeletes: rangeDeletes > 0 };
      });
      const removed = manifest.version.tables.map(({ number }) => number);
      const logNumber = manifest.takeFileNumber();
      manifest.apply({ added, removed, logNumber, lastSequence: this.#lastSequence });
    } catch (error) {
      rewrite.abandon();
      throw error;
    }
  }

  #rewrite(manifest: Manifest): Rewrite {
    const { files, clock, merge } = this.#options;
    const input = new Distinct(new MergeCursor(this.#runs));
    input.seekToFirst();
    const nothingIsDeeper = { isDeeper: () => false, isRangeDeeper: () => false };
    const rangeDeletes = new RangeDeletes(this.#rangeDeletes);
    const rules = { snapshots: [], nowMs: clock.nowMs(), merge, filter: undefined };
    return new Rewrite({
      files,
      keeper: new Keeper(input, { ...rules, rangeDeletes, ...nothingIsDeeper }),
      takeNumber: () => manifest.takeFileNumber(),
      writer: { createdMs: clock.nowMs() },
      tableBytes: TABLE_BYTES,
      grandparents: [],
      overlapBytesMax: Number.POSITIVE_INFINITY,
    });
  }

  #numbers(kind: 'table' | 'wal' | 'manifest' | 'superblock'): number[] {
    const found = this.#options.files.list().map(parseFileName);
    const numbers = found.flatMap((file) => (file?.kind === kind ? [file.number] : []));
    return numbers.sort((a, b) => a - b);
  }

  #see(sequence: number): void {
    if (sequence > this.#lastSequence) this.#lastSequence = sequence;
  }
}

/** Shows an entry once that several runs hold: a log that was flushed and its table, say. */
class Distinct implements Cursor {
  readonly #input: Cursor;

  constructor(input: Cursor) {
    this.#input = input;
  }

  get valid(): boolean {
    return this.#input.valid;
  }

  get key(): Uint8Array {
    return this.#input.key;
  }

  get sequence(): number {
    return this.#input.sequence;
  }

  get kind() {
    return this.#input.kind;
  }

  get value(): Uint8Array {
    return this.#input.value;
  }

  next(): void {
    const key = this.#input.key.slice();
    const { sequence } = this.#input;
    do this.#input.next();
    while (this.valid && this.sequence === sequence && compareBytes(this.key, key) === 0);
  }

  prev(): void {
    this.#input.prev();
  }

  seekToFirst(): void {
    this.#input.seekToFirst();
  }

  seekToLast(): void {
    this.#input.seekToLast();
  }

  seek(key: Uint8Array, sequence: number): void {
    this.#input.seek(key, sequence);
  }

  seekBefore(key: Uint8Array, sequence: number): void {
    this.#input.seekBefore(key, sequence);
  }
}
