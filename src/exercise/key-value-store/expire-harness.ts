// Values that end. The reader's cache keeps its entries in the engine's table, and reads a
// clock that the cases set.

import type { Answer, Case, Harness } from '../code/harness.ts';
import { shown, TextTable } from './text-table.ts';

interface Cache {
  put(key: string, value: string, ttlMs?: number): unknown;
  get(key: string): unknown;
}

/** A cache of the reader's, the table under it, and a clock. */
class Setup {
  readonly table = new TextTable();
  readonly cache: Cache;
  nowMs = 1_000_000;

  constructor(createCache: Answer) {
    this.cache = createCache(this.table, () => this.nowMs) as Cache;
  }

  /** What is wrong with the value of a key so many milliseconds from now. */
  after(ms: number, key: string, wanted: string | undefined): string | undefined {
    this.nowMs += ms;
    const found = this.cache.get(key);
    if (found === wanted) return undefined;
    return `${ms} ms later, get of ${shown(key)} gives ${shown(found)}, not ${shown(wanted)}.`;
  }
}

const A_YEAR_MS = 31_557_600_000;
const TEXTS = ['10', '', 'null', '1,2', '{"a":1}', 'a|b:c', '"', '1000500'];

function passes(title: string, run: (setup: Setup) => string | undefined): Case {
  return { title, run: (createCache) => run(new Setup(createCache)) };
}

export const harness: Harness = {
  functionName: 'createCache',
  cases: [
    passes('without a time, a value stays', (setup) => {
      setup.cache.put('ann', '10');
      return setup.after(A_YEAR_MS, 'ann', '10');
    }),
    passes('a value is there until its time is over', (setup) => {
      setup.cache.put('ann', '10', 1000);
      return setup.after(0, 'ann', '10') ?? setup.after(999, 'ann', '10');
    }),
    passes('when its time is over, it is gone', (setup) => {
      setup.cache.put('ann', '10', 1000);
      setup.cache.put('bob', '20', 5000);
      return setup.after(1000, 'ann', undefined) ?? setup.after(0, 'bob', '20');
    }),
    passes('putting a key again begins its time again', (setup) => {
      setup.cache.put('ann', '10', 1000);
      setup.nowMs += 900;
      setup.cache.put('ann', '11', 1000);
      return setup.after(900, 'ann', '11') ?? setup.after(100, 'ann', undefined);
    }),
    passes('a put without a time takes the time away', (setup) => {
      setup.cache.put('ann', '10', 1000);
      setup.cache.put('ann', '11');
      return setup.after(A_YEAR_MS, 'ann', '11');
    }),
    passes('any text comes back as it was', (setup) => {
      for (const [i, text] of TEXTS.entries()) setup.cache.put(`key-${i}`, text, 1000);
      return TEXTS.map((text, i) => setup.after(0, `key-${i}`, text)).find(Boolean);
    }),
    passes('a get that finds a value over takes its entry out of the table', (setup) => {
      setup.cache.put('ann', '10', 1000);
      setup.nowMs += 2000;
      setup.cache.get('ann');
      const { count } = setup.table;
      return count === 0 ? undefined : `The table still holds ${count} entry that nobody can read.`;
    }),
  ],
};
