import { expect, test } from 'vitest';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { tracedFiles } from '../../../engine/env/files-traced.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';

/** One line an event, the way a person would note it down. */
function notes(events: readonly EngineEvent[]): string[] {
  return events.map(({ type, ...rest }) => {
    const values = Object.values(rest).map((value) =>
      value instanceof Uint8Array ? `[${value}]` : value,
    );
    return [type, ...values].join(' ');
  });
}

test('a transcript on a disk that is durable at once', () => {
  const events: EngineEvent[] = [];
  const files = tracedFiles(new MemoryFiles(), (event) => events.push(event));
  const a = files.create('a');
  const mine = Uint8Array.of(1, 2);
  a.append(mine);
  mine[0] = 9;
  a.sync();
  a.sync();
  files.syncDirectory();
  a.read(1, new Uint8Array(4));
  files.open('a').append(mine);
  a.close();
  files.delete('a');
  expect(notes(events)).toEqual([
    'file.create a',
    'file.append a 0 [1,2]',
    'file.sync a 2',
    'file.durable a 2',
    'file.sync a 2',
    'directory.sync',
    'directory.durable',
    'file.read a 1 1',
    'file.append a 2 [9,2]',
    'file.delete a',
  ]);
});

test('a transcript on a disk that is durable later, and the callback passes through', () => {
  const events: EngineEvent[] = [];
  const disk = new FaultyFiles({ durability: 'manual' });
  const files = tracedFiles(disk, (event) => events.push(event));
  let told = 0;
  files.onDurable = () => told++;
  const a = files.create('a');
  a.append(Uint8Array.of(1));
  a.sync();
  files.syncDirectory();
  files.open('a').append(Uint8Array.of(2));
  a.sync();
  a.close();
  events.length = 0;
  disk.completeSync(1);
  disk.completeSync(1);
  disk.completeSync(1);
  expect(notes(events)).toEqual(['file.durable a 1', 'directory.durable', 'file.durable a 2']);
  expect(told).toBe(3);
});

test('a sync that fails was asked for and is not durable; other calls that fail say nothing', () => {
  const events: EngineEvent[] = [];
  const trace = (event: EngineEvent) => events.push(event);
  const disk = new FaultyFiles({ trace });
  const files = tracedFiles(disk, trace);
  const a = files.create('a');
  a.append(Uint8Array.of(1));
  disk.failNext('sync', 'FERRIS_IO');
  disk.failNext('append', 'FERRIS_NO_SPACE');
  expect(() => a.append(Uint8Array.of(2))).toThrow();
  expect(() => a.sync()).toThrow();
  expect(() => files.create('a')).toThrow();
  expect(() => files.delete('b')).toThrow();
  expect(notes(events).slice(2)).toEqual([
    'disk.error a append FERRIS_NO_SPACE',
    'file.sync a 1',
    'disk.error a sync FERRIS_IO',
  ]);
});

test('a file that is deleted and created again starts its watermark anew', () => {
  const events: EngineEvent[] = [];
  const files = tracedFiles(new MemoryFiles(), (event) => events.push(event));
  for (let round = 0; round < 2; round++) {
    const a = files.create('a');
    a.append(Uint8Array.of(1));
    a.sync();
    files.delete('a');
  }
  expect(events.filter(({ type }) => type === 'file.durable')).toHaveLength(2);
});

test('a listener that throws, as a power cut does, leaves the disk as the events tell it', () => {
  const disk = new FaultyFiles();
  const files = tracedFiles(disk, ({ type }) => {
    if (type === 'file.sync') throw new Error('cut');
  });
  const a = files.create('a');
  a.append(Uint8Array.of(1));
  expect(() => a.sync()).toThrow('cut');
  expect(disk.durableBytesOf('a')).toBe(0);
});
