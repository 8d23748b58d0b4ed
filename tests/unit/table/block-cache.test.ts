import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { Block } from '../../../engine/lsm/table/block.ts';
import { BlockCache, type CachedBlocks } from '../../../engine/lsm/table/block-cache.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { type CachedBlock, EMPTY_CACHE, projectCache } from '../../../src/projections/cache.ts';

/** The smallest bytes that pass for a block, in memory of `size`. */
function blockOf(size: number): Block {
  const bytes = new Uint8Array(size);
  bytes[size - 4] = 1;
  return new Block(bytes, 'test', 0);
}

/** What a block of `size` takes in the cache. */
function costOf(size: number): number {
  const cache = new BlockCache(1 << 30);
  cache.part(1).put(0, blockOf(size));
  return cache.stats.bytes;
}

/** Looks block `index` up as a table does; true when it was there. */
function use(part: CachedBlocks, index: number, size = 100): boolean {
  if (part.get(index) !== undefined) return true;
  part.put(index, blockOf(size));
  return false;
}

const COST = costOf(100);

test('a block is there after it was put, and the same one', () => {
  const cache = new BlockCache(10 * COST);
  const part = cache.part(1);
  const block = blockOf(100);
  expect(part.get(3)).toBeUndefined();
  part.put(3, block);
  expect(part.get(3)).toBe(block);
  expect(part.peek(3)).toBe(block);
  expect(cache.part(2).get(3)).toBeUndefined();
  expect(cache.stats).toEqual({
    capacityBytes: 10 * COST,
    bytes: COST,
    blocks: 1,
    hits: 1,
    misses: 2,
    evictions: 0,
  });
});

test('a block bigger than the bound passes by', () => {
  const cache = new BlockCache(10 * COST);
  const part = cache.part(1);
  use(part, 0);
  use(part, 1, 11 * COST);
  expect(part.peek(1)).toBeUndefined();
  expect(cache.stats).toMatchObject({ blocks: 1, evictions: 0 });
  const none = new BlockCache(0).part(1);
  for (let i = 0; i < 3; i++) expect(use(none, 7)).toBe(false);
});

