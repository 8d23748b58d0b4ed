// A store with something on every floor, and a client that looks things up.
//
//     memtable          a few orders
//     frozen memtable   a few
//     level 0           three tables, one over the other
//     level 1           two tables side by side
//     level 2           four
//
// 1. It is built by writing, flushing and compacting, as any store is, before the figure begins to
//    listen. What the figure draws of a table are the blocks that the engine said it wrote.
// 2. Blocks hold a few entries each, so that there are many of them. The cache is as small.
// 3. Nothing is written once it is open, and nothing is flushed: the floors stay as they are.

import {
  Batch,
  type EngineEvent,
  MemoryFiles,
  Random,
  Store,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import { type LevelsState, NO_LEVELS, projectLevels } from '../../projections/levels.ts';

/** Orders have the numbers from 0 up to this one, not included. Not all of them are there. */
export const ORDERS = 120;
export const COUNTER = 'counter';
/** What a cached block counts for here, at most: its bytes, and what the cache takes beside them. */
export const CACHED_BLOCK_BYTES = 512;

export interface Setup {
  /** Room for about so many blocks. */
  readonly cacheBlocks: number;
  readonly bitsPerKey: number;
}

/** Which keys many gets ask for: most of the time a few; those that are there; those that are not. */
export type Asking = 'hot' | 'there' | 'missing';
export const ASKINGS: readonly Asking[] = ['hot', 'there', 'missing'];

export type ReadAction =
  | ({ readonly do: 'open' } & Setup)
  | { readonly do: 'get'; readonly key: string }
  /** A scan from `key` on, of so many keys. */
  | { readonly do: 'scan'; readonly key?: string; readonly limit?: number }
  | {
      readonly do: 'gets';
      readonly count: number;
      readonly asking: Asking;
      /** After so many gets somebody scans everything; 0: nobody does. */
      readonly scanEvery: number;
    };

export interface BlockPlan {
  readonly offset: number;
  readonly firstKey: string;
  readonly lastKey: string;
}

export interface TablePlan {
  readonly number: number;
  readonly level: number;
  readonly smallestKey: string;
  readonly largestKey: string;
  readonly blocks: readonly BlockPlan[];
}

export interface MemoryPlan {
  readonly number: number;
  readonly keys: readonly string[];
}

/** Where everything is. */
export interface Floors {
  readonly memtable: MemoryPlan;
  readonly frozen: MemoryPlan;
  /** Level 0 first, and there the newest first; deeper levels by key. */
  readonly tables: readonly TablePlan[];
}

export type ReaderEvent =
  | ({ readonly type: 'client.open'; readonly floors: Floors } & Setup)
  | { readonly type: 'client.get'; readonly key: string }
  | { readonly type: 'client.read'; readonly key: string; readonly value: string | null }
  | { readonly type: 'client.scan'; readonly from: string }
  | { readonly type: 'client.scanned'; readonly keys: number };

export type ReadEvent = EngineEvent | ReaderEvent;

export const orderKey = (number: number) => `order ${String(number).padStart(3, '0')}`;

/** Which orders lie where: several versions of some, none of others. */
const LEVEL_2 = (n: number) => n % 2 === 0;
const LEVEL_1 = (n: number) => n % 5 === 1;
const LEVEL_0 = [
  (n: number) => n % 13 === 2,
  (n: number) => n % 17 === 5 && n > 30,
  (n: number) => n % 19 === 3 && n < 100,
] as const;
const FROZEN = [7, 32, 68, 101];
const ACTIVE = [11, 54, 96];

/** Orders that are there. */
export const THERE: readonly number[] = orders(
  (n) =>
    [LEVEL_2, LEVEL_1, ...LEVEL_0].some((holds) => holds(n)) || [...FROZEN, ...ACTIVE].includes(n),
);
/** No key ends like this, so one that does is missing, wherever it would be. */
const ENDINGS: readonly string[] = [...'abcdefghijklmnopqrstuvwxyz'];
/** What is asked for most of the time: one in ten, from all over. */
export const HOT: readonly number[] = THERE.filter((_, index) => index % 10 === 3);

function orders(holds: (n: number) => boolean): number[] {
  return Array.from({ length: ORDERS }, (_, n) => n).filter(holds);
}

const BIG_BYTES = 1 << 20;
/** What the frozen memtable is larger than. */
const MEMTABLE_BYTES_MIN = 256;
type Shown = ReadonlySet<EngineEvent['type']>;
/** What a figure about the cache needs to hear. */
export const OF_BLOCKS: Shown = new Set([
  'table.block.read',
  'cache.hit',
  'cache.admit',
  'cache.move',
  'cache.evict',
  'cache.forget',
]);
const OF_READS: Shown = new Set([...OF_BLOCKS, 'lookup.ask', 'table.bloom']);

export class ReadWorld {
  readonly #context: Context<ReadEvent>;
  readonly #shown: Shown;
  #store: Store | undefined;
  #random: Random;
  #isHeard = false;
  #levels: LevelsState = NO_LEVELS;
  #blocks = new Map<number, BlockPlan[]>();

  constructor(context: Context<ReadEvent>, shown: Shown = OF_READS) {
    this.#context = context;
    this.#shown = shown;
    this.#random = new Random(context.seed);
  }

  apply(action: ReadAction): void {
    switch (action.do) {
      case 'open':
        this.#open(action);
        break;
      case 'get':
        this.#get(action.key);
        break;
      case 'scan':
        this.#scan(action.key ?? '', action.limit ?? ORDERS + 1);
        break;
      case 'gets':
        for (let i = 1; i <= action.count; i++) {
          this.#get(this.#pick(action.asking));
          if (action.scanEvery > 0 && i % action.scanEvery === 0) this.#scan('', ORDERS + 1);
        }
    }
  }

  #get(key: string): void {
    if (this.#store === undefined) return;
    this.#context.trace({ type: 'client.get', key });
    const value = this.#store.get(utf8(key));
    this.#context.trace({ type: 'client.read', key, value: value ? shown(key, value) : null });
  }

  #scan(from: string, limit: number): void {
    if (this.#store === undefined) return;
    this.#context.trace({ type: 'client.scan', from });
    const scan = this.#store.scan({ gte: utf8(from), limit });
    let keys = 0;
    while (scan.next()) keys++;
    this.#context.trace({ type: 'client.scanned', keys });
  }

  /** Four of five gets are for what is hot. */
  #pick(asking: Asking): string {
    const random = this.#random;
    if (asking === 'missing') return `${orderKey(random.below(ORDERS))}${random.pick(ENDINGS)}`;
    if (asking === 'hot' && random.chance(4, 5)) return orderKey(random.pick(HOT));
    return orderKey(random.pick(THERE));
  }

  #open({ cacheBlocks, bitsPerKey }: Setup): void {
    this.#isHeard = false;
    this.#blocks = new Map();
    this.#levels = NO_LEVELS;
    this.#random = new Random(this.#context.seed);
    const store = Store.open({
      files: new MemoryFiles(),
      trace: (event) => this.#hear(event),
      compaction: 'none',
      blockBytes: 128,
      tableBytes: 400,
      memtableBytes: BIG_BYTES,
      bloomBitsPerKey: bitsPerKey,
      blockCacheBytes: cacheBlocks * CACHED_BLOCK_BYTES,
      slowdownTables: 64,
      stopTables: 64,
      seed: this.#context.seed,
    });
    const memories = build(store, () => this.#level0());
    const floors = { ...memories, tables: this.#plans() };
    this.#store = store;
    this.#context.trace({ type: 'client.open', cacheBlocks, bitsPerKey, floors });
    this.#isHeard = true;
  }

  #hear(event: EngineEvent): void {
    if (this.#isHeard) {
      if (this.#shown.has(event.type)) this.#context.trace(event);
      return;
    }
    this.#levels = projectLevels(this.#levels, event);
    if (event.type !== 'table.block.write') return;
    const { table, offset, firstKey, lastKey } = event;
    const block = { offset, firstKey: text(firstKey), lastKey: text(lastKey) };
    this.#blocks.set(table, [...(this.#blocks.get(table) ?? []), block]);
  }

  #level0(): number[] {
    return (this.#levels.levels[0] ?? []).map(({ number }) => number);
  }

  #plans(): TablePlan[] {
    return this.#levels.levels.flat().map(({ number, level, smallestKey, largestKey }) => {
      const blocks = this.#blocks.get(number) ?? [];
      return { number, level, smallestKey, largestKey, blocks };
    });
  }
}

