import { describe, expect, test, vi } from 'vitest';
import { EMPTY_BYTES, text, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import {
  KEY_BYTES_MAX,
  KIND_DELETE,
  KIND_PUT,
  SEQUENCE_MAX,
  VALUE_BYTES_MAX,
} from '../../../engine/lsm/entry.ts';
import { BlockCache } from '../../../engine/lsm/table/block-cache.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import { TableWriter, type TableWriterOptions } from '../../../engine/lsm/table/writer.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import {
  type Entry,
  entryAt,
  ModelCursor,
  randomEntries,
  randomMove,
  randomProbe,
  randomSequence,
  sortEntries,
} from '../../model/sorted-entries.ts';
import {
  bytesOf,
  infoOf,
  lookup,
  modelLookup,
  NAME,
  NUMBER,
  openBytes,
  tableOf,
  withAllKinds,
  writeTable,
} from './tables.ts';

/** Blocks so small that there are many, and restarts so close that each block has some. */
function randomOptions(random: Random): TableWriterOptions {
  return {
    blockBytes: random.pick([128, 128, 300, 4096]),
    restartInterval: random.pick([1, 2, 3, 16]),
    bloomBitsPerKey: random.pick([1, 10, 20]),
  };
}

function allEntries(table: Table): (Entry | undefined)[] {
  const seen = [];
  const cursor = table.cursor();
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) seen.push(entryAt(cursor));
  return seen;
}

/** Versions of one key, newest first: more than a block holds. */
function manyVersions(key: Uint8Array, count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => {
    const sequence = (count - i) * 2;
    return { key, sequence, kind: KIND_PUT, value: utf8(`value ${sequence}`) };
  });
}

describe('a table agrees with a sorted array', () => {
  for (let seed = 1; seed <= 80; seed++) {
    test(`seed ${seed}`, () => {
      const random = new Random(seed);
      const entries = randomEntries(random, random.between(1, 400));
      const sorted = sortEntries(withAllKinds(random, entries));
      const table = tableOf(sorted, randomOptions(random));
      expect(allEntries(table)).toEqual(sorted);
      for (let i = 0; i < 200; i++) {
        const key = randomProbe(random, sorted);
        const sequence = randomSequence(random, sorted);
        expect(lookup(table, key, sequence)).toEqual(modelLookup(sorted, key, sequence));
      }
      const cursor = table.cursor();
      const model = new ModelCursor(sorted);
      for (let i = 0; i < 400; i++) {
        const move = randomMove(random, sorted, model.valid);
        move.apply(model);
        move.apply(cursor);
        expect(entryAt(cursor), `move ${i}: ${move.name}`).toEqual(entryAt(model));
      }
      verifyTable(table);
    });
  }
});

test('every version is found although its key fills many blocks', () => {
  const versions = [
    ...manyVersions(utf8('j'), 3),
    ...manyVersions(utf8('k'), 200),
    ...manyVersions(utf8('l'), 3),
  ];
  const table = tableOf(versions, { blockBytes: 128 });
  expect(table.index.count).toBeGreaterThan(20);
  for (let sequence = 0; sequence <= 401; sequence++) {
    const found = lookup(table, utf8('k'), sequence);
    const expected = sequence < 2 ? undefined : Math.min(sequence - (sequence % 2), 400);
    expect(found?.sequence).toBe(expected);
    if (found !== undefined) expect(text(found.value)).toBe(`value ${expected}`);
  }
  verifyTable(table);
});

test('one lookup reads one block at most, and none for a block that is in the cache', () => {
  const events: EngineEvent[] = [];
  const sorted = sortEntries(randomEntries(new Random(4), 500));
  const trace = (event: EngineEvent) => events.push(event);
  const { files } = writeTable(sorted, { blockBytes: 128 });
  const cached = new BlockCache(1 << 20).part(NUMBER);
  const table = Table.open(files, NAME, NUMBER, trace, cached);
  const reads = () => events.filter((event) => event.type === 'table.block.read').length;
  for (const { key, sequence } of sorted) {
    const before = reads();
    lookup(table, key, sequence);
    expect(reads() - before).toBeLessThanOrEqual(1);
  }
  expect(reads()).toBe(table.index.count);
});

