// An ingest: many entries that become part of a store at one instant, or not at all.
//
//     entries, keys ascending --> [table] [table] [table]     files that nobody knows yet
//                                          |
//                       one manifest edit  v                  all of them are the database
//
// 1. Nothing goes through the log or the memtable: tables are written beside the live ones, under
//    numbers that no garbage collection touches. A crash leaves files that the next opening
//    deletes, and none of the entries.
// 2. All entries have one sequence number, so they are newer than all that was written before. It
//    lies a little ahead of the store's, as writes go on meanwhile. If these overtake it, the
//    tables are copied under a later one, while writers are held.
// 3. Before the edit everything older is flushed, and the edit raises the version's sequence
//    number to that of the entries: recovery expects the next log record behind it.
// 4. A table goes to the deepest level where nothing lies over it or above it, and to level 0 as
//    the newest else. While a compaction runs, whose output may come to lie anywhere: to level 0.
// 5. Each step waits until what it relies on is durable (docs/decisions/0004).
//
// RocksDB's IngestExternalFile does this with tables that were written elsewhere, and keeps the
// sequence number of an ingested table beside it, not in it.

import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import { isFerrisError } from '../base/errors.ts';
import { discard, syncNames } from '../env/sync.ts';
import { readBatch } from './batch.ts';
import { recordOf } from './compaction/compactor.ts';
import { KIND_DELETE_RANGE, type PointKind } from './entry.ts';
import { tableName } from './file-names.ts';
import type { Flusher } from './flusher.ts';
import type { Garbage } from './garbage.ts';
import type { TableRecord } from './manifest/edit.ts';
import { LEVELS } from './manifest/version.ts';
import { type Settings, writerOptions } from './options.ts';
import type { Store } from './store.ts';
import { type TableInfo, TableWriter } from './table/writer.ts';
import { TableCache } from './table-cache.ts';

/** So many writes may be made during an ingest before it has to copy its tables. */
const SEQUENCES_AHEAD = 1 << 17;

/** Ingested tables are longer than others: many small ones in level 0 would hold writers back. */
const TABLES_LONGER = 16;

/** Entries copied between two yields. */
const SLICE_ENTRIES = 4096;

/** Why an installation pauses: for others to have a turn, or until something is durable. */
export type Pause = 'slice' | 'until durable';

/** What of a store an ingest works with. */
export interface IngestParts {
  readonly settings: Settings;
  readonly garbage: Garbage;
  readonly flusher: Flusher;
  /** Says that the newest entry has this sequence number now. */
  readonly wrote: (sequence: number) => void;
}

export class Ingest {
  readonly #store: Store;
  readonly #parts: IngestParts;
  /** Its own until they are the store's. */
  readonly #tables: TableCache;
  readonly #ahead: number;
  #sequence: number;
  #writer: TableWriter | undefined;
  #finished: TableInfo[] = [];
  /** Of the tables begun and not given up. */
  readonly #numbers = new Set<number>();
  #entries = 0;
  #isBegun = false;
  /** Its edit was tried: the tables may be part of the database. */
  #isTried = false;

  /**
   * @param ahead how many writes may be made meanwhile without copying
   * @throws FERRIS_CLOSED, FERRIS_IO when the store can't be written
   */
  constructor(store: Store, ahead = SEQUENCES_AHEAD) {
    this.#store = store;
    this.#ahead = ahead;
    this.#parts = store.parts();
    const { files, trace } = this.#parts.settings;
    this.#tables = new TableCache({ files, trace, maxOpen: 1 });
    this.#sequence = store.lastSequence + ahead;
  }