/** From the bottom up; see the head. */
function build(store: Store, newTables: () => number[]): Pick<Floors, 'memtable' | 'frozen'> {
  const count = (value: number) => Uint8Array.of(value, 0);
  const base = new Batch().put(utf8(COUNTER), count(40));
  sink(store, LEVEL_2, 'boiled', base, 2, newTables);
  sink(store, LEVEL_1, 'fried', new Batch().merge(utf8(COUNTER), 'add', count(7)), 1, newTables);
  for (const [index, holds] of LEVEL_0.entries()) {
    const batch = new Batch();
    if (index === 1) batch.merge(utf8(COUNTER), 'add', count(1));
    store.write(putAll(batch, orders(holds), 'smoked'), 'none');
    store.flush();
  }
  store.write(putAll(new Batch(), FROZEN, 'salted'), 'none');
  const frozenNumber = LEVEL_0.length + 5;
  store.setOptions({ memtableBytes: MEMTABLE_BYTES_MIN });
  store.write(putAll(new Batch(), ACTIVE, 'fresh'), 'none');
  store.setOptions({ memtableBytes: BIG_BYTES });
  return {
    memtable: { number: frozenNumber + 1, keys: ACTIVE.map(orderKey) },
    frozen: { number: frozenNumber, keys: FROZEN.map(orderKey) },
  };
}

/** Two tables, so that a compaction has something to merge and cuts what comes out. */
function sink(
  store: Store,
  holds: (n: number) => boolean,
  how: string,
  batch: Batch,
  level: number,
  newTables: () => number[],
): void {
  const all = orders(holds);
  store.write(putAll(batch, all.slice(0, -1), how), 'none');
  store.flush();
  const ends = [all[0] as number, all.at(-1) as number];
  store.write(putAll(new Batch(), ends, how), 'none');
  store.flush();
  store.compactTables(newTables(), level);
}

function putAll(batch: Batch, numbers: readonly number[], how: string): Batch {
  for (const number of numbers) batch.put(utf8(orderKey(number)), utf8(`${how} crab ${number}`));
  return batch;
}

/** The counter is a number, all else is text. */
function shown(key: string, value: Uint8Array): string {
  return key === COUNTER ? String(value[0]) : text(value);
}
