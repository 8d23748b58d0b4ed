// The turnover: a memtable and its log give way to new ones.
//
//     memtable 1, log 3  --freeze-->  memtable 2, log 5     the old pair waits for its flush
//
// A memtable and a log begin together, so a log holds what its memtable holds, and both can go
// when that is in a table. A log that grows long before its memtable is full (one key, written
// again and again) is followed by another one for the same memtable.

import { isFerrisError } from '../base/errors.ts';
import type { Health } from '../env/health.ts';
import type { Flusher } from './flusher.ts';
import type { Logs } from './logs.ts';
import type { Settings } from './options.ts';
import { newMemtable } from './recover-store.ts';
import type { Runs } from './runs.ts';

/** Closing leaves at most about this much to replay: a few milliseconds. */
const REPLAY_BYTES_MAX = 1 << 18;

export interface TurnoverParts {
  readonly settings: Settings;
  readonly health: Health;
  readonly runs: Runs;
  readonly logs: Logs;
  readonly flusher: Flusher;
  /** Sequence number of the newest entry. */
  readonly lastSequence: () => number;
}

export class Turnover {
  readonly #parts: TurnoverParts;

  constructor(parts: TurnoverParts) {
    this.#parts = parts;
  }

  /**
   * Before a write. Where files are durable only later this may have to wait; then the memtable and
   * its log grow on. @throws FERRIS_NO_SPACE, FERRIS_IO
   */
  makeRoom(): void {
    const { settings, runs, logs, flusher, health } = this.#parts;
    const { memtableBytes, logBytes } = settings.current;
    if (runs.memtable.approximateBytes >= memtableBytes) {
      flusher.finish();
      if (flusher.ready) this.#freeze();
    } else if (logs.size >= logBytes && flusher.settled) {
      health.guard(() => logs.rotate());
    }
  }

  /** True when the next write would have to finish a flush first. */
  get isFull(): boolean {
    const { settings, runs, flusher } = this.#parts;
    return flusher.due && runs.memtable.approximateBytes >= settings.current.memtableBytes;
  }

  /** As `Store.flush`. */
  flush(upTo: number): boolean {
    const { flusher } = this.#parts;
    flusher.finish();
    if (flusher.flushedSequence < upTo && flusher.ready) {
      this.#freeze();
      flusher.finish();
    }
    return flusher.flushedSequence >= upTo;
  }

  /** Before closing: a courtesy to the next opening. Where it fails, the log has everything. */
  flushLongLog(): void {
    const { runs, health, lastSequence } = this.#parts;
    if (runs.memtable.approximateBytes < REPLAY_BYTES_MAX || !health.mayWrite) return;
    try {
      this.flush(lastSequence());
    } catch (error) {
      if (!isFerrisError(error)) throw error;
    }
  }

  /** Every entry goes into a table and a new log begins; older logs are no longer needed. */
  leaveLogsBehind(): void {
    const { runs, logs, flusher, health } = this.#parts;
    const { memtable } = runs;
    if (memtable.count > 0 || memtable.rangeDeletes.length > 0) this.#freeze();
    else flusher.commit({ logNumber: health.guard(() => logs.rotate()) }, false);
    flusher.finish();
  }

  /** The memtable becomes the frozen one; a new log begins with the new memtable. */
  #freeze(): void {
    const { settings, runs, logs, flusher, health, lastSequence } = this.#parts;
    const next = newMemtable(settings, runs.memtable.number + 1);
    const logNumber = health.guard(() => logs.rotate());
    runs.freeze(next);
    flusher.begin(logNumber, lastSequence());
  }
}
