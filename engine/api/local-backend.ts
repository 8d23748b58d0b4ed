// A backend in this thread: the driver of a store.
//
//     write --+
//     write --+--> queue --later--> one writeGroup: one append, one sync --> acknowledge all
//     write --+
//
// 1. Writes that arrive while the thread is busy form one group (group commit): they
//    share an append and a sync, and each keeps its own record and its own promise.
// 2. A write with sync 'full' resolves when the store's durable sequence has passed it:
//    at once on OPFS and Node, after the transaction on IndexedDB.
// 3. Every promise settles: those that wait for the disk are rejected when the files fail
//    for good, and when the database is closed or crashes before they are durable.
// 4. Between groups the driver does the store's background work in slices, and the
//    volume's upkeep when that is due. When that work falls behind, groups wait and grow.
//
// Group commit is older than most databases: Gawlick and Kinkade, "Varieties of
// Concurrency Control in IMS/VS Fast Path", 1985; DeWitt et al., 1984.

import { FerrisError } from '../base/errors.ts';
import type { FilesSource, Volume } from '../env/files.ts';
import type { CheckpointReport } from '../lsm/backup.ts';
import type { SyncMode, Tuning, TuningOptions } from '../lsm/options.ts';
import type { Snapshot } from '../lsm/snapshots.ts';
import type { Store } from '../lsm/store.ts';
import type { StoreStats } from '../lsm/store-stats.ts';
import type { VerifyReport } from '../lsm/verify.ts';
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
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { Copies } from './copies.ts';
import { HeldReads } from './held-reads.ts';
import { Imports, type Rest } from './imports.ts';
import { Latencies, type LatencyReport } from './latencies.ts';
import { later } from './later.ts';
import { closeRanges } from './operations.ts';
import { Slices } from './slices.ts';
import { type QueuedWrite, strongestSync, WriteQueue } from './write-queue.ts';

/** With sync 'normal', a quiet log is synced this long after a write. */
const QUIET_SYNC_MS = 100;

export class LocalBackend implements Backend {
  readonly facts: BackendFacts;
  readonly #volume: Volume;
  readonly #store: Store;
  readonly #held: HeldReads;
  readonly #copies: Copies;
  readonly #imports = new Imports();
  readonly #slices: Slices;
  readonly #latencies = new Latencies();
  readonly #writes = new WriteQueue(this.#latencies);
  /** Called when something became durable, or never will. */
  #sleepers: (() => void)[] = [];
  #pumping = false;
  /** Why the last slice of work failed, if it did. */
  #workFailure: unknown;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;
  #closing: Promise<void> | undefined;

  constructor(volume: Volume, store: Store, clock: Clock = SYSTEM_CLOCK) {
    this.#volume = volume;
    this.#store = store;
    this.#held = new HeldReads(store);
    this.#slices = new Slices(store, this.#latencies);
    this.#copies = new Copies(volume.files, clock);
    this.facts = {
      kind: volume.kind,
      name: volume.name,
      runsIn: 'this thread',
      report: store.report,
    };
    store.onDurable = () => this.#answerDurable();
  }

