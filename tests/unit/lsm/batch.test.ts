import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { Batch, checkBatch, readBatch, stampBatch } from '../../../engine/lsm/batch.ts';
import { describeBatch } from '../../../engine/lsm/describe-batch.ts';
import {
  type EntryKind,
  KEY_BYTES_MAX,
  KIND_DELETE,
  KIND_DELETE_RANGE,
  KIND_EXPIRING,
  KIND_MERGE,
  KIND_PUT,
  VALUE_BYTES_MAX,
} from '../../../engine/lsm/entry.ts';
import { expiresMsOf, expiringValue } from '../../../engine/lsm/expiry.ts';
import { OPERATORS, type OperatorName } from '../../../engine/lsm/operators.ts';

type Operation =
  | { kind: typeof KIND_DELETE; key: Uint8Array }
  | { kind: typeof KIND_PUT; key: Uint8Array; value: Uint8Array }
  | { kind: typeof KIND_MERGE; key: Uint8Array; operator: OperatorName; value: Uint8Array }
  | { kind: typeof KIND_EXPIRING; key: Uint8Array; expiresMs: number; value: Uint8Array }
  | { kind: typeof KIND_DELETE_RANGE; key: Uint8Array; value: Uint8Array };

const key = fc.uint8Array({ maxLength: 200 });
const value = fc.uint8Array({ maxLength: 300 });
const operator = fc.constantFrom(...(Object.keys(OPERATORS) as OperatorName[]));
const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant(KIND_DELETE), key }),
    fc.record({ kind: fc.constant(KIND_PUT), key, value }),
    fc.record({ kind: fc.constant(KIND_MERGE), key, operator, value }),
    fc.record({ kind: fc.constant(KIND_EXPIRING), key, expiresMs: fc.maxSafeNat(), value }),
    fc.record({ kind: fc.constant(KIND_DELETE_RANGE), key, value: key }).map(upright),
  ) as fc.Arbitrary<Operation>,
  { maxLength: 12 },
);

/** A range that isn't empty: the end is made the start with something behind it, if need be. */
function upright<T extends { key: Uint8Array; value: Uint8Array }>(range: T): T {
  const longer = Uint8Array.of(...range.key, 0);
  return Buffer.compare(range.key, range.value) < 0 ? range : { ...range, value: longer };
}

function batchOf(written: readonly Operation[]): Batch {
  const batch = new Batch(0);
  for (const one of written) {
    if (one.kind === KIND_DELETE) batch.delete(one.key);
    else if (one.kind === KIND_PUT) batch.put(one.key, one.value);
    else if (one.kind === KIND_MERGE) batch.merge(one.key, one.operator, one.value);
    else if (one.kind === KIND_EXPIRING) batch.putExpiring(one.key, one.value, one.expiresMs);
    else batch.deleteRange(one.key, one.value);
  }
  return batch;
}

function operationOf(kind: EntryKind, key: Uint8Array, stored: Uint8Array): Operation {
  if (kind === KIND_DELETE) return { kind, key };
  if (kind === KIND_MERGE) {
    const names = Object.keys(OPERATORS) as OperatorName[];
    const operator = names.find((name) => OPERATORS[name] === stored[0])!;
    return { kind, key, operator, value: stored.slice(1) };
  }
  if (kind !== KIND_EXPIRING) return { kind, key, value: stored };
  return { kind, key, expiresMs: expiresMsOf(stored), value: expiringValue(stored) };
}

/** What a call returns, or the code of its error. */
const outcome = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    if (isFerrisError(error)) return error.code;
    throw error;
  }
};

const plain = (operations: readonly Operation[]) =>
  operations.map((one) => ({
    ...one,
    key: [...one.key],
    value: 'value' in one ? [...one.value] : undefined,
  }));

test('a batch of every kind is read as it was written', () => {
  fc.assert(
    fc.property(operations, fc.nat(), (written, sequence) => {
      const { bytes, count } = batchOf(written);
      expect(stampBatch(bytes, sequence)).toBe(written.length);
      const found: Operation[] = [];
      const sequences: number[] = [];
      const header = readBatch(bytes, (kind, key, value, number) => {
        found.push(operationOf(kind, key, value));
        sequences.push(number);
      });
      expect(plain(found)).toEqual(plain(written));
      expect(sequences).toEqual(written.map((_, i) => sequence + i));
      expect(header).toEqual({ sequence, count });
    }),
  );
});

