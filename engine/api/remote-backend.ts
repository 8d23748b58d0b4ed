// The page's side of a store in a worker.
//
// 1. Writes of one turn with the same sync mode cross in one message. Messages cross in the
//    order of the calls: whatever is asked for next sends the writes first.
// 2. Each request's promise settles with its answer. If the worker dies, or what either side
//    says can't be read by the other, all of them are rejected.

import { FerrisError } from '../base/errors.ts';
import type { CheckpointReport } from '../lsm/backup.ts';
import type { SyncMode, Tuning, TuningOptions } from '../lsm/options.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
import type { EngineEvent } from '../trace/events.ts';
import type {
  Backend,
  BackendFacts,
  BackupId,
  OpenBackup,
  PageRange,
  ScanId,
  ScanPage,
  SnapshotId,
} from './backend.ts';
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

/** Writes that wait for the end of the turn to cross together. */
interface Turn {
  readonly sync: SyncMode | undefined;
  readonly payloads: Uint8Array[];
  readonly openEnded: readonly number[] | undefined;
  readonly done: Promise<void>;
  readonly settle: (answer: Promise<void>) => void;
}

export class RemoteBackend implements Backend {
  readonly #worker: Worker;
  readonly #trace: ((event: EngineEvent) => void) | undefined;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #facts: BackendFacts | undefined;
  #turn: Turn | undefined;
  #ended = false;
  #closing: Promise<void> | undefined;

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
    worker.onerror = (event) => this.#fail(event.message ?? 'it could not be started');
    worker.onmessageerror = () => this.#fail('an answer of it could not be read');
  }

  get facts(): BackendFacts {
    return this.#facts as BackendFacts;
  }

  write(
    payload: Uint8Array,
    sync: SyncMode | undefined,
    openEnded?: readonly number[],
  ): Promise<void> {
    if (this.#turn?.sync !== sync || openEnded !== undefined) this.#sendTurn();
    const turn = (this.#turn ??= this.#newTurn(sync, openEnded));
    turn.payloads.push(payload);
    if (openEnded !== undefined) this.#sendTurn();
    return turn.done;
  }

  get(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<Uint8Array | undefined> {
    return this.#call('get', { key: owned(key), snapshot });
  }

  getMany(
    keys: readonly Uint8Array[],
    snapshot: SnapshotId | undefined,
  ): Promise<(Uint8Array | undefined)[]> {
    return this.#call('getMany', { keys: keys.map(owned), snapshot });
  }

  scanPage(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage> {
    return this.#call('scanPage', { range, snapshot });
  }

  has(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<boolean> {
    return this.#call('has', { key: owned(key), snapshot });
  }

  openScan(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage> {
    return this.#call('openScan', { range, snapshot });
  }

  nextPage(scan: ScanId): Promise<ScanPage> {
    return this.#call('nextPage', scan);
  }

  async closeScan(scan: ScanId): Promise<void> {
    if (!this.#ended) await this.#call('closeScan', scan);
  }

  snapshot(): Promise<SnapshotId> {
    return this.#call('snapshot', undefined);
  }

  async releaseSnapshot(id: SnapshotId): Promise<void> {
    if (!this.#ended) await this.#call('releaseSnapshot', id);
  }

  flush(): Promise<void> {
    return this.#call('flush', undefined);
  }

  compact(start: Uint8Array | undefined, end: Uint8Array | undefined): Promise<void> {
    return this.#call('compact', { start, end });
  }

  setOptions(options: TuningOptions): Promise<Tuning> {
    return this.#call('setOptions', options);
  }

  stats(): Promise<StoreStats> {
    return this.#call('stats', undefined);
  }

  openBackup(): Promise<OpenBackup> {
    return this.#call('openBackup', undefined);
  }

  readBackup(
    id: BackupId,
    name: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call('readBackup', { id, name, offset, length });
  }

  async closeBackup(id: BackupId): Promise<void> {
    if (!this.#ended) await this.#call('closeBackup', id);
  }

  async checkpoint(): Promise<CheckpointReport> {
    const message =
      "this store runs in a worker, which can't reach the place for a checkpoint; use backup and restore";
    throw new FerrisError('FERRIS_UNSUPPORTED', message);
  }

  verify(): Promise<VerifyReport> {
    return this.#call('verify', undefined);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async crash(): Promise<void> {
    this.#end();
  }

  async #close(): Promise<void> {
    if (this.#ended) return;
    try {
      await this.#call('close', undefined);
    } finally {
      this.#end();
    }
  }

  #newTurn(sync: SyncMode | undefined, openEnded: readonly number[] | undefined): Turn {
    let settle: Turn['settle'] = () => {};
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const turn = { sync, payloads: [], openEnded, done, settle };
    queueMicrotask(() => {
      if (this.#turn === turn) this.#sendTurn();
    });
    return turn;
  }

  #sendTurn(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    turn.settle(this.#sendGroup(turn));
  }

  async #sendGroup({ payloads, sync, openEnded }: Turn): Promise<void> {
    const group = joinGroup(payloads);
    await this.#call('write', { group, sync, openEnded }, [group.buffer]);
  }

  #call<N extends CallName>(
    call: N,
    body: Calls[N]['request'],
    transfer: Transferable[] = [],
  ): Promise<Calls[N]['answer']> {
    if (this.#ended) return Promise.reject(closed());
    this.#sendTurn();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#post({ id, call, body }, transfer);
      this.#pending.set(id, { resolve, reject });
    });
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

/** Structured cloning copies the whole buffer behind a view: give it one of the right size. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function closed(): FerrisError {
  return new FerrisError('FERRIS_CLOSED', 'this database is closed; open it again to go on');
}
