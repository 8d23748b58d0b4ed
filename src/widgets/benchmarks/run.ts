// A small run in the reader's own browser: the loops, the rounds and the checks of the
// benchmark, FerrisDB on OPFS against IndexedDB, each in a worker of its own.

import type { Answer, Request } from '../../../tests/bench/answer.ts';
import { comparisons } from '../../../tests/bench/compare.ts';
import { type Host, measure, type Step } from '../../../tests/bench/measure.ts';
import { type Plan, WORKLOADS } from '../../../tests/bench/workloads.ts';

export const ROUNDS = 3;

const NAMES = [
  'fillrandom',
  'fillrandom-100',
  'fillsync',
  'readrandom',
  'readmissing',
  'readseq',
  'seek',
  'overwrite',
  'ycsb-a',
];

const PLAN: Plan = {
  suite: 'browser',
  sizes: { records: 5000, syncs: 50, gets: 5000, seeks: 1000, cellMsMax: 400 },
  workloads: WORKLOADS.filter(({ name }) => NAMES.includes(name)),
};

export const RECORDS = PLAN.sizes.records;

const STORES = ['ferrisdb', 'idb'];

/** How many times a store runs a workload in one run: what progress counts. */
export const STEPS = PLAN.workloads.length * ROUNDS * STORES.length;

export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  /** How many times as fast FerrisDB was. */
  readonly ratio: number;
}

/**
 * Runs everything; `onStep` hears of each step before it begins.
 * @throws the reason of `signal` when it is aborted, and whatever a store throws
 */
export async function run(onStep: (step: Step) => void, signal: AbortSignal): Promise<Row[]> {
  const host = workers(signal);
  try {
    const { workloads } = await measure(host, PLAN, ROUNDS, onStep);
    return workloads.map((workload) => ({
      name: workload.name,
      ours: workload.peers.ferrisdb?.value ?? 0,
      theirs: workload.peers.idb?.value ?? 0,
      ratio: comparisons(workload)[0]?.ratio ?? 0,
    }));
  } finally {
    await host.close();
    if (signal.aborted) await cleanUp();
  }
}

/** A worker that was ended lets go of its files a moment later. */
const TRIES_MAX = 50;
const TRY_AGAIN_MS = 100;

/** Removes what a run that was cut off has left behind. */
async function cleanUp(): Promise<void> {
  const host = workers(new AbortController().signal);
  for (const store of STORES) {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const { error } = await host.call(store, { name: 'finish', sizes: PLAN.sizes });
      if (error === undefined) break;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }
  await host.close();
}

function workers(signal: AbortSignal): Host {
  const running = new Map<string, Worker>();
  const call = (store: string, request: Request): Promise<Answer> => {
    signal.throwIfAborted();
    const worker = running.get(store) ?? newWorker(store);
    running.set(store, worker);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) =>
        reject(new Error(`the worker of ${store} failed: ${message}`));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.postMessage(request);
    });
  };
  return {
    peers: STORES,
    versions: {},
    call,
    async close() {
      for (const worker of running.values()) worker.terminate();
    },
  };
}

const newWorker = (name: string) =>
  new Worker(new URL('./run-worker.ts', import.meta.url), { type: 'module', name });
