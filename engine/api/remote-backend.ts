// The page's side of a store in a worker.
//
// Writes of one turn with the same sync mode cross in one message. Each request's
// promise settles with its answer; if the worker dies, all of them are rejected.

import { FerrisError } from '../base/errors.ts';
import type { SyncMode } from '../lsm/options.ts';
import type { ScanRange } from '../lsm/scan.ts';
import type { StoreStats } from '../lsm/store.ts';
import type { EngineEvent } from '../trace/events.ts';
import type { Backend, BackendFacts, ScanPage, SnapshotId } from './backend.ts';
import {
  type Answer,
  type CallName,
  type Calls,
  fromWire,
  joinGroup,
  type RemoteOptions,
} from './protocol.ts';

interface Pending {
  readonly resolve: (body: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Turn {
  readonly sync: SyncMode | undefined;
  readonly payloads: Uint8Array[];
  readonly done: Promise<void>;
}

export class RemoteBackend implements Backend {
  readonly #worker: Worker;
  readonly #trace: ((event: EngineEvent) => void) | undefined;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #facts: BackendFacts | undefined;
  #turn: Turn | undefined;
  #ended = false;

  /** Starts a worker and opens the database in it. @throws as `open` does */
  static async open(
    name: string,
    options: RemoteOptions,
    trace: ((event: EngineEvent) => void) | undefined,
  ): Promise<RemoteBackend> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'ferrisdb',
    });
    const backend = new RemoteBackend(worker, trace);
    try {
      backend.#facts = await backend.#call('open', { name, options, traced: trace !== undefined });
      return backend;
    } catch (error) {
      backend.#end();
      throw error;
    }
  }

  private constructor(worker: Worker, trace: ((event: EngineEvent) => void) | undefined) {
    this.#worker = worker;
    this.#trace = trace;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#receive(data);
    worker.onerror = (event) => this.#fail(event.message);
  }

  get facts(): BackendFacts {
    return this.#facts as BackendFacts;
  }

  write(payload: Uint8Array, sync: SyncMode | undefined): Promise<void> {
    if (this.#turn !== undefined && this.#turn.sync === sync) {
      this.#turn.payloads.push(payload);
      return this.#turn.done;
    }
    const payloads = [payload];
    const done = Promise.resolve().then(() => this.#sendTurn(payloads, sync));
    this.#turn = { sync, payloads, done };
    return done;
  }

  get(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<Uint8Array | undefined> {
    return this.#call('get', { key, snapshot });
  }

  scanPage(range: ScanRange, snapshot: SnapshotId | undefined): Promise<ScanPage> {
    return this.#call('scanPage', { range, snapshot });
  }

  snapshot(): Promise<SnapshotId> {
    return this.#call('snapshot', undefined);
  }

  releaseSnapshot(id: SnapshotId): Promise<void> {
    return this.#call('releaseSnapshot', id);
  }

  flush(): Promise<void> {
    return this.#call('flush', undefined);
  }

  stats(): Promise<StoreStats> {
    return this.#call('stats', undefined);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    await this.#call('close', undefined);
    this.#end();
  }

  async crash(): Promise<void> {
    this.#end();
  }

  #sendTurn(payloads: readonly Uint8Array[], sync: SyncMode | undefined): Promise<void> {
    this.#turn = undefined;
    const group = joinGroup(payloads);
    return this.#call('write', { group, sync }, [group.buffer]);
  }

  #call<N extends CallName>(
    call: N,
    body: Calls[N]['request'],
    transfer: Transferable[] = [],
  ): Promise<Calls[N]['answer']> {
    if (this.#ended) return Promise.reject(closed());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, body }, transfer);
    });
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
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#worker.terminate();
    this.#rejectAll(closed());
  }

  #rejectAll(error: FerrisError): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function closed(): FerrisError {
  return new FerrisError('FERRIS_CLOSED', 'this database is closed; open it again to go on');
}
