// Seeds on all cores: worker threads that each take a few seeds at a time.
//
// A run is alone with its seed, so how seeds are shared out changes nothing but the order in
// which reports come.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { linkOf } from './story.ts';

/** How one seed went. */
export interface SeedReport {
  readonly scenario: string;
  readonly seed: number;
  readonly kind: string;
  readonly failed: boolean;
  /** Which one is broken, if one is. */
  readonly invariant: string;
  readonly message: string;
  /** Virtual time. */
  readonly ticks: number;
  readonly events: number;
  readonly operations: number;
}

export interface SweepOptions {
  readonly scenario: string;
  readonly from: number;
  readonly seeds: number;
  /** Default: one for each core. */
  readonly threads?: number;
  /** Hears each report; true ends the sweep, as soon as what is under way is done. */
  readonly onReport?: (report: SeedReport) => boolean | undefined;
  /** No new seeds after this time, as `Date.now` tells it. */
  readonly deadlineMs?: number;
}

/** Seeds that a thread takes at once: enough to make messages between threads cheap. */
const SEEDS_AT_ONCE = 5;

/** Runs seeds of a scenario; the reports of all that ran, in no order. */
export async function sweep(options: SweepOptions): Promise<SeedReport[]> {
  const threads = Math.min(options.threads ?? availableParallelism(), options.seeds);
  const sweeping = new Sweeping(options);
  await Promise.all(Array.from({ length: threads }, () => sweeping.work()));
  return sweeping.reports;
}

class Sweeping {
  readonly reports: SeedReport[] = [];
  readonly #options: SweepOptions;
  #next: number;
  #isOver = false;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#next = options.from;
  }

  /** One thread, until there is nothing more to do. */
  work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    return new Promise((resolve, reject) => {
      const goOn = () => {
        const range = this.#take();
        if (range !== undefined) worker.postMessage(range);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('message', (reports: SeedReport[]) => {
        for (const report of reports) this.#hear(report);
        goOn();
      });
      goOn();
    });
  }

  #take(): [string, number, number] | undefined {
    const { scenario, from, seeds, deadlineMs = Number.POSITIVE_INFINITY } = this.#options;
    const count = Math.min(SEEDS_AT_ONCE, from + seeds - this.#next);
    if (this.#isOver || count <= 0 || Date.now() >= deadlineMs) return undefined;
    this.#next += count;
    return [scenario, this.#next - count, count];
  }

  #hear(report: SeedReport): void {
    this.reports.push(report);
    if (this.#options.onReport?.(report) === true) this.#isOver = true;
  }
}

/** The line that runs a seed again. */
export function commandOf({ scenario, seed }: Pick<SeedReport, 'scenario' | 'seed'>): string {
  return `npm run sim -- --scenario ${scenario} --seeds 1 --from ${seed} --shrink`;
}

/** A failure in a few lines: what, which seed, and how to see it again. */
export function failureText(report: SeedReport): string {
  const { scenario, seed, kind, invariant, message } = report;
  const what = invariant === '' ? kind : `${kind} of "${invariant}"`;
  const link = linkOf({ scenario, seed });
  return `${scenario}, seed ${seed}: ${what}\n  ${message}\n  ${commandOf(report)}\n  ${link}`;
}
