// The bytes themselves: golden dumps, a fixture that must stay readable, spans that tile.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, hex, utf8 } from '../../../engine/base/bytes.ts';
import { crc32 } from '../../../engine/base/crc32.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch, stampBatch } from '../../../engine/lsm/batch.ts';
import { describeBatch } from '../../../engine/lsm/describe-batch.ts';
import {
  manifestName,
  parseFileName,
  superblockName,
  tableName,
  walName,
} from '../../../engine/lsm/file-names.ts';
import { describeLog } from '../../../engine/lsm/wal/describe.ts';
import {
  FRAME_BYTES,
  RecordFrame,
  recordSeed,
  WAL_FORMAT,
} from '../../../engine/lsm/wal/format.ts';
import { LogReader } from '../../../engine/lsm/wal/reader.ts';
import { hexdump } from '../../../engine/trace/hexdump.ts';
import { expectGolden } from '../../golden.ts';
import { bytesOf, createLog, filesOf, flipped, recover } from './logs.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/wal-v1.hex');

/** A log of three batches, as the store writes them. */
function exampleLog(): Uint8Array {
  const files = new MemoryFiles();
  const log = createLog(files, 7, { log: 5, endBytes: 4096 });
  const batches = [
    new Batch().put(utf8('apple'), utf8('red')),
    new Batch().put(utf8('pear'), utf8('green')).delete(utf8('apple')),
    new Batch().put(utf8(''), Uint8Array.of(0, 255, 10)),
  ];
  let sequence = 41;
  for (const batch of batches) {
    const bytes = batch.bytes;
    stampBatch(bytes, sequence);
    sequence += batch.count;
    log.append(bytes);
    if (sequence === 42) log.sync();
  }
  return bytesOf(files, walName(7));
}

function readHex(path: string): Uint8Array {
  const digits = readFileSync(path, 'utf8').replace(/\s+/g, '');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function expectTiled(span: Span, offset: number, size: number): void {
  expect([span.offset, span.size], span.name).toEqual([offset, size]);
  expect(span.size, span.name).toBeGreaterThan(0);
  if (span.children === undefined) return;
  let at = offset;
  for (const child of span.children) {
    expectTiled(child, at, child.size);
    at += child.size;
  }
  expect(at, `the end of ${span.name}`).toBe(offset + size);
}

test('the frame is sixteen bytes, as the picture has it', () => {
  expect(RecordFrame.size).toBe(FRAME_BYTES);
  expect(RecordFrame.at).toEqual({ headerCrc: 0, length: 4, payloadCrc: 8, durableBytes: 12 });
});

test('a seed is the checksum of the log number and the offset', () => {
  expect(recordSeed(3, 64)).toBe(crc32(Uint8Array.of(3, 0, 0, 0, 64, 0, 0, 0)));
  expect(recordSeed(3, 64)).not.toBe(recordSeed(4, 64));
  expect(recordSeed(3, 64)).not.toBe(recordSeed(3, 65));
});

test('golden: a log of three batches', () => {
  const bytes = exampleLog();
  expectGolden(
    'wal/log_of_batches.dump.txt',
    hexdump(bytes, describeLog(WAL_FORMAT, bytes, describeBatch)),
  );
});

test('golden: a log with damage of each kind', () => {
  const bytes = exampleLog();
  const [, second] = (describeLog(WAL_FORMAT, bytes).children ?? []).slice(1);
  const damaged = flipped(flipped(bytes, 90), (second?.offset ?? 0) + 4).subarray(
    0,
    bytes.length - 2,
  );
  expectGolden(
    'wal/damaged_log.dump.txt',
    hexdump(damaged, describeLog(WAL_FORMAT, damaged, describeBatch)),
  );
});

test('format version 1 stays readable', () => {
  // Written once. If this test fails, the format has changed: give it a new version.
  const bytes = readHex(FIXTURE);
  const files = filesOf(new Map([[walName(7), bytes]]));
  const seen: string[] = [];
  const { report } = recover(files, 'absolute', {
    fromLog: 7,
    visit: (payload, { offset }) => seen.push(`${offset} ${hex(payload)}`),
  });
  expect(report).toMatchObject({ records: 3, lastLog: 7, lastEndBytes: bytes.length });
  expect(seen).toEqual([
    '64 2900000000000000010000000105' + '6170706c6503726564',
    '103 2a00000000000000020000000104706561720567' + '7265656e00056170706c65',
    '150 2c0000000000000001000000010003' + '00ff0a',
  ]);
  expect(exampleLog(), 'and is what is written today').toEqual(bytes);
});

test('spans tile a log, and say what the reader says', () => {
  const bytes = exampleLog();
  const span = describeLog(WAL_FORMAT, bytes, describeBatch);
  expectTiled(span, 0, bytes.length);
  const reader = new LogReader({ size: bytes.length, read: readFrom(bytes) }, 7);
  for (const record of span.children?.slice(1) ?? []) {
    const found = reader.at(record.offset);
    expect(found).toMatchObject({ sound: true, size: record.size });
    const [, length, , durable] = record.children ?? [];
    expect(found).toMatchObject({ durableBytes: durable?.value });
    expect(length?.value).toBe(record.size - FRAME_BYTES);
  }
});

function readFrom(bytes: Uint8Array) {
  return (offset: number, into: Uint8Array) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  };
}

