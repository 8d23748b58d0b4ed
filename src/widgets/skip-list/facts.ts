// The numbers in the prose of the page, found by running the engine when the page is built.

import { codeOf, offsetOf, utf8 } from '../../../engine/index.ts';
import { madeBy } from '../../exercise/history.ts';
import { measureAll } from '../../sweep/sweep.ts';
import { comparisons } from './projection.ts';
import { HEIGHTS, SOUGHT, skipList } from './scenario.ts';
import { costSweep } from './sweep.ts';
import { KEYS, LEVELS, type ListAction } from './world.ts';

export const allOf = (height: number): readonly ListAction[] => [
  { do: 'build', heights: KEYS.map(() => height) },
  { do: 'search', key: SOUGHT },
];

const comparedIn = (actions: readonly ListAction[]) => comparisons(madeBy(skipList, actions).state);

/** Keys compared to find the same key, in three lists of the same keys. */
export const COMPARED = {
  coins: comparedIn(skipList.script),
  lowest: comparedIn(allOf(1)),
  highest: comparedIn(allOf(LEVELS)),
};

/** Links in the list of the figure, and for each node with all heights the greatest. */
export const LINKS = {
  coins: HEIGHTS.reduce((sum, height) => sum + height, 0),
  highest: KEYS.length * LEVELS,
};

export const KNOWN_COST = measureAll(costSweep);

const largest = KNOWN_COST.at(-1);
const rounded = (value: number | undefined) => Math.round(value ?? 0).toLocaleString('en');

/** In the largest list of the sweep, on average. */
export const COST = {
  keys: rounded(costSweep.x.values.at(-1)),
  half: rounded(largest?.['half']),
  none: rounded(largest?.['none']),
};

export interface CodeRow {
  readonly key: string;
  readonly offset: number;
  readonly bytes: string;
  readonly code: string;
}

/** Each key and its code after the one before it, as the engine computes it. */
export function codeRows(keys: readonly string[]): CodeRow[] {
  return keys.map((key, i) => {
    const bytes = utf8(key);
    const before = utf8(keys[i - 1] ?? '');
    const differs = bytes.findIndex((byte, at) => byte !== before[at]);
    const code = codeOf(bytes, 0, bytes.length, differs);
    const offset = offsetOf(code);
    return { key, offset, bytes: key.slice(offset, offset + 3), code: code.toString(16) };
  });
}

export const CODES = codeRows(['apple', 'apply', 'banana', 'bandit', 'bandsaw']);
/** What a search for it knows after `banana`. */
export const PROBE = codeRows(['banana', 'bank'])[1] as CodeRow;
