// Every byte of a small table is damaged, and every length cut to. Opening, lookups and
// scans give the right answer or a typed error that names the place: never a wrong
// value, a hang or any other exception.

import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../../engine/base/bytes.ts';
import { viewOf } from '../../../engine/base/layout.ts';
import { Random } from '../../../engine/base/random.ts';
import { compareEntries, KIND_DELETE_RANGE, SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { describeTable } from '../../../engine/lsm/table/describe.ts';
import { encodeFooter } from '../../../engine/lsm/table/footer.ts';
import { BlockTrailer, blockCrc, FOOTER_BYTES, Footer } from '../../../engine/lsm/table/format.ts';
import { PropertiesHeader } from '../../../engine/lsm/table/properties.ts';
import type { Table } from '../../../engine/lsm/table/table.ts';
import { verifyTable } from '../../../engine/lsm/table/verify.ts';
import {
  type Entry,
  entryAt,
  ModelCursor,
  randomEntries,
  sortEntries,
} from '../../model/sorted-entries.ts';
import {
  bytesOf,
  expectTiled,
  flipped,
  isDamageError,
  lookup,
  modelLookup,
  NUMBER,
  openBytes,
  writeTable,
} from './tables.ts';

const sorted = sortEntries(randomEntries(new Random(11), 40, 20));
const whole = bytesOf(writeTable(sorted, { blockBytes: 256, restartInterval: 4 }).files);

/** What `read` returns, or 'damaged' if it throws one of the errors allowed. */
function orDamage<T>(read: () => T): T | 'damaged' {
  try {
    return read();
  } catch (error) {
    if (isDamageError(error)) return 'damaged';
    throw error;
  }
}

/** Entries of a scan, up to the first damage. */
function scan(
  table: Table,
  reverse: boolean,
): { entries: (Entry | undefined)[]; damaged: boolean } {
  const entries: (Entry | undefined)[] = [];
  const cursor = table.cursor();
  const result = orDamage(() => {
    if (reverse) cursor.seekToLast();
    else cursor.seekToFirst();
    while (cursor.valid) {
      entries.push(entryAt(cursor));
      if (reverse) cursor.prev();
      else cursor.next();
    }
  });
  return { entries, damaged: result === 'damaged' };
}

function sameEntry(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.kind === b.kind &&
    compareEntries(a.key, a.sequence, b.key, b.sequence) === 0 &&
    equalBytes(a.value, b.value)
  );
}

/** Reads all there is to read; returns how many answers were errors, and throws if one was wrong. */
function readAll(bytes: Uint8Array): number {
  const table = orDamage(() => openBytes(bytes));
  if (table === 'damaged') return 1;
  let damaged = 0;
  for (const { key, sequence } of sorted) {
    for (const at of [sequence, SEQUENCE_MAX]) {
      const found = orDamage(() => lookup(table, key, at));
      if (found === 'damaged') damaged++;
      else if (!sameEntry(found, modelLookup(sorted, key, at))) throw new Error('a wrong value');
    }
    damaged += seekBoth(table, key, sequence);
  }
  for (const reverse of [false, true]) {
    const { entries, damaged: stopped } = scan(table, reverse);
    const expected = reverse ? [...sorted].reverse() : sorted;
    if (!entries.every((entry, i) => sameEntry(entry, expected[i])))
      throw new Error('a wrong entry');
    if (stopped) damaged++;
    else expect(entries.length).toBe(sorted.length);
  }
  const verified = orDamage(() => verifyTable(table));
  expect(verified === 'damaged', 'verify finds what others met').toBe(damaged > 0);
  return damaged;
}

function seekBoth(table: Table, key: Uint8Array, sequence: number): number {
  let damaged = 0;
  const cursor = table.cursor();
  const model = new ModelCursor(sorted);
  for (const move of ['seek', 'seekBefore'] as const) {
    model[move](key, sequence);
    if (orDamage(() => cursor[move](key, sequence)) === 'damaged') damaged++;
    else if (!sameEntry(entryAt(cursor), entryAt(model))) throw new Error(`${move} went wrong`);
  }
  return damaged;
}

test('the table that is damaged has every kind of part', () => {
  expect(readAll(whole)).toBe(0);
  expect(openBytes(whole).index.count).toBeGreaterThan(3);
});

