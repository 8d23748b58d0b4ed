// The flusher: makes a table of the frozen memtable, and the table part of the database.
//
//     frozen memtable --job--> finished table --manifest edit--> part of the database
//
// 1. Each arrow may fail (a full disk) and is tried again at the next call, from where it
//    stood: a job that fails is abandoned and its file removed; a finished table waits for
//    its edit, and one that can't be read back is written anew. Nothing is lost meanwhile,
//    because the log is kept until the edit is durable.
// 2. Each arrow waits until what it relies on is durable (docs/decisions/0004).
// 3. The edit that adds the table also retires the logs that it came from. Their files are
//    deleted when the edit is durable; one that can't be deleted is tried again later.

import { assert } from '../base/assert.ts';
import { isFerrisError } from '../base/errors.ts';
import { discard, syncNames } from '../env/sync.ts';
import { tableName } from './file-names.ts';
import { FlushJob } from './flush.ts';
import type { Health } from './health.ts';
import type { Change, Manifest } from './manifest/manifest.ts';
import type { Memtable } from './memtable/memtable.ts';
import { obsoleteFiles } from './obsolete.ts';
import type { Settings } from './options.ts';
import type { Runs } from './runs.ts';
import { Table } from './table/table.ts';
import type { TableInfo } from './table/writer.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

export class Flusher {
  readonly #settings: Settings;
  readonly #manifest: Manifest;
  readonly #runs: Runs;
  readonly #health: Health;
  #obsolete: string[];
  /** Logs below this one hold only what is frozen or flushed. */
  #logNumber = 0;
  #job: FlushJob | undefined;
  #finished: TableInfo | undefined;
  #flushes = 0;
  #flushedBytes = 0;

  constructor(settings: Settings, manifest: Manifest, runs: Runs, health: Health) {
    this.#settings = settings;
    this.#manifest = manifest;
    this.#runs = runs;
    this.#health = health;
    this.#obsolete = obsoleteFiles(settings.files, manifest);
  }

  /** True when a memtable can be frozen. */
  get ready(): boolean {
    return this.#runs.frozen === undefined && this.settled;
  }

  /**
   * False while an edit is not durable yet: a log or a table that came after it could outlive it
   * in a power cut, and look like what is left of a database that lost its manifest.
   */
  get settled(): boolean {
    return this.#manifest.settled;
  }

  /** True when there is something to do, now. */
  get due(): boolean {
    return this.#runs.frozen !== undefined && !this.#waits;
  }

  /** Every entry with a sequence number up to this one is in a table. */
  get flushedSequence(): number {
    return this.#manifest.version.lastSequence;
  }

  /** Says that all entries of the memtable just frozen are in logs below `logNumber`. */
  begin(logNumber: number): void {
    assert(this.#runs.frozen !== undefined, 'a memtable is frozen');
    this.#logNumber = logNumber;
  }

  /** Says that logs below `logNumber` hold nothing that is needed. @throws FERRIS_NO_SPACE, FERRIS_IO */
  retireLogs(logNumber: number): void {
    this.#commit({ logNumber });
    this.reap();
  }

  /** Goes on with the flush at hand until it is done or waits. @throws FERRIS_NO_SPACE, FERRIS_IO */
  finish(): void {
    while (this.step(EVERYTHING));
  }

  /** A slice of the flush; true if more can be done now. @throws FERRIS_NO_SPACE, FERRIS_IO */
  step(entriesMax: number): boolean {
    const memtable = this.#runs.frozen;
    if (memtable !== undefined && !this.#waits) {
      if (this.#finished === undefined) this.#write(memtable, entriesMax);
      if (this.#finished === undefined) return true;
      if (!this.#waits) this.#install(memtable, this.#finished);
    }
    this.reap();
    return false;
  }

  /** Deletes obsolete files once the edits that made them so are durable. */
  reap(): void {
    if (this.#obsolete.length > 0 && this.settled)
      this.#obsolete = this.#obsolete.filter((name) => !this.#delete(name));
  }

  stats(): { flushes: number; flushedBytes: number } {
    return { flushes: this.#flushes, flushedBytes: this.#flushedBytes };
  }

  close(): void {
    this.#job?.abandon();
    this.#job = undefined;
    this.#manifest.close();
  }

  /**
   * True while what the next step relies on is not durable: the version, since a table may not
   * outlive all that says that there is a database; the finished table and its name, since the
   * edit that adds it may not outlive it.
   */
  get #waits(): boolean {
    return (
      !this.settled || (this.#finished !== undefined && !this.#settings.files.directoryDurable)
    );
  }

  #write(memtable: Memtable, entriesMax: number): void {
    this.#job ??= this.#start(memtable);
    const job = this.#job;
    try {
      const finished = job.step(entriesMax);
      if (finished === undefined) return;
      syncNames(this.#settings.files);
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
    const record = { level: 0, ...info };
    const table = this.#open(info);
    try {
      const [logNumber, lastSequence] = [this.#logNumber, info.largestSequence];
      this.#commit({ added: [record], logNumber, lastSequence });
    } catch (error) {
      table.close();
      throw error;
    }
    this.#runs.replaceFrozen({ record, table });
    this.#finished = undefined;
    this.#flushes++;
    this.#flushedBytes += info.sizeBytes;
    this.#settings.trace?.({
      type: 'store.flush.end',
      memtable: memtable.number,
      table: info.number,
      size: info.sizeBytes,
    });
  }

  /** Reads back what was written; a table that can't be read is no use, and is made again. */
  #open({ number }: TableInfo): Table {
    const { files, trace } = this.#settings;
    try {
      return Table.open(files, tableName(number), number, trace);
    } catch (error) {
      this.#finished = undefined;
      discard(files, tableName(number));
      throw error;
    }
  }

  /** Makes an edit; from now on other files are obsolete. */
  #commit(change: Change): void {
    this.#health.guard(() => this.#manifest.apply(change));
    this.#obsolete = obsoleteFiles(this.#settings.files, this.#manifest);
  }

  /** True when the file is gone; a deletion that fails is no more than a file too many. */
  #delete(name: string): boolean {
    const { files, trace } = this.#settings;
    try {
      if (!files.exists(name)) return true;
      trace?.({ type: 'store.obsolete', file: name });
      files.delete(name);
      return true;
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_IO') || isFerrisError(error, 'FERRIS_NO_SPACE'))
        return false;
      throw error;
    }
  }
}
