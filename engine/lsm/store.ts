// The store: a log-structured merge tree behind three verbs, write, get and scan.
//
//              write                        get, scan
//                |                              |
//                v                              v
//      log (wal) --> memtable ------------> memtable
//                       | full: freeze      frozen memtable
//                       v                   tables, newest first
//                 frozen memtable
//                       | flush, in slices
//                       v
//                     table  <-- named by the manifest
//
// 1. Log, then memtable, then acknowledge. What a reader can see is in the log.
// 2. Recovery yields a prefix of the writes that contains everything acknowledged as
//    durable, with no hole, each batch whole.
// 3. At most one memtable is frozen. If the active one fills before the frozen one is
//    flushed, the write that needs room finishes the flush first (back-pressure).
// 4. After a failed sync nothing more is written: nobody knows what reached the disk.
//    Reads go on; opening again recovers. What fails otherwise may be tried again.
// 5. A file is deleted only when the edit that made it obsolete is durable.
//
// The parts: `logs.ts` and `durability.ts` write, `runs.ts` and `scan.ts` read, `flusher.ts`
// moves entries from memory to tables, `health.ts` knows when to stop. Every call is
// synchronous; `api/database.ts` makes promises of it.

import { FerrisError } from '../base/errors.ts';
import { type Batch, checkBatch, readBatch, stampBatch } from './batch.ts';
import { Flusher } from './flusher.ts';
import { Health } from './health.ts';
import { Logs } from './logs.ts';
import { type Settings, type StoreOptions, type SyncMode, settingsOf } from './options.ts';
import { newMemtable, type RecoveredStore, recoverStore } from './recover-store.ts';
import { Runs } from './runs.ts';
import { Scan, type ScanRange } from './scan.ts';
import type { StoreStats } from './store-stats.ts';
import type { RecoveryReport } from './wal/recovery-report.ts';

/** A moment that reads can be made as of. Release it when done: it keeps old versions alive. */
export interface Snapshot {
  /** Every write with a sequence number up to this one is visible. */
  readonly sequence: number;
  release(): void;
}

/** An open store. One at a time for a directory of files. */
export class Store {
  /** What recovery found when the store was opened. */
  readonly report: RecoveryReport;
  /** Called when something became durable after the call that wanted it had returned. */
  onDurable: (() => void) | undefined;

  readonly #settings: Settings;
  readonly #health: Health;
  readonly #runs: Runs;
  readonly #logs: Logs;
  readonly #flusher: Flusher;
  readonly #snapshots = new Set<Snapshot>();
  #lastSequence: number;
  /** Highest sequence number whose writer waits for durability; 0 when nobody does. */
  #awaitedSequence = 0;
  #closed = false;
  #writeGroups = 0;
  #writtenEntries = 0;

  /**
   * Opens the database in `options.files`, or begins one where there is none.
   * @throws FERRIS_CORRUPTION when what is there can't be trusted, FERRIS_UNSUPPORTED when a later
   *   version wrote it, FERRIS_IO, FERRIS_INVALID_ARGUMENT for an option out of range;
   *   FERRIS_NO_SPACE only after damage that must be left behind
   */
  static open(options: StoreOptions): Store {
    const settings = settingsOf(options);
    const store = new Store(settings, recoverStore(settings));
    try {
      // The damage of a lossy recovery must be behind us before anything is added.
      if (store.report.vouchedLoss) store.#leaveLogsBehind();
      return store;
    } catch (error) {
      settings.files.onDurable = undefined;
      store.#letGo();
      throw error;
    }
  }

  private constructor(settings: Settings, recovered: RecoveredStore) {
    const { manifest, tables, memtable, report, lastSequence } = recovered;
    this.#settings = settings;
    this.report = report;
    this.#lastSequence = lastSequence;
    this.#health = new Health(settings.files);
    this.#runs = new Runs(memtable, tables, settings.trace);
    this.#logs = new Logs(settings, recovered);
    this.#flusher = new Flusher(settings, manifest, this.#runs, this.#health);
    settings.files.onDurable = () => this.#afterDurable();
  }

