// The store: a log-structured merge tree behind three verbs, write, get and scan.
//
//              write                        get, scan
//                |                              |
//                v                              v
//      log (wal) --> memtable ------------> memtable
//                       | full: freeze      frozen memtable
//                       v                   level 0, newest first
//                 frozen memtable           level 1, level 2, ...
//                       | flush, in slices
//                       v
//                  level 0  <-- tables are named by the manifest
//                       | compaction, in slices
//                       v
//                  level 1, level 2, ...
//
// 1. Log, then memtable, then acknowledge. What a reader can see is in the log.
// 2. Recovery yields a prefix of the writes that contains everything acknowledged as
//    durable, with no hole, each batch whole.
// 3. At most one memtable is frozen. If the active one fills before the frozen one is
//    flushed, the write that needs room finishes the flush first (back-pressure).
// 4. After a failed sync nothing more is written: nobody knows what reached the disk.
//    Reads go on; opening again recovers. What fails otherwise may be tried again.
// 5. A file is deleted only when the edit that made it obsolete is durable, and no scan
//    reads it any more.
//
// The parts: `logs.ts` and `durability.ts` write, `reader.ts`, `runs.ts` and `scan.ts` read,
// `turnover.ts` begins new memtables, `background.ts` flushes and compacts, `env/health.ts` knows when to stop. Every call is
// synchronous; `api/database.ts` makes promises of it.

import { FerrisError } from '../base/errors.ts';
import { Health } from '../env/health.ts';
import { Acknowledgments } from './acknowledgments.ts';
import { Background, type Pressure } from './background.ts';
import type { PinnedTables } from './backup.ts';
import { type Batch, checkBatch, stampBatch } from './batch.ts';
import { Compactor } from './compaction/compactor.ts';
import { choiceOf, choiceOfTables } from './compaction/manual.ts';
import { Flusher } from './flusher.ts';
import { Garbage } from './garbage.ts';
import type { IngestParts } from './ingest.ts';
import { Logs } from './logs.ts';
import type { Manifest } from './manifest/manifest.ts';
import { levelsOf } from './manifest/version.ts';
import {
  type Settings,
  type StoreOptions,
  type SyncMode,
  settingsOf,
  type Tuning,
  type TuningOptions,
  tuned,
} from './options.ts';
import { Reader } from './reader.ts';
import { insertBatch, type RecoveredStore, recoverStore } from './recover-store.ts';
import { Runs } from './runs.ts';
import type { Scan, ScanRange } from './scan.ts';
import { type Snapshot, Snapshots } from './snapshots.ts';
import { levelStats, type StoreStats } from './store-stats.ts';
import { BlockCache } from './table/block-cache.ts';
import { TableCache } from './table-cache.ts';
import { Turnover } from './turnover.ts';
import type { RecoveryReport } from './wal/recovery-report.ts';

/** An open store. One at a time for a directory of files. */
export class Store {
  /** What recovery found when the store was opened. */
  readonly report: RecoveryReport;
  /** Called when something became durable after the call that wanted it had returned. */
  onDurable: (() => void) | undefined;