test('who is asked for twice while it is in the small queue stays; the others leave in order', () => {
  const cache = new BlockCache(10 * COST);
  const part = cache.part(1);
  for (let i = 0; i < 10; i++) use(part, i);
  for (let i = 0; i < 2; i++) part.get(4);
  part.get(5); // once is not enough
  for (let i = 10; i < 19; i++) use(part, i);
  const held = Array.from({ length: 19 }, (_, i) => i).filter((i) => part.peek(i));
  expect(held).toEqual([4, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
});

test('who is read again soon after it left goes to the main queue', () => {
  const cache = new BlockCache(10 * COST);
  const part = cache.part(1);
  for (let i = 0; i < 14; i++) use(part, i);
  expect(use(part, 0)).toBe(false); // evicted, but remembered
  for (let i = 100; i < 200; i++) use(part, i); // all newcomers
  expect(part.peek(0)).toBeDefined();
  expect(part.peek(1)).toBeUndefined();
});

test('what is not asked for any more leaves the main queue too', () => {
  const cache = new BlockCache(10 * COST);
  const part = cache.part(1);
  const warm = (from: number) => {
    for (let round = 0; round < 4; round++) {
      for (let i = from; i < from + 9; i++) use(part, i);
    }
  };
  warm(0);
  for (let i = 0; i < 20; i++) warm(100);
  const held = (from: number) => {
    const blocks = Array.from({ length: 9 }, (_, i) => part.peek(from + i));
    return blocks.filter((block) => block !== undefined).length;
  };
  expect(held(100)).toBe(9);
  expect(held(0)).toBe(1); // for which there is room
});

test('clear drops the blocks of one table, wherever they stand, and what is remembered', () => {
  const cache = new BlockCache(20 * COST);
  const [one, two] = [cache.part(1), cache.part(2)];
  const random = new Random(1);
  for (let i = 0; i < 500; i++) use(random.pick([one, two]), random.below(30));
  one.clear();
  for (let i = 0; i < 30; i++) expect(one.peek(i)).toBeUndefined();
  const kept = Array.from({ length: 30 }, (_, i) => two.peek(i)).filter(Boolean).length;
  expect(cache.stats).toMatchObject({ blocks: kept, bytes: kept * COST });
  for (let i = 0; i < 500; i++) use(random.pick([one, two]), random.below(30));
  one.clear();
  two.clear();
  expect(cache.stats).toMatchObject({ blocks: 0, bytes: 0 });
});

test('it says what it does', () => {
  const events: EngineEvent[] = [];
  const cache = new BlockCache(2 * COST, (event) => events.push(event));
  const part = cache.part(7);
  for (const index of [1, 1, 2, 3]) use(part, index);
  const small = { type: 'cache.admit', table: 7, queue: 'small', bytes: COST };
  expect(events).toEqual([
    { ...small, block: 1 },
    { type: 'cache.hit', table: 7, block: 1 },
    { ...small, block: 2 },
    { type: 'cache.evict', table: 7, block: 1 },
    { ...small, block: 3 },
  ]);
});

// ------------------------------------------------------------------------------------ the model

/** The paper's three queues as arrays of names: slow, and too simple to be wrong. */
class ModelCache {
  readonly small: string[] = [];
  readonly main: string[] = [];
  readonly ghost: string[] = [];
  readonly hits = new Map<string, number>();
  readonly cost: (name: string) => number;
  readonly capacity: number;

  constructor(capacity: number, cost: (name: string) => number) {
    this.capacity = capacity;
    this.cost = cost;
  }

  use(name: string): boolean {
    if (this.hits.has(name)) {
      this.hits.set(name, Math.min(3, this.#hitsOf(name) + 1));
      return true;
    }
    const wasGhost = this.ghost.includes(name);
    remove(this.ghost, name);
    if (this.cost(name) > this.capacity) return false;
    while (this.bytes + this.cost(name) > this.capacity) this.#evict();
    (wasGhost ? this.main : this.small).push(name);
    this.hits.set(name, 0);
    return false;
  }

  get bytes(): number {
    return this.#sum(this.small) + this.#sum(this.main);
  }

  clear(prefix: string): void {
    for (const queue of [this.small, this.main, this.ghost]) {
      for (const name of queue.filter((one) => one.startsWith(prefix))) {
        remove(queue, name);
        this.hits.delete(name);
      }
    }
  }

  #evict(): void {
    const fromSmall = this.#sum(this.small) >= this.capacity / 10 || this.main.length === 0;
    const name = (fromSmall ? this.small : this.main).shift() as string;
    const hits = this.#hitsOf(name);
    if (fromSmall ? hits > 1 : hits > 0) {
      this.main.push(name);
      this.hits.set(name, fromSmall ? 0 : hits - 1);
      return;
    }
    this.hits.delete(name);
    if (!fromSmall) return;
    this.ghost.push(name);
    while (this.#sum(this.ghost) > 0.9 * this.capacity) this.ghost.shift();
  }

  #hitsOf(name: string): number {
    return this.hits.get(name) ?? 0;
  }

  #sum(names: readonly string[]): number {
    return names.reduce((sum, name) => sum + this.cost(name), 0);
  }
}

function remove(queue: string[], name: string): void {
  const index = queue.indexOf(name);
  if (index >= 0) queue.splice(index, 1);
}

const SIZES = [20, 100, 100, 100, 500, 3000];

/** Uses of blocks, and now and then the clearing of a table. */
const actions = fc.array(
  fc.oneof(
    { weight: 60, arbitrary: fc.record({ table: fc.nat(2), block: fc.nat(11) }) },
    { weight: 1, arbitrary: fc.record({ table: fc.nat(2), block: fc.constant(-1) }) },
  ),
  { minLength: 50, maxLength: 600 },
);

/** As the model calls them. */
const namesOf = (queue: readonly CachedBlock[]) =>
  queue.map(({ table, block }) => `${table} ${block}`);

test('it does what the model does, says all of it, and stays within its bound', () => {
  const sizeOf = (block: number) => SIZES[block % SIZES.length] as number;
  const costs = new Map(SIZES.map((size) => [size, costOf(size)]));
  const cost = (name: string) => costs.get(sizeOf(Number(name.slice(2)))) as number;
  fc.assert(
    fc.property(actions, fc.integer({ min: 0, max: 8000 }), (all, capacity) => {
      let told = EMPTY_CACHE;
      const cache = new BlockCache(capacity, (event) => {
        told = projectCache(told, event);
      });
      const parts = [0, 1, 2].map((table) => cache.part(table));
      const model = new ModelCache(capacity, cost);
      for (const { table, block } of all) {
        const part = parts[table] as CachedBlocks;
        if (block < 0) {
          part.clear();
          model.clear(`${table} `);
        } else {
          expect(use(part, block, sizeOf(block))).toBe(model.use(`${table} ${block}`));
        }
        expect(namesOf(told.small)).toEqual(model.small);
        expect(namesOf(told.main)).toEqual(model.main);
        expect(namesOf(told.ghost)).toEqual(model.ghost);
        for (const { table: owner, block: index, hits } of [...told.small, ...told.main])
          expect(hits).toBe(model.hits.get(`${owner} ${index}`));
        expect(cache.stats.bytes).toBe(model.bytes);
        expect(cache.stats.bytes).toBeLessThanOrEqual(capacity);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

// --------------------------------------------------------------------------------- against LRU

/** A cache of `size` blocks that drops the least recently used. */
function lru(size: number): (block: number) => boolean {
  const held = new Map<number, true>();
  return (block) => {
    const hit = held.delete(block);
    held.set(block, true);
    if (held.size > size) held.delete(held.keys().next().value as number);
    return hit;
  };
}

/** Lookups of which most go to few blocks, and every so often a scan of all. */
function accesses(seed: number): { readonly block: number; readonly scan: boolean }[] {
  const random = new Random(seed);
  const all: { block: number; scan: boolean }[] = [];
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 2000; i++) {
      const block = random.chance(9, 10) ? random.below(80) : random.below(1000);
      all.push({ block, scan: false });
    }
    for (let block = 0; block < 1000; block++) all.push({ block, scan: true });
  }
  return all;
}

test('scans do not empty it, as they empty an LRU cache', () => {
  const hitsOf = (look: (block: number) => boolean) => {
    let hits = 0;
    for (const { block, scan } of accesses(1)) if (look(block) && !scan) hits++;
    return hits / (20 * 2000);
  };
  const part = new BlockCache(100 * COST).part(1);
  const s3 = hitsOf((block) => use(part, block));
  const recent = hitsOf(lru(100));
  expect(s3).toBeGreaterThan(0.87);
  expect(s3 - recent).toBeGreaterThan(0.04);
});