test('every byte flipped', () => {
  for (let at = 0; at < whole.length; at++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      expect(readAll(flipped(whole, at, mask)), `byte ${at} ^ ${mask}`).toBeGreaterThan(0);
    }
  }
});

test('every length cut to, and bytes too many', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(readAll(whole.subarray(0, length)), `length ${length}`).toBe(1);
  }
  const longer = new Uint8Array(whole.length + 64);
  longer.set(whole);
  expect(readAll(longer)).toBe(1);
});

test('spans tile whatever the bytes are, and show where the damage is', () => {
  for (let at = 0; at < whole.length; at++) {
    const bytes = flipped(whole, at);
    const span = describeTable(bytes);
    expectTiled(span, 0, bytes.length);
    const hit = span.children?.find((child) => at < child.offset + child.size);
    expect(hit?.kind, `byte ${at}`).toBe('corrupt');
  }
  for (let length = 1; length < whole.length; length++) {
    expectTiled(describeTable(whole.subarray(0, length)), 0, length);
  }
  expect(describeTable(new Uint8Array(0))).toMatchObject({ size: 0, children: [] });
});

test('a block moved to another place is no block', () => {
  const [first, second] = (describeTable(whole).children ?? []).slice(1);
  const moved = whole.slice();
  moved.copyWithin(second?.offset ?? 0, first?.offset ?? 0, (first?.offset ?? 0) + 60);
  expect(readAll(moved)).toBeGreaterThan(0);
  expect(blockCrc(whole, 0, 1, 64)).not.toBe(blockCrc(whole, 0, 2, 64));
  expect(blockCrc(whole, 0, 1, 64)).not.toBe(blockCrc(whole, 0, 1, 65));
});

test('a codec of a later version is FERRIS_UNSUPPORTED', () => {
  const block = describeTable(whole).children?.[1];
  const { offset, size } = block ?? { offset: 0, size: 0 };
  const bytes = whole.slice();
  const trailerAt = offset + size - BlockTrailer.size;
  const crc = blockCrc(bytes.subarray(offset, trailerAt), 3, NUMBER, offset);
  BlockTrailer.write(viewOf(bytes), trailerAt, { codec: 3, crc });
  const cursor = openBytes(bytes).cursor();
  expect(() => cursor.seekToFirst()).toThrow(/FERRIS_UNSUPPORTED.*codec 3/);
  expect(describeTable(bytes).children?.[1]?.kind).toBe('corrupt');
});

test('a cursor that met damage is nowhere, and can go elsewhere', () => {
  const [first, last] = [sorted[0] as Entry, sorted[sorted.length - 1] as Entry];
  const table = openBytes(flipped(whole, (describeTable(whole).children?.[2]?.offset ?? 0) + 9));
  const cursor = table.cursor();
  cursor.seekToFirst();
  const walk = () => {
    while (cursor.valid) cursor.next();
  };
  expect(walk).toThrow(/FERRIS_CORRUPTION/);
  expect(cursor.valid).toBe(false);
  cursor.seek(first.key, first.sequence);
  expect(sameEntry(entryAt(cursor), first)).toBe(true);
  expect(walk).toThrow(/FERRIS_CORRUPTION/);
  cursor.seekToLast();
  expect(sameEntry(entryAt(cursor), last)).toBe(true);
  const { key, sequence } = sorted[firstOfBlock(table, 1)] as Entry;
  expect(() => cursor.seek(key, sequence)).toThrow(/FERRIS_CORRUPTION/);
  expect(cursor.valid).toBe(false);
});

/** Index among all entries of the first one in a block. */
function firstOfBlock(table: Table, block: number): number {
  return sorted.findIndex(({ key, sequence }) => table.index.find(key, sequence) === block);
}

