// What may be done to the three servers. Any of it may be followed by a stretch of time.

import { TICKS_PER_MS, type WorldAction } from '../../../engine/index.ts';
import { letterOf, msText } from '../../marks/nodes.ts';
import { clusterLabel, parseClusterAction, shortenCluster } from '../cluster/actions.ts';

/** Verbs of the world that make sense where there are no disks and no clients. */
const VERBS = [
  'run',
  'pause',
  'resume',
  'slow',
  'crash',
  'restart',
  'clock',
  'drop',
  'delay',
  'duplicate',
  'corrupt',
  'sever',
  'mend',
  'partition',
  'heal',
  'network',
] as const;

interface Timed {
  /** Time that goes by afterwards. */
  readonly forTicks?: number;
  /** It ends after the step that makes so many events. */
  readonly events?: number;
}

export type MessagesAction = (
  | Extract<WorldAction, { do: Exclude<(typeof VERBS)[number], 'run'> }>
  | { readonly do: 'run'; readonly ticks: number }
  /** From now on a server waits so long before it suspects another. */
  | { readonly do: 'timeout'; readonly timeoutTicks: number }
  /** Server C is crashed and started again, so many times: a load for measurements. */
  | { readonly do: 'trial'; readonly crashes: number }
) &
  Timed;

const TIMEOUT_TICKS_MAX = 10_000 * TICKS_PER_MS;
const CRASHES_MAX = 20;

/** A valid action out of anything. */
export function parseMessages(given: unknown): MessagesAction | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { do: verb, timeoutTicks, crashes, ...rest } = given as Record<string, unknown>;
  if (verb === 'timeout') {
    const timed = timedOf(rest);
    return timed && isWithin(timeoutTicks, TIMEOUT_TICKS_MAX)
      ? { do: verb, timeoutTicks, ...timed }
      : undefined;
  }
  if (verb === 'trial') {
    const timed = timedOf(rest);
    return timed && isWithin(crashes, CRASHES_MAX) ? { do: verb, crashes, ...timed } : undefined;
  }
  const isKnown = VERBS.some((known) => known === verb);
  return isKnown ? (parseClusterAction(given) as MessagesAction | undefined) : undefined;
}

/** `forTicks` and `events`, which every action may have. */
function timedOf(fields: Record<string, unknown>): Timed | undefined {
  const { forTicks, events } = fields;
  const parsed = parseClusterAction({ do: 'heal', forTicks, events });
  if (parsed === undefined) return undefined;
  const { do: _, ...timed } = parsed;
  return timed as Timed;
}

function isWithin(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= max;
}

export function shortenMessages(action: MessagesAction, events: number): MessagesAction {
  return shortenCluster(action as Parameters<typeof shortenCluster>[0], events) as MessagesAction;
}

export function labelMessages(action: MessagesAction): string {
  switch (action.do) {
    case 'timeout':
      return `Suspect after ${msText(action.timeoutTicks)}`;
    case 'trial':
      return `${action.crashes} crashes of C`;
    case 'slow':
      return action.stepTicks > 0
        ? `Slow ${letterOf(action.node)}`
        : `${letterOf(action.node)} quick again`;
    default:
      return clusterLabel(action);
  }
}
