// The block cache: decoded data blocks of all tables of a store, within a bound in bytes.
//
// A cache of the usual kind (LRU) is emptied by one scan: every block that goes by is the
// most recently used. This one is S3-FIFO (Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues
// are all you need for cache eviction", SOSP 2023): three queues, and no reordering on a hit.
//
//                      asked for twice more
//    new block -> [ small, 1/10 ] ------------> [ main, 9/10 ] --> dropped, unless asked for
//                       | otherwise                   ^            since it came or went round
//                       v                             |
//                 [ ghost: names only ] --------------+
//                                        is read again
//
// 1. small and main together never take more than the bound.
// 2. What leaves small unasked for leaves its name in ghost. Who is read again from there
//    goes to main: it left too early. ghost remembers as many bytes' worth as main holds.
// 3. A scan goes through small; main doesn't notice.
// 4. A hit writes one number into the block, at most 3. That number is how often the block may
//    go round in main before it is dropped.
//
// Each table keeps its blocks, and their slots, in arrays of its own, so a hit is an index and
// not a hash, and forgetting a table is a walk over its slots.

import { assert } from '../../base/assert.ts';
import type { Trace } from '../../trace/events.ts';
import type { Block } from './block.ts';
import { Fifo, Queued } from './fifo.ts';

/** Share of the bound that newcomers may take, as the paper has it: one in ten. */
const SMALL_SHARE = 10;
/** More hits than this aren't remembered. */
const HITS_MAX = 3;
/** About what a block takes beside its bytes: slot, block, typed array, buffer. */
const OVERHEAD_BYTES = 256;

/** What a cache has done so far, and what it holds now. */
export interface BlockCacheStats {
  readonly capacityBytes: number;
  readonly bytes: number;
  readonly blocks: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

/** A block's place in the cache; without a block it is a ghost. */
class Slot extends Queued {
  readonly owner: CachedBlocks;
  readonly index: number;
  block: Block | undefined;

  constructor(owner: CachedBlocks, index: number) {
    super();
    this.owner = owner;
    this.index = index;
  }
}

export class BlockCache {
  readonly capacityBytes: number;
  readonly trace: Trace | undefined;
  readonly #small = new Fifo<Slot>();
  readonly #main = new Fifo<Slot>();
  readonly #ghost = new Fifo<Slot>();
  /** Counted by the parts of the tables. */
  hits = 0;
  misses = 0;
  #evictions = 0;

  /** @param capacityBytes what the blocks may take; 0 keeps none. */
  constructor(capacityBytes: number, trace?: Trace) {
    assert(capacityBytes >= 0, 'a bound is not negative');
    this.capacityBytes = capacityBytes;
    this.trace = trace;
  }

  get stats(): BlockCacheStats {
    const { capacityBytes, hits, misses } = this;
    const blocks = this.#small.count + this.#main.count;
    return { capacityBytes, bytes: this.#bytes, blocks, hits, misses, evictions: this.#evictions };
  }

  /** The part of table `table`, empty as yet. */
  part(table: number): CachedBlocks {
    return new CachedBlocks(this, table);
  }

  /** Takes a slot in whose block has just been read; evicts others until it has room. */
  admit(slot: Slot, block: Block): void {
    const wasGhost = slot.queue !== undefined;
    slot.queue?.remove(slot);
    slot.bytes = block.memoryBytes + OVERHEAD_BYTES;
    if (slot.bytes > this.capacityBytes) {
      slot.owner.drop(slot);
      return;
    }
    while (this.#bytes + slot.bytes > this.capacityBytes) this.#evict();
    slot.block = block;
    slot.owner.show(slot);
    block.hits = 0;
    (wasGhost ? this.#main : this.#small).push(slot);
    this.trace?.({
      type: 'cache.admit',
      table: slot.owner.table,
      block: slot.index,
      queue: wasGhost ? 'main' : 'small',
      bytes: slot.bytes,
    });
  }

  get #bytes(): number {
    return this.#small.bytes + this.#main.bytes;
  }

  /** One step: it moves a block on, or drops one. */
  #evict(): void {
    const isSmallFull = this.#small.bytes * SMALL_SHARE >= this.capacityBytes;
    if (isSmallFull || this.#main.count === 0) this.#stepSmall(this.#small.oldest as Slot);
    else this.#stepMain(this.#main.oldest as Slot);
  }

  #stepSmall(oldest: Slot): void {
    const block = oldest.block as Block;
    this.#small.remove(oldest);
    if (block.hits > 1) {
      block.hits = 0;
      this.#toMain(oldest, 'small');
      return;
    }
    this.#evicted(oldest);
    this.#ghost.push(oldest);
    const remembered = this.capacityBytes - this.capacityBytes / SMALL_SHARE;
    while (this.#ghost.bytes > remembered) this.#forgetOldestGhost();
  }

  #stepMain(oldest: Slot): void {
    const block = oldest.block as Block;
    this.#main.remove(oldest);
    if (block.hits > 0) {
      block.hits--;
      this.#toMain(oldest, 'main');
      return;
    }
    this.#evicted(oldest);
    oldest.owner.drop(oldest);
  }

  #toMain(slot: Slot, from: 'small' | 'main'): void {
    this.#main.push(slot);
    this.trace?.({ type: 'cache.move', table: slot.owner.table, block: slot.index, from });
  }

