// The page's side of a store in a worker.
//
// Writes of one turn with the same sync mode cross in one message. Messages cross in the
// order of the calls: whatever is asked for next sends the writes first.

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
  ImportId,
  OpenBackup,
  PageRange,
  ScanId,
  ScanPage,
  SnapshotId,
} from './backend.ts';
import type { LatencyReport } from './latencies.ts';
import { type CallName, type Calls, joinGroup, type RemoteOptions } from './protocol.ts';
import { WorkerLink } from './worker-link.ts';

/** Writes that wait for the end of the turn to cross together. */
interface Turn {
  readonly sync: SyncMode | undefined;
  readonly payloads: Uint8Array[];
  readonly openEnded: readonly number[] | undefined;
  readonly done: Promise<void>;
  readonly settle: (answer: Promise<void>) => void;
}

export class RemoteBackend implements Backend {
  readonly #link: WorkerLink;
  #facts: BackendFacts | undefined;
  #turn: Turn | undefined;
  #closing: Promise<void> | undefined;

  /** Starts a worker and opens the database in it. @throws as `open` does */
  static async open(
    name: string,
    options: RemoteOptions,
    trace: ((event: EngineEvent) => void) | undefined,
  ): Promise<RemoteBackend> {
    const backend = new RemoteBackend(new WorkerLink(trace));
    try {
      backend.#facts = await backend.#call('open', { name, options, traced: trace !== undefined });
      return backend;
    } catch (error) {
      backend.#link.end();
      throw error;
    }
  }

  private constructor(link: WorkerLink) {
    this.#link = link;
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
    if (!this.#link.ended) await this.#call('closeScan', scan);
  }

  snapshot(): Promise<SnapshotId> {
    return this.#call('snapshot', undefined);
  }

  async releaseSnapshot(id: SnapshotId): Promise<void> {
    if (!this.#link.ended) await this.#call('releaseSnapshot', id);
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

  latencies(): Promise<LatencyReport> {
    return this.#call('latencies', undefined);
  }

  beginImport(): Promise<ImportId> {
    return this.#call('beginImport', undefined);
  }

  addToImport(id: ImportId, batch: Uint8Array): Promise<void> {
    return this.#call('addToImport', { id, batch: owned(batch) });
  }

  endImport(id: ImportId): Promise<void> {
    return this.#call('endImport', id);
  }

  async cancelImport(id: ImportId): Promise<void> {
    if (!this.#link.ended) await this.#call('cancelImport', id);
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
    if (!this.#link.ended) await this.#call('closeBackup', id);
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
    this.#link.end();
  }

  async #close(): Promise<void> {
    if (this.#link.ended) return;
    try {
      await this.#call('close', undefined);
    } finally {
      this.#link.end();
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
    this.#sendTurn();
    return this.#link.call(call, body, transfer);
  }
}

/** Structured cloning copies the whole buffer behind a view: give it one of the right size. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}
