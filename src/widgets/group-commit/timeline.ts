// Where clients and syncs stand on the axis of time: a window that follows the current moment.

import { type ClientState, type GroupState, NOT_YET, type SyncState } from './projection.ts';

/** Rows of clients. If more than this wait at once, rows are given out in turn, and lines overlap. */
export const LANES_MAX = 10;
/** Where the current moment stands in a window that moves. */
const NOW_AT = 0.8;
const WINDOW_TICKS_MIN = 160;
const SYNCS_IN_WINDOW = 6;

export interface TimeWindow {
  readonly fromTicks: number;
  readonly toTicks: number;
}

/** A bar from one share of the window to another, 0 to 1. */
export interface Bar {
  readonly from: number;
  readonly to: number;
}

export interface ClientBar {
  readonly client: ClientState;
  readonly lane: number;
  /** Nobody has taken its write yet. */
  readonly queued: Bar;
  /** In the log; on the disk once it is answered. */
  readonly written: Bar | undefined;
}

export interface SyncBar extends Bar {
  readonly sync: SyncState;
  readonly index: number;
  readonly members: number;
}

export function windowOf({ rules, nowTicks }: GroupState): TimeWindow {
  const length = Math.max(WINDOW_TICKS_MIN, (rules?.syncTicks ?? 0) * SYNCS_IN_WINDOW);
  const fromTicks = Math.max(0, Math.round(nowTicks - length * NOW_AT));
  return { fromTicks, toTicks: fromTicks + length };
}

export function placeOf({ fromTicks, toTicks }: TimeWindow, ticks: number): number {
  return Math.min(Math.max((ticks - fromTicks) / (toTicks - fromTicks), 0), 1);
}

/** What the last label needs at the end of the axis. */
const LABEL_SHARE = 0.03;

/** Round times in the window, about eight of them. */
export function ticksOf({ fromTicks, toTicks }: TimeWindow): number[] {
  const rough = (toTicks - fromTicks) / 8;
  const step = [10, 20, 50, 100, 200, 500].find((candidate) => candidate >= rough) ?? 1000;
  const first = Math.ceil(fromTicks / step) * step;
  const lastTicks = toTicks - (toTicks - fromTicks) * LABEL_SHARE;
  const count = Math.floor((lastTicks - first) / step) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => first + index * step);
}

/** True when at some moment more wait than there are rows. */
export function isCrowded({ clients }: GroupState): boolean {
  const freeFrom: number[] = [];
  return clients.some((client) => takeLane(freeFrom, client) >= LANES_MAX);
}

/** Everybody who can be seen in the window, in a row that stays the same. */
export function clientBars(state: GroupState, window: TimeWindow, crowded: boolean): ClientBar[] {
  const freeFrom: number[] = [];
  return state.clients.flatMap((client) => {
    const lane = crowded ? (client.id - 1) % LANES_MAX : takeLane(freeFrom, client);
    const endTicks = orNow(client.answeredTicks, state);
    if (endTicks < window.fromTicks) return [];
    const bar = (from: number, to: number) => ({
      from: placeOf(window, from),
      to: placeOf(window, to),
    });
    const queued = bar(client.arrivedTicks, orNow(client.writtenTicks, state));
    const isWritten = client.writtenTicks !== NOT_YET;
    const written = isWritten ? bar(client.writtenTicks, endTicks) : undefined;
    return [{ client, lane, queued, written }];
  });
}

/** The first row that is free when the client comes. */
function takeLane(freeFrom: number[], { arrivedTicks, answeredTicks }: ClientState): number {
  const free = freeFrom.findIndex((ticks) => ticks <= arrivedTicks);
  const lane = free < 0 ? freeFrom.length : free;
  freeFrom[lane] = answeredTicks === NOT_YET ? Number.POSITIVE_INFINITY : answeredTicks;
  return lane;
}

export function syncBars(state: GroupState, window: TimeWindow): SyncBar[] {
  return state.syncs.flatMap((sync, index) => {
    const endTicks = orNow(sync.doneTicks, state);
    if (sync.beganTicks === NOT_YET || endTicks < window.fromTicks) return [];
    const from = placeOf(window, sync.beganTicks);
    const members = state.clients.filter(({ group }) => group === sync.group).length;
    return [{ sync, index, members, from, to: placeOf(window, endTicks) }];
  });
}

function orNow(ticks: number, { nowTicks }: GroupState): number {
  return ticks === NOT_YET ? nowTicks : ticks;
}
