// Leave three kinds of rubbish behind, with two power cuts.

import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import type { ManifestState } from './projection.ts';
import { betweenSteps } from './scenario.ts';
import {
  DROPPED,
  type ManifestAction,
  type ManifestEvent,
  NEVER,
  UNNAMED,
  type Why,
} from './world.ts';

export const CUTS_MAX = 2;

const WANTED: readonly (readonly [Why, string])[] = [
  [NEVER, 'a table that was never part of a version'],
  [UNNAMED, 'a manifest that no superblock names'],
  [DROPPED, 'a table that a version has dropped'],
];

export function leavesThree({
  entries,
}: HistoryMade<ManifestAction, ManifestState, ManifestEvent>): Verdict {
  const found = new Set<Why>();
  let cuts = 0;
  let isLooking = false;
  for (const { event } of entries) {
    if (event.type === 'power.cut') cuts++;
    if (event.type === 'power.restored') isLooking = true;
    if (event.type !== 'client.check' || !isLooking) continue;
    for (const { why } of event.leftovers) found.add(why);
  }
  if (cuts > CUTS_MAX)
    return {
      verdict: 'wrong',
      say: `These are ${cuts} power cuts; ${CUTS_MAX} must do. Start over.`,
    };
  if (!isLooking)
    return { verdict: 'open', say: 'Step back to a moment, cut the power there, and restart.' };
  const missing = WANTED.filter(([why]) => !found.has(why)).map(([, what]) => what);
  if (missing.length === 0)
    return { verdict: 'right', say: 'All three were left over, and not one key was wrong.' };
  const there = WANTED.filter(([why]) => found.has(why)).map(([, what]) => what);
  const had =
    there.length > 0
      ? `Found after a restart: ${there.join(' and ')}. `
      : 'Nothing of the three was left. ';
  const say = `${had}Missing: ${missing.join(' and ')}.`;
  return { verdict: cuts < CUTS_MAX ? 'open' : 'wrong', say };
}

const COMPACT: ManifestAction = { do: 'compact' };

/** Of the compaction's events, so many until its new manifest has a name and no superblock. */
const UNTIL_MANIFEST = 18;
/** In the second one, which first deletes what the first left: the switch is done. */
const UNTIL_SWITCH = 30;

export const SOLUTION: readonly ManifestAction[] = [
  ...betweenSteps.script,
  { do: 'cut', after: UNTIL_MANIFEST },
  { do: 'restart', survive: 'nothing' },
  COMPACT,
  { do: 'cut', after: UNTIL_SWITCH },
  { do: 'restart', survive: 'nothing' },
];
