import { beforeAll, describe, expect, test } from 'vitest';
import { compareBytes, EMPTY_BYTES, text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import {
  Found,
  KIND_DELETE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
  type PointKind,
  SEQUENCE_MAX,
} from '../../../engine/lsm/entry.ts';
import { Memtable } from '../../../engine/lsm/memtable/memtable.ts';
import { SharedSkipList } from '../../../engine/lsm/memtable/shared-skip-list.ts';
import type { SortedList } from '../../../engine/lsm/memtable/sorted-list.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import {
  type Entry,
  entryAt,
  lowerBound,
  ModelCursor,
  randomEntries,
  randomMove,
  randomProbe,
  randomSequence,
  sortEntries,
} from '../../model/sorted-entries.ts';

/** What sorts the entries: every test holds over each of them. */
const LISTS: Record<string, (bytes: number, seed: number) => SortedList | undefined> = {
  'its own list': () => undefined,
  'shared memory': (bytes, seed) => SharedSkipList.create(bytes, { seed }),
  'plain memory': (bytes, seed) => SharedSkipList.create(bytes, { seed, shared: false }),
};
let listOf = LISTS['its own list'] as (bytes: number, seed: number) => SortedList | undefined;

/** Room for what tests insert later. */
const SPARE_BYTES = 1 << 20;

function memtableOf(entries: readonly Entry[], seed = 1): Memtable {
  const bytes = entries.reduce((sum, { key, value }) => sum + key.length + value.length + 100, 0);
  const list = listOf(bytes + SPARE_BYTES, seed);
  const memtable = new Memtable({ number: 1, seed, capacityBytes: 0, list });
  for (const { sequence, kind, key, value } of entries)
    memtable.insert(sequence, kind as PointKind, key, value);
  return memtable;
}

/** What `find` has found, copied; undefined when it has found nothing. */
function find(memtable: Memtable, key: Uint8Array, sequence: number): Entry | undefined {
  const found = new Found();
  if (!memtable.find(key, sequence, found)) return undefined;
  return { key, sequence: found.sequence, kind: found.kind, value: found.value.slice() };
}

function modelFind(sorted: readonly Entry[], key: Uint8Array, sequence: number) {
  const entry = sorted[lowerBound(sorted, key, sequence)];
  return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry : undefined;
}

/** The value found, as text. */
function textAt(memtable: Memtable, key: Uint8Array, sequence: number): string | undefined {
  const found = find(memtable, key, sequence);
  return found && text(found.value);
}

/** The same entries, of all kinds. */
function ofAllKinds(entries: readonly Entry[], random: Random): Entry[] {
  const kinds = [KIND_DELETE, KIND_PUT, KIND_MERGE, KIND_EXPIRING] as const;
  return entries.map((entry) => ({ ...entry, kind: random.pick(kinds) }));
}

function allEntries(memtable: Memtable): (Entry | undefined)[] {
  const seen = [];
  const cursor = memtable.cursor();
  for (cursor.seekToFirst(); cursor.valid; cursor.next()) seen.push(entryAt(cursor));
  return seen;
}

