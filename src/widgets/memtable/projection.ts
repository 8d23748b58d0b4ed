// The three lanes: what is in the memtable, in the frozen one, and in each table of level 0;
// which log goes with which memtable; and where a lookup has asked.
//
//     memtable.insert ──> memtable ──memtable.freeze──> frozen
//                                                         │ table.block.write, table.finish
//     manifest.edit: the table counts, the log goes <─────┘

import type { EventOf, Projection, Recorded } from '../../../engine/index.ts';
import { text } from '../../../engine/index.ts';
import type { MemtableFigureEvent, Row } from './world.ts';

export interface LogLane {
  readonly number: number;
  /** The memtable whose entries it holds. */
  readonly memtable: number;
  readonly records: number;
  readonly bytes: number;
  readonly durableBytes: number;
}

export interface MemoryLane {
  readonly number: number;
  /** By key, newest version first; range deletes where they begin. */
  readonly rows: readonly Row[];
}

export interface TableLane {
  readonly number: number;
  readonly rows: readonly Row[];
  readonly size: number;
  readonly isDurable: boolean;
  /** The manifest names it: it is part of the database. */
  readonly isNamed: boolean;
}

/** Where a table that is being written stands. */
export interface Writing {
  readonly table: number;
  /** The last key of the blocks written so far. */
  readonly upTo: string | undefined;
  readonly isDurable: boolean;
}

/** One place that a lookup has asked. */
export interface Asked {
  /** `memtable 2` or `table 4`. */
  readonly place: string;
  readonly answer: EventOf<'lookup.ask'>['answer'];
  readonly ends: boolean;
}

export interface LookupLane {
  readonly key: string;
  /** It sees entries up to this sequence number. */
  readonly sequence: number;
  readonly asked: readonly Asked[];
  /** Undefined while it is under way, null when there is none. */
  readonly value: string | null | undefined;
}

export interface MemtableState {
  readonly phase: 'running' | 'opening' | 'off';
  readonly memtable: MemoryLane;
  readonly frozen: MemoryLane | undefined;
  readonly logs: readonly LogLane[];
  /** Newest first. */
  readonly tables: readonly TableLane[];
  readonly writing: Writing | undefined;
  /** Sequence number of the snapshot that is held. */
  readonly snapshot: number | undefined;
  readonly lookup: LookupLane | undefined;
  readonly writes: number;
  readonly refusal: string | undefined;
}

const EMPTY: MemoryLane = { number: 1, rows: [] };

export const NO_LANES: MemtableState = {
  phase: 'off',
  memtable: EMPTY,
  frozen: undefined,
  logs: [],
  tables: [],
  writing: undefined,
  snapshot: undefined,
  lookup: undefined,
  writes: 0,
  refusal: undefined,
};

export const projectLanes: Projection<MemtableState, Recorded<MemtableFigureEvent>> = (
  state,
  { event },
) => {
  if (event.type.startsWith('client.')) return ofClient(state, event as ClientSays);
  if (/^(store\.open|power|manifest\.load|wal\.replay)/.test(event.type))
    return ofOpening(state, event);
  if (/^(table|file|manifest|store\.flush)/.test(event.type)) return ofFlush(state, event);
  return ofMemory(state, event);
};

type ClientSays = Extract<MemtableFigureEvent, { type: `client.${string}` }>;

function ofClient(state: MemtableState, event: ClientSays): MemtableState {
  switch (event.type) {
    case 'client.write':
    case 'client.delete-range':
      return { ...state, writes: state.writes + 1, lookup: undefined, refusal: undefined };
    case 'client.get': {
      const { key, sequence } = event;
      return { ...state, lookup: { key, sequence, asked: [], value: undefined } };
    }
    case 'client.read':
      return state.lookup ? { ...state, lookup: { ...state.lookup, value: event.value } } : state;
    case 'client.snapshot':
      return { ...state, snapshot: event.sequence };
    case 'client.release':
      return { ...state, snapshot: undefined };
    case 'client.contents':
      return changeTable(state, event.table, (table) => ({ ...table, rows: event.rows }));
    case 'client.refused':
      return { ...state, refusal: event.message };
    default:
      return state;
  }
}

function ofMemory(state: MemtableState, event: MemtableFigureEvent): MemtableState {
  switch (event.type) {
    case 'wal.create':
      return { ...state, logs: [...state.logs, newLog(event.log, state.memtable.number)] };
    case 'wal.append':
      return changeLog(state, event.log, (log) => ({
        ...log,
        records: log.records + 1,
        bytes: event.offset + event.size,
      }));
    case 'wal.sync':
      return changeLog(state, event.log, (log) => ({ ...log, durableBytes: event.size }));
    case 'memtable.insert':
      return inserted(state, rowOf(event));
    case 'memtable.range-delete': {
      const { start, end, sequence } = event;
      return inserted(state, { key: text(start), sequence, value: null, end: text(end) });
    }
    case 'memtable.freeze':
      return frozen(state);
    case 'lookup.ask':
      return asked(state, event);
    default:
      return state;
  }
}

