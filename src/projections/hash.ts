// A hash table as its events tell it: which entry lies in which bucket, and what the call
// under way has looked at.
//
//     hash.pick ──> hash.probe, hash.probe ... ──> hash.put | hash.get | hash.delete
//        └─ grow? hash.grow ──> hash.move for each entry ──> hash.pick again
//
// While a table grows, entries that have not found their place yet are `waiting`.

import { type EventOf, text } from '../../engine/index.ts';

export type HashEvent = EventOf<
  | 'hash.pick'
  | 'hash.probe'
  | 'hash.put'
  | 'hash.get'
  | 'hash.delete'
  | 'hash.grow'
  | 'hash.move'
  | 'hash.visit'
>;

export interface HashEntryState {
  readonly key: string;
  readonly value: string;
  /** The table has grown, and this entry has not been moved yet. */
  readonly waiting: boolean;
}

/** What the call under way looks for, and how far it has come. */
export interface HashLook {
  readonly key: string;
  readonly hash: number;
  readonly bucket: number;
  /** Entries of the chain looked at, from its beginning. */
  readonly probes: number;
  readonly found: boolean;
  /** The call is done. */
  readonly over: boolean;
}

export interface HashState {
  /** The chain of each bucket. */
  readonly buckets: readonly (readonly HashEntryState[])[];
  readonly look: HashLook | undefined;
  /** Until every entry has moved: how many buckets there were. */
  readonly growingFrom: number | undefined;
  /** Where the current event is: a bucket, and a position in its chain if there is one. */
  readonly at: { readonly bucket: number; readonly position?: number } | undefined;
  /** Keys hashed, entries looked at, entries moved by growth: since the beginning. */
  readonly picks: number;
  readonly probes: number;
  readonly moves: number;
}

export function emptyHash(buckets: number): HashState {
  return {
    buckets: Array.from({ length: buckets }, () => []),
    look: undefined,
    growingFrom: undefined,
    at: undefined,
    picks: 0,
    probes: 0,
    moves: 0,
  };
}

export function isHashEvent(event: { readonly type: string }): event is HashEvent {
  return event.type.startsWith('hash.');
}

/** How many entries there are. */
export function hashCount({ buckets }: HashState): number {
  return buckets.reduce((sum, chain) => sum + chain.length, 0);
}

/** How many of a hash's lowest bits choose the bucket. */
export function bitsOf(buckets: number): number {
  return 31 - Math.clz32(buckets);
}

/** A number's lowest bits, as text. */
export function bitText(value: number, bits: number): string {
  return value
    .toString(2)
    .padStart(32, '0')
    .slice(32 - bits);
}

export function projectHash(state: HashState, event: HashEvent): HashState {
  switch (event.type) {
    case 'hash.pick':
      return pick(state, event);
    case 'hash.probe':
      return probe(state, event);
    case 'hash.put':
      return put(state, event);
    case 'hash.get':
      return over(state);
    case 'hash.delete':
      return over(event.found ? remove(state, event.bucket, text(event.key)) : state);
    case 'hash.grow':
      return grow(state, event);
    case 'hash.move':
      return move(state, event);
    case 'hash.visit':
      return { ...state, look: undefined, at: { bucket: event.bucket } };
  }
}

function pick(state: HashState, { key, hash, bucket }: EventOf<'hash.pick'>): HashState {
  const look = { key: text(key), hash, bucket, probes: 0, found: false, over: false };
  return { ...state, look, at: { bucket }, picks: state.picks + 1 };
}

function probe(state: HashState, event: EventOf<'hash.probe'>): HashState {
  const { bucket, position, found } = event;
  const look = state.look && { ...state.look, probes: position + 1, found };
  return { ...state, look, at: { bucket, position }, probes: state.probes + 1 };
}

function put(state: HashState, { bucket, key, value }: EventOf<'hash.put'>): HashState {
  const entry = { key: text(key), value: text(value), waiting: false };
  const chain = state.buckets[bucket] ?? [];
  const known = chain.findIndex((other) => other.key === entry.key);
  const position = known < 0 ? chain.length : known;
  const changed = withChain(state, bucket, [
    ...chain.slice(0, position),
    entry,
    ...chain.slice(position + 1),
  ]);
  return { ...over(changed), at: { bucket, position } };
}

function over(state: HashState): HashState {
  return { ...state, look: state.look && { ...state.look, over: true } };
}

function remove(state: HashState, bucket: number, key: string): HashState {
  const chain = state.buckets[bucket] ?? [];
  return {
    ...withChain(
      state,
      bucket,
      chain.filter((entry) => entry.key !== key),
    ),
    at: { bucket },
  };
}

function grow(state: HashState, { from, to }: EventOf<'hash.grow'>): HashState {
  const there = state.buckets.map((chain) => chain.map((entry) => ({ ...entry, waiting: true })));
  const added = Array.from({ length: to - from }, () => []);
  const isBusy = hashCount(state) > 0;
  return {
    ...state,
    buckets: [...there, ...added],
    look: undefined,
    at: undefined,
    growingFrom: isBusy ? from : undefined,
  };
}

function move(state: HashState, { key, from, to }: EventOf<'hash.move'>): HashState {
  const name = text(key);
  const entry = state.buckets[from]?.find((other) => other.key === name);
  if (entry === undefined) return state;
  const without = remove(state, from, name);
  const chain = without.buckets[to] ?? [];
  const moved = withChain(without, to, [...chain, { ...entry, waiting: false }]);
  const isDone = moved.buckets.every((each) => each.every(({ waiting }) => !waiting));
  return {
    ...moved,
    at: { bucket: to, position: chain.length },
    growingFrom: isDone ? undefined : state.growingFrom,
    moves: state.moves + 1,
  };
}

function withChain(state: HashState, bucket: number, chain: readonly HashEntryState[]): HashState {
  return { ...state, buckets: state.buckets.with(bucket, chain) };
}
