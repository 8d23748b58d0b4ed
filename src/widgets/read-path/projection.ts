// Where a read stands: which places it has asked, which blocks it has touched, and whether they
// came from the cache or from the file; and what the cache holds meanwhile.

import type { EventOf, Projection, Recorded } from '../../../engine/index.ts';
import {
  type CacheState,
  EMPTY_CACHE,
  EMPTY_LRU,
  type LruState,
  projectCache,
  projectLru,
} from '../../projections/cache.ts';
import {
  CACHED_BLOCK_BYTES,
  type Floors,
  type ReadEvent,
  type ReaderEvent,
  type Setup,
} from './world.ts';

export interface AskedPlace {
  /** `memtable 9` or `table 23`. */
  readonly place: string;
  /** What the filter said, where one was asked. */
  readonly filter: 'no' | 'maybe' | undefined;
  readonly answer: EventOf<'lookup.ask'>['answer'];
  readonly ends: boolean;
}

export interface Touched {
  /** `23:0` is block 0 of table 23. */
  readonly block: string;
  readonly from: 'cache' | 'file';
}

/** The get or scan under way, or the last one. */
export interface Reading {
  readonly kind: 'get' | 'scan';
  /** The key, or where the scan began. */
  readonly key: string;
  readonly asked: readonly AskedPlace[];
  readonly touched: readonly Touched[];
  /** Undefined while it is under way, null when there is none. */
  readonly value: string | null | undefined;
  /** Of a scan that has ended. */
  readonly keys: number | undefined;
}

/** Over all gets so far; scans don't count. */
export interface Totals {
  readonly gets: number;
  readonly reads: number;
  readonly hits: number;
  readonly filterNos: number;
  /** A filter said "maybe", and the key wasn't there. */
  readonly filterMistakes: number;
  /** Hits that the textbook's list would have had. */
  readonly lruHits: number;
}

export interface ReadState {
  readonly setup: Setup;
  readonly floors: Floors;
  readonly reading: Reading | undefined;
  /** The table whose filter was asked last, and what it said. */
  readonly filter: { readonly table: number; readonly verdict: 'no' | 'maybe' } | undefined;
  readonly totals: Totals;
  readonly cache: CacheState;
  readonly lru: LruState;
}

const NO_TOTALS: Totals = {
  gets: 0,
  reads: 0,
  hits: 0,
  filterNos: 0,
  filterMistakes: 0,
  lruHits: 0,
};

export const NOTHING_READ: ReadState = {
  setup: { cacheBlocks: 0, bitsPerKey: 0 },
  floors: {
    memtable: { number: 0, keys: [] },
    frozen: { number: 0, keys: [] },
    tables: [],
  },
  reading: undefined,
  filter: undefined,
  totals: NO_TOTALS,
  cache: EMPTY_CACHE,
  lru: EMPTY_LRU,
};

export const projectReads: Projection<ReadState, Recorded<ReadEvent>> = (state, { event }) => {
  switch (event.type) {
    case 'client.open':
    case 'client.get':
    case 'client.read':
    case 'client.scan':
    case 'client.scanned':
      return ofClient(state, event);
    case 'table.bloom':
      return bloomed(state, event);
    case 'lookup.ask':
      return asked(state, event);
    case 'table.block.read':
      return touched(state, { block: blockAt(state.floors, event), from: 'file' });
    case 'cache.hit':
      return cached(
        touched(state, { block: `${event.table}:${event.block}`, from: 'cache' }),
        event,
      );
    case 'cache.admit':
    case 'cache.move':
    case 'cache.evict':
    case 'cache.forget':
      return cached(state, event);
    default:
      return state;
  }
};

function ofClient(state: ReadState, event: ReaderEvent): ReadState {
  switch (event.type) {
    case 'client.open': {
      const { cacheBlocks, bitsPerKey, floors } = event;
      return { ...NOTHING_READ, setup: { cacheBlocks, bitsPerKey }, floors };
    }
    case 'client.get': {
      const { totals } = state;
      return { ...begun(state, 'get', event.key), totals: { ...totals, gets: totals.gets + 1 } };
    }
    case 'client.scan':
      return begun(state, 'scan', event.from);
    case 'client.read':
      return changed(state, { value: event.value });
    case 'client.scanned':
      return changed(state, { keys: event.keys });
  }
}

function begun(state: ReadState, kind: Reading['kind'], key: string): ReadState {
  const reading = { kind, key, asked: [], touched: [], value: undefined, keys: undefined };
  return { ...state, reading, filter: undefined };
}

function changed(state: ReadState, change: Partial<Reading>): ReadState {
  return state.reading ? { ...state, reading: { ...state.reading, ...change } } : state;
}

function counted(state: ReadState, name: keyof Totals): ReadState {
  const { reading, totals } = state;
  if (reading?.kind !== 'get') return state;
  return { ...state, totals: { ...totals, [name]: totals[name] + 1 } };
}

function bloomed(state: ReadState, { table, verdict }: EventOf<'table.bloom'>): ReadState {
  const next = { ...state, filter: { table, verdict } };
  return verdict === 'no' ? counted(next, 'filterNos') : next;
}

function asked(state: ReadState, event: EventOf<'lookup.ask'>): ReadState {
  const { run, number, answer, ends } = event;
  const filter = run === 'table' && state.filter?.table === number ? state.filter : undefined;
  const place = { place: `${run} ${number}`, filter: filter?.verdict, answer, ends };
  const next = changed(state, { asked: [...(state.reading?.asked ?? []), place] });
  const isMistake = filter?.verdict === 'maybe' && answer === 'nothing';
  return isMistake ? counted(next, 'filterMistakes') : next;
}

function touched(state: ReadState, block: Touched): ReadState {
  const next = changed(state, { touched: [...(state.reading?.touched ?? []), block] });
  return counted(next, block.from === 'file' ? 'reads' : 'hits');
}

function cached(
  state: ReadState,
  event: Extract<ReadEvent, { type: `cache.${string}` }>,
): ReadState {
  const bytesOf = (key: string) =>
    [...state.cache.small, ...state.cache.main].find((one) => one.key === key)?.bytes ?? 0;
  const capacity = state.setup.cacheBlocks * CACHED_BLOCK_BYTES;
  const lru = projectLru(state.lru, event, capacity, bytesOf);
  const next = { ...state, cache: projectCache(state.cache, event), lru };
  return lru.hits > state.lru.hits ? counted(next, 'lruHits') : next;
}

/** Name of the block of a table that begins at `offset`. */
export function blockAt(
  { tables }: Floors,
  { table, offset }: Pick<EventOf<'table.block.read'>, 'table' | 'offset'>,
): string {
  const blocks = tables.find(({ number }) => number === table)?.blocks ?? [];
  return `${table}:${blocks.findIndex((block) => block.offset === offset)}`;
}

/** Blocks that the read under way has taken from the file, and from the cache. */
export function costOf(reading: Reading | undefined): { reads: number; hits: number } {
  const all = reading?.touched ?? [];
  const reads = all.filter(({ from }) => from === 'file').length;
  return { reads, hits: all.length - reads };
}
