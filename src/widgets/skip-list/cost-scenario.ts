// The figure that opens the runs of the sweep: three lists of the same keys, with other coins.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  COST_KEYS_MAX,
  type CostAction,
  type CostEvent,
  CostWorld,
  ODDS,
  type Odds,
  SEARCHES,
} from './cost.ts';

export interface CostState {
  readonly keys: number;
  readonly odds: Odds;
  readonly levels: readonly number[];
  /** Of the search that is shown. */
  readonly key: string | undefined;
  readonly compared: readonly number[];
  /** Searches of this list so far, and keys they have compared. */
  readonly searches: number;
  readonly sum: number;
}

export const NO_COST: CostState = {
  keys: 0,
  odds: 2,
  levels: [],
  key: undefined,
  compared: [],
  searches: 0,
  sum: 0,
};

export const withAllOdds = (keys: number): CostAction[] =>
  ODDS.map((odds) => ({ do: 'measure', keys, odds }));

export const cost: Scenario<CostWorld, CostAction, CostState, CostEvent> = {
  id: 'skip-list-cost',
  version: 1,
  seed: 4,
  script: withAllOdds(1024),
  create: (context) => new CostWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NO_COST,
  project,
  opening: ['A list of many keys is about to be filled, and searched.'],
  caption,
  mark,
  label: ({ keys, odds }) => `${keys.toLocaleString('en')} keys, ${oddsText(odds)}`,
  offers: ({ keys }): Offer<CostAction>[] =>
    ODDS.map((odds) => ({ action: { do: 'measure', keys: keys || 1024, odds } })),
  parse,
  poster: (entries) => entries.findIndex(({ event }) => event.type === 'cost.mean') + 1,
};

export function oddsText(odds: Odds): string {
  if (odds === 1) return 'all heights 1';
  return odds === 2 ? 'a half goes up' : 'a quarter goes up';
}

function project(state: CostState, { event }: Recorded<CostEvent>): CostState {
  switch (event.type) {
    case 'cost.list':
      return { ...NO_COST, keys: event.keys, odds: event.odds, levels: event.levels };
    case 'cost.search': {
      const { key, compared } = event;
      const sum = state.sum + total(compared);
      return { ...state, key, compared, searches: state.searches + 1, sum };
    }
    case 'cost.mean':
      return state;
  }
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

function caption({ event }: Recorded<CostEvent>, { levels }: CostState): Caption {
  switch (event.type) {
    case 'cost.list':
      return [
        `${event.keys.toLocaleString('en')} keys, ${oddsText(event.odds)}: the list is ${event.levels.length} high.`,
      ];
    case 'cost.search':
      return [
        'To find ',
        { code: event.key },
        `, ${total(event.compared)} keys are compared, on ${levels.length} levels.`,
      ];
    case 'cost.mean':
      return [
        `${SEARCHES} searches in ${event.keys.toLocaleString('en')} keys, ${oddsText(event.odds)}: ${event.mean.toFixed(1)} keys compared, on average.`,
      ];
  }
}

function mark({ event }: Recorded<CostEvent>): Mark | undefined {
  if (event.type === 'cost.list') return { kind: 'write', label: oddsText(event.odds) };
  return event.type === 'cost.mean' ? { kind: 'sync', label: 'the average' } : undefined;
}

function parse(given: unknown): CostAction | undefined {
  const { do: what, keys, odds } = given as Record<string, unknown>;
  if (what !== 'measure' || !ODDS.includes(odds as Odds)) return undefined;
  if (!Number.isInteger(keys) || (keys as number) < SEARCHES / 2) return undefined;
  if ((keys as number) > COST_KEYS_MAX) return undefined;
  return { do: 'measure', keys: keys as number, odds: odds as Odds };
}
