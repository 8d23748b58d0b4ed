// The runs: every sorted run of entries that there is, newest first. Reading is looking
// through them in this order.
//
//     memtable           takes the writes
//     frozen memtable    is being flushed, when there is one
//     level 0            table, table, ...  newest first, each a run
//     level 1            table table table  one run
//     level 2 ...
//
// 1. Each run is newer than all below it: of two versions of a key, the higher run has the
//    newer one. So the first answer counts, and a tombstone is an answer.
// 2. A set of runs never changes; flush and compaction make the next one. Runs below the
//    memtable never change either. A scan keeps the set that it began with; entries that the
//    memtable takes meanwhile have higher sequence numbers than it may see.
// 3. A set that a scan holds is pinned: files of its tables stay until it lets go.
//
// The shape is that of the log-structured merge tree (O'Neil, Cheng, Gawlick and O'Neil,
// 1996), as Bigtable (Chang et al., 2006) and LevelDB made it.

import { assert } from '../base/assert.ts';
import { compareBytes, sharedPrefixBytes } from '../base/bytes.ts';
import type { Cursor, KeyCursor } from './cursor.ts';
import type { Found } from './entry.ts';
import { LevelCursor } from './level-cursor.ts';
import { firstAtOrAfter } from './levels.ts';
import type { TableRecord } from './manifest/edit.ts';
import { levelsOf } from './manifest/version.ts';
import type { Memtable } from './memtable/memtable.ts';
import { MergeCursor } from './merge.ts';
import { type RangeDelete, RangeDeletes } from './range-deletes.ts';
import type { TableCache, TableHandle } from './table-cache.ts';

/** What a lookup asks, one after the other. */
export interface Run {
  /** The newest point entry of `key` at or below `sequence`. @throws FERRIS_CORRUPTION, FERRIS_IO */
  find(key: Uint8Array, sequence: number, found: Found): boolean;
  /** The ranges that this run deletes. @throws FERRIS_CORRUPTION, FERRIS_IO */
  readonly rangeDeletes: RangeDeletes;
  cursor(): Cursor;
}

/** A memtable as a run. */
export class MemtableRun implements Run {
  readonly memtable: Memtable;
  readonly #rangeDeletes = new RangeDeletes([]);
  #rangeDeletesTaken = 0;

  constructor(memtable: Memtable) {
    this.memtable = memtable;
  }

  find(key: Uint8Array, sequence: number, found: Found): boolean {
    return this.memtable.find(key, sequence, found);
  }

  get rangeDeletes(): RangeDeletes {
    const { rangeDeletes } = this.memtable;
    while (this.#rangeDeletesTaken < rangeDeletes.length) {
      this.#rangeDeletes.add(rangeDeletes[this.#rangeDeletesTaken++] as RangeDelete);
    }
    return this.#rangeDeletes;
  }

  cursor(): Cursor {
    return this.memtable.cursor();
  }
}

/** A table of the database: what the manifest says of it, and the way to its entries. */
export class TableRun implements Run {
  readonly record: TableRecord;
  readonly smallestKey: Uint8Array;
  readonly largestKey: Uint8Array;
  readonly handle: TableHandle;
  /** How many leading bytes all its keys share. */
  readonly #alikeBytes: number;
  #rangeDeletes: RangeDeletes | undefined;

  constructor(record: TableRecord, handle: TableHandle) {
    this.record = record;
    this.smallestKey = record.smallestKey;
    this.largestKey = record.largestKey;
    this.handle = handle;
    this.#alikeBytes = sharedPrefixBytes(this.smallestKey, this.largestKey);
    if (!record.hasRangeDeletes) this.#rangeDeletes = RangeDeletes.EMPTY;
  }

  /** True when `key` lies within it. */
  covers(key: Uint8Array): boolean {
    const { smallestKey } = this;
    const alikeBytes = this.#alikeBytes;
    for (let i = 0; i < alikeBytes; i++) if (key[i] !== smallestKey[i]) return false;
    if (compareBytes(smallestKey, key, alikeBytes) > 0) return false;
    return compareBytes(key, this.largestKey, alikeBytes) <= 0;
  }

  find(key: Uint8Array, sequence: number, found: Found): boolean {
    return this.handle.find(key, sequence, found);
  }

  get rangeDeletes(): RangeDeletes {
    this.#rangeDeletes ??= new RangeDeletes(this.handle.rangeDeletes);
    return this.#rangeDeletes;
  }

  cursor(): KeyCursor {
    return this.handle.cursor();
  }
}

/** All runs of one moment. */
export class RunSet {
  readonly memtable: MemtableRun;
  readonly frozen: MemtableRun | undefined;
  /** Tables by level; see manifest/version.ts for their order. */
  readonly levels: readonly (readonly TableRun[])[];
  /** The deepest level that has a table; -1 when there are no tables. */
  readonly deepestLevel: number;
  /** Those of its tables that hold range deletes: mostly none. */
  readonly #deleting: readonly TableRun[];
  /** How many readers hold it: see `Runs.pin`. */
  pins = 0;

  constructor(
    memtable: MemtableRun,
    frozen: MemtableRun | undefined,
    levels: readonly (readonly TableRun[])[],
  ) {
    this.memtable = memtable;
    this.frozen = frozen;
    this.levels = levels;
    this.deepestLevel = levels.findLastIndex((tables) => tables.length > 0);
    this.#deleting = levels.flat().filter(({ record }) => record.hasRangeDeletes);
  }

