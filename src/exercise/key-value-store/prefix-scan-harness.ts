// All keys that begin alike, out of a table that has no order.

import type { Answer, Case, Harness } from '../code/harness.ts';
import { shown, TextTable } from './text-table.ts';

type Pair = readonly [key: string, value: string];

const ORDERS: readonly Pair[] = [
  ['order/2', 'crab'],
  ['user/ann', '10'],
  ['order/10', 'prawn'],
  ['user/bob', '20'],
  ['order', 'all of them'],
  ['user/cy', '30'],
  ['superuser/root', '40'],
  ['orders', 'another table'],
  ['Order/3', 'upper case'],
  ['order/1', 'squid'],
];
const MANY: readonly Pair[] = Array.from({ length: 500 }, (_, i) => [`k${i % 10}/${i}`, `${i}`]);

/** What a scan of a sorted table would give. */
function wantedOf(pairs: readonly Pair[], prefix: string): Pair[] {
  return pairs.filter(([key]) => key.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function scans(title: string, pairs: readonly Pair[], ...prefixes: readonly string[]): Case {
  const run = (scanPrefix: Answer) => {
    const table = new TextTable();
    for (const [key, value] of pairs) table.put(key, value);
    for (const prefix of prefixes) {
      const say = difference(scanPrefix(table, prefix), wantedOf(pairs, prefix), prefix);
      if (say !== undefined) return say;
      if (table.count !== pairs.length) return 'The scan has changed the table.';
    }
    return undefined;
  };
  return { title, run };
}

function difference(given: unknown, wanted: readonly Pair[], prefix: string): string | undefined {
  const call = `scanPrefix(table, ${shown(prefix)})`;
  if (!Array.isArray(given)) return `${call} gives ${shown(given)}, which is no array.`;
  if (shown(given) === shown(wanted)) return undefined;
  if (given.length !== wanted.length)
    return `${call} gives ${given.length} entries, not ${wanted.length}.`;
  const at = wanted.findIndex((pair, i) => shown(pair) !== shown(given[i]));
  return `${call} has ${shown(given[at])} at ${at}, where ${shown(wanted[at])} should be.`;
}

export const harness: Harness = {
  functionName: 'scanPrefix',
  cases: [
    scans('users, sorted', ORDERS, 'user/'),
    scans('orders: “order/10” is before “order/2”', ORDERS, 'order/'),
    scans('a prefix that is a key, too', ORDERS, 'order'),
    scans('a prefix that no key has', ORDERS, 'users', 'zebra', 'user/annabel'),
    scans('the empty prefix: every key', ORDERS, ''),
    scans('five hundred keys', MANY, 'k3/', 'k7/1'),
    scans('an empty table', [], 'user/', ''),
  ],
};
