// The exercise "reach 1 %": few mistakes, in few bytes.

import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import type { FilterAction, FilterEvent } from './filter.ts';
import type { FilterState } from './projection.ts';
import { filterAsked, percentText } from './scenario.ts';

export const KEYS = 1000;
export const ASKED_MIN = 5000;
export const PERCENT_MAX = 1;
export const BYTES_MAX = 1300;

export function reachesOnePercent({
  state,
}: HistoryMade<FilterAction, FilterState, FilterEvent>): Verdict {
  const { keys, bits, missingAsked, falsePositives } = state;
  if (keys !== KEYS)
    return { verdict: 'wrong', say: `This filter has ${keys} keys in it; the task has ${KEYS}.` };
  if (missingAsked < ASKED_MIN)
    return {
      verdict: 'open',
      say: `Ask for ${ASKED_MIN} missing keys at least; so far it is ${missingAsked}.`,
    };
  const found = `${bits.length} bytes, and ${falsePositives} of ${missingAsked} answers are wrong: ${percentText(falsePositives, missingAsked)}.`;
  if (falsePositives * 100 > missingAsked * PERCENT_MAX)
    return { verdict: 'wrong', say: `${found} That is more than ${PERCENT_MAX} %.` };
  if (bits.length > BYTES_MAX)
    return { verdict: 'wrong', say: `${found} But ${BYTES_MAX} bytes must do.` };
  return { verdict: 'right', say: found };
}

/** The fewest bits that will do. */
export const SOLUTION = filterAsked(KEYS, 10, 10_000);
