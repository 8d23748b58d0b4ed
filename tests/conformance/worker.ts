// Runs conformance cases in a worker, where OPFS is, for a test that waits outside.

import { opfsFiles } from '../../engine/env/files-opfs.ts';
import { content, equalContent } from './assertions.ts';
import { filesConformance } from './files.ts';
import { quotaConformance } from './quota.ts';
import { mounted, pattern } from './suite.ts';

const LAZY = pattern(5000, 1);

/** What a test asks for: a case by its name, `quota`, or to hold a database open, with `lazily` after an append. */
export interface Request {
  readonly run: string;
  readonly database: string;
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    await run(data);
    self.postMessage({ ok: true });
  } catch (error) {
    const { message, stack, cause } = error as Error;
    self.postMessage({
      ok: false,
      message,
      stack: `${stack}${cause === undefined ? '' : `\ncause: ${cause}`}`,
    });
  }
};

async function run({ run: name, database }: Request): Promise<void> {
  const source = opfsFiles(database);
  if (name === 'hold') {
    await source.mount();
    return;
  }
  if (name === 'lazily') {
    (await source.mount()).files.create('a').append(LAZY, true);
    return;
  }
  if (name === 'lazily, after it ended') {
    await mounted(source, (files) => equalContent(content(files.open('a')), LAZY, 'content'));
    return;
  }
  if (name === 'open') {
    await (await source.mount()).close();
    return;
  }
  if (name === 'quota') {
    await quotaConformance(source, { pieceBytes: 1 << 19, pieces: 16, deletingMakesRoom: true });
    return;
  }
  const found = filesConformance.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no case "${name}"`);
  await found.run(source);
  await source.destroy();
}
