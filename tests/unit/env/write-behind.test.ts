import { expect, test } from 'vitest';
import { FerrisError } from '../../../engine/base/errors.ts';
import { type Job, type QueuedFile, WriteBehind } from '../../../engine/env/write-behind.ts';

const toError = (error: unknown) => new FerrisError('FERRIS_IO', String(error), {}, error);
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

function fileOf(id: number, size: number) {
  return {
    id,
    name: `f${id}`,
    size,
    unwrittenBytes: size,
    durableBytes: 0,
    plan: () => ({ remove: undefined, put: [] }),
    copy: () => new Uint8Array(0),
  } satisfies QueuedFile;
}

/** A queue whose transactions end when told to. */
function held() {
  const jobs: { job: Job; end: (error?: Error) => void }[] = [];
  const queue = new WriteBehind(
    (job) =>
      new Promise((resolve, reject) => {
        jobs.push({ job, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    toError,
  );
  return { queue, jobs };
}

test('syncs of one turn share a transaction; those that come meanwhile share the next', async () => {
  const { queue, jobs } = held();
  const [a, b] = [fileOf(1, 10), fileOf(2, 20)];
  queue.sync(a);
  queue.sync(b);
  await settled();
  expect(jobs).toHaveLength(1);
  a.size = 11;
  queue.append(a);
  queue.sync(a);
  queue.syncDirectory();
  await settled();
  expect([jobs.length, a.durableBytes, queue.directoryDurable]).toEqual([1, 0, false]);
  jobs[0]?.end();
  await settled();
  expect([jobs.length, a.durableBytes, b.durableBytes]).toEqual([2, 10, 20]);
  expect(jobs[1]?.job).toMatchObject({ strict: true, written: [a] });
  jobs[1]?.end();
  await settled();
  expect([a.durableBytes, queue.directoryDurable]).toEqual([11, true]);
});

test('what nobody waits for is written soon, and not strictly', async () => {
  const { queue, jobs } = held();
  const a = fileOf(1, 10);
  queue.create(a);
  queue.append(a);
  expect(jobs).toHaveLength(0);
  await settled();
  expect(jobs[0]?.job).toEqual({ created: [a], written: [a], deleted: [], strict: false });
});

test('a file created and deleted between two transactions is in neither', async () => {
  const { queue, jobs } = held();
  const [a, b] = [fileOf(1, 10), fileOf(2, 20)];
  queue.create(a);
  queue.append(a);
  queue.delete(a);
  queue.delete(b);
  await settled();
  expect(jobs[0]?.job).toEqual({ created: [], written: [], deleted: [2], strict: false });
});

test('a sync asked for by whoever waited for the last one is not forgotten', async () => {
  const queue = new WriteBehind(async () => {}, toError);
  const a = fileOf(1, 10);
  const rounds = 50;
  for (let round = 1; round <= rounds; round++) {
    const durable = new Promise<void>((resolve) => {
      queue.onProgress = resolve;
    });
    a.size = 10 * round;
    queue.sync(a);
    await durable;
    expect(a.durableBytes).toBe(10 * round);
  }
});

test('a transaction that fails stops the queue, moves no watermark, and is told once', async () => {
  const { queue, jobs } = held();
  const a = fileOf(1, 10);
  let told = 0;
  queue.onProgress = () => {
    told++;
  };
  queue.sync(a);
  await settled();
  queue.sync(a);
  jobs[0]?.end(new Error('no'));
  await settled();
  await queue.drain();
  expect([jobs.length, a.durableBytes, told]).toEqual([1, 0, 1]);
  expect(queue.failure).toMatchObject({ code: 'FERRIS_IO' });
});

test('drain waits for everything, the unsynced too', async () => {
  const written: Job[] = [];
  const queue = new WriteBehind(async (job) => {
    await settled();
    written.push(job);
  }, toError);
  queue.append(fileOf(1, 10));
  const drained = queue.drain();
  queue.append(fileOf(2, 10));
  await drained;
  expect(written.flatMap((job) => job.written)).toHaveLength(2);
});