  /**
   * True when entries can be added: a table must not outlive all that says that there is a
   * database. False: ask again when something has become durable.
   * @throws FERRIS_NO_SPACE, FERRIS_IO
   */
  get ready(): boolean {
    const { flusher } = this.#parts;
    if (!this.#isBegun) flusher.commit({}, false); // now there is a manifest, if there was none
    this.#isBegun = true;
    return flusher.settled;
  }

  /**
   * Adds the puts and expiring puts of a batch, whose keys go on where the last batch's ended.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CORRUPTION (the bytes are no batch): call `abandon` then
   */
  add(batch: Uint8Array): void {
    readBatch(batch, (kind, key, value) => {
      assert(kind !== KIND_DELETE_RANGE, 'an ingest has no range deletes');
      this.#put(key, kind, value);
    });
  }

  /**
   * Makes all that was added part of the database, and waits until that survives a power cut.
   * Whoever drives it holds writers back meanwhile. @throws as `add`
   */
  *install(): Generator<Pause, void, void> {
    this.#finishTable();
    if (this.#entries === 0) return;
    const { settings, flusher } = this.#parts;
    for (;;) {
      if (this.#sequence <= this.#store.lastSequence) yield* this.#copy();
      else if (this.#store.flush() && flusher.settled && settings.files.directoryDurable) break;
      else yield 'until durable';
    }
    this.#commit();
    while (!flusher.settled) yield 'until durable';
  }

  /** Gives up, and deletes what was written; what is installed stays. */
  abandon(): void {
    this.#writer?.abandon();
    this.#writer = undefined;
    this.#tables.close();
    if (!this.#isTried) this.#drop([...this.#numbers]);
  }

  #put(key: Uint8Array, kind: PointKind, value: Uint8Array): void {
    const { settings } = this.#parts;
    const sizeMax = settings.current.tableBytes * TABLES_LONGER;
    if (this.#writer !== undefined && this.#writer.sizeBytes >= sizeMax) this.#finishTable();
    this.#writer ??= this.#begin();
    this.#writer.add(key, this.#sequence, kind, value);
    this.#entries++;
  }

  #begin(): TableWriter {
    const { settings, garbage } = this.#parts;
    const number = garbage.takeTableNumber();
    this.#numbers.add(number);
    return new TableWriter(settings.files, tableName(number), number, writerOptions(settings, 0));
  }

  #finishTable(): void {
    if (this.#writer === undefined) return;
    this.#finished.push(this.#writer.finish());
    this.#writer = undefined;
    syncNames(this.#parts.settings.files);
  }

  /** The same tables again, with a sequence number that is newer than all others. */
  *#copy(): Generator<Pause, void, void> {
    const old = this.#finished.map(({ number }) => number);
    this.#finished = [];
    this.#sequence = this.#store.lastSequence + this.#ahead;
    for (const number of old) {
      const cursor = this.#tables.open(number).cursor();
      cursor.seekToFirst();
      for (let entries = 1; cursor.valid; entries++) {
        this.#put(cursor.key, cursor.kind, cursor.value);
        cursor.next();
        if (entries % SLICE_ENTRIES === 0) yield 'slice';
      }
    }
    this.#finishTable();
    this.#drop(old);
  }

  #drop(numbers: readonly number[]): void {
    const { settings, garbage } = this.#parts;
    for (const number of numbers) {
      this.#tables.forget(number);
      discard(settings.files, tableName(number));
      this.#numbers.delete(number);
    }
    garbage.born(numbers);
  }

  /** The instant at which all of it becomes part of the database. */
  #commit(): void {
    const { flusher, garbage } = this.#parts;
    for (const { number } of this.#finished) this.#tables.open(number).touch(); // it can be read back
    this.#tables.close();
    const added = this.#finished.map((info) => recordOf(info, this.#levelFor(info)));
    this.#isTried = true;
    try {
      flusher.commit({ added, lastSequence: this.#sequence }, false);
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_NO_SPACE')) this.#isTried = false; // nothing has changed
      throw error;
    }
    this.#parts.wrote(this.#sequence);
    garbage.born(this.#numbers);
  }

  /** See (4). */
  #levelFor(info: TableInfo): number {
    if (this.#store.compaction.busy) return 0;
    const { version, release } = this.#store.pinTables();
    release();
    const met = version.tables.filter((table) => overlap(table, info)).map(({ level }) => level);
    return Math.max(0, Math.min(LEVELS, ...met) - 1);
  }
}

type Range = Pick<TableRecord, 'smallestKey' | 'largestKey'>;

function overlap(a: Range, b: Range): boolean {
  return (
    compareBytes(a.smallestKey, b.largestKey) <= 0 && compareBytes(b.smallestKey, a.largestKey) <= 0
  );
}
