// What a store and its client know, folded from the events of both.
//
//     client    asked ─────────────────────────────> told       after a restart:
//     log              appended ──> synced                       is it still there?
//     memtable                            inserted
//
// The point of the picture is the difference between what somebody was told and what
// survives: a write that was acknowledged and is gone is a broken promise.

import type { BadRecordReason, EventOf, LogVerdict, Recorded } from '../../engine/index.ts';
import { text } from '../../engine/index.ts';
import type { ClientOperation, StoreFigureEvent } from '../widgets/store/world.ts';
import { type FilesState, NO_FILES, projectFiles } from './files.ts';

/** How far a write has come. `cut short`: the power went before the client was told. */
export type WriteStage = 'asked' | 'logged' | 'inserted' | 'acknowledged' | 'refused' | 'cut short';

/** One write of the client. */
export interface WriteState {
  readonly id: number;
  readonly operations: readonly ClientOperation[];
  readonly sync: string;
  /** Of its entries; 0 until the store has given them. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly stage: WriteStage;
  /** What the store said when it acknowledged: would survive a power cut. */
  readonly promised: boolean;
  /** What recovery made of it; undefined until there was one. */
  readonly fate: 'survived' | 'lost' | undefined;
}

/** One record of a log, as the store wrote it or as recovery found it. */
export interface RecordState {
  readonly log: number;
  readonly offset: number;
  readonly size: number;
  /** Write that it holds, where that is known. */
  readonly write: number | undefined;
  readonly replayed: boolean;
}

export interface LogState {
  readonly number: number;
  readonly previousLog: number;
  readonly records: readonly RecordState[];
  /** What recovery said of it. */
  readonly verdict: LogVerdict | undefined;
  readonly bad: { readonly offset: number; readonly reason: BadRecordReason } | undefined;
}

/** One version of a key, in the memtable. */
export interface EntryState {
  readonly key: string;
  readonly value: string | null;
  readonly sequence: number;
  readonly height: number;
}

export interface TableState {
  readonly number: number;
  readonly entries: number;
  readonly size: number;
  readonly smallestKey: string;
  readonly largestKey: string;
  /** Named by the manifest: part of the database. */
  readonly live: boolean;
}

export type Phase = 'off' | 'recovering' | 'running' | 'refused';

export interface StoreState {
  readonly phase: Phase;
  readonly files: FilesState;
  readonly writes: readonly WriteState[];
  readonly logs: readonly LogState[];
  readonly memtable: readonly EntryState[];
  readonly frozen: readonly EntryState[];
  readonly tables: readonly TableState[];
  readonly lastSequence: number;
  /** How often the store was opened. */
  readonly opens: number;
  /** What the store last refused to do, and why. */
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
  readonly lastRead: { readonly key: string; readonly value: string | null } | undefined;
}

export const NO_STORE: StoreState = {
  phase: 'off',
  files: NO_FILES,
  writes: [],
  logs: [],
  memtable: [],
  frozen: [],
  tables: [],
  lastSequence: 0,
  opens: 0,
  refusal: undefined,
  lastRead: undefined,
};

/** A pure fold over the events of a store and its client. */
export function projectStore(state: StoreState, entry: Recorded<StoreFigureEvent>): StoreState {
  const { event } = entry;
  if (event.type.startsWith('client.')) return projectClient(state, event);
  const files = projectFiles(
    state.files,
    entry as Recorded<Exclude<StoreFigureEvent, { type: `client.${string}` }>>,
  );
  return projectEngine(files === state.files ? state : { ...state, files }, event);
}

/** Writes that were promised to survive and did not. */
export function brokenPromises(state: StoreState): WriteState[] {
  return state.writes.filter(({ promised, fate }) => promised && fate === 'lost');
}

/** Writes that were acknowledged, promised durable or not, and are gone. */
export function lostAcknowledged(state: StoreState): WriteState[] {
  return state.writes.filter(({ stage, fate }) => stage === 'acknowledged' && fate === 'lost');
}

/** The newest entry of each key, deletes left out: what the memtables alone would show. */
export function visibleEntries(state: StoreState): EntryState[] {
  const newest = new Map<string, EntryState>();
  for (const entry of [...state.frozen, ...state.memtable]) {
    const known = newest.get(entry.key);
    if (known === undefined || known.sequence < entry.sequence) newest.set(entry.key, entry);
  }
  return [...newest.values()].filter(({ value }) => value !== null).sort(byKey);
}

