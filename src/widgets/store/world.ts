// A store on a simulated disk, and a client that writes to it: the world of every
// figure about durability and recovery.
//
//     client ──> Store ──> traced files ──> faulty disk
//       └────────── all of them speak into one trace ──────────┘
//
// The client's own events say what was asked and what was answered, so a figure can
// compare what somebody was told with what the store has.

import {
  Batch,
  type EngineEvent,
  FaultyFiles,
  FerrisError,
  Random,
  type RecoveryMode,
  type RestartOptions,
  Store,
  type StoreOptions,
  type SyncMode,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Context, Cut } from '../../player/scenario.ts';

/** One step of a batch: a key with its value, or null to delete it. */
export type ClientOperation = readonly [key: string, value: string | null];

/** What the client of the store says. */
export type ClientEvent =
  | {
      readonly type: 'client.write';
      readonly write: number;
      readonly operations: readonly ClientOperation[];
      readonly sync: SyncMode;
    }
  /** The store threw; `refused` is what opening it or writing to it said. */
  | { readonly type: 'client.refused'; readonly code: string; readonly message: string }
  | { readonly type: 'client.read'; readonly key: string; readonly value: string | null };

export type StoreFigureEvent = EngineEvent | ClientEvent;

export type StoreAction =
  | {
      readonly do: 'write';
      readonly operations: readonly ClientOperation[];
      readonly sync: SyncMode;
    }
  | { readonly do: 'sync' }
  | { readonly do: 'flush' }
  | { readonly do: 'get'; readonly key: string }
  | Cut
  /** The power is back; recovery runs. `survive`: which volatile bytes the disk has kept. */
  | {
      readonly do: 'restart';
      readonly survive: Survival;
      /** Decides what `chance` keeps; without it the world's own seed does. */
      readonly luck?: number;
      readonly recovery?: RecoveryMode;
    }
  | { readonly do: 'rot'; readonly file: string; readonly offset: number; readonly bit: number };

/** `chance`: as the seed says. `torn`: the first half of every sector in doubt. */
export type Survival = 'nothing' | 'torn' | 'chance' | 'everything';

const POLICIES: Record<Survival, RestartOptions['policy'] & {}> = {
  nothing: 'lose-all',
  torn: { sector: () => 'torn' },
  chance: 'random',
  everything: 'keep-all',
};

export interface StoreWorld {
  readonly trace: (event: StoreFigureEvent) => void;
  readonly options: Omit<StoreOptions, 'files' | 'trace'>;
  disk: FaultyFiles;
  store: Store | undefined;
  writes: number;
}

/** How the disk and the store are set up; sizes are tiny on purpose, and labels should say so. */
export interface StoreWorldOptions extends Omit<StoreOptions, 'files' | 'trace'> {
  /** A disk that says "durable" and has written nothing. */
  readonly syncLies?: boolean;
}

export function createStoreWorld(
  { seed, trace }: Context<StoreFigureEvent>,
  options: StoreWorldOptions = {},
): StoreWorld {
  const world = prepareStoreWorld({ seed, trace }, options);
  openStore(world);
  return world;
}

/** The same before the store is opened, for those who must be able to cut the power of that, too. */
export function prepareStoreWorld(
  { seed, trace }: Pick<Context<StoreFigureEvent>, 'seed' | 'trace'>,
  { syncLies = false, ...options }: StoreWorldOptions = {},
): StoreWorld {
  const random = new Random(seed).fork('disk');
  const disk = new FaultyFiles({ random, trace, syncLies });
  return { trace, options: { seed, ...options }, disk, store: undefined, writes: 0 };
}

/** Does one action. What the store refuses becomes an event, for the reader to see. */
export function applyStoreAction(world: StoreWorld, action: StoreAction): void {
  try {
    perform(world, action);
  } catch (error) {
    if (!(error instanceof FerrisError) || error.code === 'FERRIS_POWER_CUT') throw error;
    world.trace({ type: 'client.refused', code: error.code, message: error.message });
  }
}

/** The machine dies: its memory is gone, its disk refuses every call. */
export function cutPower(world: StoreWorld): void {
  world.store = undefined;
  world.disk.powerCut();
}

