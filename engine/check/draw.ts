// A picture of a history: a lane for each client, a bar for each operation.
//
//     a  [put x=1]............................
//     b  ...........[put x=2]................
//     c  ......................[get x -> 1]!..        ! could not be placed in any order
//
// `drawHistory` gives plain data: what a figure needs to draw bars on a line of time, and
// knows nothing of pixels. `printPicture` draws the same with characters, for tests and
// terminals. There the columns follow the events, not the ticks: each bar is as wide as its
// label needs, and what comes first stands further left.
//
// 1. Lanes come in the order of the clients' first calls, bars in the order of calls.
// 2. When the history is wrong, only what the reason is about is drawn unless all is asked for: a few bars
//    tell it, ten thousand hide it.

import { name, show } from './explain.ts';
import type { Operation, Outcome, Value } from './history.ts';
import type { Contradiction, Verdict } from './linearizable.ts';

/** A bar: an operation from its call to its answer. */
export interface Bar {
  readonly id: number;
  /** Index of the lane. */
  readonly lane: number;
  readonly label: string;
  readonly outcome: Outcome;
  readonly fromTicks: number;
  /** Undefined: no answer came, the bar has no end. */
  readonly toTicks: number | undefined;
  readonly fromOrder: number;
  readonly toOrder: number | undefined;
  /** The moment at which it can have taken effect, when the verdict knows one. */
  readonly point: BarPoint | undefined;
  /** `core`: one of those that no order explains. `stuck`: the order ended before it. */
  readonly mark: 'none' | 'core' | 'stuck';
}

/** A linearization point. */
export interface BarPoint {
  /** Its number in the order of its key, from 1. */
  readonly number: number;
  readonly ticks: number;
  readonly order: number;
}

/** Everything there is to draw. Plain data. */
export interface HistoryPicture {
  /** The clients, from top to bottom. */
  readonly lanes: readonly string[];
  readonly bars: readonly Bar[];
  readonly fromTicks: number;
  readonly toTicks: number;
  /** The verdict in a sentence. */
  readonly caption: string;
}

export interface DrawOptions {
  /** Draw the whole history even if a few operations of it tell the fault. Default false. */
  readonly all?: boolean;
}

/** The picture of a history and of what was found out about it. */
export function drawHistory(
  history: readonly Operation[],
  verdict: Verdict,
  { all = false }: DrawOptions = {},
): HistoryPicture {
  const contradiction = verdict.verdict === 'not linearizable' ? verdict.contradiction : undefined;
  const shown = contradiction && !all ? toldBy(contradiction) : history;
  const lanes = [...new Set(shown.map(({ client }) => client))];
  const core = new Set(contradiction?.core.map(({ id }) => id));
  const stuck = new Set(
    contradiction?.coreLongest.flatMap((each) => each.stuck.map(({ id }) => id)),
  );
  const points = barPoints(history, verdict);
  const bars = shown.map((operation): Bar => {
    const { id, client, outcome, invokedTicks, returnedTicks, invokedOrder, returnedOrder } =
      operation;
    return {
      id,
      lane: lanes.indexOf(client),
      label: labelOf(operation),
      outcome,
      fromTicks: invokedTicks,
      toTicks: returnedTicks,
      fromOrder: invokedOrder,
      toOrder: returnedOrder,
      point: points.get(id),
      mark: stuck.has(id) ? 'stuck' : core.has(id) ? 'core' : 'none',
    };
  });
  const ticks = bars.flatMap(({ fromTicks, toTicks }) => [fromTicks, toTicks ?? fromTicks]);
  return {
    lanes,
    bars,
    fromTicks: ticks.reduce((a, b) => Math.min(a, b), ticks[0] ?? 0),
    toTicks: ticks.reduce((a, b) => Math.max(a, b), ticks[0] ?? 0),
    caption: captionOf(verdict),
  };
}

/** The operations that the reason is about. */
function toldBy({ core, alsoNamed }: Contradiction): Operation[] {
  return [...core, ...alsoNamed].sort((a, b) => a.id - b.id);
}

/** `get x -> 1`: what was asked, and what was answered. */
function labelOf(operation: Operation): string {
  const { call, outcome, result } = operation;
  if (outcome === 'failed') return `${name(operation)} failed`;
  if (outcome === 'unknown') return name(operation);
  if (call.kind === 'get') return `${name(operation)} -> ${show(result as Value)}`;
  if (call.kind === 'compareAndSet') return `${name(operation)} ${result ? 'done' : 'refused'}`;
  return name(operation);
}

function captionOf(verdict: Verdict): string {
  if (verdict.verdict === 'not linearizable')
    return `not linearizable: ${verdict.contradiction.reason}`;
  if (verdict.verdict === 'linearizable') return 'linearizable';
  return `unknown: the budget was spent on ${verdict.keys.join(', ')}`;
}

function barPoints(history: readonly Operation[], verdict: Verdict): Map<number, BarPoint> {
  const points = new Map<number, BarPoint>();
  if (verdict.verdict !== 'linearizable') return points;
  const ticksAt = clockOf(history);
  for (const witness of verdict.witnesses)
    witness.points.forEach(({ id, order }, i) => {
      points.set(id, { number: i + 1, order, ticks: ticksAt(order) });
    });
  return points;
}

/** From places among the events to ticks; between two events, between their ticks. */
function clockOf(history: readonly Operation[]): (order: number) => number {
  const ticks: number[] = [];
  for (const operation of history) {
    ticks[operation.invokedOrder] = operation.invokedTicks;
    if (operation.returnedOrder !== undefined)
      ticks[operation.returnedOrder] = operation.returnedTicks as number;
  }
  const at = (order: number) => ticks[Math.min(order, ticks.length - 1)] as number;
  return (order) => {
    const before = Math.floor(order);
    return at(before) + (at(before + 1) - at(before)) * (order - before);
  };
}
