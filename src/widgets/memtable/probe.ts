// "Name the probe order": which places does a get ask, in which order? The engine's trace says.

import type { Verdict } from '../../exercise/check.ts';
import type { Caption } from '../../player/caption.ts';
import { run, scriptOf } from '../../player/history.ts';
import { type Asked, type MemtableState, NO_LANES } from './projection.ts';
import { type MemtableScenario, memtable } from './scenario.ts';
import type { MemtableAction } from './world.ts';

const put = (key: string): MemtableAction => ({ do: 'put', key });
const remove = (key: string): MemtableAction => ({ do: 'delete', key });
const FLUSH: MemtableAction = { do: 'flush' };

/** Three tables, a frozen memtable with a range delete, and one that takes writes. */
const SETUP: readonly MemtableAction[] = [
  ...['crab', 'eel', 'lobster', 'ray', 'shrimp'].map(put),
  FLUSH,
  remove('ray'),
  put('squid'),
  put('tuna'),
  FLUSH,
  put('eel'),
  put('krill'),
  FLUSH,
  put('crab'),
  put('tuna'),
  { do: 'delete-range', start: 'krill', end: 'ray' },
  put('squid'),
  put('crab'),
];

/** Keys that are asked for. */
export const SOUGHT: readonly string[] = ['eel', 'lobster', 'shrimp', 'ray'];

export const probeOrder: MemtableScenario = {
  ...memtable,
  id: 'probe-order',
  script: SETUP,
  opening: ['A store is about to be filled.'],
  offers: () => [],
  poster: (entries) => entries.length,
};

/** Places in the order in which the reader names them, for each key. */
export type Orders = Readonly<Record<string, readonly string[]>>;

/** The history in which the key is asked for. */
export function asking(key: string) {
  const actions: readonly MemtableAction[] = [...SETUP, { do: 'get', key }];
  return { ...scriptOf(probeOrder), actions };
}

function stateOf(key?: string): MemtableState {
  const history = key === undefined ? scriptOf(probeOrder) : asking(key);
  return run(probeOrder, history).entries.reduce(probeOrder.project, NO_LANES);
}

/** Every place that there is, in no telling order. */
export function allPlaces(): string[] {
  const { memtable: active, frozen, tables } = stateOf();
  const memtables = [active, ...(frozen ? [frozen] : [])].map(({ number }) => `memtable ${number}`);
  return [...memtables, ...tables.map(({ number }) => `table ${number}`)].sort();
}

/** What the engine's lookup of `key` asked. */
export function askedFor(key: string): readonly Asked[] {
  return stateOf(key).lookup?.asked ?? [];
}

/** The first key whose order isn't the engine's; undefined when all are. */
export function firstMistake(orders: Orders): string | undefined {
  return SOUGHT.find((key) => {
    const places = askedFor(key).map(({ place }) => place);
    const named = orders[key] ?? [];
    return named.length !== places.length || places.some((place, at) => place !== named[at]);
  });
}

export function checkOrders(orders: Orders): Verdict {
  const missing = SOUGHT.find((key) => (orders[key] ?? []).length === 0);
  if (missing !== undefined)
    return { verdict: 'open', say: ['Name at least one place for ', { code: missing }, '.'] };
  const key = firstMistake(orders);
  if (key !== undefined) return { verdict: 'wrong', say: mistakeOf(key, orders[key] ?? []) };
  const counts = SOUGHT.map((sought) => `${askedFor(sought).length} for ${sought}`);
  return { verdict: 'right', say: `The engine asks the same: ${counts.join(', ')}.` };
}

/** Says where it goes wrong, and leaves the rest to the figure. */
function mistakeOf(key: string, named: readonly string[]): Caption {
  const asked = askedFor(key);
  const at = asked.findIndex(({ place }, index) => place !== named[index]);
  const code = { code: key };
  const next = asked[at];
  if (next === undefined)
    return ['For ', code, ` the lookup ends at the ${asked.at(-1)?.place}: it is answered there.`];
  if (named[at] === undefined)
    return [
      'For ',
      code,
      ` that is not the end: nobody has answered after ${at} ${at === 1 ? 'place' : 'places'}.`,
    ];
  return ['For ', code, `, place number ${at + 1} is not the ${named[at]}. See the engine ask.`];
}