  readonly #settings: Settings;
  readonly #health: Health;
  readonly #manifest: Manifest;
  readonly #blockCache: BlockCache;
  readonly #tables: TableCache;
  readonly #runs: Runs;
  readonly #reader: Reader;
  readonly #logs: Logs;
  readonly #garbage: Garbage;
  readonly #background: Background;
  readonly #turnover: Turnover;
  readonly #acknowledgments: Acknowledgments;
  readonly #snapshots = new Snapshots();
  #lastSequence: number;
  #closed = false;
  #writeGroups = 0;
  #writtenEntries = 0;
  #writtenBytes = 0;

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
      if (store.report.vouchedLoss) store.#turnover.leaveLogsBehind();
      return store;
    } catch (error) {
      settings.files.onDurable = undefined;
      store.#letGo();
      throw error;
    }
  }

  private constructor(settings: Settings, recovered: RecoveredStore) {
    const { manifest, memtable, report, lastSequence } = recovered;
    const { files, trace, openTablesMax, blockCacheBytes } = settings;
    this.#settings = settings;
    this.#manifest = manifest;
    this.report = report;
    this.#lastSequence = lastSequence;
    this.#acknowledgments = new Acknowledgments(trace);
    this.#blockCache = new BlockCache(blockCacheBytes, trace);
    const cache = { files, blockCache: this.#blockCache, maxOpen: openTablesMax, trace };
    const tables = new TableCache(cache);
    this.#tables = tables;
    this.#runs = new Runs(memtable, manifest.version.tables, tables);
    this.#logs = new Logs(settings, recovered);
    const health = new Health(files);
    this.#health = health;
    const runs = this.#runs;
    const garbage = new Garbage(settings, manifest, runs, tables);
    this.#garbage = garbage;
    this.#reader = new Reader(settings, runs, garbage, health);
    const snapshots = () => this.#snapshots.sequences();
    const parts = { settings, manifest, runs, tables, garbage, health, snapshots };
    const flusher = new Flusher(parts);
    this.#background = new Background(settings, flusher, new Compactor(parts));
    const logs = this.#logs;
    const newest = () => this.#lastSequence;
    this.#turnover = new Turnover({ settings, health, runs, logs, flusher, lastSequence: newest });
    files.onDurable = () => this.#afterDurable();
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
  write(batch: Batch, sync: SyncMode = this.#settings.current.sync): number {
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
  writeGroup(
    payloads: readonly Uint8Array[],
    sync: SyncMode = this.#settings.current.sync,
  ): number {
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
    return this.#reader.get(key, snapshot?.sequence ?? this.#lastSequence);
  }

  /**
   * The visible keys of a range in order, as of `snapshot` (default: now). Read it to its end or
   * close it: it holds on to the files that it reads.
   */
  scan(range: ScanRange = {}, snapshot?: Snapshot): Scan {
    this.#assertOpen();
    return this.#reader.scan(range, snapshot?.sequence ?? this.#lastSequence);
  }

  /** Freezes this moment for later reads. */
  snapshot(): Snapshot {
    this.#assertOpen();
    return this.#snapshots.take(this.#lastSequence);
  }

  /**
   * Holds the tables of this moment for a copy, until it is released. What is still in memory is not
   * in them: `flush` first.
   */
  pinTables(): PinnedTables {
    this.#assertOpen();
    const { version } = this.#manifest;
    return { version, files: this.#settings.files, release: this.#reader.pin() };
  }

  /** What an ingest works with, see ingest.ts. @throws as `write` does */
  parts(): IngestParts {
    this.#assertWritable();
    return {
      settings: this.#settings,
      garbage: this.#garbage,
      flusher: this.#background.flusher,
      wrote: (sequence) => {
        this.#lastSequence = sequence;
      },
    };
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
    return this.#turnover.flush(upTo);
  }

  /**
   * Asks that everything from `start` up to and with `end` (default: all there is) be flushed and
   * become one sorted run, without what nobody can see any more. `work` does it, a slice at a time;
   * `compaction.busy` says whether it is still under way. @throws as `flush` does
   */
  compactRange(start?: Uint8Array, end?: Uint8Array): void {
    this.flush();
    this.#background.compactor.want((levels) => choiceOf(levels, { start, end }));
  }

  /**
   * Compacts the tables with these numbers into `outputLevel`, whatever the policy thinks of it,
   * to its end where files are durable at once.
   * @throws FERRIS_INVALID_ARGUMENT when older entries would come to lie above newer ones; as `work`
   */
  compactTables(numbers: readonly number[], outputLevel: number): void {
    this.#assertWritable();
    this.#background.compactor.carryOut((levels) => choiceOfTables(levels, numbers, outputLevel));
  }

  /** Whether a compaction is under way, and why the last one was given up if nothing has changed since. */
  get compaction(): { readonly busy: boolean; readonly failure: unknown } {
    return this.#background.compactor;
  }

  /** The options in force that can be changed. */
  get options(): Tuning {
    return this.#settings.current;
  }

  /**
   * Changes options; those not given stay. Tables and memtables that exist stay as they are.
   * @throws FERRIS_INVALID_ARGUMENT for a value out of range, and then nothing is changed
   */
  setOptions(options: TuningOptions): void {
    this.#assertOpen();
    this.#settings.current = tuned(this.#settings.current, options);
  }

  /**
   * Does at most a slice of the work that waits in the background; true if more is left.
   * A driver calls it between other things, so that no single call takes long.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CLOSED, FERRIS_CORRUPTION from a compaction, which is
   *   then not tried again until something changes
   */
  work(entriesMax = 1024): boolean {
    this.#assertWritable();
    return this.#background.step(entriesMax);
  }

  /** True when `work` has something to do. */
  get workDue(): boolean {
    return !this.#closed && this.#health.mayWrite && this.#background.due;
  }

  /** True when what `work` does next belongs to a flush; else it is a compaction. */
  get flushDue(): boolean {
    return this.#background.flusher.due;
  }

  /**
   * How hard a driver should hold writers back: 'slowdown' asks for a few slices of work before the
   * next write, 'stop' for as many as it takes. See the option `driven`.
   */
  get pressure(): Pressure {
    return this.#turnover.isFull ? 'stop' : this.#background.pressure;
  }

  /** What the store counts, and what it holds. */
  stats(): StoreStats {
    const { version } = this.#manifest;
    return {
      writeGroups: this.#writeGroups,
      writtenEntries: this.#writtenEntries,
      writtenBytes: this.#writtenBytes,
      ...this.#logs.stats(),
      ...this.#background.flusher.stats,
      ...this.#background.compactions,
      ...this.#background.stalls,
      tables: version.tables.length,
      levels: levelStats(levelsOf(version.tables)),
      memtableBytes: this.#runs.memtable.approximateBytes,
      memtableEntries: this.#runs.memtable.count,
      snapshots: this.#snapshots.count,
      pinnedRunSets: this.#runs.pinnedCount,
      blockCache: this.#blockCache.stats,
      tableCache: this.#tables.stats,
      lastSequence: this.#lastSequence,
      durableSequence: this.durableSequence,
    };
  }

  /**
   * Asks for what is written to be durable and lets go of all files; closing twice is fine. A long
   * log is flushed first, so that the next opening has little to replay. Where files are durable
   * only later, `onDurable` is still called when they are.
   * @throws FERRIS_IO, after letting go, when writes that were acknowledged can't be made durable
   */
  close(): void {
    if (this.#closed) return;
    try {
      this.#turnover.flushLongLog();
      if (this.durableSequence < this.#lastSequence) this.#logs.sync();
    } finally {
      this.#settings.trace?.({ type: 'store.close' });
      this.#letGo();
    }
  }

  #letGo(): void {
    this.#closed = true;
    this.#reader.close();
    this.#logs.close();
    this.#background.close();
    this.#manifest.close();
    this.#tables.close();
  }

  #append(payloads: readonly Uint8Array[], count: number, sync: SyncMode): number {
    this.#assertWritable();
    if (count === 0) return this.#lastSequence;
    this.#turnover.makeRoom();
    this.#background.hold(count);
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
      // The log has the batch; now readers may see it.
      for (const payload of payloads) insertBatch(this.#runs.memtable, payload);
    });
    for (const payload of payloads) this.#writtenBytes += payload.length;
    this.#lastSequence = sequence;
    this.#writeGroups++;
    this.#writtenEntries += count;
    this.#acknowledgments.wrote(sequence, this.durableSequence, sync);
    return sequence;
  }

  #afterDurable(): void {
    const before = this.durableSequence;
    const durable = this.#logs.advance();
    if (!this.#closed) this.#garbage.reap();
    this.#acknowledgments.advanced(before, durable);
    this.onDurable?.();
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
