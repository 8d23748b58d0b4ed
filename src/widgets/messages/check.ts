// The exercise "cause a false suspicion": nobody may be crashed.

import { TICKS_PER_MS } from '../../../engine/index.ts';
import type { Verdict } from '../../exercise/check.ts';
import type { HistoryMade } from '../../exercise/history.ts';
import { letterOf, msText } from '../../marks/nodes.ts';
import type { MessagesAction } from './actions.ts';
import { PERIOD_TICKS, TIMEOUT_TICKS } from './detector.ts';
import type { MessagesEvent } from './machine.ts';
import type { MessagesState } from './projection.ts';
import { FOR_TICKS, falseSuspicion } from './scenario.ts';

type Made = HistoryMade<MessagesAction, MessagesState, MessagesEvent>;

/** Somebody who never crashed was suspected, under the timeout of the task. */
export function suspectsTheLiving({ entries, state }: Made): Verdict {
  const crash = entries.find(({ event }) => event.type === 'node.crash');
  if (crash)
    return {
      verdict: 'wrong',
      say: `${letterOf(crash.node)} was crashed. Whoever suspects it is right. Do it without a crash.`,
    };
  if (state.timeoutTicks !== TIMEOUT_TICKS)
    return { verdict: 'wrong', say: `The timeout of the task is ${msText(TIMEOUT_TICKS)}.` };
  const found = state.suspicions.find(({ isFalse }) => isFalse);
  if (!found) return { verdict: 'wrong', say: `${closest(state)} Nobody suspected anybody.` };
  const { by, of, silentTicks } = found;
  return {
    verdict: 'right',
    say: `${letterOf(by)} heard nothing of ${letterOf(of)} for ${msText(silentTicks)} and suspected it, though it was up all the time.`,
  };
}

/** How far a reader has come: the longest that anybody has been waiting for a heartbeat. */
function closest({ opinions, cluster }: MessagesState): string {
  const silences = opinions.map(({ heardTicks }) => cluster.nowTicks - (heardTicks ?? 0));
  return `The longest silence at the end of this run is ${msText(Math.max(...silences))}, and it takes ${msText(TIMEOUT_TICKS)}.`;
}

/** Two disagree: one suspects a living server that the other trusts, and no server was touched. */
export function disagree(made: Made): Verdict {
  const touched = made.history.actions.find(
    (action) => 'node' in action || action.do === 'timeout',
  );
  if (touched)
    return { verdict: 'wrong', say: 'Touch no server this time: drop or delay messages alone.' };
  const found = made.state.suspicions.find((one) => isAlone(one, made.state));
  if (!found) {
    const none = made.state.falseCount === 0;
    return { verdict: 'wrong', say: none ? 'Nobody suspects anybody.' : 'They agree.' };
  }
  const third = 6 - found.by - found.of;
  return {
    verdict: 'right',
    say: `${letterOf(found.by)} suspects ${letterOf(found.of)}, and ${letterOf(third)} doesn’t. Both are right by what they know.`,
  };
}

/** The third server never suspected the same one. */
function isAlone(
  { by, of }: MessagesState['suspicions'][number],
  { suspicions }: MessagesState,
): boolean {
  return !suspicions.some((other) => other.of === of && other.by !== by);
}

/** A pause that is longer than the timeout. */
export const SOLUTION: readonly MessagesAction[] = [
  ...falseSuspicion.script,
  { do: 'pause', node: 2, forTicks: FOR_TICKS },
];

const C_BEATS_IN_TICKS = 49 * TICKS_PER_MS;

/** Two heartbeats of C to A, by the network's own count: the first leaves 49 ms after the script. */
export const DROPPED = [41, 47] as const;

export const SOLUTION_DISAGREE: readonly MessagesAction[] = [
  ...falseSuspicion.script,
  { do: 'run', ticks: C_BEATS_IN_TICKS },
  ...DROPPED.map((message): MessagesAction => ({ do: 'drop', message, forTicks: PERIOD_TICKS })),
  { do: 'run', ticks: FOR_TICKS },
];
