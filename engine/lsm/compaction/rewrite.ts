// A rewrite: sorted entries in, new tables out, some entries at a time.
//
//     frozen memtable ---\
//     tables of level 0 --> keeper --> [table] [table] [table]
//     tables of level 1 --/            cut between two keys
//
// Flush and compaction are the same work, so there is one job for both. It advances in slices,
// counted in entries, so that a page never stutters and a simulator can let other things happen
// in between. Until the manifest names its tables they are only files that nobody knows: a crash
// or a full disk at any point costs nothing but the work.
//
// 1. A table ends when it is big enough, or when it overlaps so much of the level below its
//    own that moving it on would be dear. It ends between two keys: all versions of a key are
//    in one table, so one table of a level answers for a key.
// 2. Range deletes are cut at the same places; what lies before, between and after the entries
//    goes along.

import { compareBytes } from '../../base/bytes.ts';
import type { Files } from '../../env/files.ts';
import { discard, syncNames } from '../../env/sync.ts';
import { tableName } from '../file-names.ts';
import type { TableRecord } from '../manifest/edit.ts';
import { clip, type RangeDelete } from '../range-deletes.ts';
import { type TableInfo, TableWriter, type TableWriterOptions } from '../table/writer.ts';
import type { Keeper } from './keeper.ts';

export interface RewriteOptions {
  readonly files: Files;
  readonly keeper: Keeper;
  /** Gives the next table its number. */
  readonly takeNumber: () => number;
  readonly writer: TableWriterOptions;
  /** A table that is this big ends; Infinity makes one table of everything. */
  readonly tableBytes: number;
  /** The level below the output's, and how much of it one table may overlap. */
  readonly grandparents: readonly TableRecord[];
  readonly overlapBytesMax: number;
}

/** Writes what a keeper keeps. */
export class Rewrite {
  /** Numbers of the tables begun so far. */
  readonly numbers: number[] = [];
  readonly #options: RewriteOptions;
  readonly #rangeDeletes: readonly RangeDelete[];
  readonly #finished: TableInfo[] = [];
  #writer: TableWriter | undefined;
  /** Where the current table begins; undefined: at the very start. */
  #from: Uint8Array | undefined;
  /** Which key of the input the last entry had. */
  #keyCount = 0;
  #grandparent = 0;
  #overlapBytes = 0;
  #entriesOut = 0;

  constructor(options: RewriteOptions) {
    this.#options = options;
    this.#rangeDeletes = [...options.keeper.rangeDeletes()];
  }

  /** Entries read, and written, so far. */
  get progress(): { entriesIn: number; entriesOut: number } {
    return { entriesIn: this.#options.keeper.taken, entriesOut: this.#entriesOut };
  }

  /**
   * Takes up to about `entriesMax` entries; the finished tables' facts when those were the last.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CORRUPTION: give up then, with `abandon`
   */
  step(entriesMax: number): readonly TableInfo[] | undefined {
    const { keeper } = this.#options;
    const end = keeper.taken + entriesMax;
    while (keeper.taken < end) {
      if (!keeper.next()) return this.#finish();
      this.#add(keeper);
    }
    return undefined;
  }

  /** Lets go of the file at hand, and leaves what was written to whoever opens the store next. */
  close(): void {
    this.#writer?.abandon();
    this.#writer = undefined;
  }

  /** Gives up: removes what was written. The same rewrite can be begun again. */
  abandon(): void {
    this.close();
    for (const number of this.numbers) discard(this.#options.files, tableName(number));
  }

  #add(keeper: Keeper): void {
    const { key, keyCount } = keeper;
    if (keyCount !== this.#keyCount && this.#isCutDue(key)) this.#cut(key);
    this.#keyCount = keyCount;
    this.#writer ??= this.#begin();
    this.#writer.add(key, keeper.sequence, keeper.kind, keeper.value);
    this.#entriesOut++;
  }

  #begin(): TableWriter {
    const { files, takeNumber, writer } = this.#options;
    const number = takeNumber();
    this.numbers.push(number);
    return new TableWriter(files, tableName(number), number, writer);
  }

  /** Ends the table at hand: the next one begins at `to`. */
  #cut(to: Uint8Array | undefined): void {
    const rangeDeletes = clip(this.#rangeDeletes, this.#from, to);
    if (this.#writer === undefined && rangeDeletes.length === 0) return;
    const writer = this.#writer ?? this.#begin();
    this.#writer = writer;
    for (const { start, end, sequence } of rangeDeletes)
      writer.addRangeDelete(start, end, sequence);
    this.#finished.push(writer.finish());
    this.#writer = undefined;
    this.#from = to?.slice();
    this.#overlapBytes = 0;
  }

  #finish(): readonly TableInfo[] {
    this.#cut(undefined);
    if (this.#finished.length > 0) syncNames(this.#options.files);
    return this.#finished;
  }

  #isCutDue(key: Uint8Array): boolean {
    const { grandparents, overlapBytesMax, tableBytes } = this.#options;
    for (; this.#grandparent < grandparents.length; this.#grandparent++) {
      const { largestKey, sizeBytes } = grandparents[this.#grandparent] as TableRecord;
      if (compareBytes(key, largestKey) <= 0) break;
      if (this.#writer !== undefined) this.#overlapBytes += sizeBytes;
    }
    if (this.#writer === undefined) return false;
    return this.#writer.sizeBytes >= tableBytes || this.#overlapBytes > overlapBytesMax;
  }
}
