// The compactor: carries out what the policy chooses, and makes it part of the database.
//
//     choice --rewrite--> finished tables --manifest edit--> part of the database
//        '------------- a move is an edit alone ------------^
//
// 1. Each arrow may fail (a full disk, a damaged block) and nothing is lost: the inputs are the
//    database until the edit is there. A rewrite that fails is abandoned, and tried again when
//    the version has changed or somebody asks for it; until then nothing is due. A crash in the
//    middle leaves files that the next opening deletes.
// 2. Each arrow waits until what it relies on is durable (docs/decisions/0004).
// 3. Inputs are deleted when the edit is durable and no scan reads them any more.

import { isFerrisError } from '../../base/errors.ts';
import type { Health } from '../../env/health.ts';
import type { Cursor } from '../cursor.ts';
import type { Garbage } from '../garbage.ts';
import { LevelCursor } from '../level-cursor.ts';
import type { TableRecord } from '../manifest/edit.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { levelsOf, type Version } from '../manifest/version.ts';
import { MergeCursor } from '../merge.ts';
import { type Settings, writerOptions } from '../options.ts';
import { type RangeDelete, RangeDeletes } from '../range-deletes.ts';
import type { Runs } from '../runs.ts';
import type { TableInfo } from '../table/writer.ts';
import type { TableCache } from '../table-cache.ts';
import { DeeperTables } from './deeper.ts';
import { Keeper } from './keeper.ts';
import { leveled } from './leveled.ts';
import { type Choice, type CompactionPolicy, type Levels, totalBytes } from './policy.ts';
import { Rewrite } from './rewrite.ts';
import { tiered } from './tiered.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** What a rewritten table may overlap of the level below its own, in tables' sizes. */
const OVERLAP_TABLES_MAX = 10;

export interface CompactionStats {
  readonly compactions: number;
  readonly moves: number;
  /** Bytes of all inputs, and of all outputs, of rewrites. */
  readonly compactedBytesIn: number;
  readonly compactedBytesOut: number;
}

/** What somebody wants compacted. It is looked up when its turn comes: tables may have gone by then. */
export type Wanted = (levels: Levels) => Choice | undefined;

interface Job {
  readonly choice: Choice;
  readonly rewrite: Rewrite;
  /** Set when the tables are written and wait for their edit. */
  finished?: readonly TableInfo[];
}

export interface CompactorParts {
  readonly settings: Settings;
  readonly manifest: Manifest;
  readonly runs: Runs;
  readonly tables: TableCache;
  readonly garbage: Garbage;
  readonly health: Health;
  /** Sequence numbers of the snapshots in use, ascending. */
  readonly snapshots: () => readonly number[];
}

export class Compactor {
  readonly #parts: CompactorParts;
  #job: Job | undefined;
  /** What somebody asked for goes before what the policy chooses. */
  #wanted: Wanted | undefined;
  /** What the policy chose for which version, under which settings. */
  #chosen: { version: Version; settings: object; choice: Choice | undefined } | undefined;
  #backlog: { version: Version; settings: object; runs: number; debtBytes: number } | undefined;
  /** Why the compaction of this version was given up. */
  #failed: { version: Version; error: unknown } | undefined;
  #stats = { compactions: 0, moves: 0, compactedBytesIn: 0, compactedBytesOut: 0 };

  constructor(parts: CompactorParts) {
    this.#parts = parts;
  }

  /** True when there is something to do, now. */
  get due(): boolean {
    return !this.#waits && (this.#job !== undefined || this.#next() !== undefined);
  }

  /** True while a compaction is under way, waiting or not. */
  get busy(): boolean {
    return this.#job !== undefined || (this.#wanted !== undefined && this.#next() !== undefined);
  }

  get stats(): CompactionStats {
    return this.#stats;
  }

  /** Runs that pile up, and bytes over what the levels should hold. */
  get backlog(): { runs: number; debtBytes: number } {
    const { version } = this.#parts.manifest;
    const { current } = this.#parts.settings;
    if (this.#backlog?.version !== version || this.#backlog.settings !== current) {
      const levels = this.#levels;
      const runs = this.#policy?.runCount(levels) ?? 0;
      const debtBytes = this.#policy?.debtBytes(levels, current) ?? 0;
      this.#backlog = { version, settings: current, runs, debtBytes };
    }
    return this.#backlog;
  }

  /** Why the last compaction was given up; undefined when none was since the version changed. */
  get failure(): unknown {
    return this.#failed?.version === this.#parts.manifest.version ? this.#failed.error : undefined;
  }

