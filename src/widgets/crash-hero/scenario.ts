// A crash survived: customers send orders, the store confirms each when it is durable,
// and at any event of that the reader pulls the plug.
//
// The world is a real store on a disk that can die. Of its many events this figure
// keeps those that change the picture: the orders, their records, what is durable,
// what is in memory, the power, recovery. (How the log and the manifest come to be
// is left to the chapters.) So a cut can be made at any event that can be seen.

import { FileHeader, Random, type Recorded } from '../../../engine/index.ts';
import type { Context, Cut, Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  applyStoreAction,
  createStoreWorld,
  cutPower,
  type StoreFigureEvent,
  type StoreWorld,
} from '../store/world.ts';
import { caption } from './caption.ts';
import { type CrashState, NO_ORDERS, projectCrash } from './projection.ts';

/** What customers order, in turn. When all is sold the shop is closed. */
export const ORDERS = [
  'two coffees',
  'lemon cake',
  'a bagel',
  'green tea',
  'apple pie',
  'hot cocoa',
  'rye bread',
  'oat cookies',
] as const;

export type CrashAction = { readonly do: 'order' } | { readonly do: 'restart' } | Cut;

/** The store, and how much of the story has been told. */
interface Shop {
  readonly world: StoreWorld;
  /** Events so far. What the disk does in a power cut depends on the moment, as luck does. */
  readonly told: { events: number };
  readonly seed: number;
}

type CrashScenario = Scenario<Shop, CrashAction, CrashState, StoreFigureEvent>;

/** The order that is under way while the page asks its question. */
const ASKING_ORDER = 4;

export const crashHero: CrashScenario = {
  id: 'crash',
  version: 1,
  seed: 12,
  script: Array.from({ length: 5 }, () => ({ do: 'order' }) as const),

  create: open,

  apply(shop, action) {
    if (action.do === 'order') order(shop.world);
    if (action.do === 'restart') restart(shop);
  },

  cut: ({ world }) => cutPower(world),

  initial: NO_ORDERS,
  project: projectCrash,

  opening: ['A store with its memory and its disk. Customers are about to send it orders.'],
  caption,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => entries.findIndex(isQuestion) + 1,
};

function open({ seed, trace, stamp }: Context<StoreFigureEvent>): Shop {
  const told = { events: 0 };
  const listen = (event: StoreFigureEvent) => {
    if (!isShown(event)) return;
    told.events++;
    trace(event);
  };
  return { world: createStoreWorld({ seed, stamp, trace: listen }), told, seed };
}

function restart({ world, told, seed }: Shop): void {
  const luck = new Random(seed).fork(`power back after ${told.events}`).u32();
  applyStoreAction(world, { do: 'restart', survive: 'chance', luck });
}

function order(world: StoreWorld): void {
  const { writes } = world;
  const value = ORDERS[writes % ORDERS.length] as string;
  const operations = [[`order ${writes + 1}`, value]] as const;
  applyStoreAction(world, { do: 'write', operations, sync: 'full' });
}

/** Of the files only the log, and of its life only what comes after its header. */
function isShown(event: StoreFigureEvent): boolean {
  switch (event.type) {
    case 'file.sync':
      return isLog(event.file) && event.size > FileHeader.size;
    case 'file.durable':
      return isLog(event.file) && event.durableBytes > FileHeader.size;
    case 'power.file':
      return isLog(event.file);
    default:
      return SHOWN.has(event.type);
  }
}

const SHOWN: ReadonlySet<string> = new Set([
  'client.write',
  'wal.append',
  'memtable.insert',
  'store.write.acknowledge',
  'power.cut',
  'power.restored',
  'store.open.begin',
  'wal.replay.begin',
  'wal.replay.record',
  'wal.replay.bad',
  'wal.replay.end',
  'store.open.end',
] satisfies StoreFigureEvent['type'][]);

function isLog(file: string): boolean {
  return file.endsWith('.wal');
}

/** In the log, not durable, not confirmed: the moment that poses the question. */
function isQuestion(
  { event }: Recorded<StoreFigureEvent>,
  index: number,
  all: readonly Recorded<StoreFigureEvent>[],
): boolean {
  const asked = all.slice(0, index).filter((entry) => entry.event.type === 'client.write').length;
  return event.type === 'wal.append' && asked === ASKING_ORDER;
}

function mark({ event }: Recorded<StoreFigureEvent>): Mark | undefined {
  if (event.type === 'client.write') return { kind: 'write', label: `order ${event.write + 1}` };
  if (event.type === 'store.write.acknowledge')
    return { kind: 'sync', label: 'the order is confirmed' };
  if (event.type === 'power.cut') return { kind: 'crash', label: 'the power is cut' };
  return undefined;
}

function label(action: CrashAction): string {
  if (action.do === 'order') return 'Send an order';
  if (action.do === 'restart') return 'Turn it on again';
  return 'Cut the power';
}

function offers({ phase, orders }: CrashState): Offer<CrashAction>[] {
  const off = phase === 'off';
  const soldOut = orders.length >= ORDERS.length;
  return [
    {
      action: { do: 'order' },
      ...(off && { unavailable: 'The machine is off.' }),
      ...(!off && soldOut && { unavailable: 'Everything is sold.' }),
    },
    { action: { do: 'cut' }, kind: 'fault', ...(off && { unavailable: 'The power is off.' }) },
    { action: { do: 'restart' }, ...(!off && { unavailable: 'The power is on.' }) },
  ];
}

function parse(given: unknown): CrashAction | undefined {
  const action = given as { do?: unknown; after?: unknown } | null;
  if (action?.do === 'order' || action?.do === 'restart') return { do: action.do };
  if (action?.do !== 'cut') return undefined;
  if (action.after === undefined) return { do: 'cut' };
  const { after } = action;
  return Number.isSafeInteger(after) && (after as number) > 0
    ? { do: 'cut', after: after as number }
    : undefined;
}
