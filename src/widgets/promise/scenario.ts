// A client that is told something, a store that tells it, and a disk under the store.
//
// Every write is one order of 180 bytes and says how it is to be synced: none, normal or
// full. A log record is 219 bytes then, so that records and sectors never line up.
//
// The store has been open for a while: it was opened and order 0 was written, durable,
// before the picture begins. So the log exists, and the first event is the client's.
// Of the engine's events, those about other files than logs are left out (there is one
// manifest, and it doesn't change here), and what recovery reads on its way.

import { type Recorded, Recorder, type SyncMode } from '../../../engine/index.ts';
import type { Context, Cut, Mark, Offer, Scenario } from '../../player/scenario.ts';
import { NO_STORE } from '../../projections/store.ts';
import {
  applyStoreAction,
  createStoreWorld,
  cutPower,
  type StoreFigureEvent,
  type StoreWorld,
  type Survival,
} from '../store/world.ts';
import { caption, OPENING } from './caption.ts';
import {
  clientWrites,
  type PromiseEvent,
  type PromiseState,
  projectPromise,
} from './projection.ts';

/** As many as the figure draws. */
export const WRITES_MAX = 6;
/** With sync 'normal', the store lets this much go unsynced. Tiny: the default is 1 MiB. */
export const SYNC_EVERY_BYTES = 512;

/** Room for all that the figure can write; a restart makes one of these. */
const MEMTABLE_BYTES = 16 << 10;
const SEED = 7;
const VALUE = 'one crab, boiled. '.repeat(10);
const SYNCS: readonly SyncMode[] = ['none', 'normal', 'full'];
const SURVIVALS: readonly Survival[] = ['everything', 'nothing', 'torn', 'chance'];

export type PromiseAction =
  | { readonly do: 'write'; readonly sync: SyncMode }
  /** From here on the disk says "durable" and writes nothing, or is honest again. */
  | { readonly do: 'lie'; readonly lies: boolean }
  | { readonly do: 'fail-sync' }
  | { readonly do: 'restart'; readonly survive: Survival }
  | Cut;

interface World {
  readonly store: StoreWorld;
  readonly trace: (event: PromiseEvent) => void;
}

function create({ seed, trace, stamp }: Context<PromiseEvent>): World {
  let begun = false;
  const tell = (event: StoreFigureEvent) => {
    if (begun && isShown(event)) trace(event);
  };
  const store = openShop({ seed, trace: tell, stamp });
  begun = true;
  return { store, trace };
}

/** A store that holds order 0. */
function openShop(context: Context<StoreFigureEvent>): StoreWorld {
  const world = createStoreWorld(context, {
    syncEveryBytes: SYNC_EVERY_BYTES,
    memtableBytes: MEMTABLE_BYTES,
  });
  writeOrder(world, 'full');
  return world;
}

function writeOrder(world: StoreWorld, sync: SyncMode): void {
  applyStoreAction(world, { do: 'write', operations: [[`order-${world.writes}`, VALUE]], sync });
}

function isShown(event: StoreFigureEvent): boolean {
  if (event.type === 'file.read') return false;
  if ('file' in event) return String(event.file).endsWith('.wal');
  return !/^(manifest|superblock|table)\./.test(event.type);
}

/** What has happened before the first event that is shown. */
function before(): PromiseState {
  const recorder = new Recorder<StoreFigureEvent>();
  const trace = (event: StoreFigureEvent) => recorder.trace(event);
  openShop({ seed: SEED, trace, stamp: () => {} });
  const shown = recorder.entries.filter(({ event }) => isShown(event));
  const nothing: PromiseState = { store: NO_STORE, lies: false, syncWillFail: false };
  return shown.reduce(projectPromise, nothing);
}

function apply({ store, trace }: World, action: PromiseAction): void {
  switch (action.do) {
    case 'write':
      writeOrder(store, action.sync);
      break;
    case 'lie':
      store.disk.lie(action.lies);
      trace({ type: 'disk.habit', lies: action.lies });
      break;
    case 'fail-sync':
      store.disk.failNext('sync', 'FERRIS_IO');
      trace({ type: 'disk.plan' });
      break;
    case 'restart':
      applyStoreAction(store, { do: 'restart', survive: action.survive });
      break;
    case 'cut':
      break;
  }
}

