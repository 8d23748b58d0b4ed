// Lamport's clocks over a run: each server counts its own events, and who receives a message
// counts on from the sender's number if that is higher.
//
//     A  1 ────── 2 ──────────── 5
//          \                    /
//     B     2 ── 3 ────────── 4            2 of A and 3 of B: neither can have caused the other
//
// If one event can have caused another, its number is smaller. The reverse doesn't hold, which is
// what `crossing` shows: two events whose numbers stand in the other order than their times.
// (Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978.)

import type { Recorded } from '../../../engine/index.ts';
import type { MessagesEvent } from './machine.ts';

/** A message was sent. */
export interface Sending {
  readonly from: number;
  readonly to: number;
  readonly note: string;
  readonly timeTicks: number;
  readonly count: number;
}

/** All sendings of a run, in the order of the world's time, with their numbers. */
export function sendings(entries: readonly Recorded<MessagesEvent>[]): Sending[] {
  const clocks = new Map<number, number>();
  const sentAt = new Map<number, number>();
  const found: Sending[] = [];
  for (const { event, timeTicks } of entries) {
    if (event.type === 'net.send') {
      const count = (clocks.get(event.from) ?? 0) + 1;
      clocks.set(event.from, count);
      sentAt.set(event.message, count);
      found.push({ from: event.from, to: event.to, note: event.note, timeTicks, count });
    } else if (event.type === 'net.deliver') {
      const told = sentAt.get(event.message) ?? 0;
      clocks.set(event.to, Math.max(clocks.get(event.to) ?? 0, told) + 1);
    }
  }
  return found;
}

/** The first two of different servers whose numbers and times disagree. */
export function crossing(all: readonly Sending[]): readonly [Sending, Sending] | undefined {
  for (const later of all) {
    const earlier = all.find(
      (one) =>
        one.from !== later.from && one.timeTicks < later.timeTicks && one.count > later.count,
    );
    if (earlier) return [earlier, later];
  }
  return undefined;
}
