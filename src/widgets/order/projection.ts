// What both sides hold, and what the call under way has cost each of them so far.

import { type Recorded, text } from '../../../engine/index.ts';
import { emptyHash, type HashState, isHashEvent, projectHash } from '../../projections/hash.ts';
import { BUCKETS, compareKeys, type OrderEvent, type Range, type Side } from './world.ts';

/** What became of an entry in the call under way: compared or looked at, or part of the answer. */
export type Tone = 'taken' | 'touched';

/** The cost of the call under way, and its outcome, on one side. */
export interface Effort {
  readonly tones: ReadonlyMap<string, Tone>;
  /** Keys hashed. */
  readonly hashed: number;
  readonly buckets: ReadonlySet<number>;
  /** Entries of the hash table probed, or keys compared by a search. */
  readonly compared: number;
  /** Entries that the client looked at. */
  readonly looked: number;
  readonly sorted: boolean;
  /** The answer, once it is there. */
  readonly answer: readonly string[] | undefined;
}

export interface OrderState {
  readonly hash: HashState;
  /** In order. */
  readonly sorted: readonly string[];
  readonly call: string | undefined;
  readonly range: Range | undefined;
  readonly efforts: Readonly<Record<Side, Effort>>;
  /** Where the current event is, on the sorted side. */
  readonly at: string | undefined;
}

const NO_EFFORT: Effort = {
  tones: new Map(),
  hashed: 0,
  buckets: new Set(),
  compared: 0,
  looked: 0,
  sorted: false,
  answer: undefined,
};

export const NO_ORDER: OrderState = {
  hash: emptyHash(BUCKETS),
  sorted: [],
  call: undefined,
  range: undefined,
  efforts: { hash: NO_EFFORT, sorted: NO_EFFORT },
  at: undefined,
};

export function projectOrder(state: OrderState, { event }: Recorded<OrderEvent>): OrderState {
  if (isHashEvent(event)) return hashed({ ...state, hash: projectHash(state.hash, event) }, event);
  switch (event.type) {
    case 'client.call':
      return {
        ...NO_ORDER,
        hash: { ...state.hash, look: undefined, at: undefined },
        sorted: state.sorted,
        call: event.call,
        range: event.range,
      };
    case 'memtable.insert':
      return inserted(state, text(event.key));
    case 'sorted.compare':
      return { ...compared(state, 'sorted', event.key), at: event.key };
    case 'client.look':
      return looked(state, event);
    case 'client.sort':
      return spent(state, 'hash', { sorted: true });
    case 'client.answer': {
      const answered = spent(state, event.side, { answer: event.keys });
      return event.side === 'hash'
        ? { ...answered, hash: { ...answered.hash, at: undefined } }
        : { ...answered, at: undefined };
    }
    default:
      return state;
  }
}

function spent(state: OrderState, side: Side, more: Partial<Effort>): OrderState {
  const effort = { ...state.efforts[side], ...more };
  return { ...state, efforts: { ...state.efforts, [side]: effort } };
}

function toned(effort: Effort, key: string, tone: Tone): ReadonlyMap<string, Tone> {
  if (effort.tones.get(key) === 'taken') return effort.tones;
  return new Map(effort.tones).set(key, tone);
}

function hashed(state: OrderState, event: OrderEvent): OrderState {
  const effort = state.efforts.hash;
  switch (event.type) {
    case 'hash.pick':
      return spent(state, 'hash', {
        hashed: effort.hashed + 1,
        buckets: new Set(effort.buckets).add(event.bucket),
      });
    case 'hash.visit':
      return spent(state, 'hash', { buckets: new Set(effort.buckets).add(event.bucket) });
    case 'hash.probe':
      return compared(state, 'hash', text(event.key));
    case 'hash.get':
      return event.value === undefined ? state : took(state, 'hash', text(event.key));
    case 'hash.put':
      return took(state, 'hash', text(event.key));
    default:
      return state;
  }
}

function compared(state: OrderState, side: Side, key: string): OrderState {
  const effort = state.efforts[side];
  return spent(state, side, {
    compared: effort.compared + 1,
    tones: toned(effort, key, 'touched'),
  });
}

function took(state: OrderState, side: Side, key: string): OrderState {
  return spent(state, side, { tones: toned(state.efforts[side], key, 'taken') });
}

function looked(
  state: OrderState,
  { side, key, taken }: { side: Side; key: string; taken: boolean },
): OrderState {
  const effort = state.efforts[side];
  const next = spent(state, side, {
    looked: effort.looked + 1,
    tones: toned(effort, key, taken ? 'taken' : 'touched'),
  });
  if (side === 'sorted') return { ...next, at: key };
  const bucket = state.hash.at?.bucket ?? 0;
  const position = state.hash.buckets[bucket]?.findIndex((entry) => entry.key === key) ?? 0;
  return { ...next, hash: { ...next.hash, at: { bucket, position } } };
}

/** A key that is there already gets another version, which changes nothing to be seen here. */
function inserted(state: OrderState, key: string): OrderState {
  const sorted = state.sorted.includes(key)
    ? state.sorted
    : [...state.sorted, key].sort(compareKeys);
  return { ...took(state, 'sorted', key), sorted, at: key };
}
