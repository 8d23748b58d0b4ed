// The exercises of the log's bytes: what recovery must make of the bytes that the reader leaves.

import type { RecoveryMode } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { keptWrites } from './outcome.ts';
import { type CaseState, caseOf, type LogBytesState, logOf } from './projection.ts';
import type { LogAction, LogEvent } from './world.ts';

type Made = HistoryMade<LogAction, LogBytesState, LogEvent>;

interface Outcome {
  readonly each: CaseState;
  /** Writes, not records: those that came back, and all. */
  readonly kept: number;
  readonly all: number;
}

function outcome(state: LogBytesState, mode: RecoveryMode): Outcome {
  const each = caseOf(state, mode);
  const log = logOf(state, each.sync);
  return { each, kept: keptWrites(each, log), all: log.records.length };
}

const wrong = (say: string): Verdict => ({ verdict: 'wrong', say });
const UNTOUCHED: Verdict = { verdict: 'open', say: 'The log is as it was written. Change a byte.' };

/** All five writes must be in the log, and something of it changed. */
function tooEarly({ state, error }: Made): Verdict | undefined {
  if (error !== undefined) return { verdict: 'open', say: `The run stopped: ${error.message}` };
  const { records, bytes, written } = logOf(state, 'full');
  if (records.length < 5) return { verdict: 'open', say: 'Not all five writes are in this log.' };
  const same = bytes.length === written.length && bytes.every((byte, at) => byte === written[at]);
  return same ? UNTOUCHED : undefined;
}

/** The default mode refuses, and yet 'skip-corrupt' gives back every write. */
export function losesNothing(made: Made): Verdict {
  const early = tooEarly(made);
  if (early !== undefined) return early;
  const usual = outcome(made.state, 'tolerate-torn-tail');
  const skip = outcome(made.state, 'skip-corrupt');
  if (usual.each.phase === 'opened')
    return wrong(`The default mode opens, with ${usual.kept} of ${usual.all} writes.`);
  if (skip.kept < skip.all)
    return wrong(`skip-corrupt gives back ${skip.kept} of ${skip.all} writes: a record is hit.`);
  const cautious = outcome(made.state, 'point-in-time');
  const say = `The default mode refuses, skip-corrupt gives back all ${skip.kept}, and point-in-time ${cautious.kept === 0 ? 'none' : cautious.kept}. No record was hit, only what opens the file.`;
  return { verdict: 'right', say };
}

/** 'skip-corrupt' loses one write, and a deleted key is back. */
export function raisesTheDead(made: Made): Verdict {
  const early = tooEarly(made);
  if (early !== undefined) return early;
  const usual = outcome(made.state, 'tolerate-torn-tail');
  const skip = outcome(made.state, 'skip-corrupt');
  if (usual.each.phase === 'opened')
    return wrong(`The default mode opens, with ${usual.kept} of ${usual.all} writes.`);
  if (skip.kept !== skip.all - 1)
    return wrong(`skip-corrupt loses ${skip.all - skip.kept} writes, not one.`);
  if (!skip.each.entries.some(([key]) => key === 'eel'))
    return wrong(`skip-corrupt loses one write, but eel is still deleted.`);
  return {
    verdict: 'right',
    say: 'Only the delete is lost, and eel is back. The store was never in this state: that is why the default mode would rather refuse.',
  };
}

/** The default mode opens without the last two writes, from a file as long as it was. */
export function losesTheLastTwo(made: Made): Verdict {
  const early = tooEarly(made);
  if (early !== undefined) return early;
  const { each, kept, all } = outcome(made.state, 'tolerate-torn-tail');
  const { bytes, written } = logOf(made.state, 'full');
  if (each.phase === 'refused')
    return wrong(
      `The default mode refuses: a record after byte ${each.bad[0]?.offset} still says that what was there had been durable.`,
    );
  if (kept !== all - 2) return wrong(`The default mode opens with ${kept} of ${all} writes.`);
  if (bytes.length !== written.length)
    return wrong(
      `Three writes come back, but the file has ${bytes.length} bytes and had ${written.length}. Do it without cutting or adding.`,
    );
  return {
    verdict: 'right',
    say: `Two durable writes are gone, and the store opens without an error: the one witness, record 5, has lost its voice.`,
  };
}

/** Runs that the checks find right; offsets are those of the script's log. */
export const SOLUTIONS = {
  losesNothing: [{ do: 'set', offset: 24, value: 1 }],
  raisesTheDead: [{ do: 'set', offset: 208, value: 0x6d }],
  losesTheLastTwo: [
    { do: 'set', offset: 208, value: 0x6d },
    { do: 'set', offset: 224, value: 1 },
  ],
} as const satisfies Record<string, readonly LogAction[]>;
