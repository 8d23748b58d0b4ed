// The runs: every sorted run of entries that there is, newest first. Reading is looking
// through them in this order.
//
//     memtable           takes the writes
//     frozen memtable    is being flushed, when there is one
//     table, table, ...  newest first: the manifest's version, open
//
// 1. Each run is newer than all below it: of two versions of a key, the higher run has the
//    newer one. So the first answer counts, and a tombstone is an answer.
// 2. Runs below the memtable never change. A cursor keeps those it began with; entries that
//    the memtable takes meanwhile have higher sequence numbers than its reader may see.
//
// The shape is that of the log-structured merge tree (O'Neil, Cheng, Gawlick and O'Neil,
// 1996), as Bigtable (Chang et al., 2006) and LevelDB made it.

import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import type { Trace } from '../trace/events.ts';
import type { Cursor } from './cursor.ts';
import { type Lookup, TOMBSTONE } from './entry.ts';
import type { TableRecord } from './manifest/edit.ts';
import type { Memtable } from './memtable/memtable.ts';
import { MergeCursor } from './merge.ts';
import type { Table } from './table/table.ts';

/** A table of the database, open. */
export interface OpenTable {
  readonly record: TableRecord;
  readonly table: Table;
}

export class Runs {
  readonly #trace: Trace | undefined;
  #memtable: Memtable;
  #frozen: Memtable | undefined;
  /** Newest first. */
  #tables: readonly OpenTable[];

  constructor(memtable: Memtable, tables: readonly OpenTable[], trace: Trace | undefined) {
    this.#memtable = memtable;
    this.#tables = tables;
    this.#trace = trace;
  }

  get memtable(): Memtable {
    return this.#memtable;
  }

  /** The memtable that is being flushed. */
  get frozen(): Memtable | undefined {
    return this.#frozen;
  }

  get tableCount(): number {
    return this.#tables.length;
  }

  /**
   * The value of the newest version of `key` at or below `sequence`; undefined when there is
   * none or it is a delete. @throws FERRIS_CORRUPTION, FERRIS_IO
   */
  get(key: Uint8Array, sequence: number): Uint8Array | undefined {
    let found: 'memtable' | 'frozen' | 'table' = 'memtable';
    let value = this.#memtable.get(key, sequence);
    if (value === undefined && this.#frozen !== undefined) {
      value = this.#frozen.get(key, sequence);
      found = 'frozen';
    }
    if (value === undefined) {
      value = this.#getFromTables(key, sequence);
      found = 'table';
    }
    const verdict = value === undefined ? 'nowhere' : value === TOMBSTONE ? 'deleted' : found;
    this.#trace?.({ type: 'store.get', key: key.slice(), found: verdict });
    return value === TOMBSTONE ? undefined : value;
  }

  /** A cursor over all entries of all runs. */
  cursor(): Cursor {
    const runs = [this.#memtable.cursor()];
    if (this.#frozen !== undefined) runs.push(this.#frozen.cursor());
    for (const { table } of this.#tables) runs.push(table.cursor());
    return new MergeCursor(runs);
  }

  /** The memtable becomes the frozen one, and `next` takes the writes. */
  freeze(next: Memtable): void {
    assert(this.#frozen === undefined, 'at most one memtable is frozen');
    this.#memtable.freeze();
    this.#frozen = this.#memtable;
    this.#memtable = next;
  }

  /** The table that was made of the frozen memtable takes its place. */
  replaceFrozen(table: OpenTable): void {
    this.#tables = [table, ...this.#tables];
    this.#frozen = undefined;
  }

  /** Gives the tables' handles back. */
  close(): void {
    for (const { table } of this.#tables) table.close();
  }

  #getFromTables(key: Uint8Array, sequence: number): Lookup {
    for (const { record, table } of this.#tables) {
      if (compareBytes(key, record.smallestKey) < 0 || compareBytes(key, record.largestKey) > 0)
        continue;
      const value = table.get(key, sequence);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
