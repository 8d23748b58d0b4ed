// What the figure knows of clients, groups and the disk, folded from the events of a run.
//
//     client    arrived ───── queue ─────> written ── its group's sync ──> answered
//     disk                 idle           busy: one sync after the other

import type { EventOf, Recorded } from '../../../engine/index.ts';
import type { GroupEvent, Rules } from './machine.ts';

/** A time that has not come yet. */
export const NOT_YET = -1;

export interface ClientState {
  readonly id: number;
  readonly arrivedTicks: number;
  /** When its write was appended to the log. */
  readonly writtenTicks: number;
  readonly answeredTicks: number;
  /** Which group it was in, counted from 0. */
  readonly group: number;
}

/** `records`: of a group. `header` and `name`: of a new log. */
export type SyncKind = 'records' | 'header' | 'name';

export interface SyncState {
  readonly kind: SyncKind;
  readonly askedTicks: number;
  /** When the disk turned to it: it does one at a time. */
  readonly beganTicks: number;
  readonly doneTicks: number;
  /** The group that it was for. */
  readonly group: number;
}

export interface GroupedRecord {
  readonly client: number;
  readonly log: number;
  readonly offset: number;
  readonly size: number;
}

export interface GroupState {
  readonly rules: Rules | undefined;
  readonly nowTicks: number;
  readonly clients: readonly ClientState[];
  readonly syncs: readonly SyncState[];
  readonly records: readonly GroupedRecord[];
  /** How many groups have set out. */
  readonly groups: number;
  /** Logs begun since the first. */
  readonly rotations: number;
  readonly log: number;
  readonly durableBytes: number;
}

export const NO_GROUPS: GroupState = {
  rules: undefined,
  nowTicks: 0,
  clients: [],
  syncs: [],
  records: [],
  groups: 0,
  rotations: 0,
  log: 0,
  durableBytes: 0,
};

export function projectGroups(given: GroupState, entry: Recorded<GroupEvent>): GroupState {
  const { event, timeTicks } = entry;
  const state = given.nowTicks === timeTicks ? given : { ...given, nowTicks: timeTicks };
  switch (event.type) {
    case 'client.rules': {
      const { type: _, ...rules } = event;
      return { ...NO_GROUPS, nowTicks: timeTicks, rules };
    }
    case 'client.arrive':
      return { ...state, clients: [...state.clients, arrived(event.client, timeTicks)] };
    case 'client.answer':
      return changeClient(state, event.client, { answeredTicks: timeTicks });
    case 'store.write.begin':
      return { ...state, groups: state.groups + 1 };
    case 'wal.append':
      return appended(state, event);
    case 'wal.create':
      return { ...state, log: event.log, rotations: state.rotations + 1, durableBytes: 0 };
    case 'file.sync':
      return asked(state, event.size === HEADER_BYTES ? 'header' : 'records');
    case 'directory.sync':
      return asked(state, 'name');
    case 'file.durable':
      return done({ ...state, durableBytes: event.durableBytes });
    case 'directory.durable':
      return done(state);
    default:
      return state;
  }
}

/** A log that holds nothing but its header is synced when it is begun. */
const HEADER_BYTES = 64;

function arrived(id: number, arrivedTicks: number): ClientState {
  return { id, arrivedTicks, writtenTicks: NOT_YET, answeredTicks: NOT_YET, group: NOT_YET };
}

function changeClient(state: GroupState, id: number, change: Partial<ClientState>): GroupState {
  const clients = state.clients.map((client) =>
    client.id === id ? { ...client, ...change } : client,
  );
  return { ...state, clients };
}

/** Records are appended in the order in which their clients came. */
function appended(state: GroupState, { log, offset, size }: EventOf<'wal.append'>): GroupState {
  const next = state.clients.find(({ writtenTicks }) => writtenTicks === NOT_YET);
  if (next === undefined) return state;
  const change = { writtenTicks: state.nowTicks, group: state.groups - 1 };
  const records = [...state.records, { client: next.id, log, offset, size }];
  return { ...changeClient(state, next.id, change), records, log };
}

function asked(state: GroupState, kind: SyncKind): GroupState {
  const idle = state.syncs.at(-1)?.doneTicks !== NOT_YET;
  const beganTicks = idle ? state.nowTicks : NOT_YET;
  const group = Math.max(state.groups - 1, 0);
  const sync = { kind, askedTicks: state.nowTicks, beganTicks, doneTicks: NOT_YET, group };
  return { ...state, syncs: [...state.syncs, sync] };
}

/** Syncs are done in the order in which they were asked for; the disk turns to the next at once. */
function done(state: GroupState): GroupState {
  const at = state.syncs.findIndex(({ doneTicks }) => doneTicks === NOT_YET);
  if (at < 0) return state;
  const syncs = state.syncs.map((sync, index) => {
    if (index === at) return { ...sync, doneTicks: state.nowTicks };
    return index === at + 1 ? { ...sync, beganTicks: state.nowTicks } : sync;
  });
  return { ...state, syncs };
}

// What the picture, the checks and the sweeps read off.

/** Of those that were answered, in ticks, shortest first. */
export function latenciesOf({ clients }: GroupState): number[] {
  return clients
    .filter(({ answeredTicks }) => answeredTicks !== NOT_YET)
    .map(({ arrivedTicks, answeredTicks }) => answeredTicks - arrivedTicks)
    .sort((a, b) => a - b);
}

/** The smallest value that `percent` of all values don't exceed; undefined of none. */
export function percentile(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)];
}

export function waitingCount({ clients }: GroupState): number {
  return clients.filter(({ writtenTicks }) => writtenTicks === NOT_YET).length;
}

export function syncsDone({ syncs }: GroupState): number {
  return syncs.filter(({ doneTicks }) => doneTicks !== NOT_YET).length;
}
