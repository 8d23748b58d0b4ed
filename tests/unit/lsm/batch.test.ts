import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Batch, checkBatch, describeBatch, readBatch } from '../../../engine/lsm/batch.ts';
import { KEY_BYTES_MAX, KIND_PUT, VALUE_BYTES_MAX } from '../../../engine/lsm/entry.ts';

type Operation = { key: Uint8Array; value: Uint8Array | null };

const operations = fc.array(
  fc.record({
    key: fc.uint8Array({ maxLength: 200 }),
    value: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null }),
  }),
  { maxLength: 12 },
);

function batchOf(written: readonly Operation[]): Batch {
  const batch = new Batch(0);
  for (const { key, value } of written) {
    if (value === null) batch.delete(key);
    else batch.put(key, value);
  }
  return batch;
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

test('a batch is read as it was written', () => {
  fc.assert(
    fc.property(operations, (written) => {
      const { bytes, count } = batchOf(written);
      const found: Operation[] = [];
      const header = readBatch(bytes, (kind, key, value) =>
        found.push({ key: key.slice(), value: kind === KIND_PUT ? value.slice() : null }),
      );
      expect(found).toEqual(written);
      expect(header).toEqual({ sequence: 0, count });
    }),
  );
});

test('checking and reading agree on damaged bytes', () => {
  fc.assert(
    fc.property(operations, fc.nat(), fc.nat(255), fc.nat(), (written, where, byte, cut) => {
      const whole = batchOf(written).bytes;
      const bytes = whole.slice(0, 1 + (cut % whole.length));
      bytes[where % bytes.length] = byte;
      const read = outcome(() => readBatch(bytes, () => {}));
      expect(outcome(() => checkBatch(bytes))).toEqual(read);
    }),
  );
});

test('spans of a batch tile it', () => {
  fc.assert(
    fc.property(operations, (written) => {
      const { bytes } = batchOf(written);
      let at = 7;
      for (const { offset, size } of describeBatch(bytes, 7)) {
        expect(offset).toBe(at);
        at += size;
      }
      expect(at).toBe(7 + bytes.length);
    }),
  );
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
