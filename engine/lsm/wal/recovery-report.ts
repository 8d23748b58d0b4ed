// What recovery may do, what it says that it did, and how it refuses.

import { FerrisError } from '../../base/errors.ts';
import type { LogVerdict } from '../../trace/events.ts';
import type { BadPlace } from './reader.ts';

/** What to do about bytes that are no record. */
export const RECOVERY_MODES = {
  'tolerate-torn-tail': 'A torn tail ends the log; damage to durable bytes is an error.',
  absolute: 'Any bytes that are no record are an error.',
  'point-in-time': 'Everything from the first bad place on is dropped, later logs too.',
  'skip-corrupt': 'Damaged records are left out, and all others replayed.',
} as const;

export type RecoveryMode = keyof typeof RECOVERY_MODES;

/** The modes alone: a program that doesn't ask what they do need not load it. */
export const RECOVERY_MODE_NAMES: readonly RecoveryMode[] = [
  'tolerate-torn-tail',
  'absolute',
  'point-in-time',
  'skip-corrupt',
];

/** What recovery found in one log. */
export interface LogReport {
  readonly log: number;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Offset after the last record that was replayed; 0 when the log gave nothing at all. */
  readonly endBytes: number;
  /** Records that were replayed. */
  readonly records: number;
  readonly verdict: LogVerdict;
  /** The first bad place. `vouched`: what was there had been durable, or its checksums are right. */
  readonly bad?: Pick<BadPlace, 'offset' | 'reason'> & { readonly vouched: boolean };
  /** Whole records that were not replayed, because of what is before them. */
  readonly droppedRecords: number;
  /** All bytes, readable or not, that were not replayed. Decreed debris doesn't count. */
  readonly droppedBytes: number;
}

/** What recovery did. */
export interface RecoveryReport {
  readonly mode: RecoveryMode;
  /** Oldest first. */
  readonly logs: readonly LogReport[];
  readonly records: number;
  /** True when bytes were dropped now, promised or not. */
  readonly lossy: boolean;
  /** True when something was lost that no power cut can explain: see `LogReport.bad`. */
  readonly vouchedLoss: boolean;
  /** The last log that counts and where it ended: the links of the next log. 0 and 0 if none. */
  readonly lastLog: number;
  readonly lastEndBytes: number;
}

const SALVAGE = `Restore a copy, or open with recovery mode 'point-in-time' to keep what is before it, or 'skip-corrupt' to keep all that can be read`;

/** The error of a mode that doesn't allow this bad place. */
export function recoveryRefused(fileName: string, place: BadPlace, vouched: boolean): FerrisError {
  const { offset: offsetBytes, reason, cause } = place;
  const what = `${fileName} holds no record at byte ${offsetBytes} (${reason})`;
  const message = `${what}, ${adviceOn(place, vouched)}`;
  return new FerrisError('FERRIS_CORRUPTION', message, { file: fileName, offsetBytes }, cause);
}

function adviceOn({ reason }: BadPlace, vouched: boolean): string {
  if (reason === 'payload refused') {
    return `though its checksums are right: these are the bytes that were written. ${SALVAGE}`;
  }
  if (vouched) return `and what was there had been durable. ${SALVAGE}`;
  return `and nothing says that what was there had ever been durable. Open with recovery mode 'tolerate-torn-tail' to do without it`;
}