  /** Sequence number of the newest entry. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Writes up to this sequence number survive a power cut. */
  get durableSequence(): number {
    return this.#logs.durableSequence;
  }

  /** Applies one batch; see `writeGroup`. */
  write(batch: Batch, sync: SyncMode = this.#settings.sync): number {
    return this.#append([batch.bytes], batch.count, sync);
  }

  /**
   * Applies encoded batches in order, with one append and at most one sync for all of them
   * (group commit). Each is atomic by itself. Returns the sequence number of the last entry;
   * with sync 'full' the group is durable once `durableSequence` has reached it.
   *
   * @param payloads bytes of `Batch`es; their sequence numbers are written in place
   * @throws FERRIS_NO_SPACE (nothing was applied), FERRIS_IO (unknown; the store is read-only
   *   until it is opened again), FERRIS_CORRUPTION (a payload isn't a batch), FERRIS_CLOSED
   */
  writeGroup(payloads: readonly Uint8Array[], sync: SyncMode = this.#settings.sync): number {
    let count = 0;
    for (const payload of payloads) count += checkBatch(payload).count;
    return this.#append(payloads, count, sync);
  }

  /**
   * The value of `key` as of `snapshot` (default: now), or undefined. It is a view of the
   * store's memory that must not be changed; copy it if it is to outlive the next write.
   */
  get(key: Uint8Array, snapshot?: Snapshot): Uint8Array | undefined {
    this.#assertOpen();
    return this.#runs.get(key, snapshot?.sequence ?? this.#lastSequence);
  }

