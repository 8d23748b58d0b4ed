// "Count block reads": how many blocks does each of these read from files? The engine counts.

import type { Verdict } from '../../exercise/check.ts';
import { madeBy } from '../../exercise/history.ts';
import { costOf } from './projection.ts';
import { KEYS, type ReadScenario, readPath } from './scenario.ts';
import { orderKey, type ReadAction } from './world.ts';

/** A cache that has room for everything, and nothing in it. */
const OPEN: ReadAction = { do: 'open', cacheBlocks: 32, bitsPerKey: 16 };

const get = (key: string): ReadAction => ({ do: 'get', key });

export const countReads: ReadScenario = {
  ...readPath,
  id: 'count-reads',
  // What is in memory costs nothing, and shows what a lookup looks like.
  script: [OPEN, get(orderKey(11)), get(orderKey(96))],
  opening: ['A store is about to be opened, with a cache for all of its blocks.'],
  poster: (entries) => entries.length,
  offers: () => [],
};

export interface Question {
  readonly id: string;
  readonly ask: string;
  /** The last of them is asked about. */
  readonly actions: readonly ReadAction[];
  /** Said when the answer is another one. */
  readonly hint: string;
}

/** They happen one after the other, in one store. */
const STEPS: readonly (readonly [id: string, ask: string, action: ReadAction, hint: string])[] = [
  [
    'fresh',
    `get ${KEYS.fresh}, which is in the memtable`,
    get(KEYS.fresh),
    'What is in memory costs no block.',
  ],
  [
    'deep',
    `get ${KEYS.deep}, which is in level 2 alone`,
    get(KEYS.deep),
    'Filters say no for every table above, and a lookup reads one block of a table at most.',
  ],
  [
    'again',
    `get ${KEYS.deep} again`,
    get(KEYS.deep),
    'The block that the get before has read is in the cache.',
  ],
  [
    'rewritten',
    `get ${KEYS.rewritten}, which is in levels 0 and 2`,
    get(KEYS.rewritten),
    'The first value ends a lookup. What lies below is not looked at.',
  ],
  [
    'missing',
    `get ${KEYS.missing}, which is nowhere`,
    get(KEYS.missing),
    'No filter makes a mistake about this key. If all say no, what is there to read?',
  ],
  [
    'counter',
    `get ${KEYS.counter}: 40 in level 2, plus 7 in level 1, plus 1 in level 0`,
    get(KEYS.counter),
    'A change is no end: the lookup goes on until it finds what is changed.',
  ],
  [
    'scan',
    'scan the first key from order 110 on',
    { do: 'scan', key: 'order 110', limit: 1 },
    'No filter helps a scan: it has to place a cursor in every run that reaches so far, one block each. Blocks that are cached are not read.',
  ],
];

export const QUESTIONS: readonly Question[] = STEPS.map(([id, ask, , hint], index) => ({
  id,
  ask,
  hint,
  actions: [OPEN, ...STEPS.slice(0, index + 1).map(([, , action]) => action)],
}));

/** Numbers by question. */
export type Counts = Readonly<Record<string, number | undefined>>;

/** Blocks that the last action of a question reads from files. */
export function readsOf({ actions }: Question): number {
  return costOf(madeBy(countReads, actions).state.reading).reads;
}

export function firstWrong(counts: Counts): Question | undefined {
  return QUESTIONS.find((question) => counts[question.id] !== readsOf(question));
}

export function checkCounts(counts: Counts): Verdict {
  const wrong = firstWrong(counts);
  if (wrong === undefined) {
    const all = QUESTIONS.map(readsOf);
    const sum = all.reduce((total, reads) => total + reads, 0);
    return {
      verdict: 'right',
      say: `The engine reads as many: ${all.join(', ')}, together ${sum}.`,
    };
  }
  return {
    verdict: 'wrong',
    say: [`Not ${counts[wrong.id]} for “`, { code: wrong.ask }, `”. ${wrong.hint}`],
  };
}
