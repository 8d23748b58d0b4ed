import { expect, test } from 'vitest';
import { concatBytes } from '../../../engine/base/bytes.ts';
import { FerrisError } from '../../../engine/base/errors.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import type { FileFormat } from '../../../engine/env/header.ts';
import { type ByteSource, LogReader } from '../../../engine/lsm/wal/reader.ts';
import { readLog } from '../../../engine/lsm/wal/replay.ts';
import { LogWriter } from '../../../engine/lsm/wal/writer.ts';
import { bytesOf, createLog, filesOf, flipped, payload } from './logs.ts';

/** Counts the bytes that are asked for at once. */
class CountingSource implements ByteSource {
  readonly #bytes: Uint8Array;
  requestBytesMax = 0;
  requests = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, into: Uint8Array): number {
    this.requests++;
    this.requestBytesMax = Math.max(this.requestBytesMax, into.length);
    const part = this.#bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }
}

function manyRecords(): Uint8Array {
  const files = new MemoryFiles();
  const log = createLog(files, 3);
  for (let i = 0; i < 2000; i++) log.append(payload(`${i}`, 100 + (i % 37)));
  return bytesOf(files, '000003.wal');
}

test('it reads in windows, each byte about once', () => {
  const source = new CountingSource(manyRecords());
  const reader = new LogReader(source, 3);
  let records = 0;
  for (let at = 64; ; records++) {
    const found = reader.at(at);
    if (found === undefined) break;
    at += found.sound ? found.size : 1;
  }
  expect(records).toBe(2000);
  expect(source.requestBytesMax).toBeLessThanOrEqual(65536);
  expect(source.requests).toBeLessThanOrEqual(Math.ceil(source.size / 65000) + 1);
});

test('it finds the next record after any damage, also across the edge of a window', () => {
  const bytes = manyRecords();
  const reader = new LogReader(new CountingSource(bytes), 3);
  const frames: number[] = [];
  for (let frame = reader.findFrame(64); frame !== undefined; ) {
    frames.push(frame.offset);
    frame = reader.findFrame(frame.offset + 1);
  }
  expect(frames).toHaveLength(2000);
  expect(reader.survey(64)).toEqual({ promisedBytes: 64, records: 2000 });
  expect(reader.survey(65)).toEqual({ promisedBytes: 64, records: 1999 });
  expect(reader.survey(64, frames[10])).toEqual({ promisedBytes: 64, records: 10 });
});

test('a record may end anywhere about the edge of a window', () => {
  const edge = 64 + 65536; // the first window begins with the first record
  for (let end = edge - 20; end <= edge + 20; end++) {
    const files = new MemoryFiles();
    const log = createLog(files, 3);
    log.append(payload('one', 30_000));
    const two = log.size;
    log.append(payload('two', end - two - 16));
    log.append(payload(''));
    const reader = new LogReader(new CountingSource(bytesOf(files, '000003.wal')), 3);
    expect(reader.at(64)).toMatchObject({ sound: true });
    expect(reader.at(two)).toMatchObject({ sound: true });
    expect(reader.at(end)).toMatchObject({ sound: true, size: 16 });
    expect(reader.at(end + 16)).toBeUndefined();
    expect(reader.findFrame(65)?.offset).toBe(two);
    expect(reader.findFrame(two + 1)?.offset, 'an empty record at the very end').toBe(end);
  }
});

test('a log never shrinks while it is read: its file system would have said so', () => {
  let isShrunk = false;
  const bytes = manyRecords();
  const source = {
    size: bytes.length,
    read: (offset: number, into: Uint8Array) =>
      new CountingSource(isShrunk ? bytes.subarray(0, 70_000) : bytes).read(offset, into),
  };
  const reader = new LogReader(source, 3);
  expect(reader.at(64)).toMatchObject({ sound: true });
  isShrunk = true;
  expect(() => reader.survey(64)).toThrow('files only grow');
});

const FORMAT: FileFormat = {
  magic: 'FDB_MAN\0',
  version: 1,
  noun: 'a manifest',
  links: ['', ''],
};
const LOG = { format: FORMAT, fileName: 'm', fileNumber: 9 };

function single(): MemoryFiles {
  const files = new MemoryFiles();
  const links = { createdMs: 5, previousLog: 17, previousEndBytes: 3 };
  const log = LogWriter.create(files, { ...LOG, ...links });
  for (const name of ['one', 'two', 'three']) {
    log.append(payload(name));
    log.sync();
  }
  return files;
}

function read(files: MemoryFiles) {
  const seen: number[] = [];
  return { ...readLog(files, LOG, (bytes) => seen.push(bytes.length)), seen };
}

test('a log that stands alone: another format, with links of its own', () => {
  const header = { fileNumber: 9, createdMs: 5, linkA: 17, linkB: 3 };
  const found = read(single());
  expect(found).toEqual({ header, sizeBytes: 123, endBytes: 123, records: 3, seen: [3, 3, 5] });
});

test('a log that stands alone: its damage is judged by its own records', () => {
  const bytes = bytesOf(single(), 'm');
  const judge = (damaged: Uint8Array) => {
    const { header, endBytes, records, bad } = read(filesOf(new Map([['m', damaged]])));
    return [header !== undefined, endBytes, records, bad?.reason, bad?.vouched];
  };
  expect(judge(flipped(bytes, 85))).toEqual([true, 83, 1, 'header checksum', true]);
  expect(judge(flipped(bytes, 120))).toEqual([true, 102, 2, 'payload checksum', false]);
  expect(judge(bytes.subarray(0, 110))).toEqual([true, 102, 2, 'header cut short', false]);
  expect(judge(bytes.subarray(0, 120))).toEqual([true, 102, 2, 'payload cut short', false]);
  expect(judge(flipped(bytes, 3))).toEqual([false, 0, 0, 'file header', true]);
  expect(judge(bytes.subarray(0, 30))).toEqual([false, 0, 0, 'file header', false]);
  expect(judge(bytes.subarray(0, 0))).toEqual([false, 0, 0, 'file header', false]);
  expect(judge(concatBytes(bytes, new Uint8Array(600)))).toEqual([
    true,
    123,
    3,
    undefined,
    undefined,
  ]);
  const torn = concatBytes(bytes.subarray(0, 110), new Uint8Array(600));
  expect(judge(torn)).toEqual([true, 102, 2, 'header checksum', false]);
});

test('a log that stands alone: another log of that name has none of its records', () => {
  const files = single();
  expect(readLog(files, { ...LOG, fileNumber: 8 }, () => {}).bad).toMatchObject({
    reason: 'file header',
    vouched: false,
  });
});

test('a log that stands alone: what its reader refuses is corruption', () => {
  const found = readLog(single(), LOG, (bytes) => {
    if (bytes.length === 5) throw new FerrisError('FERRIS_CORRUPTION', 'no edit');
  });
  expect(found).toMatchObject({ endBytes: 102, records: 2 });
  expect(found.bad).toMatchObject({ offset: 102, reason: 'payload refused', vouched: true });
  expect(found.bad?.cause?.message).toContain('no edit');
});

test('a later version of the format is named as what it is', () => {
  const later = { ...FORMAT, version: 2 };
  const files = new MemoryFiles();
  const links = { createdMs: 0, previousLog: 0, previousEndBytes: 0 };
  LogWriter.create(files, { ...LOG, ...links, format: later });
  expect(() => readLog(files, LOG, () => {})).toThrow('FERRIS_UNSUPPORTED');
});
