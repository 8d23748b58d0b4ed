import { expect, test } from 'vitest';
import type { File, Files } from '../../../engine/env/files.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { tracedFiles } from '../../../engine/env/files-traced.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { createLog, payload, recover } from './logs.ts';

test('it says where the log ends, what a sync asked for, and what is durable', () => {
  const files = new FaultyFiles({ durability: 'manual' });
  const log = createLog(files, 3);
  expect(log).toMatchObject({ fileNumber: 3, fileName: '000003.wal', size: 64 });
  expect(log).toMatchObject({ syncRequestedBytes: 64, durableBytes: 0 });
  expect(log.append(payload('one'))).toBe(83);
  expect(log.appendAll([payload('two'), payload('')])).toBe(118);
  expect(log).toMatchObject({ size: 118, syncRequestedBytes: 64 });
  log.sync();
  expect(log).toMatchObject({ syncRequestedBytes: 118, durableBytes: 0 });
  files.completeSync();
  expect(log.durableBytes).toBe(118);
});

test('a group is one append of the file, and an empty group appends nothing', () => {
  const files = new FaultyFiles();
  const log = createLog(files, 3);
  const before = files.calls.append;
  log.appendAll([payload('one'), payload('two'), payload('three')]);
  expect(files.calls.append).toBe(before + 1);
  expect(log.appendAll([])).toBe(log.size);
  log.sync();
  expect(recover(files, 'absolute').payloads).toEqual(['one', 'two', 'three']);
});

test('a sync with nothing new asks the file for nothing', () => {
  const files = new FaultyFiles();
  const log = createLog(files, 3);
  log.sync();
  log.append(payload('one'));
  log.sync();
  log.sync();
  expect(files.calls.sync).toBe(2);
});

test('the payload is copied: the caller may use its buffer again', () => {
  const files = new MemoryFiles();
  const log = createLog(files, 3);
  const buffer = payload('one');
  log.append(buffer);
  buffer.fill(0);
  expect(recover(files, 'absolute').payloads).toEqual(['one']);
});

test('records of any size, larger than its buffer and than the window of the reader', () => {
  const files = new MemoryFiles();
  const log = createLog(files, 3);
  const sizes = [0, 1, 16_000, 20_000, 70_000, 3_000_000, 5, 65_536 - 16, 65_536];
  for (const size of sizes) log.append(payload('', size));
  log.appendAll(sizes.map((size) => payload('', size)));
  log.append(payload('last'));
  const { payloads } = recover(files, 'absolute');
  expect(payloads.map((text) => text.length)).toEqual([...sizes, ...sizes, 4]);
});

for (const code of ['FERRIS_NO_SPACE', 'FERRIS_IO'] as const) {
  test(`an append that failed with ${code} has not happened, and may be tried again`, () => {
    const files = new FaultyFiles();
    const log = createLog(files, 3);
    log.append(payload('one'));
    files.failNext('append', code);
    expect(() => log.appendAll([payload('two'), payload('three')])).toThrow(code);
    expect(log.size).toBe(83);
    log.append(payload('two'));
    log.sync();
    expect(recover(files, 'absolute').payloads).toEqual(['one', 'two']);
  });
}

test('after a sync that failed nothing is accepted, though the file would', () => {
  const files = new FaultyFiles();
  const log = createLog(files, 3);
  log.append(payload('one'));
  files.failNext('sync', 'FERRIS_IO');
  expect(() => log.sync()).toThrow('told to fail');
  expect(() => log.sync()).toThrow(/FERRIS_IO.*could not be synced/);
  expect(() => log.append(payload('two'))).toThrow(/FERRIS_IO.*could not be synced/);
  expect(() => log.appendAll([])).toThrow('FERRIS_IO');
  expect(log.syncRequestedBytes).toBe(64);
});

/** A file that has grown although its append failed, or that is nearly full. */
class OddFile implements File {
  readonly name = '000003.wal';
  size = 0;
  durableBytes = 0;
  isBroken = false;

  append(bytes: Uint8Array): void {
    this.size += this.isBroken ? 5 : bytes.length;
    if (this.isBroken) throw new Error('the disk went away');
  }
  read(): number {
    return 0;
  }
  sync(): void {
    this.durableBytes = this.size;
  }
  close(): void {}
}

function filesWith(file: File): Files {
  const files = new MemoryFiles();
  files.create = () => file;
  return files;
}

test('after an append that failed and left debris nothing is accepted', () => {
  const file = new OddFile();
  const log = createLog(filesWith(file), 3);
  file.isBroken = true;
  expect(() => log.append(payload('one'))).toThrow('the disk went away');
  file.isBroken = false;
  expect(() => log.append(payload('two'))).toThrow(/FERRIS_IO.*part of a write that failed/);
  expect(() => log.sync()).toThrow('FERRIS_IO');
});

test('a log ends before its offsets leave 32 bits', () => {
  const file = new OddFile();
  file.size = 2 ** 32 - 64 - 20;
  const log = createLog(filesWith(file), 3);
  log.append(payload('one'));
  expect(() => log.append(payload('two'))).toThrow(/FERRIS_TOO_LARGE.*begin a new log/);
});

test('a power cut told by the trace comes through as it is', () => {
  class Cut extends Error {}
  const files = new MemoryFiles();
  let cutAt = '';
  const trace = (event: EngineEvent) => {
    if (event.type === cutAt) throw new Cut();
  };
  for (const [index, type] of ['file.append', 'wal.append', 'file.sync', 'wal.sync'].entries()) {
    cutAt = '';
    const log = createLog(tracedFiles(files, trace), index + 1, undefined, trace);
    cutAt = type;
    expect(() => {
      log.append(payload('one'));
      log.sync();
    }).toThrow(Cut);
  }
});

test('creating over an existing file fails, and its handle is given back', () => {
  const files = new MemoryFiles();
  createLog(files, 3).close();
  expect(() => createLog(files, 3)).toThrow('FERRIS_EXISTS');
  const log = createLog(files, 4);
  log.close();
  expect(() => log.append(payload('one'))).toThrow('FERRIS_CLOSED');
});