test('what is not in the filter costs no read', () => {
  const events: EngineEvent[] = [];
  const table = tableOf([{ key: utf8('a'), sequence: 1, kind: KIND_PUT, value: EMPTY_BYTES }], {
    trace: (event) => events.push(event),
  });
  events.length = 0;
  expect(lookup(table, utf8('b'), SEQUENCE_MAX)).toBeUndefined();
  expect(events).toEqual([{ type: 'table.bloom', table: NUMBER, key: utf8('b'), verdict: 'no' }]);
});

test('blocks keep to their size with their trailer, unless one entry is bigger', () => {
  for (const blockBytes of [128, 512, 4096]) {
    const random = new Random(blockBytes);
    const sorted = sortEntries(randomEntries(random, 600, 300));
    const events: EngineEvent[] = [];
    tableOf(sorted, { blockBytes, trace: (event) => events.push(event) });
    const blocks = events.filter((event) => event.type === 'table.block.write');
    expect(blocks.length).toBeGreaterThan(5);
    for (const { size, entries } of blocks) {
      if (entries > 1) expect(size).toBeLessThanOrEqual(blockBytes);
    }
    const used = blocks.reduce((sum, { size }) => sum + Math.min(size, blockBytes), 0);
    expect(used / (blocks.length * blockBytes)).toBeGreaterThan(0.6); // and are not left half empty
  }
});

test('the largest key and the largest value', () => {
  const random = new Random(1);
  const entries = sortEntries([
    { key: random.bytes(KEY_BYTES_MAX), sequence: 1, kind: KIND_PUT, value: utf8('1') },
    { key: random.bytes(KEY_BYTES_MAX), sequence: 2, kind: KIND_PUT, value: utf8('2') },
    { key: utf8('k'), sequence: 3, kind: KIND_PUT, value: random.bytes(VALUE_BYTES_MAX) },
    { key: EMPTY_BYTES, sequence: 4, kind: KIND_PUT, value: EMPTY_BYTES },
  ]);
  const table = tableOf(entries);
  for (const { key, value } of entries) {
    const found = lookup(table, key, SEQUENCE_MAX)?.value ?? EMPTY_BYTES;
    expect(Buffer.compare(found, value)).toBe(0);
  }
  verifyTable(table);
});

test('a tombstone is an answer', () => {
  const key = utf8('k');
  const table = tableOf([
    { key, sequence: 5, kind: KIND_DELETE, value: EMPTY_BYTES },
    { key, sequence: 3, kind: KIND_PUT, value: utf8('v') },
  ]);
  expect(lookup(table, key, SEQUENCE_MAX)?.kind).toBe(KIND_DELETE);
  expect(lookup(table, key, 4)?.value).toEqual(utf8('v'));
  expect(lookup(table, key, 2)).toBeUndefined();
});

test('sequence numbers go up to 2^53 - 1', () => {
  const key = utf8('k');
  const sequences = [SEQUENCE_MAX, 2 ** 52, 2 ** 32, 2 ** 32 - 1, 2 ** 31, 16, 15, 1, 0];
  const entries = sequences.map(
    (sequence): Entry => ({
      key,
      sequence,
      kind: KIND_PUT,
      value: utf8(`${sequence}`),
    }),
  );
  const table = tableOf(entries, { blockBytes: 128 });
  expect(allEntries(table)).toEqual(entries);
  for (const sequence of sequences) {
    expect(lookup(table, key, sequence)?.value).toEqual(utf8(`${sequence}`));
  }
  verifyTable(table);
});