  write(
    payload: Uint8Array,
    sync: SyncMode = this.#store.options.sync,
    openEnded?: readonly number[],
  ): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#writes.push({ payload, openEnded, sync, resolve, reject });
      this.#pump();
    });
  }

  async get(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<Uint8Array | undefined> {
    return this.getNow(key, snapshot)?.slice();
  }

  /** The value as it lies in the store: a view that holds until the next write. */
  getNow(key: Uint8Array, snapshot: SnapshotId | undefined): Uint8Array | undefined {
    const store = this.#usable();
    const moment = this.#held.snapshot(snapshot);
    return this.#latencies.isGetDue() ? this.#measuredGet(key, moment) : store.get(key, moment);
  }

  /** Apart from `getNow`, whose common path makes no closure. */
  #measuredGet(key: Uint8Array, moment: Snapshot | undefined): Uint8Array | undefined {
    return this.#latencies.measure('get', () => this.#store.get(key, moment));
  }

  async getMany(
    keys: readonly Uint8Array[],
    snapshot: SnapshotId | undefined,
  ): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.getNow(key, snapshot)?.slice());
  }

  async has(key: Uint8Array, snapshot: SnapshotId | undefined): Promise<boolean> {
    return this.getNow(key, snapshot) !== undefined;
  }

  async scanPage(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage> {
    this.#usable();
    return this.#latencies.measure('scanPage', () => this.#held.firstPage(range, snapshot, false));
  }

  async openScan(range: PageRange, snapshot: SnapshotId | undefined): Promise<ScanPage> {
    this.#usable();
    return this.#latencies.measure('scanPage', () => this.#held.firstPage(range, snapshot, true));
  }

  async nextPage(scan: ScanId): Promise<ScanPage> {
    this.#usable();
    return this.#latencies.measure('scanPage', () => this.#held.nextPage(scan));
  }

  async closeScan(scan: ScanId): Promise<void> {
    this.#held.closeScan(scan);
  }

  /** How many snapshots, scans, backups and imports somebody holds. */
  get heldCount(): number {
    return this.#held.count + this.#copies.count + this.#imports.count;
  }

  async snapshot(): Promise<SnapshotId> {
    return this.snapshotNow();
  }

  snapshotNow(): SnapshotId {
    this.#usable();
    return this.#held.takeSnapshot();
  }

  async releaseSnapshot(id: SnapshotId): Promise<void> {
    this.#held.releaseSnapshot(id);
  }

  async flush(): Promise<void> {
    await this.#applied();
    const upTo = this.#usable().lastSequence;
    await this.#keepUp();
    while (!this.#usable().flush(upTo)) {
      await new Promise<void>((wake) => this.#sleepers.push(wake));
    }
  }

  async compact(start: Uint8Array | undefined, end: Uint8Array | undefined): Promise<void> {
    await this.flush();
    const store = this.#usable();
    this.#workFailure = undefined; // what failed before is tried again
    store.compactRange(start, end);
    while (this.#usable().compaction.busy) {
      const failure = store.compaction.failure ?? this.#workFailure;
      if (failure !== undefined) throw failure;
      if (!this.#workWaits()) await new Promise<void>((wake) => this.#sleepers.push(wake));
      else await this.#afterTurn();
    }
  }

  async setOptions(options: TuningOptions): Promise<Tuning> {
    this.#usable().setOptions(options);
    return this.#store.options;
  }

  async beginImport(): Promise<ImportId> {
    return this.#imports.begin(this.#usable(), this.#rest);
  }

  async addToImport(id: ImportId, batch: Uint8Array): Promise<void> {
    await this.#keepUp();
    this.#usable();
    this.#imports.add(id, batch);
  }

  async endImport(id: ImportId): Promise<void> {
    await this.#keepUp();
    this.#usable();
    await this.#imports.end(id, this.#rest).finally(() => this.#pump());
  }

  async cancelImport(id: ImportId): Promise<void> {
    this.#imports.cancel(id);
  }

  async openBackup(): Promise<OpenBackup> {
    await this.flush();
    return this.#copies.open(this.#usable().pinTables());
  }

  async readBackup(
    id: BackupId,
    name: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#usable();
    return this.#copies.read(id, name, offset, length);
  }

  async closeBackup(id: BackupId): Promise<void> {
    this.#copies.close(id);
  }

  async checkpoint(target: FilesSource): Promise<CheckpointReport> {
    await this.flush();
    return this.#copies.checkpoint(this.#usable().pinTables(), target, () => this.#usable());
  }

  async verify(): Promise<VerifyReport> {
    await this.#applied();
    return this.#copies.verify(this.#usable().pinTables(), () => this.#usable());
  }

  async stats(): Promise<StoreStats> {
    return this.#usable().stats();
  }

  async latencies(): Promise<LatencyReport> {
    this.#usable();
    return this.#latencies.report();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  crash(): Promise<void> {
    clearTimeout(this.#quietTimer);
    // The store is dead: what becomes durable on the way out is no longer its business.
    this.#volume.files.onDurable = undefined;
    this.#rejectAll(closed());
    this.#closing ??= this.#volume.close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#pumping || this.#imports.holdsWrites) await new Promise<void>(later);
    clearTimeout(this.#quietTimer);
    this.#held.close();
    this.#copies.closeAll();
    this.#imports.cancelAll();
    try {
      this.#store.close();
    } finally {
      await this.#drain();
    }
  }

  /** While it closes, a volume makes durable what it was asked to, and the store hears of it. */
  async #drain(): Promise<void> {
    try {
      await this.#volume.close();
      this.#rejectAll(notDurable());
    } catch (error) {
      this.#rejectAll(error);
      throw error;
    }
  }

  /** The store, unless this database was closed or has crashed. */
  #usable(): Store {
    if (this.#closing !== undefined) throw closed();
    return this.#store;
  }

  /** Resolves when every write queued by now has been applied or refused. */
  async #applied(): Promise<void> {
    const last = this.#writes.newest;
    while (last !== undefined && this.#writes.includes(last)) await new Promise<void>(later);
  }

  /** Upkeep that fails is no news yet: the call that needed it will say so itself. */
  async #keepUp(): Promise<void> {
    if (this.#volume.upkeepDue) await this.#volume.upkeep().catch(() => {});
  }

  /** Resolves behind the next slice of work. */
  async #afterTurn(): Promise<void> {
    this.#pump();
    await new Promise<void>(later);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    later(() => void this.#turn());
  }

  /** What an import does between two steps. */
  readonly #rest: Rest = async (pause) => {
    if (pause === 'slice') await new Promise<void>(later);
    else await new Promise<void>((wake) => this.#sleepers.push(wake));
    await this.#keepUp();
    this.#usable();
  };

  /** One group of writes, one slice of work; then again while there is anything to do. */
  async #turn(): Promise<void> {
    await this.#keepUp();
    const { holdsWrites } = this.#imports;
    if (!holdsWrites && (!this.#workWaits() || !this.#slices.isWriteHeld)) this.#commitQueued();
    this.#workSlice();
    if ((this.#writes.length > 0 && !holdsWrites) || this.#workWaits())
      later(() => void this.#turn());
    else this.#pumping = false;
  }

  #commitQueued(): void {
    const group = this.#writes.takeGroup();
    if (group.length === 0) return;
    this.#slices.wrote();
    const sync = strongestSync(group);
    try {
      const payloads = group.map((write) => this.#payloadOf(write));
      const sequence = this.#store.writeGroup(payloads, sync);
      this.#writes.applied(group, sequence, this.#store.durableSequence);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    if (sync === 'normal') this.#syncWhenQuiet();
  }

  #payloadOf({ payload, openEnded }: QueuedWrite): Uint8Array {
    if (openEnded === undefined) return payload;
    const last = this.#store.scan({ reverse: true, limit: 1 });
    const closed = closeRanges(payload, openEnded, last.next() ? last.key : undefined);
    last.close();
    return closed;
  }

  #answerDurable(): void {
    this.#writes.durable(this.#store.durableSequence, this.#volume.files.failure);
    for (const wake of this.#sleepers.splice(0)) wake();
    if (this.#workWaits()) this.#pump();
  }

  /** A flush that fails here is tried again by the next write that needs room, and fails that. */
  #workSlice(): void {
    if (!this.#store.workDue) return;
    try {
      this.#slices.run();
      this.#workFailure = undefined;
    } catch (error) {
      this.#workFailure = error;
    }
  }

  #workWaits(): boolean {
    return this.#store.workDue && this.#workFailure === undefined;
  }

  #syncWhenQuiet(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => {
      if (this.#closing !== undefined) return;
      try {
        this.#store.sync();
      } catch {
        // The store remembers a failed sync and refuses the next write with it.
      }
    }, QUIET_SYNC_MS);
  }

  #rejectAll(error: unknown): void {
    this.#writes.rejectAll(error);
    for (const wake of this.#sleepers.splice(0)) wake();
  }
}

function closed(): FerrisError {
  return new FerrisError('FERRIS_CLOSED', 'this database is closed; open it again to go on');
}

function notDurable(): FerrisError {
  const message = 'the database was closed before this write was durable; open it again and look';
  return new FerrisError('FERRIS_IO', message);
}
