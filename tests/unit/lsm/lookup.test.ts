import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { printEvent } from '../../../engine/trace/print.ts';

/** A store, and what its lookups say of the runs that they ask. */
function traced() {
  const lines: string[] = [];
  const store = Store.open({
    files: new MemoryFiles(),
    compaction: 'none',
    trace: (event) => {
      if (event.type === 'lookup.ask') lines.push(printEvent(event).slice(25));
    },
  });
  const write = (fill: (batch: Batch) => void, flush = false) => {
    const batch = new Batch();
    fill(batch);
    store.write(batch, 'none');
    if (flush) store.flush();
  };
  const asked = (key: string) => {
    lines.length = 0;
    store.get(utf8(key));
    return lines.map((line) => line.replace(/\d+ /, ''));
  };
  return { write, asked };
}

const one = (value: number) => Uint8Array.of(value, 0, 0, 0);

test('a lookup says which runs it has asked, and what ended it', () => {
  const { write, asked } = traced();
  write(
    (batch) => batch.put(utf8('a'), one(1)).put(utf8('m'), one(1)).put(utf8('z'), one(1)),
    true,
  );
  write((batch) => batch.delete(utf8('a')).put(utf8('z'), one(2)), true);
  write((batch) => batch.merge(utf8('m'), 'add', one(3)).putExpiring(utf8('x'), one(1), 9));
  expect(asked('x')).toEqual(['memtable expiring, ends']);
  expect(asked('z')).toEqual(['memtable nothing', 'table put, ends']);
  expect(asked('a')).toEqual(['memtable nothing', 'table delete, ends']);
  expect(asked('m')).toEqual(['memtable merge', 'table nothing', 'table put, ends']);
  expect(asked('b')).toEqual(['memtable nothing', 'table nothing', 'table nothing']);
  expect(asked('zz')).toEqual(['memtable nothing']);
});

test('a table is not asked for keys outside of it, however alike its own keys are', () => {
  const { write, asked } = traced();
  write((batch) => batch.put(utf8('key3'), one(1)).put(utf8('key5'), one(1)), true);
  for (const key of ['', 'k', 'key', 'key2', 'key6', 'kez4', 'a', 'z', 'key55', 'kex4'])
    expect(asked(key)).toEqual(['memtable nothing']);
  expect(asked('key4')).toEqual(['memtable nothing', 'table nothing']);
  expect(asked('key3')).toEqual(['memtable nothing', 'table put, ends']);
});

test('a range delete ends a lookup, unless something newer than it is there', () => {
  const { write, asked } = traced();
  write((batch) => batch.put(utf8('a'), one(1)).put(utf8('b'), one(1)), true);
  write((batch) => batch.deleteRange(utf8('a'), utf8('c')), true);
  write((batch) => batch.put(utf8('b'), one(2)));
  expect(asked('a')).toEqual(['memtable nothing', 'table range delete, ends']);
  expect(asked('b')).toEqual(['memtable put, ends']);
});