test('sequence numbers up to the highest safe one are kept', () => {
  const { bytes } = new Batch().delete(utf8('a'));
  for (const sequence of [1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    stampBatch(bytes, sequence);
    expect(checkBatch(bytes)).toEqual({ sequence, count: 1 });
  }
  bytes.fill(0xff, 0, 8);
  expect(outcome(() => checkBatch(bytes))).toBe('FERRIS_CORRUPTION');
});

test('checking and reading agree on damaged bytes', () => {
  fc.assert(
    fc.property(operations, fc.nat(), fc.nat(255), fc.nat(), (written, where, byte, cut) => {
      const whole = batchOf(written).bytes;
      const bytes = whole.slice(0, 1 + (cut % whole.length));
      bytes[where % bytes.length] = byte;
      const read = outcome(() => readBatch(bytes, () => {}));
      expect(outcome(() => checkBatch(bytes))).toEqual(read);
      if (read !== 'FERRIS_CORRUPTION') describeBatch(bytes);
    }),
  );
});

test('spans of a batch tile it, down to the parts of values', () => {
  const tile = (spans: readonly Span[], from: number) => {
    let at = from;
    for (const { offset, size, children } of spans) {
      expect(offset).toBe(at);
      if (children) expect(tile(children, at)).toBe(at + size);
      at += size;
    }
    return at;
  };
  fc.assert(
    fc.property(operations, (written) => {
      const { bytes } = batchOf(written);
      expect(tile(describeBatch(bytes, 7), 7)).toBe(7 + bytes.length);
    }),
  );
});

test('an empty range deletes nothing, and one upside down is refused', () => {
  const batch = new Batch().deleteRange(utf8('a'), utf8('a'));
  expect(batch.count).toBe(0);
  expect(outcome(() => batch.deleteRange(utf8('b'), utf8('a')))).toBe('FERRIS_INVALID_ARGUMENT');
  const long = new Uint8Array(KEY_BYTES_MAX + 1).fill(255);
  expect(outcome(() => batch.deleteRange(utf8('b'), long))).toBe('FERRIS_TOO_LARGE');
  expect(checkBatch(batch.bytes).count).toBe(0);
});

test('bad operators and times are refused, and leave the batch as it was', () => {
  const batch = new Batch().put(utf8('a'), utf8('1'));
  const { size } = batch;
  const bad = 'multiply' as OperatorName;
  expect(outcome(() => batch.merge(utf8('a'), bad, utf8('1')))).toBe('FERRIS_INVALID_ARGUMENT');
  expect(outcome(() => batch.putExpiring(utf8('a'), utf8('1'), -5))).toBe(
    'FERRIS_INVALID_ARGUMENT',
  );
  expect([batch.size, batch.count]).toEqual([size, 1]);
});

test('what no writer of ours makes is corruption', () => {
  const entry = (kind: number, key: number[], value: number[]) =>
    Uint8Array.of(
      ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
      ...[kind, key.length, ...key, value.length, ...value],
    );
  expect(checkBatch(entry(KIND_PUT, [1], [])).count).toBe(1);
  const damaged = [
    entry(5, [1], [2]),
    entry(KIND_MERGE, [1], []),
    entry(KIND_EXPIRING, [1], [1, 2, 3]),
    entry(KIND_DELETE_RANGE, [2], [1]),
    entry(KIND_DELETE_RANGE, [2], [2]),
  ];
  for (const bytes of damaged) expect(outcome(() => checkBatch(bytes))).toBe('FERRIS_CORRUPTION');
});

test('what is too large is refused, and leaves the batch as it was', () => {
  const batch = new Batch().put(new Uint8Array(KEY_BYTES_MAX), new Uint8Array(VALUE_BYTES_MAX));
  const { size, count } = batch;
  const key = Uint8Array.of(1);
  expect(outcome(() => batch.delete(new Uint8Array(KEY_BYTES_MAX + 1)))).toBe('FERRIS_TOO_LARGE');
  expect(outcome(() => batch.put(key, new Uint8Array(VALUE_BYTES_MAX + 1)))).toBe(
    'FERRIS_TOO_LARGE',
  );
  expect([batch.size, batch.count]).toEqual([size, count]);
  const most = new Uint8Array(VALUE_BYTES_MAX);
  const fill = () => {
    for (;;) batch.put(key, most);
  };
  expect(outcome(fill)).toBe('FERRIS_TOO_LARGE');
  expect(checkBatch(batch.bytes).count).toBe(batch.count);
});
