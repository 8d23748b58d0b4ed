// A flush: a frozen memtable becomes a sorted table, some entries at a time.
//
// The job advances in slices, so that a page never stutters and a simulator can let
// other things happen in between. Until the manifest names the table it is only a
// file that nobody knows: a crash or a full disk at any point costs nothing but the
// work, since the log still holds every entry.

import type { Files } from '../env/files.ts';
import { discard } from '../env/sync.ts';
import type { Cursor } from './cursor.ts';
import { tableName } from './file-names.ts';
import type { Memtable } from './memtable/memtable.ts';
import { type TableInfo, TableWriter, type TableWriterOptions } from './table/writer.ts';

/** Writes one memtable to one table. */
export class FlushJob {
  readonly tableNumber: number;
  readonly #files: Files;
  readonly #entries: Cursor;
  readonly #writer: TableWriter;

  constructor(files: Files, memtable: Memtable, tableNumber: number, options: TableWriterOptions) {
    this.tableNumber = tableNumber;
    this.#files = files;
    this.#writer = new TableWriter(files, tableName(tableNumber), tableNumber, options);
    this.#entries = memtable.cursor();
    this.#entries.seekToFirst();
  }

  /**
   * Writes up to `entriesMax` entries; the finished table's facts when that was all of them.
   * @throws FERRIS_NO_SPACE, FERRIS_IO: give up then, with `abandon`
   */
  step(entriesMax: number): TableInfo | undefined {
    const entries = this.#entries;
    for (let i = 0; i < entriesMax && entries.valid; i++) {
      this.#writer.add(entries.key, entries.sequence, entries.kind, entries.value);
      entries.next();
    }
    return entries.valid ? undefined : this.#writer.finish();
  }

  /** Gives up: removes what was written. The memtable can be flushed again by another job. */
  abandon(): void {
    this.#writer.abandon();
    discard(this.#files, tableName(this.tableNumber));
  }
}
