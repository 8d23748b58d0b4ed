// The conformance suite in a real browser: memory and IndexedDB in the page, OPFS in a worker.

import { afterAll, describe, expect, test } from 'vitest';
import { idbFiles } from '../../engine/env/files-idb.ts';
import { memoryFiles } from '../../engine/env/files-memory.ts';
import { opfsFiles } from '../../engine/env/files-opfs.ts';
import { filesConformance } from './files.ts';
import { Runner } from './runner.ts';

let databases = 0;
const freshName = () => `conformance/${Date.now()}-${databases++}`;

describe('memory', () => {
  test.each(filesConformance)('$name', ({ run }) => run(memoryFiles()));
});

describe('idb', () => {
  test.each(filesConformance)('$name', async ({ run }) => {
    const source = idbFiles(freshName());
    await run(source);
    await source.destroy();
  });
});

describe('opfs', () => {
  const runner = new Runner();
  afterAll(() => runner.end());

  test.each(filesConformance)('$name', ({ name }) =>
    runner.run({ run: name, database: freshName() }),
  );

  test('names of databases that need escaping', async () => {
    for (const database of ['..', '.', 'a/b', 'Größe', '\u{1F980}', 'CON', '%2e%2e', ' ']) {
      await runner.run({ run: filesConformance[0]?.name ?? '', database });
    }
    await expect(runner.run({ run: 'open', database: '' })).rejects.toThrow(
      'FERRIS_INVALID_ARGUMENT',
    );
  });

  test('another worker is told to close the first, and gets in when that one is gone', async () => {
    const holder = new Runner();
    const database = freshName();
    await holder.run({ run: 'hold', database });
    await expect(runner.run({ run: 'open', database })).rejects.toThrow(
      /FERRIS_LOCKED.*another tab.*close it/,
    );
    holder.end();
    await expect.poll(() => runner.run({ run: 'open', database })).toBeUndefined();
  });

  test('a worker that is ended loses nothing of the tasks before, not even lazy appends', async () => {
    const ended = new Runner();
    const database = freshName();
    await ended.run({ run: 'lazily', database });
    ended.end();
    const read = () => runner.run({ run: 'lazily, after it ended', database });
    await expect.poll(read).toBeUndefined();
  });

  test('outside of a worker it is FERRIS_UNSUPPORTED, and says what to use', async () => {
    await expect(opfsFiles('page').mount()).rejects.toThrow(/FERRIS_UNSUPPORTED.*idbFiles/);
  });
});
