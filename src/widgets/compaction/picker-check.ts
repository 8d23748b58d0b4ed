// Whether the picker is beaten: the same writes, fewer runs, and fewer bytes rewritten.

import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { runCount } from '../../projections/levels.ts';
import { beatThePicker, type PickerState, RUNS_MAX } from './picker-scenario.ts';
import { leveledResult, type PickerAction, type PickerEvent, WRITES } from './picker-world.ts';

/** So many runs may be left. */
export const RUNS_LEFT_MAX = 2;

const leveled = leveledResult(beatThePicker.seed);
/** What leveled compaction's own picker rewrites, and how many runs it leaves. */
export const PICKER = { bytes: leveled.compactedBytes, runs: runCount(leveled) - 1 };

/** At most so many bytes may be rewritten: half of the picker's. */
export const BYTES_MAX = Math.floor(PICKER.bytes / 2);

export function beatsThePicker({
  state,
}: HistoryMade<PickerAction, PickerState, PickerEvent>): Verdict {
  const { writes, runs, runsMax, tree } = state;
  const bytes = tree.compactedBytes;
  const found = `${bytes} bytes are rewritten, of ${BYTES_MAX} that may be.`;
  if (runsMax > RUNS_MAX)
    return { verdict: 'wrong', say: `${runsMax} runs stood at once, and ${RUNS_MAX} may.` };
  if (bytes > BYTES_MAX)
    return { verdict: 'wrong', say: `${found} Go back, or start over, and rewrite less.` };
  if (writes < WRITES.length)
    return { verdict: 'open', say: `${writes} of ${WRITES.length} writes are in. ${found}` };
  if (runs > RUNS_LEFT_MAX)
    return { verdict: 'open', say: `All is written, but ${runs} runs are left. ${found}` };
  return { verdict: 'right', say: `${runs} runs are left. ${found}` };
}

/** New keys move down for nothing; the hot ones are merged once, among themselves. */
export const SOLUTION: readonly PickerAction[] = [
  { do: 'next' },
  { do: 'compact', tables: [4], level: 1 },
  { do: 'next' },
  { do: 'next' },
  { do: 'compact', tables: [8], level: 1 },
  { do: 'next' },
  { do: 'next' },
  { do: 'compact', tables: [12], level: 1 },
  { do: 'next' },
  { do: 'next' },
  { do: 'compact', tables: [16], level: 1 },
  { do: 'next' },
  { do: 'compact', tables: [6, 10, 14, 18], level: 1 },
  { do: 'next' },
  { do: 'compact', tables: [4, 21], level: 1 },
  { do: 'next' },
];