test('spans tile any bytes at all', () => {
  const log = exampleLog();
  const cut = fc.nat(log.length).map((size) => log.slice(0, size));
  const damaged = fc
    .tuple(fc.nat(log.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array())
    .map(([at, mask, more]) => concatBytes(flipped(log, at, mask), more));
  fc.assert(
    fc.property(fc.oneof(cut, damaged, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      const span = describeLog(WAL_FORMAT, bytes, describeBatch);
      if (bytes.length > 0) expectTiled(span, 0, bytes.length);
      expect(typeof hexdump(bytes, span)).toBe('string');
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('a payload that its reader refuses is shown as damaged', () => {
  const files = new MemoryFiles();
  createLog(files, 3).append(utf8('this is no batch'));
  const bytes = bytesOf(files, walName(3));
  const [, record] = describeLog(WAL_FORMAT, bytes, describeBatch).children ?? [];
  const payload = { name: 'payload', kind: 'corrupt', offset: 80, size: 16 };
  expect(record?.children?.at(-1)).toMatchObject({ ...payload, value: 'payload refused' });
});

test('a damaged header hides no record when the number is known otherwise', () => {
  const bytes = flipped(exampleLog(), 17);
  const kinds = (span: Span) => span.children?.map((child) => child.kind);
  expect(kinds(describeLog(WAL_FORMAT, bytes))).toEqual(['corrupt', 'corrupt']);
  expect(kinds(describeLog(WAL_FORMAT, bytes, undefined, 7))).toEqual([
    'corrupt',
    'header',
    'header',
    'header',
  ]);
});

test('file names', () => {
  expect([walName(3), tableName(4), manifestName(5), superblockName(1)]).toEqual([
    '000003.wal',
    '000004.sst',
    '000005.man',
    'superblock-1',
  ]);
  expect(walName(12345678)).toBe('12345678.wal');
  for (const [kind, name] of [
    ['wal', walName],
    ['table', tableName],
    ['manifest', manifestName],
  ] as const) {
    for (const number of [0, 1, 999_999, 1_000_000, Number.MAX_SAFE_INTEGER]) {
      expect(parseFileName(name(number))).toEqual({ kind, number });
    }
  }
  expect(parseFileName('superblock-0')).toEqual({ kind: 'superblock', number: 0 });
  for (const name of [
    '3.wal',
    '0000003.wal',
    '000003.WAL',
    'a000003.wal',
    '000003.wal ',
    'superblock-2',
    '',
    '000003',
    '99999999999999999.wal',
    '9999999999999999.wal',
  ]) {
    expect(parseFileName(name), name).toBeUndefined();
  }
  expect(() => superblockName(2)).toThrow('assertion failed');
  expect(() => walName(-1)).toThrow('assertion failed');
});
