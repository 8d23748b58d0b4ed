// Recovering the write-ahead log: all logs that are not in tables yet, oldest first.
//
// Recovery only reads, and asks the files it has read to sync. It never truncates or
// mends: the next log's header will say where the last one ended (see chain.ts). So a
// database opens on a full disk, and recovering again gives the same answer.
//
// 1. What is replayed is a prefix of what was written, holds everything that was
//    durable, and has no hole; 'skip-corrupt' alone gives that up, to save what it can.
// 2. Damage in a log is judged by its promise (see replay.ts). The log after it promises
//    everything before the end that its header names, as soon as it can prove that its
//    own header was durable: by any record, there or in a later log, that saw it so.
//    Syncs take effect in order, and the older log was synced before the newer one was
//    made. A header without that proof may have outrun the older log in a power cut.
// 3. So a torn tail may be followed by a log that proves nothing. It holds nothing that
//    anybody was promised, and is dropped, or it would leave a hole before it.
//
// The modes are those of RocksDB's WALRecoveryMode; the proofs are ours.

import type { Files } from '../../env/files.ts';
import type { LogVerdict, Trace } from '../../trace/events.ts';
import { type ChainLog, chainLogs, closeLogs, type LogFile } from './chain.ts';
import { RECORDS_AT } from './format.ts';
import { type BadPlace, bad, type Survey } from './reader.ts';
import {
  type LogReport,
  type RecoveryMode,
  type RecoveryReport,
  recoveryRefused,
} from './recovery-report.ts';
import { isVouched, type RecordVisitor, replayRecords } from './replay.ts';

export interface RecoveryOptions {
  readonly files: Files;
  /** Logs in the directory, in any order. */
  readonly logs: readonly LogFile[];
  /** Logs of a lower number are in tables already and aren't looked at. */
  readonly fromLog: number;
  readonly mode: RecoveryMode;
  readonly trace?: Trace | undefined;
}

/**
 * Replays the logs into `visit`.
 * @throws FERRIS_CORRUPTION as the mode has it, after some records were visited;
 *   FERRIS_IO, FERRIS_UNSUPPORTED
 */
export function recoverLogs(options: RecoveryOptions, visit: RecordVisitor): RecoveryReport {
  const chain = chainLogs(options.files, options.logs, options.fromLog);
  try {
    return new Recovery(options, chain, visit).run();
  } finally {
    closeLogs(chain);
  }
}

/** What became of one log so far. */
interface Progress {
  endBytes: number;
  records: number;
  replayedBytes: number;
  droppedRecords: number;
  bad?: BadPlace & { readonly vouched: boolean };
}

class Recovery {
  readonly #options: RecoveryOptions;
  readonly #trace: Trace | undefined;
  readonly #chain: readonly ChainLog[];
  readonly #visit: RecordVisitor;
  readonly #reports: LogReport[] = [];
  /** Set at a bad place that ends the history: logs after it are dropped. */
  #ended = false;