test('its facts are the same from the writer and from the file', () => {
  const sorted = sortEntries(randomEntries(new Random(6), 300));
  const { files, info } = writeTable(sorted);
  const table = Table.open(files, NAME, NUMBER);
  const sequences = sorted.map((entry) => entry.sequence);
  expect(infoOf(table)).toEqual(info);
  expect(info).toEqual({
    number: NUMBER,
    sizeBytes: files.open(NAME).size,
    entries: 300,
    tombstones: sorted.filter((entry) => entry.kind === KIND_DELETE).length,
    rangeDeletes: 0,
    smallestKey: sorted[0]?.key,
    largestKey: sorted[299]?.key,
    smallestSequence: Math.min(...sequences),
    largestSequence: Math.max(...sequences),
  });
  expect(files.open(NAME).durableBytes).toBe(info.sizeBytes);
});

test('the same entries give the same bytes', () => {
  const sorted = sortEntries(randomEntries(new Random(8), 100));
  expect(bytesOf(writeTable(sorted).files)).toEqual(bytesOf(writeTable(sorted).files));
});

test('entries out of order are a bug in the caller', () => {
  const add = (...entries: [string, number][]) => {
    const writer = new TableWriter(new MemoryFiles(), NAME, NUMBER);
    for (const [key, sequence] of entries) writer.add(utf8(key), sequence, KIND_PUT, EMPTY_BYTES);
  };
  expect(() => add(['b', 1], ['a', 2])).toThrow(/in order/);
  expect(() => add(['ab', 1], ['a', 2])).toThrow(/in order/);
  expect(() => add(['a', 1], ['a', 1])).toThrow(/newest first/);
  expect(() => add(['a', 1], ['a', 2])).toThrow(/newest first/);
  expect(() => add(['a', 2], ['a', 1], ['ab', 5], ['b', 1])).not.toThrow();
  expect(() => new TableWriter(new MemoryFiles(), NAME, NUMBER).finish()).toThrow(/has an entry/);
});

test('a value found earlier stays as it is while other blocks are read', () => {
  const sorted = sortEntries(randomEntries(new Random(9), 400)).filter(({ value }) => value.length);
  const table = tableOf(sorted, { blockBytes: 128 });
  const cursor = table.cursor();
  const held: Uint8Array[] = [];
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) held.push(cursor.value);
  expect(held).toEqual(sorted.map(({ value }) => value));
});

test('a closed table reads no more', () => {
  const table = tableOf([{ key: utf8('a'), sequence: 1, kind: KIND_PUT, value: EMPTY_BYTES }]);
  lookup(table, utf8('a'), 1);
  const cursor = table.cursor();
  table.close();
  expect(() => lookup(table, utf8('a'), 1)).toThrow(/FERRIS_CLOSED/);
  expect(() => cursor.seekToFirst()).toThrow(/FERRIS_CLOSED/);
  expect(cursor.valid).toBe(false);
});

test('a table of another number, or a file of another kind, is not opened', () => {
  const { files } = writeTable([
    { key: utf8('a'), sequence: 1, kind: KIND_PUT, value: EMPTY_BYTES },
  ]);
  expect(() => Table.open(files, NAME, NUMBER + 1)).toThrow(/FERRIS_CORRUPTION.*in place of 8/);
  expect(() => Table.open(files, 'nowhere', NUMBER)).toThrow(/FERRIS_NOT_FOUND/);
  expect(() => openBytes(new Uint8Array(0))).toThrow(/FERRIS_CORRUPTION.*too short/);
  expect(() => openBytes(new Uint8Array(500))).toThrow(/FERRIS_CORRUPTION/);
});

test('a full disk is an error, and the writer can be given up', () => {
  const files = new MemoryFiles({ capacityBytes: 1000 });
  const writer = new TableWriter(files, NAME, NUMBER);
  const write = () => {
    for (let i = 1000; i < 2000; i++) writer.add(utf8(`${i}`), i, KIND_PUT, utf8('value'));
    writer.finish();
  };
  expect(write).toThrow(/FERRIS_NO_SPACE/);
  writer.abandon();
  files.delete(NAME);
  expect(files.list()).toEqual([]);
});

