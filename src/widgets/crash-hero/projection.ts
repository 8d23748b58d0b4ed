// What customers were told, what memory holds, and what is on the disk.
//
//     customers   asked ──────────────────────────────────────> told
//     log            appended ──> durable      after a cut: replayed, or lost
//     memory                             inserted      replayed: inserted again
//
// 1. A record is `volatile` until the file system says how far the log is durable.
// 2. A power cut empties memory and nothing else.
// 3. Once recovery is done, a record that it did not replay is lost.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { StoreFigureEvent } from '../store/world.ts';

/** What one customer knows: the request went out; the answer came; it never will. */
export type Answer = 'waiting' | 'confirmed' | 'none';

/** Where an order's record is. `sent`: on its way to the log. `torn`: a part of it got there. */
export type Place = 'sent' | 'volatile' | 'durable' | 'lost' | 'torn';

/** One order from the customer's pen to the log. */
export interface OrderState {
  readonly number: number;
  readonly key: string;
  readonly value: string;
  readonly answer: Answer;
  readonly place: Place;
  /** The log that its record was appended to, and where; 0 before. */
  readonly log: number;
  readonly offset: number;
  readonly size: number;
  /** Found whole by the recovery under way, or by the last one. */
  readonly replayed: boolean;
  /** The table in memory has it. */
  readonly inMemory: boolean;
}

export type Phase = 'running' | 'off' | 'dark' | 'recovering';

export interface CrashState {
  /** `dark`: the power is back, and nothing has been opened yet. */
  readonly phase: Phase;
  readonly orders: readonly OrderState[];
  /** How often the power was cut. */
  readonly cuts: number;
}

export const NO_ORDERS: CrashState = { phase: 'running', orders: [], cuts: 0 };

/** Pure; the events it doesn't know change nothing. */
export function projectCrash(state: CrashState, { event }: Recorded<StoreFigureEvent>): CrashState {
  switch (event.type) {
    case 'client.write':
      return { ...state, orders: [...state.orders, asked(event)] };
    case 'wal.append':
      return appended(state, event);
    case 'file.durable':
      return each(state, (order) => settled(order, event));
    case 'memtable.insert':
      return inserted(state, text(event.key));
    case 'store.write.acknowledge':
      return each(state, (order) =>
        order.answer === 'waiting' ? { ...order, answer: 'confirmed' } : order,
      );
    default:
      return projectPower(state, event);
  }
}

/** The order that `state` is busy with: the newest one. */
export function newestOrder(state: CrashState): OrderState | undefined {
  return state.orders.at(-1);
}

/** The order whose record starts there. */
export function orderAt(state: CrashState, log: number, offset: number): OrderState | undefined {
  return state.orders.findLast((order) => order.log === log && order.offset === offset);
}

/** Orders whose customers have an answer. */
export function confirmed(state: CrashState): OrderState[] {
  return state.orders.filter(({ answer }) => answer === 'confirmed');
}

/** Orders whose customers were left waiting when the power went. */
export function unanswered(state: CrashState): OrderState[] {
  return state.orders.filter(({ answer }) => answer !== 'confirmed');
}

function projectPower(state: CrashState, event: StoreFigureEvent): CrashState {
  switch (event.type) {
    case 'power.cut':
      return { ...each(state, cutShort), phase: 'off', cuts: state.cuts + 1 };
    case 'power.file':
      return each(state, (order) => inDoubt(order, event));
    case 'power.restored':
      return { ...state, phase: 'dark' };
    case 'store.open.begin':
      return { ...each(state, (order) => ({ ...order, replayed: false })), phase: 'recovering' };
    case 'wal.replay.record':
      return replayed(state, event);
    case 'store.open.end':
      return { ...each(state, judged), phase: 'running' };
    default:
      return state;
  }
}

function asked(event: Extract<StoreFigureEvent, { type: 'client.write' }>): OrderState {
  const [key, value] = event.operations[0] as readonly [string, string];
  return {
    number: event.write + 1,
    key,
    value,
    answer: 'waiting',
    place: 'sent',
    log: 0,
    offset: 0,
    size: 0,
    replayed: false,
    inMemory: false,
  };
}

function appended(state: CrashState, { log, offset, size }: EventOf<'wal.append'>): CrashState {
  return each(state, (order) =>
    order.place === 'sent' && order.answer === 'waiting'
      ? { ...order, place: 'volatile', log, offset, size }
      : order,
  );
}

function settled(order: OrderState, { file, durableBytes }: EventOf<'file.durable'>): OrderState {
  const within = logOf(file) === order.log && order.offset + order.size <= durableBytes;
  return order.place === 'volatile' && within ? { ...order, place: 'durable' } : order;
}

function inserted(state: CrashState, key: string): CrashState {
  return each(state, (order) => (order.key === key ? { ...order, inMemory: true } : order));
}

function cutShort(order: OrderState): OrderState {
  const answer = order.answer === 'waiting' ? 'none' : order.answer;
  const place = order.place === 'sent' ? 'lost' : order.place;
  return { ...order, answer, place, inMemory: false };
}

/** What the disk made of a record that was not durable when the power went. */
function inDoubt(order: OrderState, { file, sectors }: EventOf<'power.file'>): OrderState {
  if (order.place !== 'volatile' || logOf(file) !== order.log) return order;
  const end = order.offset + order.size;
  const fates = sectors
    .filter(({ offset, size }) => offset < end && order.offset < offset + size)
    .map(({ fate }) => fate);
  if (fates.includes('torn')) return { ...order, place: 'torn' };
  return fates.includes('lost') ? { ...order, place: 'lost' } : order;
}

function replayed(state: CrashState, { log, offset }: EventOf<'wal.replay.record'>): CrashState {
  const found = orderAt(state, log, offset);
  return each(state, (order) => (order === found ? { ...order, replayed: true } : order));
}

/** A record that recovery has read is on the disk, and recovery has synced the log. */
function judged(order: OrderState): OrderState {
  if (order.replayed) return { ...order, place: 'durable' };
  return order.place === 'torn' ? order : { ...order, place: 'lost' };
}

/** `000002.wal` is log 2. */
function logOf(file: string): number {
  return Number.parseInt(file, 10);
}

function each(state: CrashState, change: (order: OrderState) => OrderState): CrashState {
  return { ...state, orders: state.orders.map(change) };
}
