// What the page says in numbers and where its links lead: found by running the table when
// the page is built.

import { HashTable, utf8 } from '../../../engine/index.ts';
import { run, scriptOf } from '../../player/history.ts';
import { type HashFigureEvent, hashTable } from './scenario.ts';

const { entries } = run(hashTable, scriptOf(hashTable));

/** The cursor right after the first event of a kind. */
function after(is: (event: HashFigureEvent) => boolean): number {
  return entries.findIndex(({ event }) => is(event)) + 1;
}

/** Moments of the script. */
export const MOMENTS = {
  collision: after((event) => event.type === 'hash.probe' && !event.found),
  growth: after(({ type }) => type === 'hash.grow'),
  replaced: after((event) => event.type === 'hash.put' && !event.isNew),
  deleted: after(({ type }) => type === 'hash.delete'),
  reloaded: after(({ type }) => type === 'page.reload'),
  nothingThere: entries.length,
} as const;

/** A table that counts what it does. */
class Counted {
  probes = 0;
  moves = 0;
  movesMax = 0;
  visits = 0;
  longest = 0;
  readonly table: HashTable;
  #movesOfGrowth = 0;

  constructor(buckets?: number) {
    this.table = new HashTable({
      ...(buckets !== undefined && { buckets }),
      trace: (event) => {
        if (event.type === 'hash.probe') this.probes++;
        if (event.type === 'hash.grow') this.#movesOfGrowth = 0;
        if (event.type === 'hash.move') {
          this.moves++;
          this.movesMax = Math.max(this.movesMax, ++this.#movesOfGrowth);
        }
        if (event.type === 'hash.visit') {
          this.visits++;
          this.longest = Math.max(this.longest, event.entries);
        }
      },
    });
  }

  fill(keys: readonly Uint8Array[]): void {
    for (const key of keys) this.table.put(key, key);
  }

  /** Entries looked at for each key, on average. */
  probesOfGets(keys: readonly Uint8Array[]): number {
    this.probes = 0;
    for (const key of keys) this.table.get(key);
    return this.probes / keys.length;
  }
}

const number = (value: number) => value.toLocaleString('en-US');
const users = (count: number) => Array.from({ length: count }, (_, i) => utf8(`user-${i}`));

/** What a lookup costs as the table grows: one row a size. */
export const COSTS = [10, 1_000, 100_000].map((count) => {
  const keys = users(count);
  const counted = new Counted();
  counted.fill(keys);
  const probes = counted.probesOfGets(keys);
  for (const _ of counted.table.entries());
  return {
    entries: number(count),
    buckets: number(counted.table.bucketCount),
    probes: probes.toFixed(2),
    longest: counted.longest,
    movesPerPut: (counted.moves / count).toFixed(2),
    movesMax: number(counted.movesMax),
  };
});

/** What somebody does who chooses the keys: a thousand that all belong into one bucket. */
export const FLOOD = (() => {
  const probe = new HashTable({ buckets: 1024 });
  const keys: Uint8Array[] = [];
  for (let i = 0; keys.length < 1000; i++) {
    const key = utf8(`user-${i}`);
    if (probe.bucketOf(key) === 0) keys.push(key);
  }
  const chosen = new Counted();
  chosen.fill(keys);
  const any = new Counted();
  any.fill(users(1000));
  return {
    keys: number(keys.length),
    probes: number(chosen.probesOfGets(keys)),
    probesOfAny: any.probesOfGets(users(1000)).toFixed(1),
  };
})();
