import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import {
  countEvent,
  METRICS_ZERO,
  recordsPerSync,
  writeAmplification,
} from '../../../engine/trace/metrics.ts';

const fold = (...events: EngineEvent[]) => events.reduce(countEvent, METRICS_ZERO);

const append: EngineEvent = { type: 'wal.append', log: 3, offset: 64, size: 40, durableBytes: 0 };
const sync: EngineEvent = { type: 'wal.sync', log: 3, size: 104 };
const create: EngineEvent = { type: 'wal.create', log: 4, previousLog: 3, previousEndBytes: 104 };

const insert = (kind: 'put' | 'delete', value: string): EngineEvent => ({
  type: 'memtable.insert',
  memtable: 1,
  key: utf8('k'),
  sequence: 1,
  kind,
  value: utf8(value),
  height: 1,
});

test('records a sync: what group commit wins', () => {
  const metrics = fold(append, sync, append, append, append, sync, append);
  expect(metrics).toMatchObject({ walRecords: 5, walBytes: 200, walSyncs: 2 });
  expect(metrics).toMatchObject({ walGroupRecordsMax: 3, walUnsyncedRecords: 1 });
  expect(recordsPerSync(metrics)).toBe(2);
  expect(recordsPerSync(METRICS_ZERO)).toBe(0);
});

test('a new log is asked to sync only its own records', () => {
  const metrics = fold(append, append, { type: 'power.cut' }, create, append, sync);
  expect(metrics).toMatchObject({ powerCuts: 1, walSyncedRecords: 1, walGroupRecordsMax: 1 });
});

test('bytes by kind of file', () => {
  const bytes = new Uint8Array(7);
  const write = (file: string): EngineEvent => ({ type: 'file.append', file, offset: 0, bytes });
  const metrics = fold(
    ...['000001.wal', '000002.wal', '000003.sst', '000004.man', 'superblock-0'].map(write),
    { type: 'file.sync', file: '000001.wal', size: 7 },
    { type: 'file.read', file: '000001.wal', offset: 0, size: 5 },
  );
  expect(metrics.fileAppendedBytes).toEqual({ wal: 14, sst: 7, man: 7, other: 7 });
  expect(metrics).toMatchObject({ fileAppends: 5, fileSyncs: 1, fileReads: 1, fileReadBytes: 5 });
});

test('bytes written for each byte of keys and values', () => {
  const finish: EngineEvent = {
    ...{ type: 'table.finish', table: 4, size: 20, entries: 2, blocks: 1 },
    ...{ smallestKey: utf8('k'), largestKey: utf8('k') },
  };
  const flush: EngineEvent = { type: 'store.flush.end', memtable: 1, table: 4, size: 20 };
  const metrics = fold(append, insert('put', 'four.'), insert('delete', ''), finish, flush);
  expect(metrics).toMatchObject({ puts: 1, deletes: 1, entryBytes: 7, flushes: 1, tables: 1 });
  expect(writeAmplification(metrics)).toBe((40 + 20) / 7);
  expect(writeAmplification(METRICS_ZERO)).toBe(0);
});

test('replayed entries were counted when they were new', () => {
  const metrics = fold(
    insert('put', 'a'),
    { type: 'wal.replay.begin', log: 3, size: 104, mode: 'absolute' },
    { type: 'wal.replay.record', log: 3, offset: 64, size: 40 },
    insert('put', 'a'),
    { type: 'wal.replay.bad', log: 3, offset: 104, reason: 'header cut short' },
    { type: 'wal.replay.end', log: 3, endBytes: 104, records: 1, verdict: 'torn tail' },
    insert('put', 'b'),
  );
  expect(metrics).toMatchObject({ puts: 2, walReplayedRecords: 1, walBadPlaces: 1 });
});

test('a power cut inside recovery ends the replay', () => {
  const begin: EngineEvent = { type: 'wal.replay.begin', log: 3, size: 1, mode: 'absolute' };
  expect(fold(begin, { type: 'power.cut' }, insert('put', 'a')).puts).toBe(1);
});

test('reads, and what bloom filters spared', () => {
  const key = utf8('k');
  const metrics = fold(
    { type: 'store.get', key, found: 'memtable' },
    { type: 'store.get', key, found: 'deleted' },
    { type: 'store.get', key, found: 'nowhere' },
    { type: 'table.bloom', table: 4, key, verdict: 'no' },
    { type: 'table.bloom', table: 4, key, verdict: 'maybe' },
    { type: 'table.block.read', table: 4, offset: 64, size: 4096 },
    { type: 'store.write.begin', firstSequence: 1, count: 1, sync: 'none' },
    { type: 'store.write.acknowledge', lastSequence: 1, durable: false },
  );
  expect(metrics).toMatchObject({ gets: 3, getHits: 1, bloomNo: 1, bloomMaybe: 1 });
  expect(metrics).toMatchObject({ tableBlockReads: 1, tableBlockReadBytes: 4096 });
  expect(metrics).toMatchObject({ writes: 1, acknowledgements: 1 });
});

test('it is pure: the metrics before stay what they were', () => {
  const before = fold(append);
  const copy = structuredClone(before);
  countEvent(before, append);
  countEvent(before, { type: 'file.append', file: 'a.wal', offset: 0, bytes: utf8('x') });
  expect(before).toEqual(copy);
  expect(countEvent(before, { type: 'store.close' })).toBe(before);
});
