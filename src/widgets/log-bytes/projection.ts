// What a log holds, and what recovery made of it in each case, folded from events.
//
//     log.write, file.append, wal.append     the log as it is written, record by record
//     log.change                             the log as it is now
//     log.open, wal.replay.*, log.outcome    one case: record by record, then the outcome

import type {
  BadRecordReason,
  EventOf,
  LogVerdict,
  Projection,
  Recorded,
  SyncMode,
} from '../../../engine/index.ts';
import type { Case, LogEvent, LogFigureEvent } from './world.ts';

/** One record as the store wrote it, whatever has become of its bytes. */
export interface WrittenRecord {
  /** Index of the write that it holds. */
  readonly write: number;
  readonly offset: number;
  readonly size: number;
  /** How much of the log it vouches for. */
  readonly durableBytes: number;
}

export interface LogState {
  readonly sync: SyncMode;
  /** The log's number, 0 before its first record: checksums are seeded with it. */
  readonly number: number;
  /** The file now, and as it was written. */
  readonly bytes: Uint8Array;
  readonly written: Uint8Array;
  readonly records: readonly WrittenRecord[];
}

export type Phase = 'waiting' | 'opening' | 'opened' | 'refused';

/** What recovery made of a log in one case, so far. */
export interface CaseState {
  readonly id: string;
  readonly sync: SyncMode;
  readonly phase: Phase;
  /** Offsets of the records replayed. */
  readonly replayed: readonly number[];
  /** Places that are no record, first to last. */
  readonly bad: readonly { readonly offset: number; readonly reason: BadRecordReason }[];
  readonly verdict: LogVerdict | undefined;
  readonly entries: readonly (readonly [key: string, value: string])[];
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface LogBytesState {
  readonly logs: readonly LogState[];
  readonly cases: readonly CaseState[];
  /** The log being written and the write that goes to it. */
  readonly writing: { readonly sync: SyncMode; readonly write: number } | undefined;
  /** The case being opened. */
  readonly opening: string | undefined;
}

const NOTHING = new Uint8Array(0);

/** Before anything was written. */
export function initialState(cases: readonly Case[]): LogBytesState {
  const syncs = [...new Set(cases.map(({ sync }) => sync))];
  return {
    logs: syncs.map((sync) => ({ sync, number: 0, bytes: NOTHING, written: NOTHING, records: [] })),
    cases: cases.map(({ id, sync }) => waiting(id, sync)),
    writing: undefined,
    opening: undefined,
  };
}

export function logOf(state: LogBytesState, sync: SyncMode): LogState {
  return state.logs.find((log) => log.sync === sync) as LogState;
}

export function caseOf(state: LogBytesState, id: string): CaseState {
  return state.cases.find((each) => each.id === id) as CaseState;
}

export const projectLogBytes: Projection<LogBytesState, Recorded<LogEvent>> = (
  state,
  { event },
) => {
  switch (event.type) {
    case 'log.write':
      return { ...state, writing: { sync: event.sync, write: event.write } };
    case 'file.append':
      return changeLog(state, state.writing?.sync, (log) => grown(log, event.bytes));
    case 'wal.append':
      return changeLog(state, state.writing?.sync, (log) => recorded(log, state, event));
    case 'log.change':
      return changed(state, event);
    case 'log.open':
      return changeCase({ ...state, opening: event.case }, ({ id, sync }) => ({
        ...waiting(id, sync),
        phase: 'opening',
      }));
    case 'log.outcome':
      return closed(state, event);
    default:
      return replay(state, event);
  }
};

function replay(state: LogBytesState, event: LogEvent): LogBytesState {
  switch (event.type) {
    case 'wal.replay.record':
      return changeCase(state, (each) => ({
        ...each,
        replayed: [...each.replayed, event.offset],
      }));
    case 'wal.replay.bad': {
      const { offset, reason } = event;
      return changeCase(state, (each) => ({ ...each, bad: [...each.bad, { offset, reason }] }));
    }
    case 'wal.replay.end':
      return changeCase(state, (each) => ({ ...each, verdict: event.verdict }));
    default:
      return state;
  }
}

function waiting(id: string, sync: SyncMode): CaseState {
  const nothing = { replayed: [], bad: [], entries: [], verdict: undefined, error: undefined };
  return { id, sync, phase: 'waiting', ...nothing };
}

function grown(log: LogState, more: Uint8Array): LogState {
  const bytes = new Uint8Array(log.bytes.length + more.length);
  bytes.set(log.bytes);
  bytes.set(more, log.bytes.length);
  return { ...log, bytes, written: bytes };
}

function recorded(
  log: LogState,
  { writing }: LogBytesState,
  { log: number, offset, size, durableBytes }: EventOf<'wal.append'>,
): LogState {
  const record = { write: writing?.write ?? -1, offset, size, durableBytes };
  return { ...log, number, records: [...log.records, record] };
}

/** The file has changed: what was recovered from it before says nothing any more. */
function changed(
  state: LogBytesState,
  { sync, offset, bytes, size }: Extract<LogFigureEvent, { type: 'log.change' }>,
): LogBytesState {
  const now = changeLog(state, sync, (log) => {
    const after = new Uint8Array(size);
    after.set(log.bytes.subarray(0, size));
    after.set(bytes, offset);
    return { ...log, bytes: after };
  });
  const cases = state.cases.map((each) => (each.sync === sync ? waiting(each.id, sync) : each));
  return { ...now, cases, writing: undefined };
}

function closed(
  state: LogBytesState,
  { entries, error }: Extract<LogFigureEvent, { type: 'log.outcome' }>,
): LogBytesState {
  const phase = error === undefined ? 'opened' : 'refused';
  const now = changeCase(state, (each) => ({ ...each, phase, entries, error }));
  return { ...now, opening: undefined };
}

function changeLog(
  state: LogBytesState,
  sync: SyncMode | undefined,
  how: (log: LogState) => LogState,
): LogBytesState {
  return { ...state, logs: state.logs.map((log) => (log.sync === sync ? how(log) : log)) };
}

/** Changes the case being opened. */
function changeCase(state: LogBytesState, how: (each: CaseState) => CaseState): LogBytesState {
  const { opening } = state;
  return { ...state, cases: state.cases.map((each) => (each.id === opening ? how(each) : each)) };
}