  get tables(): readonly TableRun[] {
    return this.levels.flat();
  }

  /**
   * A cursor over all point entries that the runs hold now. An empty memtable is left out: what it
   * takes later is newer than any reader of this moment may see.
   */
  cursor(): Cursor {
    const cursors: Cursor[] = [];
    const { memtable, frozen, levels } = this;
    if (memtable.memtable.count > 0) cursors.push(memtable.cursor());
    if (frozen !== undefined && frozen.memtable.count > 0) cursors.push(frozen.cursor());
    for (let level = 0; level <= this.deepestLevel; level++) {
      const tables = levels[level] as readonly TableRun[];
      // A level of one table needs no more than that table's cursor.
      if (level > 0 && tables.length > 1) cursors.push(new LevelCursor(tables));
      else for (const table of tables) cursors.push(table.cursor());
    }
    return cursors.length === 1 ? (cursors[0] as Cursor) : new MergeCursor(cursors);
  }

  /** All ranges that are deleted in some run. @throws FERRIS_CORRUPTION, FERRIS_IO */
  rangeDeletes(): RangeDeletes {
    const inMemory = this.memtable.memtable.rangeDeletes;
    const inFrozen = this.frozen?.memtable.rangeDeletes ?? [];
    if (inMemory.length + inFrozen.length + this.#deleting.length === 0) return RangeDeletes.EMPTY;
    const inTables = this.#deleting.flatMap(({ handle }) => handle.rangeDeletes);
    return new RangeDeletes([...inMemory, ...inFrozen, ...inTables]);
  }

  /** Calls `ask` for each run that may hold `key`, newest first, until it says true. */
  walk(key: Uint8Array, ask: (run: Run) => boolean): void {
    if (ask(this.memtable)) return;
    if (this.frozen !== undefined && ask(this.frozen)) return;
    for (const table of this.levels[0] as readonly TableRun[]) {
      if (table.covers(key) && ask(table)) return;
    }
    for (let level = 1; level <= this.deepestLevel; level++) {
      if (askLevel(this.levels[level] as readonly TableRun[], key, ask)) return;
    }
  }
}

/** Holds the current set, and knows which older ones are still in use. */
export class Runs {
  readonly #tables: TableCache;
  /** Sets that are no longer current, and that somebody holds. */
  readonly #held = new Set<RunSet>();
  #current: RunSet;

  constructor(memtable: Memtable, records: readonly TableRecord[], tables: TableCache) {
    this.#tables = tables;
    const runs = records.map((record) => new TableRun(record, tables.open(record.number)));
    this.#current = new RunSet(new MemtableRun(memtable), undefined, byLevel(runs));
  }

  get current(): RunSet {
    return this.#current;
  }

  get memtable(): Memtable {
    return this.#current.memtable.memtable;
  }

  /** The memtable that is being flushed. */
  get frozen(): Memtable | undefined {
    return this.#current.frozen?.memtable;
  }

  /** The memtable becomes the frozen one, and `next` takes the writes. */
  freeze(next: Memtable): void {
    const { memtable, frozen, levels } = this.#current;
    assert(frozen === undefined, 'at most one memtable is frozen');
    memtable.memtable.freeze();
    this.#become(new RunSet(new MemtableRun(next), memtable, levels));
  }

  /** The tables are those of `records` from now on. `flushed`: they hold the frozen memtable. */
  install(records: readonly TableRecord[], flushed: boolean): void {
    const known = new Map(this.#current.tables.map((run) => [run.record, run]));
    const runs = records.map(
      (record) => known.get(record) ?? new TableRun(record, this.#tables.open(record.number)),
    );
    const { memtable, frozen } = this.#current;
    this.#become(new RunSet(memtable, flushed ? undefined : frozen, byLevel(runs)));
  }

  #become(next: RunSet): void {
    if (this.#current.pins > 0) this.#held.add(this.#current);
    this.#current = next;
  }

  /** Keeps `set`, and the files of its tables, until `unpin`. */
  pin(set: RunSet): void {
    set.pins++;
  }

  /** True when that was the last pin of a set that is no longer current. */
  unpin(set: RunSet): boolean {
    set.pins--;
    if (set.pins > 0 || set === this.#current) return false;
    this.#held.delete(set);
    return true;
  }

  /** How many sets are held by scans. */
  get pinnedCount(): number {
    return this.#held.size + (this.#current.pins > 0 ? 1 : 0);
  }

  /** Numbers of the tables that a reader may still ask. */
  numbersInUse(): Set<number> {
    const sets = [this.#current, ...this.#held];
    return new Set(sets.flatMap((set) => set.tables.map(({ record }) => record.number)));
  }
}

function byLevel(runs: readonly TableRun[]): readonly (readonly TableRun[])[] {
  const levels = levelsOf(runs.map(({ record }) => record));
  const byRecord = new Map(runs.map((run) => [run.record, run]));
  return levels.map((records) => records.map((record) => byRecord.get(record) as TableRun));
}

/**
 * At most two tables of a level can hold `key`: the second if they touch there. None from the first
 * on ends before the key.
 */
function askLevel(
  tables: readonly TableRun[],
  key: Uint8Array,
  ask: (run: Run) => boolean,
): boolean {
  for (let i = tables.length === 1 ? 0 : firstAtOrAfter(tables, key); i < tables.length; i++) {
    const table = tables[i] as TableRun;
    if (!table.covers(key)) return false;
    if (ask(table)) return true;
  }
  return false;
}
