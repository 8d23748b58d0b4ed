// Two file systems in one: names apart, durability together.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { prefixedFiles } from '../../../engine/env/prefixed-files.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { Store } from '../../../engine/lsm/store.ts';

test('each sees its own files, under the rest of their names', () => {
  const disk = new FaultyFiles();
  const [a, b] = [prefixedFiles(disk, 'a-'), prefixedFiles(disk, 'b-')];
  a.create('one').append(utf8('1'));
  b.create('one').append(utf8('two'));
  b.create('two').close();
  expect([disk.list(), a.list(), b.list()]).toEqual([
    ['a-one', 'b-one', 'b-two'],
    ['one'],
    ['one', 'two'],
  ]);
  expect([a.open('one').name, a.open('one').size, b.open('one').size]).toEqual(['one', 1, 3]);
  a.delete('one');
  expect([a.exists('one'), b.exists('one')]).toEqual([false, true]);
  expect(() => a.open('one')).toThrow('FERRIS_NOT_FOUND');
  expect(() => b.create('two')).toThrow('FERRIS_EXISTS');
});

test('durability is told to all of them, and to who listened before', () => {
  const disk = new FaultyFiles({ durability: 'manual' });
  const told: string[] = [];
  disk.onDurable = () => told.push('disk');
  const [a, b] = [prefixedFiles(disk, 'a-'), prefixedFiles(disk, 'b-')];
  a.onDurable = () => told.push('a');
  b.onDurable = () => told.push('b');
  const file = a.create('one');
  file.append(utf8('1'));
  file.sync();
  b.syncDirectory();
  expect([file.durableBytes, a.directoryDurable, b.directoryDurable]).toEqual([0, false, false]);
  disk.completeSync();
  expect([file.durableBytes, a.directoryDurable, b.directoryDurable]).toEqual([1, true, true]);
  expect(told).toEqual(['disk', 'a', 'b']);
});

test('two stores live in one directory, and come back', () => {
  const disk = new FaultyFiles();
  const open = (files: FaultyFiles) =>
    ['a-', 'b-'].map((prefix) => Store.open({ files: prefixedFiles(files, prefix) }));
  const key = utf8('key');
  for (const [i, store] of open(disk).entries()) {
    store.write(new Batch().put(key, utf8(`value ${i}`)));
    store.flush();
  }
  disk.powerCut();
  const values = open(disk.restart()).map((store) => store.get(key));
  expect(values).toEqual([utf8('value 0'), utf8('value 1')]);
});