  #forgetOldestGhost(): void {
    const oldest = this.#ghost.oldest as Slot;
    this.#ghost.remove(oldest);
    oldest.owner.drop(oldest);
  }

  #evicted(slot: Slot): void {
    slot.block = undefined;
    slot.owner.show(slot);
    this.#evictions++;
    this.trace?.({ type: 'cache.evict', table: slot.owner.table, block: slot.index });
  }
}

/** The blocks of one table that are in the cache. */
export class CachedBlocks {
  readonly table: number;
  readonly #cache: BlockCache;
  readonly #slots: (Slot | undefined)[] = [];
  /** The blocks of the slots: a hit doesn't visit the slot. */
  readonly #blocks: (Block | undefined)[] = [];

  /** See `BlockCache.part`. */
  constructor(cache: BlockCache, table: number) {
    this.#cache = cache;
    this.table = table;
  }

  /** Data block `index` if it is there, which counts as a use of it. */
  get(index: number): Block | undefined {
    const block = this.#blocks[index];
    const cache = this.#cache;
    if (block === undefined) {
      cache.misses++;
      return undefined;
    }
    cache.hits++;
    if (block.hits < HITS_MAX) block.hits++;
    cache.trace?.({ type: 'cache.hit', table: this.table, block: index });
    return block;
  }

  /** The same, but nobody notices. */
  peek(index: number): Block | undefined {
    return this.#blocks[index];
  }

  /** Adds a block that was missing. It must have memory of its own. */
  put(index: number, block: Block): void {
    assert(this.peek(index) === undefined, 'a block is put in once');
    this.#reach(index);
    const slot = this.#slots[index] ?? new Slot(this, index);
    this.#slots[index] = slot;
    this.#cache.admit(slot, block);
  }

  /** Leaves no holes in the arrays: one that grows by leaps becomes a hash table in V8. */
  #reach(index: number): void {
    while (this.#blocks.length <= index) {
      this.#blocks.push(undefined);
      this.#slots.push(undefined);
    }
  }

  /** The slot's block has come or gone. */
  show({ index, block }: Slot): void {
    this.#blocks[index] = block;
  }

  /** Forgets a slot that stands in no queue any more. */
  drop(slot: Slot): void {
    this.#slots[slot.index] = undefined;
    this.#blocks[slot.index] = undefined;
    this.#cache.trace?.({ type: 'cache.forget', table: this.table, block: slot.index });
  }

  /** Drops all: the table is gone. */
  clear(): void {
    for (const slot of this.#slots) {
      if (slot === undefined) continue;
      slot.queue?.remove(slot);
      this.drop(slot);
    }
    this.#slots.length = 0;
    this.#blocks.length = 0;
  }
}
