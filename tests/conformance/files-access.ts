// Reading, appending, handles and names.

import { content, create, equal, equalContent, throws } from './assertions.ts';
import { bytes, mounted, pattern, Suite } from './suite.ts';

export const access = new Suite();

// Reading and appending.

access.files('a new file is empty', (files) => {
  const file = files.create('a');
  equal([file.name, file.size, file.durableBytes], ['a', 0, 0], 'name, size, watermark');
  equal(file.read(0, bytes(9)), 0, 'bytes read');
});

access.files('an append is visible at once, to every handle', (files) => {
  const one = files.create('a');
  const two = files.open('a');
  one.append(bytes(1, 2, 3));
  two.append(bytes(4));
  equal([one.size, two.size], [4, 4], 'sizes');
  equalContent(content(one), bytes(1, 2, 3, 4), 'content');
  equalContent(content(two), bytes(1, 2, 3, 4), 'content');
});

access.files('appended bytes are copied, and may be a window of a larger buffer', (files) => {
  const file = files.create('a');
  const buffer = bytes(1, 2, 3, 4, 5);
  file.append(buffer.subarray(1, 4));
  buffer.fill(9);
  equalContent(content(file), bytes(2, 3, 4), 'content');
});

access.files('reads start anywhere, and fill what they are given', (files) => {
  const file = files.create('a');
  const whole = pattern(10_000, 1);
  file.append(whole);
  for (const [offset, length] of [
    [0, 1],
    [1, 511],
    [511, 2],
    [4095, 4098],
    [9_999, 1],
    [0, 10_000],
  ] as const) {
    const into = new Uint8Array(length);
    equal(file.read(offset, into), length, `bytes read at ${offset}`);
    equalContent(into, whole.subarray(offset, offset + length), `read at ${offset}`);
  }
});

access.files('a read fills a window of a larger buffer, and nothing around it', (files) => {
  const file = files.create('a');
  file.append(bytes(1, 2, 3));
  const buffer = bytes(9, 9, 9, 9, 9);
  equal(file.read(1, buffer.subarray(2, 4)), 2, 'bytes read');
  equalContent(buffer, bytes(9, 9, 2, 3, 9), 'buffer');
});

access.files(
  'a read past the end is short, or nothing, and leaves the rest of the buffer',
  (files) => {
    const file = files.create('a');
    file.append(bytes(1, 2, 3));
    const into = bytes(9, 9, 9);
    equal(file.read(2, into), 1, 'bytes read across the end');
    equalContent(into, bytes(3, 9, 9), 'buffer');
    equal(file.read(3, into), 0, 'bytes read at the end');
    equal(file.read(1e9, into), 0, 'bytes read far behind the end');
    equal(file.read(0, new Uint8Array(0)), 0, 'bytes read into nothing');
  },
);

access.files('a read from no place is refused', (files) => {
  const file = files.create('a');
  for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    throws('FERRIS_INVALID_ARGUMENT', () => file.read(offset, bytes(0)));
  }
});

access.files('an append of nothing changes nothing', (files) => {
  const file = files.create('a');
  file.append(bytes(1));
  file.append(new Uint8Array(0));
  equalContent(content(file), bytes(1), 'content');
});

/** Around what a file system may let wait in memory. */
const LAZY_BYTES = [1, 700, 40_000, 70_000] as const;

access.files('a lazy append is visible at once, to every handle, beside others', async (files) => {
  const one = files.create('a');
  const two = files.open('a');
  const whole = pattern(300_000, 3);
  let at = 0;
  for (let round = 0; at < whole.length; round++) {
    const end = Math.min(whole.length, at + (LAZY_BYTES[round % LAZY_BYTES.length] as number));
    (round % 2 ? one : two).append(whole.subarray(at, end), round % 3 !== 0);
    const from = Math.max(0, at - 999);
    const into = new Uint8Array(end - from);
    equal(two.read(from, into), into.length, `bytes read from ${from}`);
    equalContent(into, whole.subarray(from, end), `read from ${from}`);
    at = end;
    equal([one.size, two.size], [at, at], 'sizes');
    if (round % 5 === 0) await null;
  }
  equalContent(content(one), whole, 'content');
});

access.files('bytes of a lazy append are copied', async (files) => {
  const file = files.create('a');
  const buffer = bytes(1, 2, 3);
  file.append(buffer, true);
  buffer.fill(9);
  equalContent(content(file), bytes(1, 2, 3), 'content');
  await null;
  equalContent(content(file), bytes(1, 2, 3), 'content, when the task is over');
});

// Handles.

