// Larger lists, made and searched by the engine: how many keys does a search compare?

import { KIND_PUT, Random, SEQUENCE_MAX, SharedSkipList, utf8 } from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

/** One node in so many goes up a level; 1 means that none does. */
export type Odds = 1 | 2 | 4;
export const ODDS: readonly Odds[] = [2, 4, 1];
/** Enough for 2^12 keys, with half of them going up. */
export const COST_LEVELS = 12;
export const COST_KEYS_MAX = 4096;
/** Keys that are searched for, evenly spread. */
export const SEARCHES = 32;

const NODE_BYTES = 96;

export interface CostAction {
  readonly do: 'measure';
  readonly keys: number;
  readonly odds: Odds;
}

export type CostEvent =
  | {
      readonly type: 'cost.list';
      readonly keys: number;
      readonly odds: Odds;
      /** Nodes on each level, from level 0 up. */
      readonly levels: readonly number[];
    }
  | {
      readonly type: 'cost.search';
      readonly key: string;
      /** Keys compared on each level, from level 0 up. */
      readonly compared: readonly number[];
    }
  | {
      readonly type: 'cost.mean';
      readonly keys: number;
      readonly odds: Odds;
      readonly mean: number;
    };

const keyOf = (number: number) => String(number).padStart(4, '0');

export class CostWorld {
  readonly #trace: (event: CostEvent) => void;
  readonly #seed: number;

  constructor({ seed, trace }: Pick<Context<CostEvent>, 'seed' | 'trace'>) {
    this.#trace = trace;
    this.#seed = seed;
  }

  apply({ keys, odds }: CostAction): void {
    const list = this.#fill(keys, odds);
    this.#trace({ type: 'cost.list', keys, odds, levels: list.levels().map((l) => l.length) });
    let sum = 0;
    for (let i = 0; i < SEARCHES; i++) {
      const key = keyOf(Math.floor(((i + 0.5) * keys) / SEARCHES));
      const compared = new Array<number>(COST_LEVELS).fill(0);
      for (const { level, entries } of list.pathTo(utf8(key), SEQUENCE_MAX))
        compared[level] = entries.filter((entry) => entry !== 0).length;
      sum += compared.reduce((a, b) => a + b, 0);
      this.#trace({ type: 'cost.search', key, compared });
    }
    this.#trace({ type: 'cost.mean', keys, odds, mean: sum / SEARCHES });
  }

  /** The last key first, which is the quickest; heights don't depend on it. */
  #fill(keys: number, odds: Odds): SharedSkipList {
    const random = new Random(this.#seed);
    const heights = () => {
      let height = 1;
      while (odds > 1 && height < COST_LEVELS && random.chance(1, odds)) height++;
      return height;
    };
    const options = { levels: COST_LEVELS, heights, shared: false };
    const list = SharedSkipList.create(keys * NODE_BYTES + 256, options);
    for (let number = keys - 1; number >= 0; number--)
      list.insert(utf8(keyOf(number)), keys - number, KIND_PUT, utf8(''));
    return list;
  }
}
