// The conformance suite in a real browser: memory and IndexedDB in the page, OPFS in a worker.

import { afterAll, describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { idbFiles } from '../../engine/env/files-idb.ts';
import { memoryFiles } from '../../engine/env/files-memory.ts';
import { opfsFiles } from '../../engine/env/files-opfs.ts';
import { filesConformance } from './files.ts';
import { quotaConformance } from './quota.ts';
import type { Request } from './worker.ts';

let databases = 0;
const freshName = () => `conformance/${Date.now()}-${databases++}`;

class Runner {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

  /** Runs a case in the worker; what it throws there is thrown here. */
  async run(request: Request): Promise<void> {
    this.#worker.postMessage(request);
    const answer = await new Promise<MessageEvent>((resolve, reject) => {
      this.#worker.onmessage = resolve;
      this.#worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
    });
    if (answer.data.ok) return;
    const error = new Error(answer.data.message);
    error.stack = answer.data.stack;
    throw error;
  }

  end(): void {
    this.#worker.terminate();
  }
}

describe('memory', () => {
  test.each(filesConformance)('$name', ({ run }) => run(memoryFiles()));
});

describe('idb', () => {
  test.each(filesConformance)('$name', async ({ run }) => {
    const source = idbFiles(freshName());
    await run(source);
    await source.destroy();
  });

  test('a full quota stops it with FERRIS_NO_SPACE, and loses nothing durable', () =>
    withQuota(4 << 20, () => quotaConformance(idbFiles(freshName()), 400)));
});

/** Runs with so many more bytes of storage than are used. */
async function withQuota(moreBytes: number, run: () => Promise<void>): Promise<void> {
  const { origin } = location;
  const { usage = 0 } = await navigator.storage.estimate();
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + moreBytes });
  try {
    await run();
  } finally {
    await cdp().send('Storage.overrideQuotaForOrigin', { origin });
  }
}

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

  test('a full quota is FERRIS_NO_SPACE, and loses nothing durable', () =>
    withQuota(4 << 20, () => runner.run({ run: 'quota', database: freshName() })));

  test('outside of a worker it is FERRIS_UNSUPPORTED, and says what to use', async () => {
    await expect(opfsFiles('page').mount()).rejects.toThrow(/FERRIS_UNSUPPORTED.*idbFiles/);
  });
});
