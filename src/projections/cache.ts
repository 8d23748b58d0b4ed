// The queues of the block cache, folded from what it says; and beside them what a cache of the
// usual kind, of the same size, would hold after the same requests.
//
//     cache.admit ──> small ──cache.move──> main ──cache.evict──> gone
//        (or main)      └──cache.evict──> ghost ──cache.forget──> gone
//
// The second is not the engine's: it is the textbook's list (least recently used, LRU), fed with
// the requests that the engine's cache has met, hits and admissions alike. So the two numbers of
// hits can be compared.

import type { EngineEvent } from '../../engine/index.ts';

export interface CachedBlock {
  /** `4:2` is block 2 of table 4. */
  readonly key: string;
  readonly table: number;
  readonly block: number;
  readonly bytes: number;
  /** Since it came, or last went round; 3 at most. */
  readonly hits: number;
}

/** Blocks in each queue, the oldest first. */
export interface CacheState {
  readonly small: readonly CachedBlock[];
  readonly main: readonly CachedBlock[];
  /** Names only: their blocks have left. */
  readonly ghost: readonly CachedBlock[];
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

export const EMPTY_CACHE: CacheState = {
  small: [],
  main: [],
  ghost: [],
  hits: 0,
  misses: 0,
  evictions: 0,
};

/** The engine remembers no more than so many hits of a block. */
const HITS_MAX = 3;

/** A pure fold; events that it doesn't know leave the state as it is. */
export function projectCache(state: CacheState, event: EngineEvent): CacheState {
  if (!event.type.startsWith('cache.') || !('block' in event)) return state;
  const key = `${event.table}:${event.block}`;
  switch (event.type) {
    case 'cache.admit': {
      const { table, block, bytes, queue } = event;
      const left = { ...without(state, key), misses: state.misses + 1 };
      return { ...left, [queue]: [...left[queue], { key, table, block, bytes, hits: 0 }] };
    }
    case 'cache.hit': {
      const count = (one: CachedBlock) =>
        one.key === key ? { ...one, hits: Math.min(HITS_MAX, one.hits + 1) } : one;
      const { small, main } = state;
      return { ...state, small: small.map(count), main: main.map(count), hits: state.hits + 1 };
    }
    case 'cache.move':
      return moved(state, key, event.from);
    case 'cache.evict': {
      const leaving = state.small.find((one) => one.key === key);
      const left = { ...without(state, key), evictions: state.evictions + 1 };
      return leaving === undefined ? left : { ...left, ghost: [...left.ghost, leaving] };
    }
    case 'cache.forget':
      return without(state, key);
    default:
      return state;
  }
}

/** A block from small begins anew in main; one that goes round in main pays with a hit. */
function moved(state: CacheState, key: string, from: 'small' | 'main'): CacheState {
  const one = state[from].find((candidate) => candidate.key === key);
  if (one === undefined) return state;
  const left = without(state, key);
  const hits = from === 'small' ? 0 : one.hits - 1;
  return { ...left, main: [...left.main, { ...one, hits }] };
}

function without(state: CacheState, key: string): CacheState {
  const others = (queue: readonly CachedBlock[]) => queue.filter((one) => one.key !== key);
  const { small, main, ghost } = state;
  return { ...state, small: others(small), main: others(main), ghost: others(ghost) };
}

/** What is in memory, by key. */
export function cachedKeys({ small, main }: CacheState): Set<string> {
  return new Set([...small, ...main].map(({ key }) => key));
}

export interface LruState {
  /** The longest unused first. */
  readonly blocks: readonly { readonly key: string; readonly bytes: number }[];
  readonly hits: number;
}

export const EMPTY_LRU: LruState = { blocks: [], hits: 0 };

/**
 * The least recently used goes. It sees the requests that the engine's cache has met.
 * @param bytesOf what a block counts for, where the event doesn't say
 */
export function projectLru(
  state: LruState,
  event: EngineEvent,
  capacityBytes: number,
  bytesOf: (key: string) => number,
): LruState {
  if (event.type !== 'cache.hit' && event.type !== 'cache.admit') return state;
  const key = `${event.table}:${event.block}`;
  const bytes = event.type === 'cache.admit' ? event.bytes : bytesOf(key);
  const isHit = state.blocks.some((one) => one.key === key);
  const blocks = [...state.blocks.filter((one) => one.key !== key), { key, bytes }];
  let used = blocks.reduce((sum, one) => sum + one.bytes, 0);
  while (used > capacityBytes) used -= blocks.shift()?.bytes ?? used;
  return { blocks, hits: state.hits + (isHit ? 1 : 0) };
}
