// What the page says in numbers and where its links lead: found by running both structures
// when the page is built.

import {
  HashTable,
  KIND_PUT,
  Memtable,
  nodesOf,
  pathOf,
  SEQUENCE_MAX,
  text,
  utf8,
} from '../../../engine/index.ts';
import { run, scriptOf } from '../../player/history.ts';
import { projectOrder } from './projection.ts';
import { NAMES, order, RANGE } from './scenario.ts';
import type { OrderAction } from './world.ts';

const whole = run(order, scriptOf(order));

/** Where the script is over, and both answers are there. */
export const END = whole.entries.length;
/** What the range of the figure costs each side. */
export const COST = costOf({ do: 'scan', ...RANGE });
/** The same range backwards. */
export const BACK: readonly OrderAction[] = [...order.script, { do: 'back', ...RANGE }];

function costOf(action: OrderAction) {
  const puts = NAMES.map((key): OrderAction => ({ do: 'put', key }));
  const { entries } = run(order, { ...scriptOf(order), actions: [...puts, action] });
  const { efforts } = entries.reduce(projectOrder, order.initial);
  const { hash, sorted } = efforts;
  return {
    buckets: hash.buckets.size,
    lookedInHash: hash.looked,
    compared: sorted.compared,
    looked: sorted.looked,
    found: sorted.answer?.length ?? 0,
  };
}

const number = (value: number) => value.toLocaleString('en-US');

/** Both structures with so many keys, in mixed order: what a get and a range of ten cost. */
function pricesOf(count: number) {
  const keys = Array.from({ length: count }, (_, i) => utf8(`user-${mixed(i, count)}`));
  let probes = 0;
  const table = new HashTable({
    trace: ({ type }) => {
      if (type === 'hash.probe') probes++;
    },
  });
  const memtable = new Memtable({ number: 1, capacityBytes: 1 << 20 });
  for (const [i, key] of keys.entries()) {
    table.put(key, EMPTY);
    memtable.insert(i + 1, KIND_PUT, key, EMPTY);
  }
  const some = keys.filter((_, i) => i % Math.max(1, count / 1000) === 0);
  probes = 0;
  for (const key of some) table.get(key);
  const compared = some.map((key) => pathOf(memtable, key, SEQUENCE_MAX).length);
  return {
    keys: number(count),
    probes: (probes / some.length).toFixed(1),
    compared: mean(compared),
    rangeHash: number([...table.entries()].length),
    rangeSorted: mean(some.map((key) => touchedBy(memtable, key)).filter((each) => each > 0)),
  };
}

const EMPTY = new Uint8Array(0);

/** Numbers from 0 in an order that looks like none; 7919 divides none of the counts. */
function mixed(i: number, count: number): number {
  return (i * 7919) % count;
}

/** Keys compared and entries looked at by a range of ten that begins here; 0 if fewer follow. */
function touchedBy(memtable: Memtable, first: Uint8Array): number {
  const cursor = memtable.cursor();
  let looked = 0;
  for (cursor.seek(first, SEQUENCE_MAX); cursor.valid && looked < 10; cursor.next()) looked++;
  return looked < 10 ? 0 : pathOf(memtable, first, SEQUENCE_MAX).length + looked;
}

function mean(all: readonly number[]): string {
  return (all.reduce((sum, each) => sum + each, 0) / all.length).toFixed(1);
}

export const PRICES = [10, 1_000, 100_000].map(pricesOf);

/** Comparisons more for a hundred times as many keys. */
export const MORE_COMPARED = [1, 2].map((i) =>
  (Number(PRICES[i]?.compared) - Number(PRICES[i - 1]?.compared)).toFixed(0),
);

/** Numbers as text, in the order that the engine's memtable has them. */
export const AS_TEXT = ordered(['1', '2', '9', '10', '11', '100']);
export const PADDED = ordered(['001', '002', '009', '010', '011', '100']);

function ordered(keys: readonly string[]): string {
  const memtable = new Memtable({ number: 1 });
  for (const [i, key] of keys.entries()) memtable.insert(i + 1, KIND_PUT, utf8(key), utf8(''));
  return Array.from(nodesOf(memtable), ({ key }) => text(key)).join(', ');
}
