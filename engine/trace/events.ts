// Everything the engine can say of what it does: one union of plain data.
//
// Figures fold these events into pictures, tests print them as transcripts,
// checkers read histories from them, metrics count them. So an event holds numbers,
// strings and copied bytes, never a live object, and names things as the code does.
//
// Code emits an event through one optional function:
//
//     this.trace?.({ type: 'wal.append', log, offset, size, firstSequence, count });
//
// With `?.` the object is never built when nobody listens. Once an operation,
// never once a byte. Each type is emitted at one place in the engine, so the
// source panel can light the line that said it (tests/tidy.test.ts counts).

import type { BTreeEvent } from './events-btree.ts';
import type { HashEvent } from './events-hash.ts';
import type { RaftEvent, ReplicaEvent } from './events-raft.ts';
import type { SimEvent } from './events-sim.ts';

/** What became of one sector that wasn't durable when the power went. */
export interface SectorFate {
  readonly offset: number;
  readonly size: number;
  readonly fate: 'kept' | 'lost' | 'torn';
}

/** Seams to the disk; emitted by the traced and the faulty file system. */
export type FileEvent =
  | { readonly type: 'file.create'; readonly file: string }
  | {
      readonly type: 'file.append';
      readonly file: string;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'file.read';
      readonly file: string;
      readonly offset: number;
      readonly size: number;
    }
  | { readonly type: 'file.sync'; readonly file: string; readonly size: number }
  | { readonly type: 'file.durable'; readonly file: string; readonly durableBytes: number }
  | { readonly type: 'file.delete'; readonly file: string }
  | { readonly type: 'directory.sync' }
  | { readonly type: 'directory.durable' }
  /** A simulated fault: the call named threw an error with this code. */
  | {
      readonly type: 'disk.error';
      readonly file: string;
      readonly call: string;
      readonly code: string;
    }
  /** A bit of a stored byte flipped by itself. */
  | {
      readonly type: 'disk.rot';
      readonly file: string;
      readonly offset: number;
      readonly before: number;
      readonly after: number;
    }
  /** The machine lost power: everything in memory is gone. */
  | { readonly type: 'power.cut' }
  /** What the power cut left of one file: `tail` replaces all bytes from `durableBytes` on. */
  | {
      readonly type: 'power.file';
      readonly file: string;
      readonly outcome: 'kept' | 'vanished' | 'returned';
      readonly durableBytes: number;
      readonly sectors: readonly SectorFate[];
      readonly tail: Uint8Array;
    }
  | { readonly type: 'power.restored' };

/**
 * Why a place in a log holds no record. Four are found in the record itself; a payload
 * is refused when its checksum is right and its bytes make no sense all the same; the
 * last two are found at offset 0.
 */
export type BadRecordReason =
  | 'header cut short'
  | 'header checksum'
  | 'payload cut short'
  | 'payload checksum'
  | 'payload refused'
  | 'file header'
  | 'file missing';

/** How recovery judged the end of a log. */
export type LogVerdict = 'whole' | 'torn tail' | 'corrupt' | 'ended by decree' | 'dropped';

/** The write-ahead log. */
export type WalEvent =
  | {
      readonly type: 'wal.create';
      readonly log: number;
      readonly previousLog: number;
      readonly previousEndBytes: number;
    }
  | {
      readonly type: 'wal.append';
      readonly log: number;
      readonly offset: number;
      /** Frame and payload together. */
      readonly size: number;
      /** How far this log was durable when the record was written; the record's own claim. */
      readonly durableBytes: number;
    }
  | { readonly type: 'wal.sync'; readonly log: number; readonly size: number }
  | {
      readonly type: 'wal.replay.begin';
      readonly log: number;
      readonly size: number;
      readonly mode: string;
    }
  | {
      readonly type: 'wal.replay.record';
      readonly log: number;
      readonly offset: number;
      readonly size: number;
    }
  | {
      readonly type: 'wal.replay.bad';
      readonly log: number;
      readonly offset: number;
      readonly reason: BadRecordReason;
    }
  | {
      readonly type: 'wal.replay.end';
      readonly log: number;
      readonly endBytes: number;
      readonly records: number;
      readonly verdict: LogVerdict;
    };

/** The memtable. `memtable` counts them from 1 as they are made. */
export type MemtableEvent =
  | {
      readonly type: 'memtable.insert';
      readonly memtable: number;
      readonly key: Uint8Array;
      readonly sequence: number;
      readonly kind: 'put' | 'delete' | 'merge' | 'expiring';
      readonly value: Uint8Array;
      /** Levels of the skip list the new node is linked into. */
      readonly height: number;
    }
  | {
      readonly type: 'memtable.range-delete';
      readonly memtable: number;
      readonly start: Uint8Array;
      /** The first key that is not deleted. */
      readonly end: Uint8Array;
      readonly sequence: number;
    }
  | {
      readonly type: 'memtable.freeze';
      readonly memtable: number;
      readonly entries: number;
      readonly bytes: number;
    };

/** Sorted tables. `table` is the file number. */
export type TableEvent =
  | { readonly type: 'table.create'; readonly table: number }
  | {
      readonly type: 'table.block.write';
      readonly table: number;
      readonly offset: number;
      readonly size: number;
      readonly entries: number;
      readonly firstKey: Uint8Array;
      readonly lastKey: Uint8Array;
    }
  | {
      readonly type: 'table.finish';
      readonly table: number;
      readonly size: number;
      readonly entries: number;
      readonly blocks: number;
      readonly smallestKey: Uint8Array;
      readonly largestKey: Uint8Array;
    }
  | { readonly type: 'table.open'; readonly table: number; readonly entries: number }
  | {
      readonly type: 'table.bloom';
      readonly table: number;
      readonly key: Uint8Array;
      readonly verdict: 'no' | 'maybe';
    }
  | {
      readonly type: 'table.block.read';
      readonly table: number;
      readonly offset: number;
      readonly size: number;
    }
  /** Its index, filter and handle are dropped until it is used again, as `table.open`. */
  | { readonly type: 'table.sleep'; readonly table: number };

