import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, utf8 } from '../../../engine/base/bytes.ts';
import { SEQUENCE_MAX } from '../../../engine/lsm/entry.ts';
import { clip, type RangeDelete, RangeDeletes } from '../../../engine/lsm/range-deletes.ts';

const key = fc.uint8Array({ maxLength: 3, min: 0, max: 3 });
const sequence = fc.integer({ min: 1, max: 12 });
const range = fc.record({ start: key, end: key, sequence });
const ranges = fc.array(range, { maxLength: 20 });

/** The definition, by looking at each. */
function naive(list: readonly RangeDelete[], asked: Uint8Array, upTo: number): number {
  const covering = list.filter(
    ({ start, end, sequence }) =>
      compareBytes(start, asked) <= 0 && compareBytes(asked, end) < 0 && sequence <= upTo,
  );
  return Math.max(0, ...covering.map(({ sequence }) => sequence));
}

test('covering is what looking at every range delete finds', () => {
  fc.assert(
    fc.property(ranges, fc.array(fc.tuple(key, fc.nat(13))), (list, questions) => {
      const built = new RangeDeletes(list);
      for (const [asked, upTo] of questions) {
        expect(built.covering(asked, upTo)).toBe(naive(list, asked, upTo));
      }
    }),
    { numRuns: 1000 },
  );
});

test('range deletes may be added in any order, between lookups', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(range, key), { maxLength: 20 }), (steps) => {
      const built = new RangeDeletes([]);
      const list: RangeDelete[] = [];
      for (const [added, asked] of steps) {
        built.add(added);
        list.push(added);
        expect(built.covering(asked, SEQUENCE_MAX)).toBe(naive(list, asked, SEQUENCE_MAX));
      }
      expect([...built]).toEqual([...new RangeDeletes(list)]);
    }),
    { numRuns: 1000 },
  );
});

test('pieces are disjoint, in order, not empty, and joined where they are alike', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const pieces = new Map<string, RangeDelete[]>();
      for (const piece of new RangeDeletes(list)) {
        expect(compareBytes(piece.start, piece.end)).toBeLessThan(0);
        const place = String(piece.start);
        pieces.set(place, [...(pieces.get(place) ?? []), piece]);
      }
      let before: RangeDelete[] | undefined;
      for (const group of pieces.values()) {
        const numbers = group.map(({ sequence }) => sequence);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a));
        if (before !== undefined) {
          const gap = compareBytes(before[0]!.end, group[0]!.start);
          expect(gap).toBeLessThanOrEqual(0);
          const alike = String(before.map(({ sequence }) => sequence)) === String(numbers);
          expect(gap === 0 && alike).toBe(false);
        }
        before = group;
      }
    }),
  );
});

test('clipping at a border and putting both sides together again loses nothing', () => {
  fc.assert(
    fc.property(ranges, key, (list, border) => {
      const left = clip(list, undefined, border);
      const right = clip(list, border, undefined);
      for (const { end } of left) expect(compareBytes(end, border)).toBeLessThanOrEqual(0);
      for (const { start } of right) expect(compareBytes(border, start)).toBeLessThanOrEqual(0);
      expect([...new RangeDeletes([...left, ...right])]).toEqual([...new RangeDeletes(list)]);
    }),
  );
});

test('clipping keeps what lies between two keys', () => {
  const list = [{ start: utf8('b'), end: utf8('m'), sequence: 5 }];
  expect(clip(list, utf8('a'), utf8('c'))).toEqual([
    { start: utf8('b'), end: utf8('c'), sequence: 5 },
  ]);
  expect(clip(list, utf8('m'), utf8('z'))).toEqual([]);
});

test('pieces that become one are found where they are then', () => {
  const range = (start: string, end: string, sequence: number) => ({
    start: utf8(start),
    end: utf8(end),
    sequence,
  });
  const built = new RangeDeletes([range('a', 'b', 9), range('a', 'c', 5)]);
  expect(built.pieceCount).toBe(2);
  built.add(range('b', 'c', 9));
  expect(built.pieceCount).toBe(1);
  expect(built.covering(utf8('b'), SEQUENCE_MAX)).toBe(9);
});

test('nothing covers anything in the empty set', () => {
  expect(RangeDeletes.EMPTY.covering(utf8('a'), SEQUENCE_MAX)).toBe(0);
  expect([...RangeDeletes.EMPTY]).toEqual([]);
  expect(RangeDeletes.EMPTY.pieceCount).toBe(0);
});

test('one range delete over very many pieces', () => {
  const list = Array.from({ length: 3000 }, (_, i) => ({
    start: Uint8Array.of(i >> 8, i & 0xff),
    end: Uint8Array.of(i >> 8, i & 0xff, 1),
    sequence: i + 1,
  }));
  const built = new RangeDeletes(list);
  built.add({ start: Uint8Array.of(0), end: Uint8Array.of(0xff), sequence: 5000 });
  expect(built.pieceCount).toBe(6001);
  expect(built.covering(Uint8Array.of(1, 1), 4999)).toBe(258);
  expect(built.covering(Uint8Array.of(1, 1, 5), 4999)).toBe(0);
  expect(built.covering(Uint8Array.of(1, 1, 5), 5000)).toBe(5000);
});
