// The flusher: makes a table of the frozen memtable, and the table part of the database.
//
//     frozen memtable --rewrite--> finished table --manifest edit--> part of the database
//
// 1. Each arrow may fail (a full disk) and is tried again at the next call, from where it
//    stood: a rewrite that fails is abandoned and its file removed; a finished table waits for
//    its edit, and one that can't be read back is written anew. Nothing is lost meanwhile,
//    because the log is kept until the edit is durable.
// 2. Each arrow waits until what it relies on is durable (docs/decisions/0004).
// 3. The edit that adds the table also retires the logs that it came from. Their files are
//    deleted when the edit is durable.
// 4. Versions that no snapshot can see stay behind in memory; the table may even be none, if
//    a memtable holds nothing but deletes and there is nothing to delete.

import { assert } from '../base/assert.ts';
import type { Health } from '../env/health.ts';
import { recordOf } from './compaction/compactor.ts';
import { DeeperTables } from './compaction/deeper.ts';
import { Keeper } from './compaction/keeper.ts';
import { Rewrite } from './compaction/rewrite.ts';
import type { Garbage } from './garbage.ts';
import type { Change, Manifest } from './manifest/manifest.ts';
import { levelsOf } from './manifest/version.ts';
import type { Memtable } from './memtable/memtable.ts';
import { type Settings, writerOptions } from './options.ts';
import { RangeDeletes } from './range-deletes.ts';
import type { Runs } from './runs.ts';
import type { TableInfo } from './table/writer.ts';
import type { TableCache } from './table-cache.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

export interface FlusherParts {
  readonly settings: Settings;
  readonly manifest: Manifest;
  readonly runs: Runs;
  readonly tables: TableCache;
  readonly garbage: Garbage;
  readonly health: Health;
  /** Sequence numbers of the snapshots in use, ascending. */
  readonly snapshots: () => readonly number[];
}

export class Flusher {
  readonly #parts: FlusherParts;
  /** Logs below this one hold only what is frozen or flushed. */
  #logNumber = 0;
  /** The last sequence number in the frozen memtable. */
  #frozenSequence = 0;
  #rewrite: Rewrite | undefined;
  #tableNumber = 0;
  #finished: readonly TableInfo[] | undefined;
  #stats = { flushes: 0, flushedBytes: 0 };

  constructor(parts: FlusherParts) {
    this.#parts = parts;
  }

  /** True when a memtable can be frozen. */
  get ready(): boolean {
    return this.#parts.runs.frozen === undefined && this.settled;
  }

  /**
   * False while an edit is not durable yet: a log or a table that came after it could outlive it
   * in a power cut, and look like what is left of a database that lost its manifest.
   */
  get settled(): boolean {
    return this.#parts.manifest.settled;
  }

  /** True when there is something to do, now. */
  get due(): boolean {
    return this.#parts.runs.frozen !== undefined && !this.#waits;
  }

  /** Every entry with a sequence number up to this one is in a table. */
  get flushedSequence(): number {
    return this.#parts.manifest.version.lastSequence;
  }

  get stats(): { readonly flushes: number; readonly flushedBytes: number } {
    return this.#stats;
  }

