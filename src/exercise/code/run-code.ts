// Runs a reader's code in a worker of its own, which is ended in any case.
//
//     page    start worker ......... ready   code ─> begin, case, begin, case, end   terminate
//                 boot limit ─────────┘       └──────── time limit ────────────┘
//
// 1. The page never waits for the code: a loop without end costs it nothing, and is
//    ended when the time is up.
// 2. The limit runs from the moment the worker is ready, so a slow connection is not
//    the reader's fault.
// 3. What a worker says is data: it is shown as text and never run.

import type { CaseResult, CodeMessage, CodeReport } from './harness.ts';
import { lineOfSyntaxError } from './syntax-line.ts';

const BOOT_MS_MAX = 20_000;
export const RUN_MS_MAX = 2_000;

/** Never rejects. `start` makes a new worker that calls `serve`. */
export async function runCode(
  start: () => Worker,
  code: string,
  limitMs = RUN_MS_MAX,
): Promise<CodeReport> {
  const { report, isSyntax } = await new CodeRun(start, code, limitMs).done;
  const line = isSyntax ? await lineOfSyntaxError(code) : undefined;
  return line === undefined ? report : { ...report, line };
}

interface Outcome {
  readonly report: CodeReport;
  /** The engine that parsed it didn't say where. */
  readonly isSyntax: boolean;
}

class CodeRun {
  readonly done: Promise<Outcome>;
  readonly #code: string;
  readonly #limitMs: number;
  readonly #cases: CaseResult[] = [];
  readonly #end: (outcome: Outcome) => void;
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #underWay = '';

  constructor(start: () => Worker, code: string, limitMs: number) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.done = promise;
    this.#end = resolve;
    this.#code = code;
    this.#limitMs = limitMs;
    try {
      this.#listen(start());
    } catch (error) {
      this.#finish({ kind: 'failed', message: (error as Error).message });
    }
  }

  #listen(worker: Worker): void {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<CodeMessage>) => this.#hear(data);
    worker.onerror = ({ message }) =>
      this.#finish({ kind: 'failed', message: message || 'The worker could not be loaded.' });
    this.#within(BOOT_MS_MAX, () =>
      this.#finish({ kind: 'failed', message: 'The worker did not start.' }),
    );
  }

  #hear(message: CodeMessage): void {
    if (message.kind === 'ready') this.#send();
    if (message.kind === 'begin') this.#underWay = message.title;
    if (message.kind === 'case') this.#cases.push(message.result);
    if (message.kind === 'end') this.#finish({ kind: 'ended' });
    if (message.kind === 'broken') {
      const { kind, isSyntax, ...what } = message;
      this.#finish({ kind, ...what }, isSyntax);
    }
  }

  #send(): void {
    this.#within(this.#limitMs, () => this.#finish({ kind: 'stopped', message: this.#underWay }));
    this.#worker?.postMessage(this.#code);
  }

  #within(ms: number, late: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(late, ms);
  }

  #finish(report: Omit<CodeReport, 'cases'>, isSyntax = false): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#end({ report: { ...report, cases: this.#cases }, isSyntax });
  }
}
