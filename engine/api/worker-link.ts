// A worker, and the calls under way in it.
//
// Each request's promise settles with its answer. If the worker dies, or what either side says
// can't be read by the other, all of them are rejected.

import { FerrisError } from '../base/errors.ts';
import type { EngineEvent } from '../trace/events.ts';
import { type Answer, type CallName, type Calls, fromWire } from './protocol.ts';

interface Pending {
  readonly resolve: (body: never) => void;
  readonly reject: (error: unknown) => void;
}

export class WorkerLink {
  readonly #worker: Worker;
  readonly #trace: ((event: EngineEvent) => void) | undefined;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended = false;

  /** Starts a worker. */
  constructor(trace?: ((event: EngineEvent) => void) | undefined) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'ferrisdb',
    });
    this.#trace = trace;
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#receive(data);
    this.#worker.onerror = (event) => this.#fail(event.message ?? 'it could not be started');
    this.#worker.onmessageerror = () => this.#fail('an answer of it could not be read');
  }

  /** True when the worker is gone. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @throws (rejects) FERRIS_CLOSED when the worker is gone, and whatever the call throws in it */
  call<N extends CallName>(
    call: N,
    body: Calls[N]['request'],
    transfer: Transferable[] = [],
  ): Promise<Calls[N]['answer']> {
    if (this.#ended) return Promise.reject(closed());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#post({ id, call, body }, transfer);
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Ends the worker at once, and rejects what is under way. */
  end(): void {
    this.#ended = true;
    this.#worker.terminate();
    this.#rejectAll(closed());
  }

  #post(message: unknown, transfer: Transferable[]): void {
    try {
      this.#worker.postMessage(message, transfer);
    } catch (error) {
      const what = `the worker can't be told that (${(error as Error).message}); give plain values`;
      throw new FerrisError('FERRIS_INVALID_ARGUMENT', what, {}, error);
    }
  }

  #receive(answer: Answer): void {
    if ('events' in answer) {
      for (const event of answer.events) this.#trace?.(event);
      return;
    }
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.ok) pending?.resolve(answer.body as never);
    else pending?.reject(fromWire(answer.error));
  }

  #fail(message: string): void {
    const error = new FerrisError(
      'FERRIS_CLOSED',
      `the database's worker stopped (${message}); open it again`,
    );
    this.#rejectAll(error);
    this.end();
  }

  #rejectAll(error: FerrisError): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function closed(): FerrisError {
  return new FerrisError('FERRIS_CLOSED', 'this database is closed; open it again to go on');
}