test('few appends, one sync', () => {
  let appends = 0;
  const files = new MemoryFiles();
  const create = files.create.bind(files);
  files.create = (name) => {
    const file = create(name);
    const append = file.append.bind(file);
    file.append = (bytes) => {
      appends++;
      append(bytes);
    };
    return file;
  };
  const writer = new TableWriter(files, NAME, NUMBER);
  const value = new Random(1).bytes(1000);
  for (let i = 1000; i < 2000; i++) writer.add(utf8(`${i}`), i, KIND_PUT, value);
  const { sizeBytes } = writer.finish();
  expect(sizeBytes).toBeGreaterThan(1_000_000);
  expect(appends).toBeLessThan(10);
});

test('it says what it does', () => {
  const events: EngineEvent[] = [];
  const trace = (event: EngineEvent) => events.push(event);
  const a: Entry = { key: utf8('a'), sequence: 2, kind: KIND_PUT, value: utf8('1') };
  const b: Entry = { key: utf8('b'), sequence: 1, kind: KIND_PUT, value: utf8('2') };
  const { files, info } = writeTable([a, b], { trace });
  const table = Table.open(files, NAME, NUMBER, trace);
  lookup(table, utf8('b'), 9);
  const [keyA, keyB] = [utf8('a'), utf8('b')];
  const { sizeBytes } = info;
  const { offset, size } = table.index.block(0);
  const block = { table: NUMBER, offset, size };
  expect(events).toEqual([
    { type: 'table.create', table: NUMBER },
    { type: 'table.block.write', ...block, entries: 2, firstKey: keyA, lastKey: keyB },
    {
      type: 'table.finish',
      table: NUMBER,
      size: sizeBytes,
      entries: 2,
      blocks: 1,
      smallestKey: keyA,
      largestKey: keyB,
    },
    { type: 'table.open', table: NUMBER, entries: 2 },
    { type: 'table.bloom', table: NUMBER, key: keyB, verdict: 'maybe' },
    { type: 'table.block.read', ...block },
  ]);
});

test('errors that are met while opening leave no handle behind', () => {
  const files = new MemoryFiles();
  files.create(NAME).append(new Uint8Array(500));
  const open = files.open.bind(files);
  let closed = 0;
  files.open = (name) => {
    const file = open(name);
    const close = file.close.bind(file);
    file.close = () => {
      closed++;
      close();
    };
    return file;
  };
  try {
    Table.open(files, NAME, NUMBER);
  } catch (error) {
    expect(isFerrisError(error, 'FERRIS_CORRUPTION')).toBe(true);
  }
  expect(closed).toBe(1);
});

test('a key that was found spares the next one the filter, but never the reading of a block', () => {
  const entries = Array.from({ length: 200 }, (_, i): Entry => {
    const key = utf8(String(2 * i).padStart(6, '0'));
    return { key, sequence: i, kind: KIND_PUT, value: new Uint8Array(50) };
  });
  const { files } = writeTable(entries, { blockBytes: 512, bloomBitsPerKey: 20 });
  const cache = new BlockCache(1 << 20);
  const table = Table.open(files, NAME, NUMBER, undefined, cache.part(NUMBER));
  const asked = vi.spyOn(table.bloom, 'mayContain');
  const find = (number: number) => lookup(table, utf8(String(number).padStart(6, '0')), 999);
  const look = (number: number) => {
    asked.mockClear();
    const isFound = find(number) !== undefined;
    return { isFound, asked: asked.mock.calls.length, blocks: cache.stats.blocks };
  };
  expect(look(0)).toEqual({ isFound: true, asked: 1, blocks: 1 });
  expect(look(2)).toEqual({ isFound: true, asked: 0, blocks: 1 });
  expect(look(301)).toEqual({ isFound: false, asked: 1, blocks: 1 }); // its block is not in memory
  expect(look(3)).toEqual({ isFound: false, asked: 0, blocks: 1 });
  expect(look(5)).toEqual({ isFound: false, asked: 1, blocks: 1 }); // the last one wasn't there
  expect(look(300)).toEqual({ isFound: true, asked: 1, blocks: 2 });
});
