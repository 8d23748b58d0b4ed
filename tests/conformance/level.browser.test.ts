// abstract-level's published suite over OPFS: inside a worker, and as a page has it, with
// promises, messages and a worker in between.

import { afterAll, expect, test, vi } from 'vitest';
import { opfsFiles } from '../../engine/index.ts';
import { FerrisLevel } from '../../engine/level.ts';
import { levelConformance, type SuiteOutcome } from './level.ts';
import type { LevelRequest } from './level-worker.ts';

// How many assertions this version of the suite makes: fewer on a page, where no read is synchronous.
const ASSERTIONS = { worker: 5162, page: 4702 };

/** It opens a thousand databases, one after the other. */
const TIMEOUT_MS = 300_000;

const worker = new Worker(new URL('./level-worker.ts', import.meta.url), { type: 'module' });
afterAll(() => worker.terminate());

const ask = (request: LevelRequest, transfer: Transferable[] = []) =>
  worker.postMessage(request, transfer);

/** Stands in for the worker that each database on a page starts: a port to a server in ours. */
class ServedPort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror = null;
  onmessageerror = null;
  readonly #port: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => this.onmessage?.(event);
    this.#port = port1;
    ask({ serve: port2 }, [port2]);
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.#port.close();
  }
}

test(
  'abstract-level: all assertions hold in a worker, over OPFS',
  async () => {
    const outcome = await new Promise<SuiteOutcome>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
      ask({ run: `level/worker-${Date.now()}` });
    });
    expect(outcome.failures).toEqual([]);
    expect(outcome.passed).toBe(ASSERTIONS.worker);
  },
  TIMEOUT_MS,
);

test(
  'abstract-level: all assertions hold on a page, over OPFS in a worker',
  async () => {
    vi.stubGlobal('Worker', ServedPort);
    let databases = 0;
    const place = () => opfsFiles(`level/page-${Date.now()}-${databases++}`);
    const outcome = await levelConformance((options) => new FerrisLevel(place(), options));
    vi.unstubAllGlobals();
    expect(outcome.failures).toEqual([]);
    expect(outcome.passed).toBe(ASSERTIONS.page);
  },
  TIMEOUT_MS,
);
