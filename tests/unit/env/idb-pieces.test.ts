import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PIECE_BYTES_MAX, Pieces } from '../../../engine/env/idb-pieces.ts';

/** Carries out plans on a map of records, as the database does. */
function store(start: number, ends: readonly number[]) {
  const records = new Map<number, number>();
  if (start > 0) records.set(0, start);
  const pieces = new Pieces(start);
  let writtenBytes = 0;
  for (const end of ends) {
    const { remove, put } = pieces.extend(end);
    if (remove !== undefined) {
      for (const from of [...records.keys()])
        if (from >= remove.from && from < remove.to) records.delete(from);
    }
    for (const { from, to } of put) {
      expect(records.has(from), `${from} is written once`).toBe(false);
      records.set(from, to);
      writtenBytes += to - from;
    }
    let at = 0;
    for (const [from, to] of [...records].sort(([a], [b]) => a - b)) {
      expect(from, 'records follow each other').toBe(at);
      at = to;
    }
    expect(at).toBe(end);
  }
  return { records, writtenBytes };
}

test('records tile the file after every write, whatever the sizes', () => {
  const sizes = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 200_000 })),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), sizes, (start, list) => {
      let end = start;
      const { records } = store(
        start,
        list.map((size) => (end += size)),
      );
      for (const [from, to] of records)
        expect(from === 0 && start > 0 ? 0 : to - from).toBeLessThanOrEqual(PIECE_BYTES_MAX);
    }),
  );
});

test('four thousand small syncs leave few records, and write each byte a few times', () => {
  const size = 116;
  const ends = Array.from({ length: 4000 }, (_, i) => (i + 1) * size);
  const { records, writtenBytes } = store(0, ends);
  expect(records.size).toBeLessThan(100);
  expect(writtenBytes / (4000 * size)).toBeLessThan(6);
});

test('a full piece is never written again', () => {
  const full = Array.from({ length: 3 }, (_, i) => (i + 1) * PIECE_BYTES_MAX);
  const small = Array.from({ length: 200 }, (_, i) => 3 * PIECE_BYTES_MAX + i + 1);
  expect(store(0, [...full, ...small]).writtenBytes).toBeLessThan(3.1 * PIECE_BYTES_MAX);
});
