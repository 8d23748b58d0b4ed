// The page's side of worker.ts.

import type { Request } from './worker.ts';

/** A worker that runs conformance cases. */
export class Runner {
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