access.files('a closed handle refuses every call, others go on; closing twice is fine', (files) => {
  const one = files.create('a');
  const two = files.open('a');
  one.close();
  one.close();
  throws('FERRIS_CLOSED', () => one.append(bytes(1)));
  throws('FERRIS_CLOSED', () => one.read(0, bytes(1)));
  throws('FERRIS_CLOSED', () => one.sync());
  two.append(bytes(1));
  equal(files.open('a').size, 1, 'size');
});

access.files('a file closed by all can be opened and appended to again', (files) => {
  const file = files.create('a');
  file.append(bytes(1));
  file.close();
  const again = files.open('a');
  again.append(bytes(2));
  equalContent(content(again), bytes(1, 2), 'content');
});

// Names.

access.files('creating what exists and opening or deleting what does not', (files) => {
  files.create('a').append(bytes(1));
  throws('FERRIS_EXISTS', () => files.create('a'));
  equal(files.open('a').size, 1, 'size, after the refused creation');
  throws('FERRIS_NOT_FOUND', () => files.open('b'));
  throws('FERRIS_NOT_FOUND', () => files.delete('b'));
  equal([files.exists('a'), files.exists('b')], [true, false], 'existence');
});

access.files('the list is sorted by UTF-16 code units', async (files, volume) => {
  for (const name of ['b', 'a10', 'B', 'a2', '\u{1F980}', '\u{FFFD}', 'a'])
    await create(volume, name);
  equal(files.list(), ['B', 'a', 'a10', 'a2', 'b', '\u{1F980}', '\u{FFFD}'], 'list');
});

access.files('a deleted file is gone, and its handles are closed', (files) => {
  const file = files.create('a');
  file.append(bytes(1, 2, 3));
  files.delete('a');
  equal([files.exists('a'), files.list()], [false, []], 'existence and list');
  throws('FERRIS_CLOSED', () => file.read(0, bytes(1)));
  throws('FERRIS_CLOSED', () => file.append(bytes(1)));
  throws('FERRIS_CLOSED', () => file.sync());
  file.close();
});

access.files('a name can be used again, for another file', (files) => {
  const old = files.create('a');
  old.append(pattern(5000, 1));
  old.sync();
  files.delete('a');
  const file = files.create('a');
  equal([file.size, file.durableBytes], [0, 0], 'size and watermark');
  file.append(bytes(7));
  throws('FERRIS_CLOSED', () => old.read(0, bytes(1)));
  equalContent(content(files.open('a')), bytes(7), 'content');
});

access.files('what was appended lazily to a deleted file is in no other', async (files) => {
  files.create('a').append(bytes(1, 2, 3), true);
  files.delete('a');
  const file = files.create('b');
  await null;
  equal(file.size, 0, 'size');
  file.append(bytes(7));
  equalContent(content(file), bytes(7), 'content');
});

/** Names that some file system refuses, mistakes for a path, or can't tell apart. */
const AWKWARD_NAMES = [
  'Größe',
  'a/b',
  '/',
  '\\',
  '..',
  '.',
  '.hidden',
  'trailing.',
  ' ',
  'two words',
  'new\nline',
  'tab\t',
  '%',
  '%2F',
  '%2f',
  'a',
  'A',
  'aB',
  'Ab',
  'AB',
  'con',
  'nul.txt',
  'COM1',
  '*?"<>|:',
  '\u00e9',
  'e\u0301',
  '\u{1F980}',
  '__proto__',
  'constructor',
  'toString',
  '=61',
  '=lock',
  '=lock.1.1.x',
  '~',
  '-rf',
  '\x7f',
  '\x01',
  'x'.repeat(120),
  'X'.repeat(120),
  '\u{1F980}'.repeat(30),
];

access.source(
  'names that need escaping stay apart, and come back after a remount',
  async (source) => {
    await mounted(source, async (files, volume) => {
      for (const [i, name] of AWKWARD_NAMES.entries())
        (await create(volume, name)).append(bytes(i));
      files.syncDirectory();
    });
    await mounted(source, (files) => {
      equal(files.list(), [...AWKWARD_NAMES].sort(), 'list');
      for (const [i, name] of AWKWARD_NAMES.entries()) {
        equalContent(content(files.open(name)), bytes(i), `content of ${JSON.stringify(name)}`);
      }
      for (const name of AWKWARD_NAMES) files.delete(name);
      equal(files.list(), [], 'list after deleting');
    });
  },
);

access.files('names that no file can have', (files) => {
  throws('FERRIS_INVALID_ARGUMENT', () => files.create(''));
  throws('FERRIS_INVALID_ARGUMENT', () => files.create('a\0b'));
  throws('FERRIS_INVALID_ARGUMENT', () => files.create('half \ud83e'));
  throws('FERRIS_TOO_LARGE', () => files.create('x'.repeat(121)));
  throws('FERRIS_TOO_LARGE', () => files.create('\u{1F980}'.repeat(31)));
  equal(files.list(), [], 'list');
});
