// A store whose memtable holds about six entries, with a client that does one thing at a time.
//
//     client ──> memtable ──freeze──> frozen memtable ──slices──> table in level 0
//                 its log               its log                    (no compaction here)
//
// 1. Nothing is flushed by itself: the reader does the work, a slice of two entries at a time. So
//    a frozen memtable can be looked at, and the power can go in the middle of its flush. (If the
//    next memtable is full too, the engine finishes the flush: it allows one frozen memtable.)
// 2. When a table is whole the figure reads it back, and says what is in it. What the lanes show
//    of a table is what lies in its file.
// 3. Events about the manifest's files, the directory, filters and blocks are left out.

import {
  Batch,
  type EngineEvent,
  type Snapshot,
  Table,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context, Cut } from '../../player/scenario.ts';
import {
  applyStoreAction,
  createStoreWorld,
  type StoreFigureEvent,
  type StoreWorld,
  type Survival,
} from '../store/world.ts';

/** Tiny: the default is 4 MiB. */
export const MEMTABLE_BYTES = 256;
/** Entries that one slice of the flush takes. */
export const SLICE_ENTRIES = 2;
export const KEYS: readonly string[] = [
  'crab',
  'eel',
  'krill',
  'lobster',
  'ray',
  'shrimp',
  'squid',
  'tuna',
];

export type MemtableAction =
  | { readonly do: 'put'; readonly key: string }
  | { readonly do: 'delete'; readonly key: string }
  /** `end` is not included. */
  | { readonly do: 'delete-range'; readonly start: string; readonly end: string }
  /** `old`: as of the snapshot. */
  | { readonly do: 'get'; readonly key: string; readonly old?: boolean }
  | { readonly do: 'work' }
  | { readonly do: 'flush' }
  | { readonly do: 'snapshot' }
  | { readonly do: 'release' }
  | { readonly do: 'restart'; readonly survive: Survival }
  | Cut;

/** An entry, or a range delete from `key` up to `end`. */
export interface Row {
  readonly key: string;
  readonly sequence: number;
  /** Null: deleted. */
  readonly value: string | null;
  readonly end?: string;
}

/** What the figure says besides the engine and its client. */
export type LaneEvent =
  | { readonly type: 'client.delete-range'; readonly start: string; readonly end: string }
  | { readonly type: 'client.get'; readonly key: string; readonly sequence: number }
  | { readonly type: 'client.snapshot'; readonly sequence: number }
  | { readonly type: 'client.release'; readonly sequence: number }
  | { readonly type: 'client.work'; readonly entries: number }
  /** What lies in the file of a table that was just written. */
  | { readonly type: 'client.contents'; readonly table: number; readonly rows: readonly Row[] };

export type MemtableFigureEvent = StoreFigureEvent | LaneEvent;

export class MemtableWorld {
  readonly #trace: (event: MemtableFigureEvent) => void;
  readonly store: StoreWorld;
  #snapshot: Snapshot | undefined;
  #puts = 0;

  constructor(context: Context<MemtableFigureEvent>) {
    this.#trace = context.trace;
    const trace = (event: StoreFigureEvent) => this.#hear(event);
    this.store = createStoreWorld(
      { ...context, trace },
      {
        memtableBytes: MEMTABLE_BYTES,
        blockBytes: 128,
        compaction: 'none',
        slowdownTables: 64,
        stopTables: 64,
      },
    );
  }

  apply(action: MemtableAction): void {
    switch (action.do) {
      case 'put':
        this.#write(action.key, String(++this.#puts));
        break;
      case 'delete':
        this.#write(action.key, null);
        break;
      case 'get':
        this.#get(action.key, action.old ?? false);
        break;
      case 'flush':
        applyStoreAction(this.store, action);
        break;
      case 'restart':
        this.#snapshot = undefined;
        applyStoreAction(this.store, action);
        break;
      default:
        this.#manage(action);
    }
  }

  #manage(action: MemtableAction): void {
    const { store } = this.store;
    if (store === undefined) return;
    if (action.do === 'delete-range') {
      const { start, end } = action;
      this.#trace({ type: 'client.delete-range', start, end });
      store.write(new Batch().deleteRange(utf8(start), utf8(end)), 'full');
    } else if (action.do === 'work') {
      this.#trace({ type: 'client.work', entries: SLICE_ENTRIES });
      store.work(SLICE_ENTRIES);
    } else if (action.do === 'snapshot' && this.#snapshot === undefined) {
      this.#snapshot = store.snapshot();
      this.#trace({ type: 'client.snapshot', sequence: this.#snapshot.sequence });
    } else if (action.do === 'release' && this.#snapshot !== undefined) {
      this.#trace({ type: 'client.release', sequence: this.#snapshot.sequence });
      this.#snapshot.release();
      this.#snapshot = undefined;
    }
  }

  #write(key: string, value: string | null): void {
    applyStoreAction(this.store, { do: 'write', operations: [[key, value]], sync: 'full' });
  }

  #get(key: string, old: boolean): void {
    const { store } = this.store;
    const snapshot = old ? this.#snapshot : undefined;
    if (store === undefined || (old && snapshot === undefined)) return;
    const sequence = snapshot?.sequence ?? store.lastSequence;
    this.#trace({ type: 'client.get', key, sequence });
    const value = store.get(utf8(key), snapshot);
    this.#trace({ type: 'client.read', key, value: value === undefined ? null : text(value) });
  }

  #hear(event: StoreFigureEvent): void {
    if (!isShown(event)) return;
    this.#trace(event);
    if (event.type === 'table.finish') this.#readBack(event.table);
  }

  /** See (2). */
  #readBack(number: number): void {
    const name = `${String(number).padStart(6, '0')}.sst`;
    const table = Table.open(this.store.disk, name, number);
    const rows: Row[] = table.rangeDeletes.map(({ start, end, sequence }) => ({
      key: text(start),
      sequence,
      value: null,
      end: text(end),
    }));
    const entries = table.cursor();
    for (entries.seekToFirst(); entries.valid; entries.next()) {
      const { key, sequence, kind, value } = entries;
      rows.push({ key: text(key), sequence, value: kind === 0 ? null : text(value) });
    }
    table.close();
    this.#trace({ type: 'client.contents', table: number, rows });
  }
}

const SHOWN = new Set<EngineEvent['type']>([
  'wal.create',
  'wal.append',
  'wal.sync',
  'wal.replay.end',
  'memtable.insert',
  'memtable.range-delete',
  'memtable.freeze',
  'table.create',
  'table.block.write',
  'table.finish',
  'manifest.load',
  'store.open.begin',
  'store.open.end',
  'store.write.acknowledge',
  'lookup.ask',
  'store.flush.begin',
  'store.flush.end',
  'power.cut',
  'power.restored',
]);

function isShown(event: StoreFigureEvent): boolean {
  if (event.type.startsWith('client.')) return true;
  switch (event.type) {
    case 'manifest.edit':
      return event.added.length > 0;
    case 'file.durable':
      return event.file.endsWith('.sst');
    case 'file.delete':
      return event.file.endsWith('.wal');
    case 'power.file':
      return /\.(wal|sst)$/.test(event.file);
    default:
      return SHOWN.has(event.type as EngineEvent['type']);
  }
}