function ofFlush(state: MemtableState, event: MemtableFigureEvent): MemtableState {
  switch (event.type) {
    case 'store.flush.begin':
      return { ...state, writing: { table: event.table, upTo: undefined, isDurable: false } };
    case 'table.block.write':
      return { ...state, writing: blockOf(event) };
    case 'table.finish': {
      const { table: number, size } = event;
      const isDurable = state.writing?.isDurable ?? false;
      const table = { number, rows: [], size, isDurable, isNamed: false };
      return { ...state, tables: [table, ...state.tables] };
    }
    case 'file.durable':
      return state.writing ? { ...state, writing: { ...state.writing, isDurable: true } } : state;
    case 'manifest.edit':
      return event.added.reduce(
        (next, number) => changeTable(next, number, (table) => ({ ...table, isNamed: true })),
        state,
      );
    case 'store.flush.end':
      return { ...state, frozen: undefined, writing: undefined };
    case 'file.delete':
      return withoutLog(state, Number.parseInt(event.file, 10));
    default:
      return state;
  }
}

function ofOpening(state: MemtableState, event: MemtableFigureEvent): MemtableState {
  const empty = { memtable: EMPTY, frozen: undefined, writing: undefined, lookup: undefined };
  switch (event.type) {
    case 'power.cut':
      return { ...state, ...empty, phase: 'off', snapshot: undefined };
    case 'power.file': {
      const number = Number.parseInt(event.file, 10);
      if (event.outcome !== 'vanished') return state;
      const tables = state.tables.filter((table) => table.number !== number);
      return withoutLog({ ...state, tables }, number);
    }
    case 'store.open.begin':
      return { ...state, ...empty, phase: 'opening', refusal: undefined };
    case 'manifest.load':
      return { ...state, tables: named(state.tables, event.tables) };
    case 'wal.replay.end': {
      const { log, records, endBytes } = event;
      const whole = { records, bytes: endBytes, durableBytes: endBytes, memtable: 1 };
      return changeLog(state, log, (known) => ({ ...known, ...whole }));
    }
    case 'store.open.end':
      return { ...state, phase: 'running', tables: state.tables.filter(({ isNamed }) => isNamed) };
    default:
      return state;
  }
}

function blockOf({ table, lastKey }: EventOf<'table.block.write'>): Writing {
  return { table, upTo: text(lastKey), isDurable: false };
}

function named(tables: readonly TableLane[], numbers: readonly number[]): TableLane[] {
  return tables.map((table) => ({ ...table, isNamed: numbers.includes(table.number) }));
}

function newLog(number: number, memtable: number): LogLane {
  return { number, memtable, records: 0, bytes: 0, durableBytes: 0 };
}

function rowOf({ key, value, sequence, kind }: EventOf<'memtable.insert'>): Row {
  return { key: text(key), sequence, value: kind === 'delete' ? null : text(value) };
}

function inserted(state: MemtableState, row: Row): MemtableState {
  const { memtable } = state;
  const rows = [...memtable.rows, row].sort(byKey);
  return { ...state, memtable: { ...memtable, rows } };
}

/** The log that was begun for the next memtable belongs to it. */
function frozen(state: MemtableState): MemtableState {
  const { memtable, logs } = state;
  const number = memtable.number + 1;
  const last = logs.length - 1;
  return {
    ...state,
    frozen: memtable,
    memtable: { number, rows: [] },
    logs: logs.map((log, index) => (index === last ? { ...log, memtable: number } : log)),
  };
}

function asked(state: MemtableState, event: EventOf<'lookup.ask'>): MemtableState {
  if (state.lookup === undefined) return state;
  const { run, number, answer, ends } = event;
  const place = `${run} ${number}`;
  const list = [...state.lookup.asked, { place, answer, ends }];
  return { ...state, lookup: { ...state.lookup, asked: list } };
}

function changeLog(
  state: MemtableState,
  number: number,
  how: (log: LogLane) => LogLane,
): MemtableState {
  return { ...state, logs: state.logs.map((log) => (log.number === number ? how(log) : log)) };
}

function withoutLog(state: MemtableState, number: number): MemtableState {
  return { ...state, logs: state.logs.filter((log) => log.number !== number) };
}

function changeTable(
  state: MemtableState,
  number: number,
  how: (table: TableLane) => TableLane,
): MemtableState {
  const tables = state.tables.map((table) => (table.number === number ? how(table) : table));
  return { ...state, tables };
}

function byKey(a: Row, b: Row): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return b.sequence - a.sequence;
}

/** Every row of every place that counts. */
function allRows({ memtable, frozen: old, tables }: MemtableState): Row[] {
  const inTables = tables.filter(({ isNamed }) => isNamed).flatMap(({ rows }) => rows);
  return [...memtable.rows, ...(old?.rows ?? []), ...inTables];
}

/** Whether a reader of now can't see `row` any more: a newer entry of its key, or a range delete, hides it. */
export function isHidden(state: MemtableState, row: Row): boolean {
  if (row.end !== undefined) return false;
  return allRows(state).some(
    (other) =>
      other.sequence > row.sequence &&
      (other.end === undefined
        ? other.key === row.key
        : other.key <= row.key && row.key < other.end),
  );
}
