// Suspicions along the lanes of a space-time diagram, and what may be done beside it: pure.
//
//     A ━━━━━━━━━━━━━━━━━━━━━━━
//             ╌╌╌╌╌╌╌ C?          below the lane of whoever suspects, from when to when

import { lanePlace, type Sheet } from '../../marks/space-time.ts';
import type { MessageView } from '../../projections/cluster-network.ts';
import type { NodeView } from '../../projections/cluster-node.ts';
import type { MessagesAction } from './actions.ts';
import type { MessagesState } from './projection.ts';
import { FOR_TICKS } from './scenario.ts';

export interface SuspicionLine {
  readonly key: string;
  readonly of: number;
  readonly isFalse: boolean;
  /** Along the time, and across it, in the sheet's units. */
  readonly from: number;
  readonly to: number;
  readonly lane: number;
  /** Where its name begins: two that begin together have theirs beside each other. */
  readonly nameAt: number;
}

/** Two may be suspected at once: they stand side by side. */
const FIRST_LANE = 11;
const NEXT_LANE = 7;
/** Two letters. */
const NAME_LENGTH = 18;
/** One that is taken back at once is to be seen all the same. */
const LENGTH_MIN = 3;

export function suspicionLines(
  { suspicions, cluster }: MessagesState,
  sheet: Sheet,
): SuspicionLine[] {
  return suspicions.map(({ by, of, fromTicks, toTicks, isFalse }) => {
    const from = fromTicks * sheet.scale;
    const others = sheet.lanes.filter((id) => id !== by);
    return {
      key: `${by}-${of}-${fromTicks}`,
      of,
      isFalse,
      from,
      to: Math.max((toTicks ?? cluster.nowTicks) * sheet.scale, from + LENGTH_MIN),
      lane: lanePlace(sheet, by) + FIRST_LANE + NEXT_LANE * others.indexOf(of),
      nameAt: from + NAME_LENGTH * others.indexOf(of),
    };
  });
}

export interface NamedAction {
  readonly label: string;
  readonly action: MessagesAction;
  readonly isFault: boolean;
  readonly unavailable?: string;
}

/** Each step of a slow server takes so long: more than it has time for. */
const SLOW_STEP_TICKS = 60_000;
const SLOW_FOR_TICKS = 2 * FOR_TICKS;
const DELAY_TICKS = 100_000;

/** What may be done to a server. */
export function serverActions({ id: node, machine, slowTicks }: NodeView): NamedAction[] {
  const forTicks = FOR_TICKS;
  const down = machine === 'down' ? { unavailable: 'It is down.' } : {};
  return [
    machine === 'paused'
      ? { label: 'Resume', action: { do: 'resume', node, forTicks }, isFault: false }
      : { label: 'Pause', action: { do: 'pause', node, forTicks }, isFault: true, ...down },
    slowTicks > 0
      ? { label: 'Quick', action: { do: 'slow', node, stepTicks: 0, forTicks }, isFault: false }
      : {
          label: 'Slow',
          action: { do: 'slow', node, stepTicks: SLOW_STEP_TICKS, forTicks: SLOW_FOR_TICKS },
          isFault: true,
          ...down,
        },
    machine === 'down'
      ? { label: 'Restart', action: { do: 'restart', node, forTicks }, isFault: false }
      : { label: 'Crash', action: { do: 'crash', node, forTicks }, isFault: true },
  ];
}

/** What may be done to a message. */
export function messageActions({
  id: message,
  fate,
  sentAtTicks,
  endedAtTicks,
}: MessageView): NamedAction[] {
  const forTicks = FOR_TICKS;
  const never = fate === 'dropped' && endedAtTicks === sentAtTicks;
  const why = never ? { unavailable: 'It was lost as it was sent.' } : {};
  return [
    { label: 'Drop it', action: { do: 'drop', message, forTicks }, isFault: true, ...why },
    {
      label: 'Delay it by 100 ms',
      action: { do: 'delay', message, ticks: DELAY_TICKS, forTicks },
      isFault: true,
      ...why,
    },
  ];
}

/** `12 ms`: how long ago one server has heard from another, or that it suspects it. */
export function opinionText(
  { heardTicks, suspectedTicks }: MessagesState['opinions'][number],
  nowTicks: number,
): string {
  if (suspectedTicks !== undefined) return 'suspected';
  return heardTicks === undefined
    ? 'not heard'
    : `${Math.round((nowTicks - heardTicks) / 1000)} ms ago`;
}