  constructor(options: RecoveryOptions, chain: readonly ChainLog[], visit: RecordVisitor) {
    this.#options = options;
    this.#trace = options.trace;
    this.#chain = chain;
    this.#visit = (payload, place) => {
      this.#trace?.({ type: 'wal.replay.record', ...place });
      visit(payload, place);
    };
  }

  run(): RecoveryReport {
    const { mode } = this.#options;
    for (const [index, log] of this.#chain.entries()) {
      const size = log.reader?.sizeBytes ?? 0;
      this.#trace?.({ type: 'wal.replay.begin', log: log.fileNumber, size, mode });
      this.#replay(log, index);
    }
    this.#sync();
    return this.#report();
  }

  #replay(log: ChainLog, index: number): void {
    const progress: Progress = { endBytes: 0, records: 0, replayedBytes: 0, droppedRecords: 0 };
    if (log.decreedEndBytes === 0) {
      this.#end(log, progress, 'ended by decree');
    } else if (this.#ended) {
      this.#drop(log, index, progress);
    } else {
      this.#readLog(log, index, progress);
      this.#end(log, progress, verdictOf(log, progress));
    }
  }

  /**
   * Leaves out a log that comes after the end of the history. It may still show that it was
   * promised to somebody: the log before it can't say so when the link between them is lost.
   */
  #drop(log: ChainLog, index: number, progress: Progress): void {
    const place = damagedHeader(log);
    const rest = surveyAfter(log, place);
    if (log.damage !== undefined) {
      this.#meet(log, place, this.#promisedBytes(log, index, rest), progress);
    }
    progress.droppedRecords = rest.records;
    this.#end(log, progress, 'dropped');
  }

  /** Replays up to the first bad place, or, in 'skip-corrupt', past each of them. */
  #readLog(log: ChainLog, index: number, progress: Progress): void {
    let place = this.#replayFrom(log, headerBytes(log), progress);
    if (place === undefined) return;
    const rest = surveyAfter(log, place);
    const promisedBytes = this.#promisedBytes(log, index, rest);
    this.#meet(log, place, promisedBytes, progress);
    if (this.#options.mode !== 'skip-corrupt') {
      progress.droppedRecords = rest.records;
      this.#ended = true;
      return;
    }
    while (place !== undefined) {
      const frame = log.reader?.findFrame(place.resumeOffset);
      if (frame === undefined || frame.offset >= limitOf(log)) return;
      place = this.#replayFrom(log, frame.offset, progress);
      if (place !== undefined) this.#meet(log, place, promisedBytes, progress);
    }
  }

  /** Replays whole records; returns the place that stopped it, if one did. */
  #replayFrom(log: ChainLog, offset: number, progress: Progress): BadPlace | undefined {
    const { reader, decreedEndBytes } = log;
    if (offset === 0 || reader === undefined) return damagedHeader(log);
    const replayed = replayRecords(reader, offset, limitOf(log), this.#visit);
    if (replayed.records > 0 || offset === RECORDS_AT) progress.endBytes = replayed.endBytes;
    progress.records += replayed.records;
    progress.replayedBytes += replayed.endBytes - offset;
    if (replayed.bad === undefined && replayed.endBytes < (decreedEndBytes ?? 0)) {
      return bad(replayed.endBytes, 'header cut short', replayed.endBytes + 1);
    }
    return replayed.bad;
  }

  /** How much of the log anybody saw durable: later records in it, or the next log. */
  #promisedBytes(log: ChainLog, index: number, rest: Survey): number {
    const decreed = log.decreedEndBytes ?? 0;
    if (decreed <= rest.promisedBytes) return rest.promisedBytes;
    const isProven = this.#chain.slice(index + 1).some(provesItsHeader);
    return isProven ? decreed : rest.promisedBytes;
  }

  /** @throws FERRIS_CORRUPTION where the mode doesn't allow the bad place */
  #meet(log: ChainLog, place: BadPlace, promisedBytes: number, progress: Progress): void {
    const { mode } = this.#options;
    const { offset, reason } = place;
    const vouched = isVouched(place, promisedBytes);
    progress.bad ??= { ...place, vouched };
    this.#trace?.({ type: 'wal.replay.bad', log: log.fileNumber, offset, reason });
    if (mode === 'point-in-time' || mode === 'skip-corrupt') return;
    if (mode === 'tolerate-torn-tail' && !vouched) return;
    this.#end(log, progress, vouched ? 'corrupt' : 'torn tail');
    throw recoveryRefused(log.fileName, place, vouched);
  }

  #end(log: ChainLog, progress: Progress, verdict: LogVerdict): void {
    const { fileNumber, fileName } = log;
    const { endBytes, records, replayedBytes, droppedRecords, bad: first } = progress;
    const droppedBytes = Math.max(0, contentEnd(log, endBytes) - headerBytes(log) - replayedBytes);
    const sizeBytes = log.reader?.sizeBytes ?? 0;
    this.#reports.push({
      ...{ log: fileNumber, fileName, sizeBytes, endBytes, records, verdict },
      ...(first && { bad: { offset: first.offset, reason: first.reason, vouched: first.vouched } }),
      ...{ droppedRecords, droppedBytes },
    });
    this.#trace?.({ type: 'wal.replay.end', log: fileNumber, endBytes, records, verdict });
  }

  /** What survived in a cache is not durable yet, and new writes are about to build on it. */
  #sync(): void {
    const kept = new Set(this.#reports.filter((log) => log.endBytes > 0).map(({ log }) => log));
    if (kept.size === 0) return;
    for (const log of this.#chain) if (kept.has(log.fileNumber)) log.file?.sync();
    this.#options.files.syncDirectory();
  }

  #report(): RecoveryReport {
    const logs = this.#reports;
    const last = logs.findLast((log) => log.endBytes > 0);
    return {
      mode: this.#options.mode,
      logs,
      records: logs.reduce((sum, log) => sum + log.records, 0),
      lossy: logs.some((log) => log.droppedBytes > 0 || log.bad?.vouched === true),
      vouchedLoss: logs.some((log) => log.bad?.vouched === true),
      lastLog: last?.log ?? 0,
      lastEndBytes: last?.endBytes ?? 0,
    };
  }
}

function verdictOf(log: ChainLog, progress: Progress): LogVerdict {
  const { bad: first, endBytes } = progress;
  // A tail has nothing after it: where 'skip-corrupt' went on, there is a hole.
  if (first !== undefined)
    return first.vouched || endBytes > first.offset ? 'corrupt' : 'torn tail';
  const isWhole = log.decreedEndBytes === undefined || log.reader?.sizeBytes === endBytes;
  return isWhole ? 'whole' : 'ended by decree';
}

/** The bad place of a log that has no header to trust. */
function damagedHeader(log: ChainLog): BadPlace {
  const reason = log.reader === undefined ? 'file missing' : 'file header';
  return bad(0, reason, RECORDS_AT, log.damage);
}

/** Where the records end, if nothing is damaged. */
function limitOf(log: ChainLog): number {
  const sizeBytes = log.reader?.sizeBytes ?? 0;
  return Math.min(sizeBytes, log.decreedEndBytes ?? sizeBytes);
}

/** Where the bytes end that are not just zeros which the file system kept ready. */
function contentEnd(log: ChainLog, endBytes: number): number {
  const limit = limitOf(log);
  return endBytes < limit ? Math.min(limit, Math.max(endBytes, log.reader?.zerosAt ?? 0)) : limit;
}

/** Where the records begin; 0 when there is no header to trust. */
function headerBytes(log: ChainLog): number {
  return log.damage === undefined ? RECORDS_AT : 0;
}

/** What the log says after a bad place. */
function surveyAfter(log: ChainLog, place: BadPlace): Survey {
  const nothing = { promisedBytes: 0, records: 0 };
  return log.reader?.survey(place.resumeOffset, limitOf(log)) ?? nothing;
}

/** True when a record of this log saw its header durable. */
function provesItsHeader(log: ChainLog): boolean {
  return log.reader !== undefined && log.reader.survey(RECORDS_AT).promisedBytes >= RECORDS_AT;
}
