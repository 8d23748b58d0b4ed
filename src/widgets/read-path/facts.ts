// Numbers that the page says in words, from runs of the engine.

import { madeBy } from '../../exercise/history.ts';
import { run, scriptOf } from '../../player/history.ts';
import { cachedKeys } from '../../projections/cache.ts';
import { measureAll, measureAt } from '../../sweep/sweep.ts';
import { race } from './merge-scenario.ts';
import { NEWEST, type RaceAction } from './merge-world.ts';
import { costOf, type ReadState } from './projection.ts';
import { blockCache, KEYS, readPath, WARM } from './scenario.ts';
import { GETS, readsByBits, readsByCache, SCAN_EVERY } from './sweeps.ts';
import type { ReadAction } from './world.ts';

export { GETS, KEYS, SCAN_EVERY };

export const KNOWN_CACHE = measureAll(readsByCache);
export const KNOWN_BITS = measureAll(readsByBits);

const OPEN = readPath.script[0] as ReadAction;

function after(...actions: readonly ReadAction[]): ReadState {
  return madeBy(readPath, [OPEN, ...actions]).state;
}

const blocksOf = ({ floors }: ReadState) =>
  floors.tables.reduce((sum, { blocks }) => sum + blocks.length, 0);

const deep = after({ do: 'get', key: KEYS.deep });

/** The store of the first figure, and what the deepest key costs there. */
export const STORE = {
  tables: deep.floors.tables.length,
  blocks: blocksOf(deep),
  cacheBlocks: deep.setup.cacheBlocks,
  bitsPerKey: deep.setup.bitsPerKey,
  asked: deep.reading?.asked.length ?? 0,
  nos: deep.reading?.asked.filter(({ filter }) => filter === 'no').length ?? 0,
  reads: costOf(deep.reading).reads,
} as const;

/** Blocks that placing a cursor at a key costs, and those of a get of it. */
export const SEEK_READS = costOf(after({ do: 'scan', key: KEYS.deep, limit: 1 }).reading).reads;
export const COUNTER_READS = costOf(after({ do: 'get', key: KEYS.counter }).reading).reads;

const blockNames = ({ cache }: ReadState) => cachedKeys(cache);

/** Of the blocks that were hot before a scan of everything, how many each cache still has. */
export function keptByScan() {
  const warm = madeBy(blockCache, WARM).state;
  const { entries } = run(blockCache, scriptOf(blockCache));
  const cursor = entries.findIndex(({ event }) => event.type === 'client.scanned') + 1;
  const scanned = entries.slice(0, cursor).reduce(blockCache.project, blockCache.initial);
  const end = entries.reduce(blockCache.project, blockCache.initial);
  const hot = [...blockNames(warm)];
  const lru = new Set(scanned.lru.blocks.map(({ key }) => key));
  return {
    hot: hot.length,
    scanned: costOf(scanned.reading).reads + costOf(scanned.reading).hits,
    room: scanned.setup.cacheBlocks,
    kept: hot.filter((key) => blockNames(scanned).has(key)).length,
    keptByLru: hot.filter((key) => lru.has(key)).length,
    hitsAfter: end.cache.hits - scanned.cache.hits,
    lruHitsAfter: end.lru.hits - scanned.lru.hits,
    cursor,
  };
}

/** `0.24`: block reads a get, with a cache of so many blocks. */
export function readsWith(
  cacheBlocks: number,
  by: 'reads' | 'lru',
  scanEvery = SCAN_EVERY,
): string {
  const values = measureAt(readsByCache, { cacheBlocks, scanEvery });
  return (values[by] ?? 0).toFixed(2);
}

export function missingWith(bitsPerKey: number): string {
  return (measureAt(readsByBits, { bitsPerKey })['reads'] ?? 0).toFixed(2);
}

const scanned = madeBy(race, race.script).state;
/** The scan of the race. */
export const RACE = {
  keys: scanned.shown.length,
  seeks: scanned.seeks,
  steps: scanned.steps,
  entries: scanned.passed.length,
} as const;

/** As of this moment the first key has another version, and the range is not deleted yet. */
export const EARLIER = 16;
export const AS_OF_EARLIER: readonly RaceAction[] = [
  { do: 'scan', snapshot: EARLIER, backward: false },
];

/** One step back, after one step on. */
export const TURN: readonly RaceAction[] = [
  { do: 'scan', snapshot: NEWEST, backward: false },
  { do: 'seek', key: 'lobster' },
  { do: 'next' },
  { do: 'prev' },
];

/** Seeks that the last step of `TURN` costs. */
export function turnSeeks(): number {
  const before = madeBy(race, TURN.slice(0, -1)).state;
  return madeBy(race, TURN).state.seeks - before.seeks;
}
