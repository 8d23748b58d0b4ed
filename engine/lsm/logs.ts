// The logs of a store, as one: the log being written, and how one follows another.
//
// A log is begun by the first write that needs it, so opening a database creates
// nothing. Its header says where the log before it ended; whatever debris a torn tail
// left after that place is thereby void (docs/decisions/0002). Rotation syncs the old
// log first: a log's records may rely on all of its predecessor.

import type { File } from '../env/files.ts';
import { Durability } from './durability.ts';
import { walName } from './file-names.ts';
import type { Manifest } from './manifest/manifest.ts';
import type { Settings, SyncMode } from './options.ts';
import type { RecoveredStore } from './recover-store.ts';
import { WAL_FORMAT } from './wal/format.ts';
import type { RecoveryReport } from './wal/recovery-report.ts';
import { LogWriter } from './wal/writer.ts';

/** Appends batches to the current log. */
export class Logs {
  readonly #settings: Settings;
  readonly #manifest: Manifest;
  readonly #recovered: RecoveryReport;
  readonly #durability: Durability;
  #log: LogWriter | undefined;
  /** Logs that were left but are not known durable yet; only asynchronous files have any. */
  #leaving: (LogWriter | File)[] = [];
  #syncs = 0;
  #bytes = 0;

  constructor(settings: Settings, recovered: RecoveredStore) {
    const { manifest, report, lastSequence, lastLog } = recovered;
    this.#settings = settings;
    this.#manifest = manifest;
    this.#recovered = report;
    this.#durability = new Durability(manifest.version.lastSequence);
    if (lastLog === undefined) return;
    this.#durability.wrote(lastLog, report.lastEndBytes, lastSequence, lastLog.size);
    this.#leaving.push(lastLog);
    this.advance();
  }

  /** Writes up to this sequence number survive a power cut. */
  get durableSequence(): number {
    return this.#durability.durableSequence;
  }

  /** Bytes in the current log; 0 when none is begun. */
  get size(): number {
    return this.#log?.size ?? 0;
  }

  /**
   * Syncs and leaves the current log; the next one begins. Returns its number.
   * @throws FERRIS_NO_SPACE (the current log goes on), FERRIS_IO
   */
  rotate(): number {
    const old = this.#log;
    if (old === undefined) return this.#begin().fileNumber;
    this.sync();
    this.#log = this.#create(old.fileNumber, old.size);
    this.#leaving.push(old);
    this.advance();
    return this.#log.fileNumber;
  }

  /**
   * One append for all payloads, and a sync if the mode asks for it now.
   * `lastSequence` is that of the last entry in them.
   * @throws FERRIS_NO_SPACE (nothing was appended), FERRIS_IO
   */
  append(payloads: readonly Uint8Array[], lastSequence: number, sync: SyncMode): void {
    const log = this.#begin();
    const before = log.size;
    const lazily = sync !== 'full';
    const endBytes =
      payloads.length === 1
        ? log.append(payloads[0] as Uint8Array, lazily)
        : log.appendAll(payloads, lazily);
    this.#bytes += endBytes - before;
    this.#durability.wrote(log, endBytes, lastSequence, log.syncRequestedBytes);
    const unsynced = endBytes - log.syncRequestedBytes;
    if (sync === 'full' || (sync === 'normal' && unsynced >= this.#settings.current.syncEveryBytes))
      this.sync();
  }

  /** Asks that the current log be durable as far as it is written. @throws FERRIS_IO */
  sync(): void {
    const log = this.#log;
    if (log === undefined || log.syncRequestedBytes === log.size) return;
    log.sync();
    this.#syncs++;
    this.advance();
  }

  /** Looks at the watermarks again, and lets go of logs that need no more looking at. */
  advance(): number {
    const durable = this.#durability.advance();
    if (this.#leaving.length > 0) this.#leaving = this.#leaving.filter(isStillVolatile);
    return durable;
  }

  stats(): { logSyncs: number; logBytes: number } {
    return { logSyncs: this.#syncs, logBytes: this.#bytes };
  }

  close(): void {
    this.#log?.close();
    for (const log of this.#leaving) log.close();
  }

  /** Makes sure there is a log to append to, and a manifest before the first one. */
  #begin(): LogWriter {
    if (this.#log !== undefined) return this.#log;
    if (this.#manifest.number === 0) this.#manifest.apply({});
    this.#log = this.#create(this.#recovered.lastLog, this.#recovered.lastEndBytes);
    return this.#log;
  }

  #create(previousLog: number, previousEndBytes: number): LogWriter {
    const fileNumber = this.#manifest.takeFileNumber();
    const { files, clock, trace } = this.#settings;
    const options = {
      format: WAL_FORMAT,
      fileName: walName(fileNumber),
      fileNumber,
      createdMs: clock.nowMs(),
      previousLog,
      previousEndBytes,
    };
    return LogWriter.create(files, options, trace);
  }
}

function isStillVolatile(log: LogWriter | File): boolean {
  if (log.durableBytes < log.size) return true;
  log.close();
  return false;
}