function projectClient(state: StoreState, event: StoreFigureEvent): StoreState {
  switch (event.type) {
    case 'client.write':
      return { ...state, refusal: undefined, writes: [...state.writes, asked(event)] };
    case 'client.refused': {
      const { code, message } = event;
      const phase = state.phase === 'recovering' ? 'refused' : state.phase;
      return { ...state, phase, writes: refused(state.writes), refusal: { code, message } };
    }
    case 'client.read':
      return { ...state, lastRead: { key: event.key, value: event.value } };
    default:
      return state;
  }
}

function projectEngine(state: StoreState, event: StoreFigureEvent): StoreState {
  switch (event.type) {
    case 'store.open.begin':
      return {
        ...state,
        phase: 'recovering',
        memtable: [],
        frozen: [],
        tables: state.tables.map((table) => ({ ...table, live: false })),
        opens: state.opens + 1,
      };
    case 'store.open.end':
      return opened(state, event.lastSequence);
    case 'store.write.begin':
      return numbered(state, event);
    case 'store.write.acknowledge':
      return acknowledged(state, event);
    case 'power.cut':
      return powerCut(state);
    case 'wal.create':
    case 'wal.append':
    case 'wal.replay.begin':
    case 'wal.replay.record':
    case 'wal.replay.bad':
    case 'wal.replay.end':
      return projectLog(state, event);
    case 'memtable.insert':
      return inserted(state, event);
    case 'memtable.freeze':
      return { ...state, frozen: state.memtable, memtable: [] };
    case 'store.flush.end':
      return { ...state, frozen: [] };
    case 'table.finish':
      return { ...state, tables: [...others(state.tables, event.table), finishedTable(event)] };
    case 'manifest.edit':
      return { ...state, tables: state.tables.map((table) => enlist(table, event.added)) };
    case 'manifest.load':
      return { ...state, tables: state.tables.map((table) => enlist(table, event.tables)) };
    case 'store.obsolete':
      return {
        ...state,
        logs: state.logs.filter(({ number }) => !event.file.startsWith(paddedLog(number))),
      };
    default:
      return state;
  }
}

function asked({
  write,
  operations,
  sync,
}: Extract<StoreFigureEvent, { type: 'client.write' }>): WriteState {
  const numbers = { firstSequence: 0, lastSequence: 0 };
  return {
    id: write,
    operations,
    sync,
    ...numbers,
    stage: 'asked',
    promised: false,
    fate: undefined,
  };
}

function lastWrite(
  state: StoreState,
  stage: WriteStage,
  how: (write: WriteState) => WriteState,
): readonly WriteState[] {
  const index = state.writes.findLastIndex((write) => write.stage === stage);
  return index < 0
    ? state.writes
    : state.writes.with(index, how(state.writes[index] as WriteState));
}

/** The store threw: whoever waits for an answer has one. What the log holds of it, nobody knows. */
function refused(writes: readonly WriteState[]): readonly WriteState[] {
  return writes.map((write) =>
    isUnderWay(write) ? { ...write, stage: 'refused' as const } : write,
  );
}

function isUnderWay({ stage }: WriteState): boolean {
  return stage === 'asked' || stage === 'logged' || stage === 'inserted';
}

function numbered(
  state: StoreState,
  { firstSequence, count }: EventOf<'store.write.begin'>,
): StoreState {
  const lastSequence = firstSequence + count - 1;
  const writes = lastWrite(state, 'asked', (write) => ({ ...write, firstSequence, lastSequence }));
  return { ...state, writes };
}

function acknowledged(
  state: StoreState,
  { lastSequence, durable }: EventOf<'store.write.acknowledge'>,
): StoreState {
  const writes = state.writes.map((write) => {
    const now = write.stage === 'inserted' && write.lastSequence <= lastSequence;
    return now ? { ...write, stage: 'acknowledged' as const, promised: durable } : write;
  });
  return { ...state, writes };
}