describe.each(Object.keys(LISTS))('%s', (name) => {
  beforeAll(() => {
    listOf = LISTS[name] as typeof listOf;
  });

  describe('a memtable agrees with a sorted array', () => {
    for (let seed = 1; seed <= 60; seed++) {
      test(`seed ${seed}`, () => {
        const random = new Random(seed);
        const entries = ofAllKinds(randomEntries(random, random.between(1, 400)), random);
        const memtable = memtableOf(entries, seed);
        const sorted = sortEntries(entries);
        expect(memtable.count).toBe(entries.length);
        expect(allEntries(memtable)).toEqual(sorted);
        for (let i = 0; i < 200; i++) {
          const key = randomProbe(random, sorted);
          const sequence = randomSequence(random, sorted);
          expect(find(memtable, key, sequence)).toEqual(modelFind(sorted, key, sequence));
        }
        const cursor = memtable.cursor();
        const model = new ModelCursor(sorted);
        for (let i = 0; i < 300; i++) {
          const move = randomMove(random, sorted, model.valid);
          move.apply(model);
          move.apply(cursor);
          expect(entryAt(cursor), `move ${i}: ${move.name}`).toEqual(entryAt(model));
        }
      });
    }
  });

  test('ascending and descending inserts come out sorted', () => {
    const ascending = sortEntries(randomEntries(new Random(7), 500));
    expect(allEntries(memtableOf(ascending))).toEqual(ascending);
    expect(allEntries(memtableOf([...ascending].reverse()))).toEqual(ascending);
  });

  test('an empty memtable finds nothing', () => {
    const memtable = memtableOf([]);
    const cursor = memtable.cursor();
    expect(find(memtable, EMPTY_BYTES, SEQUENCE_MAX)).toBeUndefined();
    cursor.seekToFirst();
    expect(cursor.valid).toBe(false);
    cursor.seekToLast();
    expect(cursor.valid).toBe(false);
    cursor.seekBefore(utf8('z'), 0);
    expect(cursor.valid).toBe(false);
  });

  test('a key of no bytes and a value of no bytes are entries like others', () => {
    const memtable = memtableOf([
      { key: EMPTY_BYTES, sequence: 1, kind: KIND_PUT, value: utf8('of nothing') },
      { key: utf8('a'), sequence: 2, kind: KIND_PUT, value: EMPTY_BYTES },
    ]);
    expect(textAt(memtable, EMPTY_BYTES, SEQUENCE_MAX)).toBe('of nothing');
    expect(textAt(memtable, utf8('a'), 2)).toBe('');
    expect(find(memtable, utf8('a'), 1)).toBeUndefined();
  });

  test('a key that ends in zero bytes is not the shorter key', () => {
    const memtable = memtableOf([
      { key: Uint8Array.of(97, 0, 0), sequence: 1, kind: KIND_PUT, value: utf8('long') },
      { key: Uint8Array.of(97), sequence: 2, kind: KIND_PUT, value: utf8('short') },
    ]);
    expect(textAt(memtable, Uint8Array.of(97), 9)).toBe('short');
    expect(textAt(memtable, Uint8Array.of(97, 0, 0), 9)).toBe('long');
    expect(find(memtable, Uint8Array.of(97, 0), 9)).toBeUndefined();
    expect(allEntries(memtable).map((entry) => entry?.key.length)).toEqual([1, 3]);
  });

  test('sequence numbers go up to 2^53 - 1', () => {
    const key = utf8('k');
    const sequences = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, SEQUENCE_MAX];
    const memtable = memtableOf(
      sequences.map((sequence) => ({ key, sequence, kind: KIND_PUT, value: utf8(`${sequence}`) })),
    );
    for (const sequence of sequences) expect(textAt(memtable, key, sequence)).toBe(`${sequence}`);
    expect(textAt(memtable, key, 2 ** 32 + 5)).toBe(`${2 ** 32}`);
    expect(allEntries(memtable).map((entry) => entry?.sequence)).toEqual([...sequences].reverse());
  });

  test('a reader finds the newest version that it may see, a tombstone too', () => {
    const key = utf8('k');
    const memtable = memtableOf([
      { key, sequence: 1, kind: KIND_PUT, value: utf8('v') },
      { key, sequence: 2, kind: KIND_DELETE, value: EMPTY_BYTES },
    ]);
    expect(find(memtable, key, 2)?.kind).toBe(KIND_DELETE);
    expect(textAt(memtable, key, 1)).toBe('v');
  });

  test('keys and values far larger than the memory it begins with', () => {
    const random = new Random(3);
    const entries = [1, 2, 3].map(
      (sequence): Entry => ({
        key: random.bytes(1 << 20),
        sequence,
        kind: KIND_PUT,
        value: random.bytes(2 << 20),
      }),
    );
    const memtable = memtableOf(entries);
    for (const { key, value } of entries)
      expect(Buffer.compare(find(memtable, key, 9)?.value as Uint8Array, value)).toBe(0);
  });

  test('a value found earlier stays as it is while the memtable grows', () => {
    const memtable = memtableOf([
      { key: utf8('k'), sequence: 1, kind: KIND_PUT, value: utf8('held') },
    ]);
    const found = new Found();
    memtable.find(utf8('k'), 1, found);
    const held = found.value;
    for (let i = 2; i < 5000; i++) memtable.insert(i, KIND_PUT, utf8(`key ${i}`), utf8('filler'));
    expect(text(held)).toBe('held');
  });

  test('what is inserted is copied', () => {
    const key = utf8('k');
    const value = utf8('v');
    const memtable = memtableOf([{ key, sequence: 1, kind: KIND_PUT, value }]);
    key[0] = value[0] = 0;
    expect(textAt(memtable, utf8('k'), 1)).toBe('v');
  });

  test('a cursor keeps its place while entries are inserted', () => {
    const memtable = memtableOf(randomEntries(new Random(5), 50));
    const cursor = memtable.cursor();
    cursor.seekToLast();
    const before = entryAt(cursor);
    for (let i = 0; i < 500; i++) memtable.insert(2 ** 40 + i, KIND_PUT, utf8(`${i}`), EMPTY_BYTES);
    expect(entryAt(cursor)).toEqual(before);
  });

  test('the same version twice is a bug in the caller', () => {
    const memtable = memtableOf([
      { key: utf8('k'), sequence: 1, kind: KIND_PUT, value: EMPTY_BYTES },
    ]);
    expect(() => memtable.insert(1, KIND_DELETE, utf8('k'), EMPTY_BYTES)).toThrow(/inserted once/);
  });

  test('a frozen memtable is read, not written', () => {
    const memtable = memtableOf([
      { key: utf8('k'), sequence: 1, kind: KIND_PUT, value: utf8('v') },
    ]);
    memtable.freeze();
    expect(memtable.frozen).toBe(true);
    expect(() => memtable.insert(2, KIND_PUT, utf8('k'), EMPTY_BYTES)).toThrow(/frozen/);
    expect(textAt(memtable, utf8('k'), 2)).toBe('v');
  });

  test('what is not found leaves what was found before as it is', () => {
    const memtable = memtableOf([
      { key: utf8('k'), sequence: 3, kind: KIND_PUT, value: utf8('v') },
    ]);
    const found = new Found();
    expect(memtable.find(utf8('k'), 9, found)).toBe(true);
    expect(memtable.find(utf8('k'), 2, found)).toBe(false);
    expect(memtable.find(utf8('j'), 9, found)).toBe(false);
    expect(found).toMatchObject({ sequence: 3, kind: KIND_PUT, value: utf8('v') });
  });

  test('range deletes lie beside the entries, and count as memory', () => {
    const events: EngineEvent[] = [];
    const memtable = new Memtable({ number: 2, trace: (event) => events.push(event) });
    const bytes = memtable.approximateBytes;
    const start = utf8('b');
    const end = utf8('m');
    memtable.insertRangeDelete(7, start, end);
    start[0] = end[0] = 0;
    const copied = { start: utf8('b'), end: utf8('m'), sequence: 7 };
    expect(memtable.rangeDeletes).toEqual([copied]);
    expect(memtable.count).toBe(0);
    expect(memtable.approximateBytes).toBeGreaterThan(bytes + 2);
    expect(events).toEqual([{ type: 'memtable.range-delete', memtable: 2, ...copied }]);
    expect(find(memtable, utf8('c'), 9)).toBeUndefined();
    memtable.freeze();
    expect(() => memtable.insertRangeDelete(8, start, end)).toThrow(/frozen/);
  });

  test('it says what it does, in copies', () => {
    const events: EngineEvent[] = [];
    const memtable = new Memtable({ number: 4, trace: (event) => events.push(event) });
    const key = utf8('k');
    memtable.insert(9, KIND_PUT, key, utf8('v'));
    key[0] = 0;
    memtable.insert(10, KIND_DELETE, utf8('k'), EMPTY_BYTES);
    memtable.insert(11, KIND_MERGE, utf8('k'), EMPTY_BYTES);
    memtable.insert(12, KIND_EXPIRING, utf8('k'), EMPTY_BYTES);
    memtable.freeze();
    const same = {
      type: 'memtable.insert',
      memtable: 4,
      key: utf8('k'),
      height: expect.any(Number),
    };
    expect(events).toEqual([
      { ...same, sequence: 9, kind: 'put', value: utf8('v') },
      { ...same, sequence: 10, kind: 'delete', value: EMPTY_BYTES },
      { ...same, sequence: 11, kind: 'merge', value: EMPTY_BYTES },
      { ...same, sequence: 12, kind: 'expiring', value: EMPTY_BYTES },
      { type: 'memtable.freeze', memtable: 4, entries: 4, bytes: memtable.approximateBytes },
    ]);
  });
});
