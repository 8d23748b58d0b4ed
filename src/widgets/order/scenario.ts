// Twelve names, a lookup, and a range: asked of a hash table and of a sorted list.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { caption, OPENING } from './caption.ts';
import { NO_ORDER, type OrderState, projectOrder } from './projection.ts';
import {
  callText,
  KEY_CHARACTERS_MAX,
  KEYS_MAX,
  type OrderAction,
  type OrderEvent,
  OrderWorld,
} from './world.ts';

/** In the order in which they arrive. */
export const NAMES = 'hal cy kim ann gus lou dee jon bob flo ida eve'.split(' ');
export const RANGE = { from: 'd', to: 'h' } as const;

export const order: Scenario<OrderWorld, OrderAction, OrderState, OrderEvent> = {
  id: 'order',
  version: 1,
  seed: 5,
  script: [
    ...NAMES.map((key): OrderAction => ({ do: 'put', key })),
    { do: 'get', key: 'jon' },
    { do: 'scan', ...RANGE },
  ],

  create: (context) => new OrderWorld(context),
  apply: (world, action) => world.apply(action),

  initial: NO_ORDER,
  project: projectOrder,
  opening: OPENING,
  caption,
  mark,
  label: callText,
  offers,
  parse,
  poster: (entries) => entries.findLastIndex(({ event }) => event.type === 'client.call') + 1,
};

function mark({ event }: Recorded<OrderEvent>): Mark | undefined {
  if (event.type === 'memtable.insert') return { kind: 'write', label: 'a key is in both' };
  if (event.type === 'client.call' && !event.call.startsWith('put'))
    return { kind: 'fork', label: event.call };
  if (event.type === 'client.answer')
    return {
      kind: 'fork',
      label: event.side === 'hash' ? 'the hash table answers' : 'the sorted list answers',
    };
  return undefined;
}

function offers({ sorted }: OrderState): Offer<OrderAction>[] {
  const full = sorted.length >= KEYS_MAX;
  return [
    {
      action: { do: 'put', key: 'fay' },
      ...(full && { unavailable: 'The figure has no room for more keys.' }),
    },
    { action: { do: 'get', key: 'gus' } },
    { action: { do: 'scan', ...RANGE } },
    { action: { do: 'back', ...RANGE } },
  ];
}

function parse(given: unknown): OrderAction | undefined {
  const { do: name, key, from, to } = given as Record<string, unknown>;
  switch (name) {
    case 'put':
    case 'get':
      return isKey(key) ? { do: name, key } : undefined;
    case 'scan':
    case 'back':
      return isKey(from) && isKey(to) ? { do: name, from, to } : undefined;
    default:
      return undefined;
  }
}

function isKey(given: unknown): given is string {
  return typeof given === 'string' && given.length <= KEY_CHARACTERS_MAX;
}