function inserted(state: StoreState, event: EventOf<'memtable.insert'>): StoreState {
  const { sequence, kind, height } = event;
  const key = text(event.key);
  const entry: EntryState = {
    key,
    sequence,
    height,
    value: kind === 'put' ? text(event.value) : null,
  };
  const memtable = [...state.memtable, entry].sort(byKey);
  const writes = state.writes.map((write) =>
    write.stage === 'logged' && write.lastSequence === sequence
      ? { ...write, stage: 'inserted' as const }
      : write,
  );
  return { ...state, memtable, writes, lastSequence: Math.max(state.lastSequence, sequence) };
}

function powerCut(state: StoreState): StoreState {
  const writes = state.writes.map((write) =>
    isUnderWay(write) ? { ...write, stage: 'cut short' as const } : write,
  );
  return { ...state, phase: 'off', writes, memtable: [], frozen: [], lastSequence: 0 };
}

/** Recovery is done: what it has is what survived. */
function opened(state: StoreState, lastSequence: number): StoreState {
  const writes = state.writes.map((write): WriteState => {
    // One without a number never got to the log; numbers of what was lost are given again.
    if (write.fate === 'lost' || write.firstSequence === 0) return { ...write, fate: 'lost' };
    return { ...write, fate: write.lastSequence <= lastSequence ? 'survived' : 'lost' };
  });
  return { ...state, phase: 'running', writes, lastSequence };
}

type LogEvent = Extract<StoreFigureEvent, { type: `wal.${string}` }>;

function projectLog(state: StoreState, event: LogEvent): StoreState {
  switch (event.type) {
    case 'wal.create':
      return {
        ...state,
        logs: [...state.logs.filter(({ number }) => number !== event.log), newLog(event)],
      };
    case 'wal.append':
      return appended(state, event);
    case 'wal.replay.begin':
      return changeLog(state, event.log, (log) => ({
        ...log,
        verdict: undefined,
        bad: undefined,
        records: unreplayed(log),
      }));
    case 'wal.replay.record':
      return changeLog(state, event.log, (log) => ({ ...log, records: replayed(log, event) }));
    case 'wal.replay.bad':
      return changeLog(state, event.log, (log) => ({
        ...log,
        bad: log.bad ?? { offset: event.offset, reason: event.reason },
      }));
    case 'wal.replay.end':
      return changeLog(state, event.log, (log) => ({ ...log, verdict: event.verdict }));
    default:
      return state;
  }
}

function newLog({ log, previousLog }: EventOf<'wal.create'>): LogState {
  return { number: log, previousLog, records: [], verdict: undefined, bad: undefined };
}

function appended(state: StoreState, { log, offset, size }: EventOf<'wal.append'>): StoreState {
  const write = state.writes.findLast(({ stage }) => stage === 'asked');
  const writes = lastWrite(state, 'asked', (asking) => ({ ...asking, stage: 'logged' }));
  const record: RecordState = { log, offset, size, write: write?.id, replayed: false };
  return changeLog({ ...state, writes }, log, (old) => ({
    ...old,
    records: [...old.records, record],
  }));
}

function changeLog(
  state: StoreState,
  number: number,
  how: (log: LogState) => LogState,
): StoreState {
  return { ...state, logs: state.logs.map((log) => (log.number === number ? how(log) : log)) };
}

function unreplayed(log: LogState): RecordState[] {
  return log.records.map((record) => ({ ...record, replayed: false }));
}

function replayed(log: LogState, { offset }: EventOf<'wal.replay.record'>): RecordState[] {
  return log.records.map((record) =>
    record.offset === offset ? { ...record, replayed: true } : record,
  );
}

function finishedTable(event: EventOf<'table.finish'>): TableState {
  const { table: number, entries, size } = event;
  return {
    number,
    entries,
    size,
    smallestKey: text(event.smallestKey),
    largestKey: text(event.largestKey),
    live: false,
  };
}

/** A table that a power cut took away may give its number to another. */
function others(tables: readonly TableState[], number: number): TableState[] {
  return tables.filter((table) => table.number !== number);
}

function enlist(table: TableState, added: readonly number[]): TableState {
  return added.includes(table.number) ? { ...table, live: true } : table;
}

function paddedLog(number: number): string {
  return `${String(number).padStart(6, '0')}.wal`;
}

function byKey(a: EntryState, b: EntryState): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return b.sequence - a.sequence;
}
