// A world just large enough to test the player: a list of numbers that is written to a
// "disk" one at a time. Its events are its own, which shows that the player knows none.

import type { Scenario } from '../../../src/player/scenario.ts';

export type LedgerAction =
  | { readonly do: 'write'; readonly count: number }
  | { readonly do: 'quiet' }
  | { readonly do: 'fail' }
  | { readonly do: 'flood' }
  | { readonly do: 'restart' }
  | { readonly do: 'cut'; readonly after?: number };

export type LedgerEvent =
  | { readonly type: 'begin'; readonly count: number }
  | { readonly type: 'written'; readonly number: number }
  | { readonly type: 'end' }
  | { readonly type: 'power.cut'; readonly left: number }
  | { readonly type: 'power.restored' };

export interface LedgerState {
  readonly numbers: readonly number[];
  readonly on: boolean;
}

class Ledger {
  readonly disk: number[] = [];
  dead = false;
  /** What ran while the stack unwound, to show that it reaches nothing. */
  unwound = 0;
  readonly trace: (event: LedgerEvent) => void;
  readonly seed: number;

  constructor(seed: number, trace: (event: LedgerEvent) => void) {
    this.seed = seed;
    this.trace = trace;
  }

  write(count: number): void {
    this.trace({ type: 'begin', count });
    try {
      for (let i = 0; i < count; i++) {
        const number = (this.seed + this.disk.length) % 97;
        this.disk.push(number);
        this.trace({ type: 'written', number });
      }
      this.trace({ type: 'end' });
    } finally {
      this.unwound++;
      if (this.dead) this.trace({ type: 'end' });
      // biome-ignore lint/correctness/noUnsafeFinally: it stands for code that fails while it unwinds
      if (this.dead) throw new Error('the dead must not be heard');
    }
  }
}

export const ledger: Scenario<Ledger, LedgerAction, LedgerState, LedgerEvent> = {
  id: 'ledger',
  version: 3,
  seed: 7,
  script: [
    { do: 'write', count: 3 },
    { do: 'write', count: 1 },
    { do: 'write', count: 4 },
  ],
  create: ({ seed, trace }) => new Ledger(seed, trace),
  apply(world, action) {
    if (action.do === 'write') world.write(action.count);
    if (action.do === 'fail') throw new Error('it failed');
    if (action.do === 'flood') for (;;) world.trace({ type: 'end' });
    if (action.do === 'restart') {
      world.dead = false;
      world.trace({ type: 'power.restored' });
    }
  },
  cut(world) {
    world.dead = true;
    world.trace({ type: 'power.cut', left: world.disk.length });
  },
  initial: { numbers: [], on: true },
  project(state, { event }) {
    if (event.type === 'written') return { ...state, numbers: [...state.numbers, event.number] };
    if (event.type === 'power.cut') return { ...state, on: false };
    if (event.type === 'power.restored') return { ...state, on: true };
    return state;
  },
  opening: ['An empty ledger.'],
  caption: ({ event }) => [event.type],
  label: (action) => (action.do === 'write' ? `write ${action.count}` : action.do),
  offers: (state) => [
    { action: { do: 'write', count: 2 }, ...(state.on ? {} : { unavailable: 'no power' }) },
    { action: { do: 'cut' }, kind: 'fault', ...(state.on ? {} : { unavailable: 'no power' }) },
    { action: { do: 'restart' }, ...(state.on ? { unavailable: 'it runs' } : {}) },
  ],
  parse(action) {
    const { do: name, count, after } = action as Record<string, unknown>;
    if (name === 'write')
      return Number.isInteger(count) ? { do: name, count: count as number } : undefined;
    if (name === 'cut')
      return after === undefined ? { do: name } : { do: name, after: after as number };
    if (name === 'quiet' || name === 'fail' || name === 'flood' || name === 'restart')
      return { do: name };
    return undefined;
  },
};