/** The block cache. `block` counts a table's data blocks from 0. */
export type CacheEvent =
  | { readonly type: 'cache.hit'; readonly table: number; readonly block: number }
  /** A block that was read is kept; `bytes` is what it counts for. */
  | {
      readonly type: 'cache.admit';
      readonly table: number;
      readonly block: number;
      readonly queue: 'small' | 'main';
      readonly bytes: number;
    }
  /** It was asked for meanwhile, so it stays: it goes to the end of the main queue. */
  | {
      readonly type: 'cache.move';
      readonly table: number;
      readonly block: number;
      readonly from: 'small' | 'main';
    }
  | { readonly type: 'cache.evict'; readonly table: number; readonly block: number }
  /** Not even its name is remembered any more. */
  | { readonly type: 'cache.forget'; readonly table: number; readonly block: number };

/** The manifest: which files make up the database. */
export type ManifestEvent =
  | {
      readonly type: 'superblock.read';
      readonly slot: number;
      readonly valid: boolean;
      readonly generation: number;
      readonly manifest: number;
    }
  | {
      readonly type: 'superblock.write';
      readonly slot: number;
      readonly generation: number;
      readonly manifest: number;
    }
  | { readonly type: 'manifest.create'; readonly manifest: number }
  | {
      readonly type: 'manifest.edit';
      readonly manifest: number;
      readonly added: readonly number[];
      /** Of the added tables, one each. A table that is added and removed at once has moved. */
      readonly levels: readonly number[];
      readonly removed: readonly number[];
      readonly logNumber: number;
      readonly lastSequence: number;
    }
  | {
      readonly type: 'manifest.load';
      readonly manifest: number;
      readonly edits: number;
      readonly tables: readonly number[];
      /** Of the tables, one each. */
      readonly levels: readonly number[];
      readonly logNumber: number;
    };

/** Compaction: tables are merged and go a level down. */
export type CompactionEvent =
  | {
      readonly type: 'compaction.begin';
      readonly inputs: readonly number[];
      readonly outputLevel: number;
      readonly reason: string;
      /** How urgent it was, in hundredths: 100 is due. */
      readonly score: number;
    }
  /** Nothing had to be rewritten: the table is on another level now. */
  | { readonly type: 'compaction.move'; readonly table: number; readonly outputLevel: number }
  | {
      readonly type: 'compaction.end';
      readonly outputs: readonly number[];
      readonly outputLevel: number;
      readonly entriesIn: number;
      readonly entriesOut: number;
      readonly bytesIn: number;
      readonly bytesOut: number;
    }
  /** It failed, or the store was closed: these tables come to nothing. */
  | { readonly type: 'compaction.abandon'; readonly tables: readonly number[] };

/** The store as a whole. */
export type StoreEvent =
  | { readonly type: 'store.open.begin'; readonly mode: string }
  | {
      readonly type: 'store.open.end';
      readonly tables: number;
      readonly logs: number;
      readonly records: number;
      readonly lastSequence: number;
    }
  | {
      readonly type: 'store.write.begin';
      readonly firstSequence: number;
      readonly count: number;
      readonly sync: string;
    }
  /** The caller is told. `durable`: it would survive a power cut at this instant. */
  | {
      readonly type: 'store.write.acknowledge';
      readonly lastSequence: number;
      readonly durable: boolean;
    }
  /** One run was asked for a key. `ends`: nothing older matters. */
  | {
      readonly type: 'lookup.ask';
      readonly run: 'memtable' | 'table';
      readonly number: number;
      /** The kind of the newest entry that may be seen, or what hides it. */
      readonly answer: 'put' | 'delete' | 'merge' | 'expiring' | 'range delete' | 'nothing';
      readonly ends: boolean;
    }
  | {
      readonly type: 'store.get';
      readonly key: Uint8Array;
      readonly found: 'memtable' | 'frozen' | 'table' | 'deleted' | 'nowhere';
    }
  | { readonly type: 'store.flush.begin'; readonly memtable: number; readonly table: number }
  | {
      readonly type: 'store.flush.end';
      readonly memtable: number;
      readonly table: number;
      readonly size: number;
    }
  /** A writer is held back: it does a share of compaction, or all that is due. */
  | {
      readonly type: 'store.stall';
      readonly verdict: 'slowdown' | 'stop';
      readonly runs: number;
      readonly debtBytes: number;
    }
  | { readonly type: 'store.obsolete'; readonly file: string }
  | { readonly type: 'store.close' };

/** Any event of the engine. */
export type EngineEvent =
  | FileEvent
  | HashEvent
  | WalEvent
  | MemtableEvent
  | TableEvent
  | CacheEvent
  | BTreeEvent
  | ManifestEvent
  | CompactionEvent
  | StoreEvent;
export type EventType = EngineEvent['type'];
export type EventOf<T extends EventType> = Extract<EngineEvent, { type: T }>;

/** Who listens; absent when nobody does. */
export type Trace = (event: EngineEvent) => void;

/** Any event of a world of several nodes: those of the engine on each, and what is between them. */
export type WorldEvent = EngineEvent | RaftEvent | ReplicaEvent | SimEvent;
/** Who listens to a world; it can be handed to everything that wants a `Trace`. */
export type WorldTrace = (event: WorldEvent) => void;
