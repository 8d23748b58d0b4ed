// Metrics: what a run amounted to, counted from its events.
//
// A pure fold, like a figure's projection: the same events give the same numbers,
// and no code has to remember to count. File events are there only if the files
// are traced, so counts that must hold everywhere come from the events of the parts.

import type { EngineEvent, EventOf, EventType } from './events.ts';

/** Kinds of files by the extension of their names; superblocks and others have none. */
export type FileKind = 'wal' | 'sst' | 'man' | 'other';

/** Counts since the beginning of the run. */
export interface Metrics {
  // Files, if they are traced.
  readonly fileAppends: number;
  readonly fileAppendedBytes: Readonly<Record<FileKind, number>>;
  readonly fileSyncs: number;
  readonly fileReads: number;
  readonly fileReadBytes: number;
  readonly powerCuts: number;
  // The write-ahead log.
  readonly walRecords: number;
  /** Frames and payloads. */
  readonly walBytes: number;
  readonly walSyncs: number;
  /** Records that the last sync didn't cover yet. */
  readonly walUnsyncedRecords: number;
  /** Records that syncs have covered. */
  readonly walSyncedRecords: number;
  /** Most records that one sync covered. */
  readonly walGroupRecordsMax: number;
  readonly walReplayedRecords: number;
  readonly walBadPlaces: number;
  /** True inside recovery: entries put into the memtable then were counted when they were new. */
  readonly isReplaying: boolean;
  // The memtable; replayed entries don't count again.
  readonly puts: number;
  readonly deletes: number;
  /** Keys and values of puts, keys of deletes. */
  readonly entryBytes: number;
  // Tables and the manifest.
  readonly flushes: number;
  readonly tables: number;
  readonly tableBytes: number;
  readonly tableBlockReads: number;
  readonly tableBlockReadBytes: number;
  /** How often a bloom filter spared a block, and how often it didn't. */
  readonly bloomNo: number;
  readonly bloomMaybe: number;
  readonly manifestEdits: number;
  // The store.
  readonly writes: number;
  readonly acknowledgements: number;
  readonly gets: number;
  /** Gets that found a value. */
  readonly getHits: number;
}

/** Nothing counted yet. */
export const METRICS_ZERO: Metrics = {
  fileAppends: 0,
  fileAppendedBytes: { wal: 0, sst: 0, man: 0, other: 0 },
  fileSyncs: 0,
  fileReads: 0,
  fileReadBytes: 0,
  powerCuts: 0,
  walRecords: 0,
  walBytes: 0,
  walSyncs: 0,
  walUnsyncedRecords: 0,
  walSyncedRecords: 0,
  walGroupRecordsMax: 0,
  walReplayedRecords: 0,
  walBadPlaces: 0,
  isReplaying: false,
  puts: 0,
  deletes: 0,
  entryBytes: 0,
  flushes: 0,
  tables: 0,
  tableBytes: 0,
  tableBlockReads: 0,
  tableBlockReadBytes: 0,
  bloomNo: 0,
  bloomMaybe: 0,
  manifestEdits: 0,
  writes: 0,
  acknowledgements: 0,
  gets: 0,
  getHits: 0,
};

type Counters = {
  readonly [T in EventType]?: (m: Metrics, event: EventOf<T>) => Partial<Metrics>;
};

const COUNTERS: Counters = {
  'file.append': (m, e) => ({
    fileAppends: m.fileAppends + 1,
    fileAppendedBytes: addBytes(m.fileAppendedBytes, e.file, e.bytes.length),
  }),
  'file.sync': (m) => ({ fileSyncs: m.fileSyncs + 1 }),
  'file.read': (m, e) => ({
    fileReads: m.fileReads + 1,
    fileReadBytes: m.fileReadBytes + e.size,
  }),
  'power.cut': (m) => ({ powerCuts: m.powerCuts + 1, isReplaying: false }),
  // Whatever an older log holds, no sync of the new one covers it.
  'wal.create': () => ({ walUnsyncedRecords: 0 }),
  'wal.append': (m, e) => ({
    walRecords: m.walRecords + 1,
    walBytes: m.walBytes + e.size,
    walUnsyncedRecords: m.walUnsyncedRecords + 1,
  }),
  'wal.sync': (m) => ({
    walSyncs: m.walSyncs + 1,
    walSyncedRecords: m.walSyncedRecords + m.walUnsyncedRecords,
    walGroupRecordsMax: Math.max(m.walGroupRecordsMax, m.walUnsyncedRecords),
    walUnsyncedRecords: 0,
  }),
  'wal.replay.begin': () => ({ isReplaying: true }),
  'wal.replay.end': () => ({ isReplaying: false }),
  'wal.replay.record': (m) => ({ walReplayedRecords: m.walReplayedRecords + 1 }),
  'wal.replay.bad': (m) => ({ walBadPlaces: m.walBadPlaces + 1 }),
  'memtable.insert': (m, e) =>
    m.isReplaying
      ? {}
      : {
          puts: m.puts + (e.kind === 'put' ? 1 : 0),
          deletes: m.deletes + (e.kind === 'delete' ? 1 : 0),
          entryBytes: m.entryBytes + e.key.length + e.value.length,
        },
  'store.flush.end': (m) => ({ flushes: m.flushes + 1 }),
  'table.finish': (m, e) => ({ tables: m.tables + 1, tableBytes: m.tableBytes + e.size }),
  'table.block.read': (m, e) => ({
    tableBlockReads: m.tableBlockReads + 1,
    tableBlockReadBytes: m.tableBlockReadBytes + e.size,
  }),
  'table.bloom': (m, e) =>
    e.verdict === 'no' ? { bloomNo: m.bloomNo + 1 } : { bloomMaybe: m.bloomMaybe + 1 },
  'manifest.edit': (m) => ({ manifestEdits: m.manifestEdits + 1 }),
  'store.write.begin': (m) => ({ writes: m.writes + 1 }),
  'store.write.acknowledge': (m) => ({ acknowledgements: m.acknowledgements + 1 }),
  'store.get': (m, e) => ({
    gets: m.gets + 1,
    getHits: m.getHits + (e.found === 'deleted' || e.found === 'nowhere' ? 0 : 1),
  }),
};

/** The metrics after one more event. */
export function countEvent(metrics: Metrics, event: EngineEvent): Metrics {
  const counter = COUNTERS[event.type] as
    | ((m: Metrics, event: EngineEvent) => Partial<Metrics>)
    | undefined;
  return counter === undefined ? metrics : { ...metrics, ...counter(metrics, event) };
}

/** Mean number of records that one sync made durable: what group commit wins. 0 before the first. */
export function recordsPerSync(metrics: Metrics): number {
  return metrics.walSyncs === 0 ? 0 : metrics.walSyncedRecords / metrics.walSyncs;
}

/** Bytes written for each byte of keys and values. 0 as long as nothing was written. */
export function writeAmplification(metrics: Metrics): number {
  const written = metrics.walBytes + metrics.tableBytes;
  return metrics.entryBytes === 0 ? 0 : written / metrics.entryBytes;
}

function addBytes(
  counts: Metrics['fileAppendedBytes'],
  file: string,
  bytes: number,
): Metrics['fileAppendedBytes'] {
  const [, extension] = /\.(wal|sst|man)$/.exec(file) ?? [];
  const kind = (extension ?? 'other') as FileKind;
  return { ...counts, [kind]: counts[kind] + bytes };
}
