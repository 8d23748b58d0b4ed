// A hash table: what it answers (against a JavaScript Map), where it puts things, what it says.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex, text, utf8 } from '../../../engine/base/bytes.ts';
import { Murmur3 } from '../../../engine/base/murmur3.ts';
import { HashTable, type HashTableOptions } from '../../../engine/hash/hash-table.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { expectGolden } from '../../golden.ts';

type Operation =
  | { do: 'put'; key: Uint8Array; value: Uint8Array }
  | { do: 'get' | 'delete'; key: Uint8Array };

const smallKey = fc.uint8Array({ maxLength: 2 }).map((bytes) => bytes.map((byte) => byte % 8));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    do: fc.constant('put' as const),
    key: smallKey,
    value: fc.uint8Array({ maxLength: 5 }),
  }),
  fc.record({ do: fc.constantFrom('get' as const, 'delete' as const), key: smallKey }),
);
const options: fc.Arbitrary<HashTableOptions> = fc.record({
  buckets: fc.constantFrom(1, 2, 8),
  loadMax: fc.constantFrom(0.5, 1, 3, 100),
});

function bucketOf(key: Uint8Array, buckets: number): number {
  const hasher = new Murmur3();
  hasher.hash(key);
  return hasher.a % buckets;
}

/** Checks everything the head of the file states of one table. */
function expectSound(table: HashTable, model: ReadonlyMap<string, Uint8Array>): void {
  const entries = [...table.entries()];
  expect(new Map(entries.map(({ key, value }) => [hex(key), value]))).toEqual(model);
  expect(entries).toHaveLength(model.size);
  expect(table.count).toBe(model.size);
  const buckets = entries.map(({ key }) => bucketOf(key, table.bucketCount));
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(entries.map(({ key }) => table.bucketOf(key))).toEqual(buckets);
}

describe('answers', () => {
  test('as a map does, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), options, (operations, given) => {
        const table = new HashTable(given);
        const model = new Map<string, Uint8Array>();
        for (const step of operations) {
          const name = hex(step.key);
          if (step.do === 'get') expect(table.get(step.key)).toEqual(model.get(name));
          if (step.do === 'delete') expect(table.delete(step.key)).toBe(model.delete(name));
          if (step.do === 'put') {
            table.put(step.key, step.value);
            model.set(name, step.value);
          }
          expect(table.count).toBeLessThanOrEqual(table.bucketCount * (given.loadMax ?? 1));
        }
        expectSound(table, model);
      }),
      { numRuns: 300 },
    );
  });

  test('its events alone tell what it holds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), options, (operations, given) => {
        const events: EngineEvent[] = [];
        const table = new HashTable({ ...given, trace: (event) => events.push(event) });
        for (const step of operations) {
          if (step.do === 'put') table.put(step.key, step.value);
          else table[step.do](step.key);
        }
        const told = replay(events);
        const held = [...table.entries()];
        expect(told).toEqual(new Map(held.map(({ key }) => [hex(key), table.bucketOf(key)])));
      }),
    );
  });

  test('keys and values are copied', () => {
    const table = new HashTable();
    const key = utf8('crab');
    const value = utf8('orange');
    table.put(key, value);
    key.fill(0);
    value.fill(0);
    expect(text(table.get(utf8('crab')) as Uint8Array)).toBe('orange');
  });
});

/** Key -> bucket, from the events. */
function replay(events: readonly EngineEvent[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'hash.put') places.set(hex(event.key), event.bucket);
    if (event.type === 'hash.delete') places.delete(hex(event.key));
    if (event.type === 'hash.move') {
      expect(places.get(hex(event.key))).toBe(event.from);
      places.set(hex(event.key), event.to);
    }
  }
  return places;
}

describe('growth', () => {
  test('each put pays for fewer than two moves', () => {
    let moves = 0;
    const trace = (event: EngineEvent) => {
      if (event.type === 'hash.move') moves++;
    };
    const table = new HashTable({ buckets: 1, trace });
    for (let i = 0; i < 5000; i++) table.put(utf8(`key ${i}`), utf8(''));
    expect(table.bucketCount).toBe(8192);
    expect(moves).toBeGreaterThan(5000);
    expect(moves).toBeLessThan(10_000);
  });

  test('an entry stays, or goes as many buckets on as there were', () => {
    const trace = (event: EngineEvent) => {
      if (event.type === 'hash.grow') from = event.from;
      if (event.type === 'hash.move') expect([event.from, event.from + from]).toContain(event.to);
    };
    let from = 0;
    const table = new HashTable({ trace });
    for (let i = 0; i < 500; i++) table.put(utf8(`key ${i}`), utf8(''));
    expect(from).toBe(256);
  });

  test('chains stay short: ten thousand keys, in none more than ten', () => {
    let longest = 0;
    const trace = (event: EngineEvent) => {
      if (event.type === 'hash.visit') longest = Math.max(longest, event.entries);
    };
    const table = new HashTable({ trace });
    for (let i = 0; i < 10_000; i++) table.put(utf8(`user ${i}`), utf8(''));
    expect([...table.entries()]).toHaveLength(10_000);
    expect(longest).toBeLessThanOrEqual(10);
  });
});

describe('misuse', () => {
  test.each([0, 3, -4, 1.5, 2 ** 31, Number.NaN])('%d buckets are refused', (buckets) => {
    expect(() => new HashTable({ buckets })).toThrow(/FERRIS_INVALID_ARGUMENT.*power of two/);
  });

  test.each([0, -1, Number.NaN])('a load of %d is refused', (loadMax) => {
    expect(() => new HashTable({ loadMax })).toThrow(/FERRIS_INVALID_ARGUMENT/);
  });

  test('a table that changes under a walk is told of, and one that does not is walked to its end', () => {
    const table = new HashTable();
    for (const name of ['a', 'b', 'c']) table.put(utf8(name), utf8(name));
    expect(() => {
      for (const { key } of table.entries()) table.delete(key);
    }).toThrow(/collect them first/);
    for (const { key } of table.entries()) expect(table.get(key)).toEqual(key);
  });
});

test('golden: put, collide, grow, get, delete, walk', () => {
  const lines: string[] = [];
  const table = new HashTable({ buckets: 2, trace: (event) => lines.push(printEvent(event)) });
  for (const [key, value] of [
    ['ann', '10'],
    ['bob', '20'],
    ['cy', '30'],
    ['ann', '5'],
    ['dee', '40'],
    ['eve', '50'],
  ] as const) {
    lines.push('', `# put ${key}`);
    table.put(utf8(key), utf8(value));
  }
  lines.push('', '# get cy, and a key that is not there');
  table.get(utf8('cy'));
  table.get(utf8('zoe'));
  lines.push('', '# delete ann, twice');
  table.delete(utf8('ann'));
  table.delete(utf8('ann'));
  lines.push('', '# every entry');
  for (const { key } of table.entries()) lines.push(`  ${text(key)}`);
  expectGolden('hash/table.txt', `${lines.join('\n').trim()}\n`);
});
