// A store, its client, and a disk that the reader chooses: the world of the figures about
// recovery.
//
//     disk     what it keeps of volatile bytes when the power goes, and whether it lies
//     ...      writes, flushes, power cuts, restarts of src/widgets/store/world.ts
//
// After each restart the client reads everything back, so that what a figure shows as
// recovered is what the store answers, and not what anybody thinks it should.
//
// Sizes are tiny: a log is followed by the next one after 256 bytes, and with sync
// 'normal' it is synced every 64. A real store has them in mebibytes.

import { FerrisError, text } from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import {
  applyStoreAction,
  cutPower,
  openStore,
  parseStoreAction,
  prepareStoreWorld,
  type StoreAction,
  type StoreFigureEvent,
  type StoreWorld,
  type Survival,
} from '../store/world.ts';

/** What the disk does with bytes that it was not made to keep. */
export interface DiskChoice {
  readonly keeps: Survival;
  /** Which of many chances, where `keeps` is left to chance. */
  readonly roll: number;
  /** It says "durable" and has written nothing. */
  readonly lies: boolean;
}

export type CrashAction = StoreAction | ({ readonly do: 'disk' } & DiskChoice);

export type CrashEvent =
  | StoreFigureEvent
  | ({ readonly type: 'client.disk' } & DiskChoice)
  /** All that the store answers when it is asked for every key, after recovery. */
  | { readonly type: 'client.map'; readonly entries: readonly MapEntry[] };

export type MapEntry = readonly [key: string, value: string];

export const HONEST_DISK: DiskChoice = { keeps: 'chance', roll: 11, lies: false };

export const LOG_BYTES = 256;
export const SYNC_EVERY_BYTES = 64;
const SIZES = {
  logBytes: LOG_BYTES,
  syncEveryBytes: SYNC_EVERY_BYTES,
  memtableBytes: 2048,
  blockBytes: 128,
};

export interface CrashWorld {
  readonly context: Context<CrashEvent>;
  machine: StoreWorld;
}

export function createCrashWorld(context: Context<CrashEvent>): CrashWorld {
  return { context, machine: prepareStoreWorld(context, SIZES) };
}

export function applyCrashAction(world: CrashWorld, action: CrashAction): void {
  if (action.do === 'disk') {
    const { keeps, roll, lies } = action;
    world.context.trace({ type: 'client.disk', keeps, roll, lies });
    world.machine = prepareStoreWorld(world.context, { ...SIZES, syncLies: lies });
    openStore(world.machine);
    return;
  }
  applyStoreAction(world.machine, action);
  if (action.do === 'restart') readEverything(world);
}

export function cutCrashWorld(world: CrashWorld): void {
  cutPower(world.machine);
}

function readEverything({ context, machine }: CrashWorld): void {
  if (machine.store === undefined) return;
  const entries: MapEntry[] = [];
  try {
    const scan = machine.store.scan();
    while (scan.next()) entries.push([text(scan.key), text(scan.value)]);
  } catch (error) {
    if (!(error instanceof FerrisError) || error.code === 'FERRIS_POWER_CUT') throw error;
    context.trace({ type: 'client.refused', code: error.code, message: error.message });
    return;
  }
  context.trace({ type: 'client.map', entries });
}

const KEEPS: readonly Survival[] = ['nothing', 'torn', 'chance', 'everything'];
export const ROLL_MAX = 9999;

/** A valid action out of untrusted data, or undefined. */
export function parseCrashAction(given: unknown): CrashAction | undefined {
  const { do: name, keeps, roll, lies } = given as Record<string, unknown>;
  if (name !== 'disk') return parseStoreAction(given);
  if (!KEEPS.includes(keeps as Survival) || typeof lies !== 'boolean') return undefined;
  if (!Number.isInteger(roll) || (roll as number) < 0 || (roll as number) > ROLL_MAX)
    return undefined;
  return { do: 'disk', keeps: keeps as Survival, roll: roll as number, lies };
}
