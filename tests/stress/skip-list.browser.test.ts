// The same in a browser, whose pages have shared memory when they are cross-origin isolated:
// vitest.config.ts asks for that.

import { afterAll, expect, test } from 'vitest';
import { stress, type Thread } from './skip-list-stress.ts';
import type { Done, Job } from './skip-list-thread.ts';

const workers: Worker[] = [];

function startThread(): Thread {
  const worker = new Worker(new URL('./skip-list-worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return {
    run: (job: Job) =>
      new Promise<Done>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<Done>) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(job);
      }),
  };
}

afterAll(() => {
  for (const worker of workers) worker.terminate();
});

test('the page is cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true);
});

test('threads insert and read at once: nothing is lost, torn or out of order', async () => {
  const writers = [startThread(), startThread()];
  const readers = [startThread()];
  const done = await stress(writers, readers, 2, 2);
  expect(done.rounds).toBeGreaterThan(0);
  expect(done.inserts).toBeGreaterThan(1000);
  expect(done.reads).toBeGreaterThan(0);
});