  /**
   * Says that all entries of the memtable just frozen are in logs below `logNumber`, and that the
   * last of them has `lastSequence`.
   */
  begin(logNumber: number, lastSequence: number): void {
    assert(this.#parts.runs.frozen !== undefined, 'a memtable is frozen');
    this.#logNumber = logNumber;
    this.#frozenSequence = lastSequence;
  }

  /** Goes on with the flush at hand until it is done or waits. @throws FERRIS_NO_SPACE, FERRIS_IO */
  finish(): void {
    while (this.step(EVERYTHING));
  }

  /** A slice of the flush; true if more can be done now. @throws FERRIS_NO_SPACE, FERRIS_IO */
  step(entriesMax: number): boolean {
    const memtable = this.#parts.runs.frozen;
    if (memtable !== undefined && !this.#waits) {
      if (this.#finished === undefined) this.#write(memtable, entriesMax);
      if (this.#finished === undefined) return true;
      if (!this.#waits) this.#install(memtable, this.#finished);
    }
    this.#parts.garbage.reap();
    return false;
  }

  /** Gives up what is under way: the log still has it. After an edit of unknown outcome its table stays. */
  close(): void {
    if (this.#parts.health.mayWrite) this.#abandon();
    else this.#rewrite?.close();
  }

  /**
   * True while what the next step relies on is not durable: the version, since a table may not
   * outlive all that says that there is a database; the finished table and its name, since the
   * edit that adds it may not outlive it.
   */
  get #waits(): boolean {
    const { directoryDurable } = this.#parts.settings.files;
    return !this.settled || (this.#finished !== undefined && !directoryDurable);
  }

  #write(memtable: Memtable, entriesMax: number): void {
    try {
      this.#rewrite ??= this.#start(memtable);
      this.#finished = this.#rewrite.step(entriesMax);
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  #abandon(): void {
    const rewrite = this.#rewrite;
    this.#finished = undefined;
    this.#rewrite = undefined;
    if (rewrite === undefined) return;
    for (const number of rewrite.numbers) this.#parts.tables.forget(number);
    rewrite.abandon();
    this.#parts.garbage.born([this.#tableNumber]);
  }

  #start(memtable: Memtable): Rewrite {
    const { settings, manifest, garbage } = this.#parts;
    const entries = memtable.cursor();
    entries.seekToFirst();
    const [level0 = [], ...levels] = levelsOf(manifest.version.tables);
    const older = new DeeperTables([...level0.map((table) => [table]), ...levels]);
    const keeper = new Keeper(entries, {
      snapshots: this.#parts.snapshots(),
      rangeDeletes: new RangeDeletes(memtable.rangeDeletes),
      nowMs: settings.clock.nowMs(),
      merge: settings.merge,
      filter: undefined,
      isDeeper: (key) => older.mayHold(key),
      isRangeDeeper: (start, end) => older.mayHoldAny(start, end),
    });
    this.#tableNumber = garbage.takeTableNumber();
    const table = this.#tableNumber;
    settings.trace?.({ type: 'store.flush.begin', memtable: memtable.number, table });
    return new Rewrite({
      files: settings.files,
      keeper,
      takeNumber: () => table, // it is never cut
      writer: writerOptions(settings, 0),
      tableBytes: Number.POSITIVE_INFINITY,
      grandparents: [],
      overlapBytesMax: Number.POSITIVE_INFINITY,
    });
  }

  /** The instant of a flush: the edit that adds the table also retires the logs. */
  #install(memtable: Memtable, finished: readonly TableInfo[]): void {
    try {
      for (const info of finished) this.#parts.tables.open(info.number).touch();
    } catch (error) {
      this.#abandon(); // a table that can't be read is no use, and is made again
      throw error;
    }
    const added = finished.map((info) => recordOf(info, 0));
    const [logNumber, lastSequence] = [this.#logNumber, this.#frozenSequence];
    this.commit({ added, logNumber, lastSequence }, true);
    this.#parts.garbage.born([this.#tableNumber]);
    this.#finished = undefined;
    this.#rewrite = undefined;
    this.#stats.flushes++;
    for (const { sizeBytes } of finished) this.#stats.flushedBytes += sizeBytes;
    this.#parts.settings.trace?.({
      type: 'store.flush.end',
      memtable: memtable.number,
      table: this.#tableNumber,
      size: finished[0]?.sizeBytes ?? 0,
    });
  }

  /** Makes an edit; from now on other files are garbage. @throws FERRIS_NO_SPACE, FERRIS_IO */
  commit(change: Change, flushed: boolean): void {
    const { health, manifest, runs, garbage } = this.#parts;
    health.guard(() => manifest.apply(change));
    runs.install(manifest.version.tables, flushed);
    garbage.collect();
  }
}
