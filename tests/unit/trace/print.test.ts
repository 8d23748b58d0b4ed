import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { expectGolden } from '../../golden.ts';

const key = utf8('apple');
const value = utf8('red');

/** One of each type, some of them twice. */
const EVENTS: readonly EngineEvent[] = [
  { type: 'file.create', file: '000003.wal' },
  { type: 'file.append', file: '000003.wal', offset: 64, bytes: new Uint8Array(39) },
  { type: 'file.read', file: '000003.wal', offset: 0, size: 64 },
  { type: 'file.sync', file: '000003.wal', size: 103 },
  { type: 'file.durable', file: '000003.wal', durableBytes: 103 },
  { type: 'file.delete', file: '000003.wal' },
  { type: 'directory.sync' },
  { type: 'directory.durable' },
  { type: 'disk.error', file: '000003.wal', call: 'append', code: 'FERRIS_NO_SPACE' },
  { type: 'disk.rot', file: '000003.wal', offset: 70, before: 5, after: 0x85 },
  { type: 'power.cut' },
  {
    type: 'power.file',
    file: '000003.wal',
    outcome: 'kept',
    durableBytes: 64,
    sectors: [
      { offset: 64, size: 448, fate: 'kept' },
      { offset: 512, size: 512, fate: 'lost' },
      { offset: 1024, size: 512, fate: 'lost' },
      { offset: 1536, size: 20, fate: 'torn' },
    ],
    tail: new Uint8Array(1492),
  },
  {
    type: 'power.file',
    file: '000004.sst',
    outcome: 'vanished',
    durableBytes: 0,
    sectors: [],
    tail: new Uint8Array(0),
  },
  { type: 'power.restored' },
  { type: 'hash.pick', key, hash: 0xba6bd213, bucket: 3, buckets: 8 },
  { type: 'hash.probe', bucket: 3, position: 0, key, found: false },
  { type: 'hash.probe', bucket: 3, position: 1, key, found: true },
  { type: 'hash.put', bucket: 3, key, value: utf8('1'), isNew: true },
  { type: 'hash.put', bucket: 3, key, value: utf8('2'), isNew: false },
  { type: 'hash.get', bucket: 3, key, value: utf8('2') },
  { type: 'hash.get', bucket: 3, key, value: undefined },
  { type: 'hash.delete', bucket: 3, key, found: true },
  { type: 'hash.delete', bucket: 3, key, found: false },
  { type: 'hash.grow', from: 8, to: 16, entries: 8 },
  { type: 'hash.move', key, from: 3, to: 11 },
  { type: 'hash.visit', bucket: 3, entries: 2 },
  { type: 'wal.create', log: 3, previousLog: 2, previousEndBytes: 4096 },
  { type: 'wal.append', log: 3, offset: 64, size: 39, durableBytes: 64 },
  { type: 'wal.sync', log: 3, size: 103 },
  { type: 'wal.replay.begin', log: 3, size: 103, mode: 'absolute' },
  { type: 'wal.replay.record', log: 3, offset: 64, size: 39 },
  { type: 'wal.replay.bad', log: 3, offset: 103, reason: 'payload checksum' },
  { type: 'wal.replay.end', log: 3, endBytes: 103, records: 1, verdict: 'torn tail' },
  { type: 'memtable.insert', memtable: 1, key, sequence: 7, kind: 'put', value, height: 2 },
  {
    type: 'memtable.insert',
    memtable: 1,
    key,
    sequence: 8,
    kind: 'delete',
    value: utf8(''),
    height: 1,
  },
  {
    type: 'memtable.range-delete',
    memtable: 1,
    start: utf8('a'),
    end: utf8('m'),
    sequence: 9,
  },
  { type: 'memtable.freeze', memtable: 1, entries: 2, bytes: 900 },
  { type: 'table.create', table: 4 },
  {
    type: 'table.block.write',
    table: 4,
    offset: 64,
    size: 4096,
    entries: 9,
    firstKey: key,
    lastKey: value,
  },
  {
    type: 'table.finish',
    table: 4,
    size: 5000,
    entries: 9,
    blocks: 1,
    smallestKey: key,
    largestKey: value,
  },
  { type: 'table.open', table: 4, entries: 9 },
  { type: 'table.bloom', table: 4, key, verdict: 'maybe' },
  { type: 'table.block.read', table: 4, offset: 64, size: 4096 },
  { type: 'table.sleep', table: 4 },
  { type: 'cache.hit', table: 4, block: 2 },
  { type: 'cache.admit', table: 4, block: 2, queue: 'small', bytes: 4352 },
  { type: 'cache.move', table: 4, block: 2, from: 'small' },
  { type: 'cache.evict', table: 4, block: 0 },
  { type: 'cache.forget', table: 4, block: 0 },
  { type: 'superblock.read', slot: 0, valid: true, generation: 3, manifest: 5 },
  { type: 'superblock.read', slot: 1, valid: false, generation: 0, manifest: 0 },
  { type: 'superblock.write', slot: 1, generation: 4, manifest: 6 },
  { type: 'manifest.create', manifest: 6 },
  {
    type: 'manifest.edit',
    manifest: 6,
    added: [4, 7],
    levels: [0, 2],
    removed: [],
    logNumber: 8,
    lastSequence: 9,
  },
  { type: 'manifest.load', manifest: 6, edits: 2, tables: [4, 7], levels: [0, 2], logNumber: 8 },
  {
    type: 'compaction.begin',
    inputs: [4, 7],
    outputLevel: 1,
    reason: 'level 0 has 4 tables',
    score: 100,
  },
  { type: 'compaction.move', table: 7, outputLevel: 2 },
  {
    type: 'compaction.end',
    outputs: [9],
    outputLevel: 1,
    entriesIn: 8,
    entriesOut: 5,
    bytesIn: 900,
    bytesOut: 500,
  },
  { type: 'compaction.abandon', tables: [9] },
  { type: 'store.stall', verdict: 'slowdown', runs: 8, debtBytes: 0 },
  { type: 'store.open.begin', mode: 'tolerate-torn-tail' },
  { type: 'store.open.end', tables: 2, logs: 1, records: 3, lastSequence: 9 },
  { type: 'store.write.begin', firstSequence: 10, count: 2, sync: 'full' },
  { type: 'store.write.acknowledge', lastSequence: 11, durable: true },
  { type: 'store.write.acknowledge', lastSequence: 12, durable: false },
  { type: 'lookup.ask', run: 'memtable', number: 2, answer: 'nothing', ends: false },
  { type: 'lookup.ask', run: 'table', number: 4, answer: 'range delete', ends: true },
  { type: 'store.get', key, found: 'table' },
  { type: 'store.flush.begin', memtable: 1, table: 4 },
  { type: 'store.flush.end', memtable: 1, table: 4, size: 5000 },
  { type: 'store.obsolete', file: '000003.wal' },
  { type: 'store.close' },
];

test('golden: every event as a line', () => {
  expectGolden('trace/events.txt', `${EVENTS.map(printEvent).join('\n')}\n`);
});

test('a line is one line, and begins with the type', () => {
  for (const event of EVENTS) {
    const line = printEvent(event);
    expect(line.split('  ')[0]).toBe(event.type);
    expect(line).toBe(line.trim());
    expect(line).not.toContain('\n');
  }
});
