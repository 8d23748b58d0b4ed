// What every file system of the engine keeps (engine/env/files.ts), as a list of cases.
//
// A case is a name and a function, with no test runner in it, so that the same list
// runs in Node, in a page, and in a worker that reports back.

import { Random } from '../../engine/base/random.ts';
import type { File, Files, FilesSource, Volume } from '../../engine/env/files.ts';
import {
  check,
  content,
  create,
  equal,
  equalContent,
  eventually,
  rejects,
  throws,
} from './assertions.ts';

export interface ConformanceCase {
  readonly name: string;
  /** `source` is empty, and nobody else's. */
  run(source: FilesSource): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

/** `count` bytes that differ from place to place and from `salt` to `salt`. */
function pattern(count: number, salt: number): Uint8Array {
  const made = new Uint8Array(count);
  for (let i = 0; i < count; i++) made[i] = i * 31 + (i >>> 8) * 7 + salt;
  return made;
}

/** Runs `use` on a mounted volume, and closes it. */
async function mounted<T>(
  source: FilesSource,
  use: (files: Files, volume: Volume) => T | Promise<T>,
): Promise<T> {
  const volume = await source.mount();
  try {
    return await use(volume.files, volume);
  } finally {
    await volume.close();
  }
}

const cases: ConformanceCase[] = [];

/** A case on one mounted file system. */
function files(name: string, run: (files: Files, volume: Volume) => void | Promise<void>): void {
  cases.push({ name, run: (source) => mounted(source, run) });
}

/** A case that mounts by itself. */
function source(name: string, run: (source: FilesSource) => Promise<void>): void {
  cases.push({ name, run });
}

// Reading and appending.

files('a new file is empty', (files) => {
  const file = files.create('a');
  equal([file.name, file.size, file.durableBytes], ['a', 0, 0], 'name, size, watermark');
  equal(file.read(0, bytes(9)), 0, 'bytes read');
});

files('an append is visible at once, to every handle', (files) => {
  const one = files.create('a');
  const two = files.open('a');
  one.append(bytes(1, 2, 3));
  two.append(bytes(4));
  equal([one.size, two.size], [4, 4], 'sizes');
  equalContent(content(one), bytes(1, 2, 3, 4), 'content');
  equalContent(content(two), bytes(1, 2, 3, 4), 'content');
});

files('appended bytes are copied, and may be a window of a larger buffer', (files) => {
  const file = files.create('a');
  const buffer = bytes(1, 2, 3, 4, 5);
  file.append(buffer.subarray(1, 4));
  buffer.fill(9);
  equalContent(content(file), bytes(2, 3, 4), 'content');
});

files('reads start anywhere, and fill what they are given', (files) => {
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

files('a read fills a window of a larger buffer, and nothing around it', (files) => {
  const file = files.create('a');
  file.append(bytes(1, 2, 3));
  const buffer = bytes(9, 9, 9, 9, 9);
  equal(file.read(1, buffer.subarray(2, 4)), 2, 'bytes read');
  equalContent(buffer, bytes(9, 9, 2, 3, 9), 'buffer');
});

files('a read past the end is short, or nothing, and leaves the rest of the buffer', (files) => {
  const file = files.create('a');
  file.append(bytes(1, 2, 3));
  const into = bytes(9, 9, 9);
  equal(file.read(2, into), 1, 'bytes read across the end');
  equalContent(into, bytes(3, 9, 9), 'buffer');
  equal(file.read(3, into), 0, 'bytes read at the end');
  equal(file.read(1e9, into), 0, 'bytes read far behind the end');
  equal(file.read(0, new Uint8Array(0)), 0, 'bytes read into nothing');
});

files('a read from no place is refused', (files) => {
  const file = files.create('a');
  for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    throws('FERRIS_INVALID_ARGUMENT', () => file.read(offset, bytes(0)));
  }
});

files('an append of nothing changes nothing', (files) => {
  const file = files.create('a');
  file.append(bytes(1));
  file.append(new Uint8Array(0));
  equalContent(content(file), bytes(1), 'content');
});

// Handles.

files('a closed handle refuses every call, others go on; closing twice is fine', (files) => {
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

files('a file closed by all can be opened and appended to again', (files) => {
  const file = files.create('a');
  file.append(bytes(1));
  file.close();
  const again = files.open('a');
  again.append(bytes(2));
  equalContent(content(again), bytes(1, 2), 'content');
});

// Names.

files('creating what exists and opening or deleting what does not', (files) => {
  files.create('a').append(bytes(1));
  throws('FERRIS_EXISTS', () => files.create('a'));
  equal(files.open('a').size, 1, 'size, after the refused creation');
  throws('FERRIS_NOT_FOUND', () => files.open('b'));
  throws('FERRIS_NOT_FOUND', () => files.delete('b'));
  equal([files.exists('a'), files.exists('b')], [true, false], 'existence');
});

files('the list is sorted by UTF-16 code units', (files) => {
  for (const name of ['b', 'a10', 'B', 'a2', '\u{1F980}', '\u{FFFD}', 'a']) files.create(name);
  equal(files.list(), ['B', 'a', 'a10', 'a2', 'b', '\u{1F980}', '\u{FFFD}'], 'list');
});

files('a deleted file is gone, and its handles are closed', (files) => {
  const file = files.create('a');
  file.append(bytes(1, 2, 3));
  files.delete('a');
  equal([files.exists('a'), files.list()], [false, []], 'existence and list');
  throws('FERRIS_CLOSED', () => file.read(0, bytes(1)));
  throws('FERRIS_CLOSED', () => file.append(bytes(1)));
  throws('FERRIS_CLOSED', () => file.sync());
  file.close();
});

files('a name can be used again, for another file', (files) => {
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

source('names that need escaping stay apart, and come back after a remount', async (source) => {
  await mounted(source, async (files, volume) => {
    for (const [i, name] of AWKWARD_NAMES.entries()) (await create(volume, name)).append(bytes(i));
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
});

files('names that no file can have', (files) => {
  throws('FERRIS_INVALID_ARGUMENT', () => files.create(''));
  throws('FERRIS_INVALID_ARGUMENT', () => files.create('a\0b'));
  throws('FERRIS_INVALID_ARGUMENT', () => files.create('half \ud83e'));
  throws('FERRIS_TOO_LARGE', () => files.create('x'.repeat(121)));
  throws('FERRIS_TOO_LARGE', () => files.create('\u{1F980}'.repeat(31)));
  equal(files.list(), [], 'list');
});

// Durability.

files(
  'a sync moves the watermark to what was appended before it, at once or later',
  async (files) => {
    const file = files.create('a');
    file.append(pattern(1000, 1));
    equal(file.durableBytes, 0, 'watermark before any sync');
    file.sync();
    await eventually(() => file.durableBytes === 1000, 'the watermark is at 1000');
    file.append(bytes(1));
    equal(file.durableBytes, 1000, 'watermark after one more append');
    equal(files.open('a').durableBytes, 1000, 'watermark of another handle');
    files.open('a').sync();
    await eventually(() => file.durableBytes === 1001, 'the watermark is at 1001');
  },
);

files('a watermark never claims what was appended after the sync was asked for', async (files) => {
  const file = files.create('a');
  let asked = 0;
  for (let round = 0; round < 20; round++) {
    file.append(pattern(100, round));
    file.sync();
    asked = file.size;
    file.append(pattern(50, round));
    check(file.durableBytes <= asked, `${file.durableBytes} is within the ${asked} asked for`);
  }
  await eventually(() => file.durableBytes >= asked, 'all that was asked for is durable');
  equal(file.durableBytes, asked, 'watermark');
});

files('syncs of several files take effect in the order they were asked for', async (files) => {
  const all = ['a', 'b', 'c', 'd'].map((name) => files.create(name));
  const durable = () => all.map((file) => file.durableBytes);
  for (const file of all) file.append(pattern(3000, 1));
  for (const file of all) file.sync();
  await eventually(() => {
    const marks = durable();
    check(
      marks.every((mark, i) => i === 0 || mark <= (marks[i - 1] as number)),
      `${marks} is in order`,
    );
    return marks[3] === 3000;
  }, 'the last file is durable');
});

files('onDurable is called after a watermark that moved late', async (files) => {
  const file = files.create('a');
  let calls = 0;
  files.onDurable = () => {
    calls++;
  };
  file.append(bytes(1));
  file.sync();
  const late = file.durableBytes === 0;
  await eventually(() => file.durableBytes === 1, 'the byte is durable');
  await new Promise((resolve) => setTimeout(resolve, 5));
  check(
    late ? calls > 0 : calls === 0,
    `${calls} calls, when durability came ${late ? 'late' : 'at once'}`,
  );
  equal(files.failure, undefined, 'failure');
});

files('a directory sync takes effect', async (files) => {
  files.create('a');
  files.syncDirectory();
  files.delete('a');
  files.syncDirectory();
  await eventually(() => files.directoryDurable, 'the directory is durable');
});

// Mounting.

source('what was synced is there after a remount, and can be appended to', async (source) => {
  await mounted(source, (files) => {
    const file = files.create('log');
    file.append(pattern(70_000, 1));
    file.sync();
    files.syncDirectory();
  });
  await mounted(source, async (files) => {
    const file = files.open('log');
    equal(file.durableBytes, 0, 'watermark after a mount');
    file.append(pattern(33, 2));
    file.sync();
    await eventually(() => file.durableBytes === 70_033, 'all of it is durable');
  });
  await mounted(source, (files) => {
    const all = content(files.open('log'));
    equalContent(all.subarray(0, 70_000), pattern(70_000, 1), 'old bytes');
    equalContent(all.subarray(70_000), pattern(33, 2), 'new bytes');
  });
});

source('what was not synced survives an orderly close too', async (source) => {
  await mounted(source, (files) => files.create('a').append(bytes(1, 2)));
  await mounted(source, (files) => equalContent(content(files.open('a')), bytes(1, 2), 'content'));
});

source('deleting is remembered, and a name used again has the new bytes', async (source) => {
  await mounted(source, (files) => {
    for (const name of ['a', 'b']) files.create(name).append(pattern(9000, 1));
  });
  await mounted(source, (files) => {
    files.delete('a');
    files.delete('b');
    files.create('b').append(bytes(5));
  });
  await mounted(source, (files) => {
    equal(files.list(), ['b'], 'list');
    equalContent(content(files.open('b')), bytes(5), 'content');
  });
});

source('a second opener is told that the first has it, until that one closes', async (source) => {
  await mounted(source, async (files) => {
    files.create('a').append(bytes(1));
    const message = await rejects('FERRIS_LOCKED', source.mount());
    check(/close/.test(message), `${message} says what to do`);
    files.open('a').append(bytes(2));
  });
  await mounted(source, (files) => equalContent(content(files.open('a')), bytes(1, 2), 'content'));
});

source('a closed volume refuses every call, of its handles too', async (source) => {
  let files: Files | undefined;
  let file: File | undefined;
  await mounted(source, (opened) => {
    files = opened;
    file = opened.create('a');
  });
  throws('FERRIS_CLOSED', () => files?.list());
  throws('FERRIS_CLOSED', () => files?.exists('a'));
  throws('FERRIS_CLOSED', () => files?.create('b'));
  throws('FERRIS_CLOSED', () => files?.open('a'));
  throws('FERRIS_CLOSED', () => files?.delete('a'));
  throws('FERRIS_CLOSED', () => files?.syncDirectory());
  throws('FERRIS_CLOSED', () => file?.append(bytes(1)));
  throws('FERRIS_CLOSED', () => file?.sync());
  file?.close();
});

source('a volume closed twice does not let go of what another has mounted', async (source) => {
  const first = await source.mount();
  await first.close();
  await mounted(source, async (files) => {
    await first.close();
    await rejects('FERRIS_LOCKED', source.mount());
    files.create('a');
  });
});

source('destroy deletes everything, and only when nobody has it open', async (source) => {
  await mounted(source, async (files) => {
    files.create('a').append(pattern(5000, 1));
    await rejects('FERRIS_LOCKED', source.destroy());
    equal(files.open('a').size, 5000, 'size');
  });
  await source.destroy();
  await source.destroy();
  await mounted(source, (files) => equal(files.list(), [], 'list'));
});

// Size and number.

source('three hundred files', async (source) => {
  const name = (i: number) => `file-${i}`;
  await mounted(source, async (files, volume) => {
    for (let i = 0; i < 300; i++) {
      const file = await create(volume, name(i));
      file.append(pattern(i, i));
      if (i % 3 === 0) file.close();
    }
    files.syncDirectory();
  });
  await mounted(source, async (files, volume) => {
    equal(files.list().length, 300, 'number of files');
    for (let i = 0; i < 300; i++)
      equalContent(content(files.open(name(i))), pattern(i, i), name(i));
    for (let i = 0; i < 300; i++) if (i % 10 > 0) files.delete(name(i));
    await volume.upkeep();
    equal(files.list().length, 30, 'number of files left');
    equalContent(content(files.open(name(290))), pattern(290, 290), name(290));
  });
  await mounted(source, (files) => equal(files.list().length, 30, 'number of files left'));
});

source('a file of 16 MiB, written in pieces of many sizes', async (source) => {
  const size = 16 * 1024 * 1024;
  const whole = pattern(size, 3);
  await mounted(source, async (files) => {
    const file = files.create('big');
    for (
      let at = 0, piece = 1;
      at < size;
      at += piece, piece = Math.min((piece * 3) % 1_000_003, size)
    ) {
      file.append(whole.subarray(at, Math.min(at + piece, size)));
    }
    file.sync();
    await eventually(() => file.durableBytes === size, 'all of it is durable');
    equalContent(content(file), whole, 'content');
  });
  await mounted(source, (files) =>
    equalContent(content(files.open('big')), whole, 'content after a remount'),
  );
});

source('many small synced appends', async (source) => {
  const whole = pattern(300 * 37, 5);
  await mounted(source, async (files) => {
    const file = files.create('log');
    for (let i = 0; i < 300; i++) {
      file.append(whole.subarray(i * 37, (i + 1) * 37));
      file.sync();
      if (i % 7 === 0)
        await eventually(() => file.durableBytes === file.size, 'the append is durable');
    }
  });
  await mounted(source, (files) => equalContent(content(files.open('log')), whole, 'content'));
});

source('random calls agree with a map of arrays, over remounts', async (source) => {
  const random = new Random(42);
  const model = new Map<string, Uint8Array>();
  for (let round = 0; round < 6; round++) {
    await mounted(source, async (files, volume) => {
      for (let step = 0; step < 60; step++) await randomStep(random, files, volume, model);
      files.syncDirectory();
    });
    await mounted(source, (files) => {
      equal(files.list(), [...model.keys()].sort(), 'list');
      for (const [name, expected] of model) equalContent(content(files.open(name)), expected, name);
    });
  }
});

async function randomStep(
  random: Random,
  files: Files,
  volume: Volume,
  model: Map<string, Uint8Array>,
) {
  const name = `f${random.below(6)}`;
  const old = model.get(name);
  if (old === undefined) {
    (await create(volume, name)).close();
    model.set(name, new Uint8Array(0));
  } else if (random.chance(1, 8)) {
    files.delete(name);
    model.delete(name);
  } else {
    const file = files.open(name);
    const more = random.bytes(random.below(random.pick([10, 600, 70_000])));
    file.append(more);
    if (random.chance(1, 4)) file.sync();
    file.close();
    const joined = new Uint8Array(old.length + more.length);
    joined.set(old);
    joined.set(more, old.length);
    model.set(name, joined);
  }
}

/** Every case, in order. */
export const filesConformance: readonly ConformanceCase[] = cases;