export const promise: Scenario<World, PromiseAction, PromiseState, PromiseEvent> = {
  id: 'promise',
  version: 1,
  seed: SEED,
  script: [
    { do: 'write', sync: 'none' },
    { do: 'write', sync: 'full' },
    { do: 'write', sync: 'none' },
    { do: 'write', sync: 'normal' },
  ],

  create,
  apply,
  cut: ({ store }) => cutPower(store),

  initial: before(),
  project: projectPromise,

  opening: OPENING,
  caption,
  mark,
  label,
  offers,
  parse,
};

/** The same with nothing written yet: where exercises begin. */
export const promiseAtStart: typeof promise = { ...promise, script: [] };

function mark({ event }: Recorded<PromiseEvent>): Mark | undefined {
  if (event.type === 'client.write') return { kind: 'write', label: 'the client writes' };
  if (event.type === 'file.durable') return { kind: 'sync', label: 'the log is durable' };
  if (event.type === 'power.cut') return { kind: 'crash', label: 'the power is cut' };
  if (event.type === 'disk.error' || event.type === 'client.refused')
    return { kind: 'error', label: 'an error' };
  if (event.type === 'store.open.end') return { kind: 'sync', label: 'the store is open again' };
  return undefined;
}

const RESTARTS: Record<Survival, string> = {
  everything: 'Restart: all kept',
  nothing: 'Restart: all lost',
  torn: 'Restart: torn',
  chance: 'Restart: by chance',
};

function label(action: PromiseAction): string {
  switch (action.do) {
    case 'write':
      return `Write, sync ${action.sync}`;
    case 'lie':
      return action.lies ? 'Let the disk lie' : 'Let the disk be honest';
    case 'fail-sync':
      return 'Fail the next sync';
    case 'restart':
      return RESTARTS[action.survive];
    case 'cut':
      return 'Cut the power';
  }
}

function offers({ store, lies, syncWillFail }: PromiseState): Offer<PromiseAction>[] {
  const isOff = store.phase === 'off';
  const off = isOff ? 'The machine has no power.' : undefined;
  const unable = off ?? (store.phase === 'refused' ? 'The store could not be opened.' : undefined);
  const full =
    clientWrites(store).length >= WRITES_MAX ? 'The figure has no room for more.' : undefined;
  const running = isOff ? undefined : 'The machine is running.';
  return [
    ...SYNCS.map((sync) => offer({ do: 'write', sync }, unable ?? full)),
    fault({ do: 'lie', lies: !lies }, off),
    fault({ do: 'fail-sync' }, off ?? (syncWillFail ? 'The next sync will fail.' : undefined)),
    fault({ do: 'cut' }, off),
    ...(['everything', 'nothing', 'torn'] as const).map((survive) =>
      offer({ do: 'restart', survive }, running),
    ),
  ];
}

function offer(action: PromiseAction, unavailable: string | undefined): Offer<PromiseAction> {
  return unavailable === undefined ? { action } : { action, unavailable };
}

function fault(action: PromiseAction, unavailable: string | undefined): Offer<PromiseAction> {
  return { ...offer(action, unavailable), kind: 'fault' };
}

function parse(given: unknown): PromiseAction | undefined {
  const { do: name, sync, lies, survive, after } = given as Record<string, unknown>;
  switch (name) {
    case 'write':
      return isOneOf(SYNCS, sync) ? { do: name, sync } : undefined;
    case 'lie':
      return typeof lies === 'boolean' ? { do: name, lies } : undefined;
    case 'fail-sync':
      return { do: name };
    case 'restart':
      return isOneOf(SURVIVALS, survive) ? { do: name, survive } : undefined;
    case 'cut':
      return typeof after === 'number' ? { do: name, after } : { do: name };
    default:
      return undefined;
  }
}

function isOneOf<T>(all: readonly T[], given: unknown): given is T {
  return all.includes(given as T);
}
