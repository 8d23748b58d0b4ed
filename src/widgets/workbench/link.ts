// The page's side of the worker: calls that are promises, and readings that come by themselves.

import type { CallName, Calls, Message, Reading } from './protocol.ts';

interface Pending {
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

export class HostLink {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'workbench',
  });
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor(onReading: (reading: Reading) => void, onLoadEnded: (why: string) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('reading' in data) onReading(data.reading);
      else if ('loadEnded' in data) onLoadEnded(data.loadEnded);
      else this.#settle(data);
    };
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#pending.values())
        reject(new Error(`The worker failed: ${message ?? 'it could not be started'}`));
      this.#pending.clear();
    };
  }

  /** @throws (rejects) with the message of whatever the call throws in the worker */
  call<N extends CallName>(call: N, body: Calls[N]['request']): Promise<Calls[N]['answer']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, body });
    });
  }

  /** Ends the worker at once. */
  end(): void {
    this.#worker.terminate();
  }

  #settle(answer: Extract<Message, { id: number }>): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.ok) pending?.resolve(answer.body as never);
    else pending?.reject(new Error(answer.error));
  }
}
