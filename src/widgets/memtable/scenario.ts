// Three lanes of one store: memtable, frozen memtable, level 0.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { cutPower, type Survival } from '../store/world.ts';
import { caption, OPENING } from './caption.ts';
import { type MemtableState, NO_LANES, projectLanes } from './projection.ts';
import { KEYS, type MemtableAction, type MemtableFigureEvent, MemtableWorld } from './world.ts';

const WRITES_MAX = 30;
const TABLES_MAX = 4;
/** The key whose way down the figure shows. */
export const DELETED_KEY = 'eel';
const RANGE = { do: 'delete-range', start: 'krill', end: 'shrimp' } as const;
const SURVIVALS: readonly Survival[] = ['everything', 'nothing', 'torn', 'chance'];

const put = (key: string): MemtableAction => ({ do: 'put', key });
const WORK: MemtableAction = { do: 'work' };

export type MemtableScenario = Scenario<
  MemtableWorld,
  MemtableAction,
  MemtableState,
  MemtableFigureEvent
>;

export const memtable: MemtableScenario = {
  id: 'memtable',
  version: 1,
  seed: 3,
  script: [
    ...['crab', 'eel', 'lobster', 'ray', 'crab', 'shrimp'].map(put),
    { do: 'delete', key: DELETED_KEY },
    WORK,
    WORK,
    WORK,
    WORK,
    put('squid'),
    { do: 'flush' },
    { do: 'get', key: DELETED_KEY },
  ],

  create: (context) => new MemtableWorld(context),
  apply: (world, action) => world.apply(action),
  cut: ({ store }) => cutPower(store),

  initial: NO_LANES,
  project: projectLanes,

  opening: OPENING,
  caption,
  mark,
  label,
  offers,
  parse,
  poster: afterTheDelete,
};

/** The frozen memtable holds the value, the new one its tombstone. */
function afterTheDelete(entries: readonly Recorded<MemtableFigureEvent>[]): number {
  const at = entries.findIndex(
    ({ event }) => event.type === 'memtable.insert' && event.kind === 'delete',
  );
  return at + 1 || entries.length;
}

function mark({ event }: Recorded<MemtableFigureEvent>): Mark | undefined {
  switch (event.type) {
    case 'memtable.freeze':
      return { kind: 'fork', label: `memtable ${event.memtable} is frozen` };
    case 'store.flush.end':
      return { kind: 'sync', label: `table ${event.table} is part of the database` };
    case 'client.delete-range':
      return { kind: 'write', label: 'a range is deleted' };
    case 'client.get':
      return { kind: 'write', label: `looking for ${event.key}` };
    case 'power.cut':
      return { kind: 'crash', label: 'the power is cut' };
    case 'client.refused':
      return { kind: 'error', label: 'refused' };
    default:
      return undefined;
  }
}

function label(action: MemtableAction): string {
  switch (action.do) {
    case 'put':
      return `Put ${action.key}`;
    case 'delete':
      return `Delete ${action.key}`;
    case 'delete-range':
      return `Delete ${action.start} up to ${action.end}`;
    case 'get':
      return `Get ${action.key}${action.old ? ' as of the snapshot' : ''}`;
    case 'work':
      return 'Flush a slice';
    case 'flush':
      return 'Flush it all';
    case 'snapshot':
      return 'Take a snapshot';
    case 'release':
      return 'Release the snapshot';
    case 'cut':
      return 'Cut the power';
    case 'restart':
      return action.survive === 'nothing' ? 'Restart: all unsynced lost' : 'Restart';
  }
}

/** Why nothing can be written or asked, or undefined. */
function stopped({ phase }: MemtableState): string | undefined {
  return phase === 'off' ? 'The machine has no power.' : undefined;
}

/** Why there can be no further write, or undefined. */
export function noWrite(state: MemtableState): string | undefined {
  const isFull = state.writes >= WRITES_MAX || state.tables.length > TABLES_MAX;
  return stopped(state) ?? (isFull ? 'The figure has no room for more.' : undefined);
}

/** Why nothing can be read, or undefined. */
export const noRead = stopped;

function offers(state: MemtableState): Offer<MemtableAction>[] {
  const off = stopped(state);
  const full = noWrite(state);
  const idle = state.frozen ? undefined : 'No memtable is frozen: write until it is full.';
  const isEmpty = state.memtable.rows.length === 0 && !state.frozen;
  const running = state.phase === 'off' ? undefined : 'The machine is running.';
  const snapshot: MemtableAction = { do: state.snapshot === undefined ? 'snapshot' : 'release' };
  return [
    offer(WORK, off ?? idle),
    offer({ do: 'flush' }, full ?? (isEmpty ? 'There is nothing to flush.' : undefined)),
    offer(RANGE, full),
    offer(snapshot, off),
    { ...offer({ do: 'cut' }, off), kind: 'fault' },
    offer({ do: 'restart', survive: 'nothing' }, running),
  ];
}

function offer(action: MemtableAction, unavailable: string | undefined): Offer<MemtableAction> {
  return unavailable === undefined ? { action } : { action, unavailable };
}

function parse(given: unknown): MemtableAction | undefined {
  const { do: name, key, old, start, end, survive, after } = given as Record<string, unknown>;
  switch (name) {
    case 'put':
    case 'delete':
      return isKey(key) ? { do: name, key } : undefined;
    case 'get':
      if (!isKey(key) || (old !== undefined && old !== true)) return undefined;
      return old ? { do: name, key, old } : { do: name, key };
    case 'delete-range':
      return isKey(start) && isKey(end) ? { do: name, start, end } : undefined;
    case 'work':
    case 'flush':
    case 'snapshot':
    case 'release':
      return { do: name };
    case 'restart':
      return SURVIVALS.includes(survive as Survival)
        ? { do: name, survive: survive as Survival }
        : undefined;
    case 'cut':
      return typeof after === 'number' ? { do: name, after } : { do: name };
    default:
      return undefined;
  }
}

function isKey(given: unknown): given is string {
  return typeof given === 'string' && KEYS.includes(given);
}