describe('damage that its checksum vouches for', () => {
  /** Replaces bytes of a block and makes its checksum right again. */
  function forged(index: number, change: (contents: Uint8Array) => void): Uint8Array {
    const { offset, size } = describeTable(whole).children?.[index] ?? { offset: 0, size: 0 };
    const bytes = whole.slice();
    const trailerAt = offset + size - BlockTrailer.size;
    const contents = bytes.subarray(offset, trailerAt);
    change(contents);
    const crc = blockCrc(contents, 0, NUMBER, offset);
    BlockTrailer.write(viewOf(bytes), trailerAt, { codec: 0, crc });
    return bytes;
  }

  /** Reads everything; only answers may be wrong now. */
  function survives(bytes: Uint8Array): void {
    orDamage(() => {
      const table = openBytes(bytes);
      for (const { key } of sorted) orDamage(() => lookup(table, key, SEQUENCE_MAX));
      for (const reverse of [false, true]) scan(table, reverse);
      orDamage(() => verifyTable(table));
    });
    expectTiled(describeTable(bytes), 0, bytes.length);
  }

  /** The number of a part of the table, by its name. */
  function part(name: string): number {
    return (describeTable(whole).children ?? []).findIndex((span) => span.name === name);
  }

  test('verify finds a filter that denies a key', () => {
    const table = openBytes(forged(part('filter'), (contents) => contents.fill(0, 0, 20)));
    expect(() => verifyTable(table)).toThrow(/FERRIS_CORRUPTION.*filter that denies/);
  });

  test('verify finds properties that count something else', () => {
    const properties = part('properties');
    for (let field = 0; field < 8; field++) {
      const add = (contents: Uint8Array) => {
        contents[field * 8] = (contents[field * 8] as number) ^ 1;
      };
      const table = openBytes(forged(properties, add));
      expect(() => verifyTable(table)).toThrow(/FERRIS_CORRUPTION.*properties say/);
    }
    for (const at of [PropertiesHeader.size, -1]) {
      const change = (contents: Uint8Array) => {
        const place = at < 0 ? contents.length + at : at;
        contents[place] = (contents[place] as number) ^ 1;
      };
      const table = openBytes(forged(properties, change));
      expect(() => verifyTable(table)).toThrow(/FERRIS_CORRUPTION.*another key/);
    }
  });

  test('a footer that does not fit the file', () => {
    const footerAt = whole.length - FOOTER_BYTES;
    const footer = Footer.read(viewOf(whole), footerAt);
    for (const name of ['filterOffset', 'indexOffset', 'propertiesOffset'] as const) {
      for (const value of [0, footer[name] - 1, footer[name] + 1, 2 ** 52]) {
        const bytes = whole.slice();
        bytes.set(encodeFooter({ ...footer, [name]: value }), footerAt);
        expect(() => openBytes(bytes)).toThrow(/FERRIS_CORRUPTION.*does not fit/);
        expectTiled(describeTable(bytes), 0, bytes.length);
      }
    }
  });

  test('a key that shares bytes with no key before it', () => {
    const bytes = forged(1, (contents) => {
      contents[0] = 1;
    });
    expect(scan(openBytes(bytes), false)).toEqual({ entries: [], damaged: true });
    const [{ key }] = sorted as [Entry];
    expect(() => lookup(openBytes(bytes), key, SEQUENCE_MAX)).toThrow(/FERRIS_CORRUPTION/);
    const first = describeTable(bytes).children?.[1]?.children?.[0];
    expect(first?.kind).toBe('corrupt');
  });

  test('an entry of a kind that has no place among the others', () => {
    const bytes = forged(1, (contents) => {
      contents[3] = ((contents[3] as number) & ~7) | KIND_DELETE_RANGE;
    });
    const [{ key }] = sorted as [Entry];
    expect(scan(openBytes(bytes), false)).toEqual({ entries: [], damaged: true });
    expect(() => lookup(openBytes(bytes), key, SEQUENCE_MAX)).toThrow(/FERRIS_CORRUPTION/);
    expect(describeTable(bytes).children?.[1]?.children?.[0]?.kind).toBe('corrupt');
  });

  test('leads no reader out of its block, into a loop or to an exception', () => {
    const random = new Random(5);
    const blocks = (describeTable(whole).children ?? []).length - 1;
    for (let index = 1; index < blocks; index++) {
      const { size } = describeTable(whole).children?.[index] ?? { size: 0 };
      for (let at = 0; at < size - BlockTrailer.size; at++) {
        for (const byte of [0x00, 0x7f, 0x80, 0xff, random.below(256)]) {
          survives(
            forged(index, (contents) => {
              contents[at] = byte;
            }),
          );
        }
      }
    }
  });
});