  /** Makes this the next compaction; what is under way is finished first. */
  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#failed = undefined;
  }

  /** Finishes what is under way, then this, as far as it need not wait. Errors are those of both. */
  carryOut(wanted: Wanted): void {
    while (this.#job !== undefined && this.step(EVERYTHING));
    wanted(this.#levels); // says what is wrong with it
    this.want((levels) => unlessRefused(() => wanted(levels)));
    do this.step(EVERYTHING);
    while (this.#job !== undefined && !this.#waits);
  }

  /**
   * A slice of the work; true if more can be done now.
   * @throws FERRIS_NO_SPACE, FERRIS_IO, FERRIS_CORRUPTION when an input is damaged
   */
  step(entriesMax: number): boolean {
    if (this.#waits) return false;
    if (this.#job === undefined && !this.#start()) return false;
    const job = this.#job;
    if (job === undefined) return true; // it was a move
    if (job.finished === undefined) this.#write(job, entriesMax);
    if (job.finished === undefined) return true;
    if (!this.#waits) this.#install(job, job.finished);
    return this.due;
  }

  /** Gives up what is under way. After an edit of unknown outcome its tables may be needed. */
  close(): void {
    if (this.#job === undefined) return;
    if (this.#parts.health.mayWrite) this.#abandon();
    else this.#job.rewrite.close();
  }

  get #policy(): CompactionPolicy | undefined {
    const { compaction } = this.#parts.settings.current;
    if (compaction === 'none') return undefined;
    return compaction === 'tiered' ? tiered : leveled;
  }

  get #levels(): Levels {
    return levelsOf(this.#parts.manifest.version.tables);
  }

  /** True while what the next step relies on is not durable; see flusher.ts. */
  get #waits(): boolean {
    const { manifest, settings } = this.#parts;
    if (!manifest.settled) return true;
    return this.#job?.finished !== undefined && !settings.files.directoryDurable;
  }

  #next(): Choice | undefined {
    const { manifest, settings } = this.#parts;
    const { version } = manifest;
    if (this.#failed?.version === version) return undefined;
    const wanted = this.#wanted?.(this.#levels);
    if (wanted !== undefined) return wanted;
    if (this.#chosen?.version !== version || this.#chosen.settings !== settings.current) {
      const choice = this.#policy?.choose(this.#levels, settings.current);
      this.#chosen = { version, settings: settings.current, choice };
    }
    return this.#chosen.choice;
  }

  /** Begins the next compaction; false when there is none. */
  #start(): boolean {
    const choice = this.#next();
    this.#wanted = undefined;
    if (choice === undefined) return false;
    const { inputs, outputLevel, reason, score } = choice;
    this.#parts.settings.trace?.({
      type: 'compaction.begin',
      inputs: inputs.map(({ number }) => number),
      outputLevel,
      reason,
      score,
    });
    if (this.#isMove(choice)) this.#move(choice);
    else this.#begin(choice);
    return true;
  }

  /** It reads already, where its inputs begin and what ranges they delete. */
  #begin(choice: Choice): void {
    try {
      this.#job = { choice, rewrite: this.#rewrite(choice) };
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** One table that overlaps nothing where it goes, and not too much below that. */
  #isMove({ inputs, outputLevel }: Choice): boolean {
    const table = inputs[0] as TableRecord;
    if (inputs.length !== 1 || table.level >= outputLevel) return false;
    const below = this.#levels[outputLevel + 1] ?? [];
    const overlapped = new DeeperTables([below]).overlapping(table);
    return totalBytes(overlapped) <= this.#overlapBytesMax;
  }

  #move({ inputs, outputLevel }: Choice): void {
    const moved = inputs.map((table) => ({ ...table, level: outputLevel }));
    this.#commit(inputs, moved);
    this.#stats.moves++;
    this.#parts.settings.trace?.({
      type: 'compaction.move',
      table: (moved[0] as TableRecord).number,
      outputLevel,
    });
  }

  get #overlapBytesMax(): number {
    return OVERLAP_TABLES_MAX * this.#parts.settings.current.tableBytes;
  }

  #rewrite({ inputs, outputLevel }: Choice): Rewrite {
    const { settings, garbage } = this.#parts;
    const { current } = settings;
    const chosen = new Set(inputs.map(({ number }) => number));
    const older = this.#olderThan(chosen, outputLevel);
    const entries = this.#entriesOf(inputs);
    entries.seekToFirst();
    const keeper = new Keeper(entries, {
      snapshots: this.#parts.snapshots(),
      rangeDeletes: this.#rangeDeletesOf(inputs),
      nowMs: settings.clock.nowMs(),
      merge: settings.merge,
      filter: settings.filter,
      isDeeper: (key) => older.mayHold(key),
      isRangeDeeper: (start, end) => older.mayHoldAny(start, end),
    });
    return new Rewrite({
      files: settings.files,
      keeper,
      takeNumber: () => garbage.takeTableNumber(),
      writer: writerOptions(settings, outputLevel),
      tableBytes: outputLevel === 0 ? Number.POSITIVE_INFINITY : current.tableBytes,
      grandparents: outputLevel === 0 ? [] : (this.#levels[outputLevel + 1] ?? []),
      overlapBytesMax: this.#overlapBytesMax,
    });
  }

  /** Tables that hold older entries than the output will: below its level, or older in level 0. */
  #olderThan(chosen: ReadonlySet<number>, outputLevel: number): DeeperTables {
    const levels = this.#levels;
    if (outputLevel > 0) return new DeeperTables(levels.slice(outputLevel + 1));
    const level0 = levels[0] as readonly TableRecord[];
    const last = level0.findLastIndex(({ number }) => chosen.has(number));
    const olderLevel0 = level0.slice(last + 1).map((table) => [table]);
    return new DeeperTables([...olderLevel0, ...levels.slice(1)]);
  }

  #entriesOf(inputs: readonly TableRecord[]): Cursor {
    const open = (record: TableRecord) => {
      const handle = this.#parts.tables.open(record.number);
      return { ...record, cursor: () => handle.cursor({ cache: false }) };
    };
    const [level0 = [], ...deeper] = levelsOf(inputs);
    const cursors = level0.map((record) => open(record).cursor());
    for (const tables of deeper) {
      if (tables.length > 0) cursors.push(new LevelCursor(tables.map(open)));
    }
    return new MergeCursor(cursors);
  }

  #rangeDeletesOf(inputs: readonly TableRecord[]): RangeDeletes {
    const all: RangeDelete[] = [];
    for (const record of inputs) {
      if (record.hasRangeDeletes) all.push(...this.#parts.tables.open(record.number).rangeDeletes);
    }
    return all.length === 0 ? RangeDeletes.EMPTY : new RangeDeletes(all);
  }

  #write(job: Job, entriesMax: number): void {
    try {
      const finished = job.rewrite.step(entriesMax);
      if (finished !== undefined) job.finished = finished;
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Nothing is due until the version changes or somebody asks. */
  #giveUp(error: unknown): never {
    this.#failed = { version: this.#parts.manifest.version, error };
    this.#abandon();
    throw error;
  }

  /** Removes what was written; a job that could not even begin has written nothing. */
  #abandon(): void {
    const rewrite = this.#job?.rewrite;
    const numbers = rewrite?.numbers ?? [];
    this.#job = undefined;
    for (const number of numbers) this.#parts.tables.forget(number);
    rewrite?.abandon();
    this.#parts.garbage.born(numbers);
    this.#parts.settings.trace?.({ type: 'compaction.abandon', tables: [...numbers] });
  }

  /** The instant of a compaction: one edit takes the inputs out and puts the outputs in. */
  #install(job: Job, finished: readonly TableInfo[]): void {
    const { inputs, outputLevel } = job.choice;
    const outputs = finished.map((info) => recordOf(info, outputLevel));
    try {
      this.#readBack(finished);
    } catch (error) {
      this.#giveUp(error);
    }
    this.#commit(inputs, outputs);
    this.#job = undefined;
    this.#parts.garbage.born(job.rewrite.numbers);
    const [bytesIn, bytesOut] = [totalBytes(inputs), totalBytes(outputs)];
    this.#stats.compactions++;
    this.#stats.compactedBytesIn += bytesIn;
    this.#stats.compactedBytesOut += bytesOut;
    this.#parts.settings.trace?.({
      type: 'compaction.end',
      outputs: outputs.map(({ number }) => number),
      outputLevel,
      ...job.rewrite.progress,
      bytesIn,
      bytesOut,
    });
  }

  /** A table that can't be read is no use: the inputs are still there. */
  #readBack(finished: readonly TableInfo[]): void {
    for (const info of finished) this.#parts.tables.open(info.number).touch();
  }

  #commit(removed: readonly TableRecord[], added: readonly TableRecord[]): void {
    const { manifest, runs, garbage, health } = this.#parts;
    health.guard(() => manifest.apply({ removed: removed.map(({ number }) => number), added }));
    runs.install(manifest.version.tables, false);
    garbage.collect();
    garbage.reap();
  }
}

/** What was sound when it was asked for may have lost its tables when its turn comes. */
function unlessRefused(choose: () => Choice | undefined): Choice | undefined {
  try {
    return choose();
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}

/** What the manifest says of a finished table. */
export function recordOf(info: TableInfo, level: number): TableRecord {
  return { level, hasRangeDeletes: info.rangeDeletes > 0, ...info };
}
