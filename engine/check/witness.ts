// The moments of an order: where on the line of time each operation can have taken place.
//
//     a     [-------1--]
//     b       [---2--------]          the order a, b, c was found; a moment for each, inside
//     c               [--3---]        its bar, none before the one before it
//
// The earliest moment of an operation is its call, or the earliest of the one before if that
// is later. The latest is its answer, or the latest of the one after. Halfway between the two
// is a moment for each, still in order, as both only grow along the order.

import type { Operation } from './history.ts';

/** The moment at which an operation can have taken effect: its linearization point. */
export interface Point {
  readonly id: number;
  /** Among the events of the history; 3.5 is between event 3 and event 4. */
  readonly order: number;
}

/** The points of `order`, which holds indexes of `operations`. */
export function pointsOf(operations: readonly Operation[], order: readonly number[]): Point[] {
  const placed = order.map((index) => operations[index] as Operation);
  const latest = latestOf(placed);
  let earliest = 0;
  return placed.map(({ id, invokedOrder }, i) => {
    earliest = Math.max(earliest, invokedOrder);
    return { id, order: (earliest + (latest[i] as number)) / 2 };
  });
}

function latestOf(placed: readonly Operation[]): number[] {
  // Those without an answer that come last take place soon after all that is known.
  const events = placed.map((at) => at.returnedOrder ?? at.invokedOrder);
  let latest = events.reduce((a, b) => Math.max(a, b), 0) + 1;
  return placed
    .toReversed()
    .map(({ returnedOrder }) => (latest = Math.min(latest, returnedOrder ?? latest)))
    .reverse();
}
