// A transcript: what a test does, in words, and every event that it causes.

import { text } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { CrashPolicy } from '../../../engine/env/crash.ts';
import { FaultyFiles, type FaultyOptions } from '../../../engine/env/files-faulty.ts';
import { walName } from '../../../engine/lsm/file-names.ts';
import type { LogReport, RecoveryMode } from '../../../engine/lsm/wal/recovery-report.ts';
import type { RecordVisitor } from '../../../engine/lsm/wal/replay.ts';
import type { LogWriter } from '../../../engine/lsm/wal/writer.ts';
import type { Trace } from '../../../engine/trace/events.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { expectGolden } from '../../golden.ts';
import { createLog, MODES, recover, rotate } from './logs.ts';

export class Scenario {
  readonly #lines: string[] = [];
  readonly trace: Trace = (event) => this.#lines.push(printEvent(event));
  files: FaultyFiles;

  constructor(options: FaultyOptions = {}) {
    this.files = new FaultyFiles({ ...options, trace: this.trace });
  }

  /** A heading in the transcript. */
  say(words: string): void {
    this.#lines.push(...(this.#lines.length > 0 ? [''] : []), `# ${words}`);
  }

  create(number: number, previous?: { log: number; endBytes: number }): LogWriter {
    return createLog(this.files, number, previous, this.trace);
  }

  rotate(writer: LogWriter, number: number): LogWriter {
    return rotate(this.files, writer, number, this.trace);
  }

  /** Flips a bit of a log. */
  rot(log: number, offset: number): void {
    this.files.rot(walName(log), offset, 0);
  }

  cutAndRestart(policy: Partial<CrashPolicy>): void {
    this.files.powerCut();
    this.files = this.files.restart({ policy });
  }

  /** Recovers, and says what came of it. */
  recover(mode: RecoveryMode, visit?: RecordVisitor, fromLog = 0): void {
    this.say(`recover: ${mode}`);
    const { report, error } = recover(this.files, mode, {
      trace: this.trace,
      fromLog,
      visit: (payload, place) => {
        visit?.(payload, place);
        this.#lines.push(`    ${text(payload).replace(/\.{4,}/g, '...')}`);
      },
    });
    if (report === undefined) {
      this.#lines.push(isFerrisError(error) ? `=> ${error.message}` : `=> ${error}`);
      return;
    }
    for (const log of report.logs) this.#lines.push(`=> ${reportLine(log)}`);
    const loss = report.vouchedLoss
      ? 'loss that no power cut explains'
      : report.lossy
        ? 'lossy'
        : 'no loss';
    const { lastLog, lastEndBytes } = report;
    this.#lines.push(`=> ${loss}; the next log follows log ${lastLog} at ${lastEndBytes}`);
  }

  recoverInAllModes(visit?: RecordVisitor): void {
    for (const mode of MODES) this.recover(mode, visit);
  }

  /** Compares with the golden file of this name. */
  expect(name: string): void {
    expectGolden(`wal/${name}.txt`, `${this.#lines.join('\n')}\n`);
  }
}

function reportLine(log: LogReport): string {
  const { bad } = log;
  const vouched = bad?.vouched ? ', vouched' : '';
  const place = bad === undefined ? '' : `, bad @${bad.offset} (${bad.reason}${vouched})`;
  const dropped = `dropped ${log.droppedRecords} records, ${log.droppedBytes} bytes`;
  const end = `${log.endBytes} of ${log.sizeBytes}`;
  return `log ${log.log} ${log.verdict} at ${end}, ${log.records} records${place}; ${dropped}`;
}