function perform(world: StoreWorld, action: StoreAction): void {
  switch (action.do) {
    case 'write':
      write(world, action.operations, action.sync);
      break;
    case 'sync':
      world.store?.sync();
      break;
    case 'flush':
      world.store?.flush();
      break;
    case 'get':
      read(world, action.key);
      break;
    case 'restart':
      world.store = undefined;
      world.disk.powerCut();
      world.disk = world.disk.restart({
        policy: POLICIES[action.survive],
        ...(action.luck !== undefined && { random: new Random(action.luck) }),
      });
      openStore(world, action.recovery);
      break;
    case 'rot':
      world.disk.rot(action.file, action.offset, action.bit);
      break;
    case 'cut':
      break;
  }
}

/** Opens the store on what the disk holds: recovery. */
export function openStore(world: StoreWorld, recovery?: RecoveryMode): void {
  const { trace, options, disk } = world;
  const files = tracedFiles(disk, trace);
  world.store = Store.open({ ...options, ...(recovery && { recovery }), files, trace });
}

function write(world: StoreWorld, operations: readonly ClientOperation[], sync: SyncMode): void {
  if (world.store === undefined) return;
  const batch = new Batch();
  for (const [key, value] of operations) {
    if (value === null) batch.delete(utf8(key));
    else batch.put(utf8(key), utf8(value));
  }
  world.trace({ type: 'client.write', write: world.writes++, operations, sync });
  world.store.write(batch, sync);
}

function read(world: StoreWorld, key: string): void {
  if (world.store === undefined) return;
  const value = world.store.get(utf8(key));
  world.trace({
    type: 'client.read',
    key,
    value: value === undefined ? null : new TextDecoder().decode(value),
  });
}

const SYNCS: readonly SyncMode[] = ['none', 'normal', 'full'];
const MODES: readonly RecoveryMode[] = [
  'tolerate-torn-tail',
  'absolute',
  'point-in-time',
  'skip-corrupt',
];
const TEXT_MAX = 200;
const OPERATIONS_MAX = 20;

/** A valid action out of untrusted data, or undefined. */
export function parseStoreAction(given: unknown): StoreAction | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const action = given as Record<string, unknown>;
  switch (action['do']) {
    case 'write':
      return parseWrite(action);
    case 'sync':
      return { do: 'sync' };
    case 'flush':
      return { do: 'flush' };
    case 'get':
      return isText(action['key']) ? { do: 'get', key: action['key'] } : undefined;
    case 'cut':
      return parseCut(action['after']);
    case 'restart':
      return parseRestart(action);
    case 'rot':
      return parseRot(action);
    default:
      return undefined;
  }
}

function parseWrite({ operations, sync }: Record<string, unknown>): StoreAction | undefined {
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > OPERATIONS_MAX)
    return undefined;
  if (!operations.every(isOperation) || !SYNCS.includes(sync as SyncMode)) return undefined;
  return {
    do: 'write',
    operations: operations.map(([key, value]) => [key, value]),
    sync: sync as SyncMode,
  };
}

function parseCut(after: unknown): StoreAction | undefined {
  if (after === undefined) return { do: 'cut' };
  return isCount(after) && after >= 1 ? { do: 'cut', after } : undefined;
}

function parseRestart(given: Record<string, unknown>): StoreAction | undefined {
  const { survive, luck, recovery } = given;
  if (typeof survive !== 'string' || !Object.hasOwn(POLICIES, survive)) return undefined;
  if (luck !== undefined && !isCount(luck)) return undefined;
  const restart = {
    do: 'restart',
    survive: survive as Survival,
    ...(luck !== undefined && { luck }),
  } as const;
  if (recovery === undefined) return restart;
  return MODES.includes(recovery as RecoveryMode)
    ? { ...restart, recovery: recovery as RecoveryMode }
    : undefined;
}

function parseRot({ file, offset, bit }: Record<string, unknown>): StoreAction | undefined {
  if (!isText(file) || !isCount(offset) || !isCount(bit) || bit > 7) return undefined;
  return { do: 'rot', file, offset, bit };
}

function isOperation(given: unknown): given is ClientOperation {
  return (
    Array.isArray(given) &&
    given.length === 2 &&
    isText(given[0]) &&
    (given[1] === null || isText(given[1]))
  );
}

function isText(given: unknown): given is string {
  return typeof given === 'string' && given.length <= TEXT_MAX;
}

function isCount(given: unknown): given is number {
  return Number.isInteger(given) && (given as number) >= 0;
}