  /** The visible keys of a range in order, as of `snapshot` (default: now). */
  scan(range: ScanRange = {}, snapshot?: Snapshot): Scan {
    this.#assertOpen();
    return new Scan(this.#runs.cursor(), snapshot?.sequence ?? this.#lastSequence, range);
  }

  /** Freezes this moment for later reads. */
  snapshot(): Snapshot {
    this.#assertOpen();
    const snapshots = this.#snapshots;
    const snapshot: Snapshot = {
      sequence: this.#lastSequence,
      release: () => snapshots.delete(snapshot),
    };
    snapshots.add(snapshot);
    return snapshot;
  }

  /** Asks that everything written so far become durable; see `durableSequence`. @throws FERRIS_IO */
  sync(): void {
    this.#assertWritable();
    this.#health.guard(() => this.#logs.sync());
  }

  /**
   * Writes the memtable out as a table. False when entries up to sequence number `upTo` (default:
   * all) aren't in tables yet, because the files become durable only later and a step waits for
   * the one before it: try again, with the same `upTo`, after `onDurable`.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED
   */
  flush(upTo = this.#lastSequence): boolean {
    this.#assertWritable();
    this.#flusher.finish();
    if (this.#flusher.flushedSequence < upTo && this.#flusher.ready) {
      this.#freeze();
      this.#flusher.finish();
    }
    return this.#flusher.flushedSequence >= upTo;
  }

  /**
   * Does at most a slice of the work that waits in the background; true if more is left.
   * A driver calls it between other things, so that no single call takes long.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED
   */
  work(entriesMax = 1024): boolean {
    this.#assertWritable();
    return this.#flusher.step(entriesMax);
  }

  /** True when `work` has something to do. */
  get workDue(): boolean {
    return !this.#closed && this.#health.mayWrite && this.#flusher.due;
  }

  stats(): StoreStats {
    return {
      writeGroups: this.#writeGroups,
      writtenEntries: this.#writtenEntries,
      ...this.#logs.stats(),
      ...this.#flusher.stats(),
      tables: this.#runs.tableCount,
      memtableBytes: this.#runs.memtable.approximateBytes,
      lastSequence: this.#lastSequence,
      durableSequence: this.durableSequence,
    };
  }

  /**
   * Asks for what is written to be durable and lets go of all files. Closing twice is fine. Where
   * files are durable only later, `onDurable` is still called when they are.
   * @throws FERRIS_IO, after letting go, when writes that were acknowledged can't be made durable
   */
  close(): void {
    if (this.#closed) return;
    try {
      if (this.durableSequence < this.#lastSequence) this.#logs.sync();
    } finally {
      this.#settings.trace?.({ type: 'store.close' });
      this.#letGo();
    }
  }

  #letGo(): void {
    this.#closed = true;
    this.#logs.close();
    this.#flusher.close();
    this.#runs.close();
  }

  #append(payloads: readonly Uint8Array[], count: number, sync: SyncMode): number {
    this.#assertWritable();
    if (count === 0) return this.#lastSequence;
    this.#makeRoom();
    this.#settings.trace?.({
      type: 'store.write.begin',
      firstSequence: this.#lastSequence + 1,
      count,
      sync,
    });
    let sequence = this.#lastSequence;
    for (const payload of payloads) sequence += stampBatch(payload, sequence + 1);
    this.#health.guard(() => {
      this.#logs.append(payloads, sequence, sync);
      for (const payload of payloads) this.#insert(payload);
    });
    this.#lastSequence = sequence;
    this.#writeGroups++;
    this.#writtenEntries += count;
    this.#answer(sync);
    return sequence;
  }

  /** The log has the batch; now readers may see it. */
  #insert(payload: Uint8Array): void {
    const { memtable } = this.#runs;
    readBatch(payload, (kind, key, value, sequence) => memtable.insert(sequence, kind, key, value));
  }

  /** Acknowledges now, or leaves it to the watermark. */
  #answer(sync: SyncMode): void {
    const durable = this.durableSequence >= this.#lastSequence;
    if (sync !== 'full' || durable) this.#acknowledge(this.#lastSequence, durable);
    else this.#awaitedSequence = this.#lastSequence;
  }

  #acknowledge(lastSequence: number, durable: boolean): void {
    this.#settings.trace?.({ type: 'store.write.acknowledge', lastSequence, durable });
  }

  #afterDurable(): void {
    const before = this.durableSequence;
    const durable = this.#logs.advance();
    if (!this.#closed) this.#flusher.reap();
    if (durable > before && this.#awaitedSequence > before) {
      this.#acknowledge(Math.min(durable, this.#awaitedSequence), true);
    }
    this.onDurable?.();
  }

  /** Where files are durable only later this may have to wait; the memtable and its log grow on. */
  #makeRoom(): void {
    const { memtableBytes, logBytes } = this.#settings;
    if (this.#runs.memtable.approximateBytes >= memtableBytes) {
      this.#flusher.finish();
      if (this.#flusher.ready) this.#freeze();
    } else if (this.#logs.size >= logBytes && this.#flusher.settled) {
      this.#health.guard(() => this.#logs.rotate());
    }
  }

  /** The memtable becomes the frozen one; a new log begins with the new memtable. */
  #freeze(): void {
    const next = newMemtable(this.#settings, this.#runs.memtable.number + 1);
    const logNumber = this.#health.guard(() => this.#logs.rotate());
    this.#runs.freeze(next);
    this.#flusher.begin(logNumber);
  }

  /** Every entry goes into a table and a new log begins; older logs are no longer needed. */
  #leaveLogsBehind(): void {
    if (this.#runs.memtable.count > 0) this.#freeze();
    else this.#flusher.retireLogs(this.#health.guard(() => this.#logs.rotate()));
    this.#flusher.finish();
  }

  #assertOpen(): void {
    if (this.#closed)
      throw new FerrisError('FERRIS_CLOSED', 'this database is closed; open it again to go on');
  }

  #assertWritable(): void {
    this.#assertOpen();
    this.#health.assertMayWrite();
  }
}
