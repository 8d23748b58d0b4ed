// Reading: a get on its way down, and what the block cache makes of many.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { blocks, caption } from './caption.ts';
import { NOTHING_READ, projectReads, type ReadState } from './projection.ts';
import {
  ASKINGS,
  type Asking,
  COUNTER,
  OF_BLOCKS,
  ORDERS,
  orderKey,
  type ReadAction,
  type ReadEvent,
  ReadWorld,
} from './world.ts';

export type ReadScenario = Scenario<ReadWorld, ReadAction, ReadState, ReadEvent>;

export const CACHE_BLOCKS_MAX = 32;
const BITS_MAX = 20;
const GETS_MAX = 400;

/** Keys that the page speaks of. */
export const KEYS = {
  /** In level 2 alone. */
  deep: orderKey(52),
  missing: orderKey(53),
  fresh: orderKey(54),
  /** In level 0, and older versions below. */
  rewritten: orderKey(60),
  /** Its changes are in two levels, and what they change in a third. */
  counter: COUNTER,
} as const;

const get = (key: string): ReadAction => ({ do: 'get', key });
const SCAN: ReadAction = { do: 'scan' };

export const readPath: ReadScenario = {
  id: 'read-path',
  version: 1,
  seed: 1,
  script: [
    { do: 'open', cacheBlocks: 8, bitsPerKey: 10 },
    get(KEYS.fresh),
    get(KEYS.deep),
    get(KEYS.deep),
    get(KEYS.missing),
  ],
  create: (context) => new ReadWorld(context),
  apply: (world, action) => world.apply(action),
  initial: NOTHING_READ,
  project: projectReads,
  opening: ['A store is about to be opened. It has something on every floor.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: firstRead,
};

/** Keys in four blocks; each is asked for again and again. */
export const HOT_KEYS: readonly string[] = [8, 40, 72, 104].map(orderKey);
const ROUNDS = 3;
const hotRound = HOT_KEYS.map(get);

/** Up to where the hot blocks are known to be hot. */
export const WARM: readonly ReadAction[] = [
  { do: 'open', cacheBlocks: 8, bitsPerKey: 10 },
  ...Array.from({ length: ROUNDS }, () => hotRound).flat(),
];

export const blockCache: ReadScenario = {
  ...readPath,
  id: 'block-cache',
  script: [...WARM, SCAN, ...hotRound],
  create: (context) => new ReadWorld(context, OF_BLOCKS),
  opening: ['A store is about to be opened, with a cache for a third of its blocks.'],
  offers: (state) => [
    ...HOT_KEYS.map((key) => offer(get(key), state)),
    offer(SCAN, state),
    offer({ do: 'gets', count: 20, asking: 'there', scanEvery: 0 }, state),
  ],
  poster: afterTheScan,
};

/** The block at the end of the longest way down. */
function firstRead(entries: readonly Recorded<ReadEvent>[]): number {
  return entries.findIndex(({ event }) => event.type === 'table.block.read') + 1 || entries.length;
}

function afterTheScan(entries: readonly Recorded<ReadEvent>[]): number {
  return entries.findIndex(({ event }) => event.type === 'client.scanned') + 1 || entries.length;
}

function mark({ event }: Recorded<ReadEvent>): Mark | undefined {
  if (event.type === 'client.get') return { kind: 'write', label: `looking for ${event.key}` };
  if (event.type === 'client.scan') return { kind: 'fork', label: 'a scan begins' };
  if (event.type === 'client.scanned') return { kind: 'sync', label: 'the scan has ended' };
  return undefined;
}

function label(action: ReadAction): string {
  switch (action.do) {
    case 'open':
      return `Cache for ${blocks(action.cacheBlocks)}, ${action.bitsPerKey} filter bits`;
    case 'get':
      return `Get ${action.key}`;
    case 'scan':
      if (action.key === undefined) return 'Scan everything';
      return `Scan ${action.limit ?? 'all'} from ${action.key}`;
    case 'gets':
      return `${action.count} gets, ${WORDS[action.asking]}`;
  }
}

const WORDS: Readonly<Record<Asking, string>> = {
  hot: 'mostly of hot keys',
  there: 'of keys that are there',
  missing: 'of missing keys',
};

function offers(state: ReadState): Offer<ReadAction>[] {
  const { fresh, deep, missing, rewritten, counter } = KEYS;
  return [
    ...[fresh, deep, missing, rewritten, counter].map((key) => offer(get(key), state)),
    offer({ do: 'scan', key: deep, limit: 1 }, state),
    offer(SCAN, state),
    offer({ do: 'gets', count: 20, asking: 'hot', scanEvery: 0 }, state),
  ];
}

function offer(action: ReadAction, { floors }: ReadState): Offer<ReadAction> {
  return floors.tables.length > 0
    ? { action }
    : { action, unavailable: 'The store is not open yet.' };
}

const KEY = /^[ -~]{0,24}$/;

function parse(given: unknown): ReadAction | undefined {
  const action = given as Record<string, unknown>;
  switch (action['do']) {
    case 'open': {
      const { cacheBlocks, bitsPerKey } = action;
      if (!isCount(cacheBlocks, 0, CACHE_BLOCKS_MAX) || !isCount(bitsPerKey, 1, BITS_MAX))
        return undefined;
      return { do: 'open', cacheBlocks, bitsPerKey };
    }
    case 'get':
      return isKey(action['key']) ? { do: 'get', key: action['key'] } : undefined;
    case 'scan':
      return parseScan(action);
    case 'gets':
      return parseGets(action);
    default:
      return undefined;
  }
}

function parseScan({ key, limit }: Record<string, unknown>): ReadAction | undefined {
  if (key === undefined && limit === undefined) return SCAN;
  if (!isKey(key) || !isCount(limit, 1, ORDERS + 1)) return undefined;
  return { do: 'scan', key, limit };
}

function parseGets({ count, asking, scanEvery }: Record<string, unknown>): ReadAction | undefined {
  if (!isCount(count, 1, GETS_MAX) || !isCount(scanEvery, 0, GETS_MAX)) return undefined;
  if (scanEvery > 0 && scanEvery < 10) return undefined; // a scan makes a hundred events
  return ASKINGS.includes(asking as Asking)
    ? { do: 'gets', count, asking: asking as Asking, scanEvery }
    : undefined;
}

function isKey(given: unknown): given is string {
  return typeof given === 'string' && KEY.test(given);
}

function isCount(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
