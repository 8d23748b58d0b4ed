// What the figure knows of a filter and of the questions it was asked.

import type { Recorded } from '../../../engine/index.ts';
import type { FilterEvent } from './filter.ts';

/** The key that the current event is about, and its bits. */
export interface KeyShown {
  readonly key: string;
  readonly places: readonly number[];
  /** Where the first of its bits that is 0 stands among `places`; -1 if there is none. */
  readonly firstZero: number;
  readonly verdict: 'added' | 'no' | 'maybe';
  readonly there: boolean;
}

export interface FilterState {
  readonly keys: number;
  readonly bitsPerKey: number;
  readonly probes: number;
  readonly bitCount: number;
  /** As far as they are set. */
  readonly bits: Uint8Array;
  readonly added: readonly string[];
  readonly shown: KeyShown | undefined;
  /** Questions for keys that aren't there, and how many were answered `maybe`. */
  readonly missingAsked: number;
  readonly falsePositives: number;
  /** Questions for keys that are there. */
  readonly thereAsked: number;
}

export const NO_FILTER: FilterState = {
  keys: 0,
  bitsPerKey: 0,
  probes: 0,
  bitCount: 0,
  bits: new Uint8Array(0),
  added: [],
  shown: undefined,
  missingAsked: 0,
  falsePositives: 0,
  thereAsked: 0,
};

export function projectFilter(state: FilterState, { event }: Recorded<FilterEvent>): FilterState {
  switch (event.type) {
    case 'filter.build':
      return built(event);
    case 'filter.add':
      return added(state, event);
    case 'filter.ask':
      return asked(state, event);
    case 'filter.asked':
      return counted(state, event);
  }
}

type Of<T extends FilterEvent['type']> = Extract<FilterEvent, { type: T }>;

function built({ keys, bitsPerKey, probes, bitCount, bits, oneByOne }: Of<'filter.build'>) {
  const shownBits = oneByOne ? new Uint8Array(bits.length) : bits;
  return { ...NO_FILTER, keys, bitsPerKey, probes, bitCount, bits: shownBits };
}

function added(state: FilterState, { key, places }: Of<'filter.add'>): FilterState {
  const bits = state.bits.slice();
  for (const place of places) bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
  const shown = { key, places, firstZero: -1, verdict: 'added' as const, there: true };
  return { ...state, bits, added: [...state.added, key], shown };
}

function asked(state: FilterState, { key, places, verdict, there }: Of<'filter.ask'>): FilterState {
  const firstZero = places.findIndex((place) => !isSet(state, place));
  const shown = { key, places, firstZero, verdict, there };
  if (there) return { ...state, shown, thereAsked: state.thereAsked + 1 };
  return {
    ...state,
    shown,
    missingAsked: state.missingAsked + 1,
    falsePositives: state.falsePositives + (verdict === 'maybe' ? 1 : 0),
  };
}

/** The wrong answers among them have been counted one by one. */
function counted(state: FilterState, { there, count, maybe }: Of<'filter.asked'>): FilterState {
  if (there) return { ...state, shown: undefined, thereAsked: state.thereAsked + count };
  return { ...state, shown: undefined, missingAsked: state.missingAsked + count - maybe };
}

export function isSet({ bits }: FilterState, place: number): boolean {
  return ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
}

export function setCount({ bits }: FilterState): number {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}
