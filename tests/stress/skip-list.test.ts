// STRESS_SECONDS=60 npx vitest run --project node tests/stress

import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { stress, type Thread } from './skip-list-stress.ts';
import type { Done, Job } from './skip-list-thread.ts';

const SECONDS = Number(process.env['STRESS_SECONDS'] ?? 2);
const SEED = Number(process.env['STRESS_SEED'] ?? 1);

const workers: Worker[] = [];

function startThread(): Thread {
  const worker = new Worker(new URL('./skip-list-worker-node.ts', import.meta.url));
  workers.push(worker);
  return {
    run: (job: Job) =>
      new Promise<Done>((resolve, reject) => {
        worker.removeAllListeners();
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage(job);
      }),
  };
}

afterAll(() => Promise.all(workers.map((worker) => worker.terminate())));

test(
  'threads insert and read at once: nothing is lost, torn or out of order',
  async () => {
    const writers = [startThread(), startThread(), startThread()];
    const readers = [startThread(), startThread()];
    const done = await stress(writers, readers, SECONDS, SEED);
    expect(done.rounds).toBeGreaterThan(0);
    expect(done.inserts).toBeGreaterThan(1000);
    expect(done.reads).toBeGreaterThan(0);
    if (SECONDS > 2) console.log(done);
  },
  (SECONDS + 120) * 1000,
);
