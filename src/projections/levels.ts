// The tree of tables, folded from the events of a store: which table is on which level,
// what a compaction has in hand, and what it has all cost.
//
//     table.finish ──> waiting ──manifest.edit──> on its level ──manifest.edit──> gone
//
// A table counts from the edit that names it, not from when its file is whole; between the
// two it is drawn as waiting. Costs are counted in bytes from the same events.

import type { EngineEvent, EventOf } from '../../engine/index.ts';
import { text } from '../../engine/index.ts';

/** A table as the tree shows it. */
export interface LevelTable {
  readonly number: number;
  readonly level: number;
  readonly size: number;
  readonly entries: number;
  readonly smallestKey: string;
  readonly largestKey: string;
}

/** A compaction that is under way. */
export interface CompactionState {
  readonly inputs: readonly number[];
  readonly outputLevel: number;
  readonly reason: string;
  /** In hundredths; 100 is due. */
  readonly score: number;
  /** Tables that are written and wait for the edit. */
  readonly outputs: readonly number[];
}

export interface LevelsState {
  /** Level 0 first; in level 0 the newest table first, in the others by key. */
  readonly levels: readonly (readonly LevelTable[])[];
  /** Finished files that no edit has named yet. */
  readonly waiting: readonly LevelTable[];
  readonly compaction: CompactionState | undefined;
  readonly flushing: boolean;
  /** Bytes that writers put into the log, and that flushes and compactions wrote. */
  readonly loggedBytes: number;
  readonly flushedBytes: number;
  readonly compactedBytes: number;
  readonly flushes: number;
  readonly compactions: number;
  readonly moves: number;
  readonly stalls: number;
}

/** Levels that a store has. */
const LEVELS = 7;

export const NO_LEVELS: LevelsState = {
  levels: Array.from({ length: LEVELS }, () => []),
  waiting: [],
  compaction: undefined,
  flushing: false,
  loggedBytes: 0,
  flushedBytes: 0,
  compactedBytes: 0,
  flushes: 0,
  compactions: 0,
  moves: 0,
  stalls: 0,
};

/** A pure fold; events that it doesn't know leave the state as it is. */
export function projectLevels(state: LevelsState, event: EngineEvent): LevelsState {
  switch (event.type) {
    case 'wal.append':
      return { ...state, loggedBytes: state.loggedBytes + event.size };
    case 'store.flush.begin':
      return { ...state, flushing: true };
    case 'store.flush.end':
      return {
        ...state,
        flushing: false,
        flushes: state.flushes + 1,
        flushedBytes: state.flushedBytes + event.size,
      };
    case 'table.finish':
      return finished(state, event);
    case 'manifest.edit':
      return edited(state, event);
    case 'manifest.load':
      return placed({ ...state, levels: NO_LEVELS.levels }, event.tables, event.levels, state);
    case 'compaction.begin': {
      const { inputs, outputLevel, reason, score } = event;
      return { ...state, compaction: { inputs, outputLevel, reason, score, outputs: [] } };
    }
    case 'compaction.move':
      return { ...state, compaction: undefined, moves: state.moves + 1 };
    case 'compaction.end':
      return {
        ...state,
        compaction: undefined,
        compactions: state.compactions + 1,
        compactedBytes: state.compactedBytes + event.bytesOut,
      };
    case 'compaction.abandon':
      return { ...state, compaction: undefined, waiting: without(state.waiting, event.tables) };
    case 'store.stall':
      return { ...state, stalls: state.stalls + 1 };
    case 'power.cut':
      return { ...state, waiting: [], compaction: undefined, flushing: false };
    default:
      return state;
  }
}

/** All tables of the version, level by level. */
export function liveTables({ levels }: LevelsState): LevelTable[] {
  return levels.flat();
}

/** Bytes written for each byte logged by writers: the log itself, flushes and compactions. */
export function writeAmplification(state: LevelsState): number {
  const { loggedBytes, flushedBytes, compactedBytes } = state;
  return loggedBytes === 0 ? 0 : (loggedBytes + flushedBytes + compactedBytes) / loggedBytes;
}

/** Runs that a lookup of a key may have to look into, the memtable counted. */
export function runCount({ levels }: LevelsState): number {
  const [level0 = [], ...deeper] = levels;
  return 1 + level0.length + deeper.filter((tables) => tables.length > 0).length;
}

function finished(state: LevelsState, event: EventOf<'table.finish'>): LevelsState {
  const { compaction } = state;
  const table: LevelTable = {
    number: event.table,
    level: compaction?.outputLevel ?? 0,
    size: event.size,
    entries: event.entries,
    smallestKey: text(event.smallestKey),
    largestKey: text(event.largestKey),
  };
  const waiting = [...without(state.waiting, [event.table]), table];
  if (compaction === undefined || state.flushing) return { ...state, waiting };
  const outputs = [...compaction.outputs, event.table];
  return { ...state, waiting, compaction: { ...compaction, outputs } };
}

function edited(state: LevelsState, event: EventOf<'manifest.edit'>): LevelsState {
  const removed = new Set(event.removed);
  const levels = state.levels.map((tables) => tables.filter(({ number }) => !removed.has(number)));
  const {
    levels: [level0 = []],
  } = state;
  const at = level0.findIndex(({ number }) => removed.has(number));
  return placed({ ...state, levels }, event.added, event.levels, state, Math.max(at, 0));
}

/**
 * Puts tables that `before` knows on their levels. In level 0 that is at `level0At`: a flushed
 * table is the newest, one that was merged stands where its inputs stood.
 */
function placed(
  state: LevelsState,
  numbers: readonly number[],
  levels: readonly number[],
  before: LevelsState,
  level0At = 0,
): LevelsState {
  const known = new Map([...before.waiting, ...before.levels.flat()].map((t) => [t.number, t]));
  const next = state.levels.map((tables) => [...tables]);
  let at = level0At;
  numbers.forEach((number, i) => {
    const table = known.get(number);
    const level = levels[i] as number;
    if (table === undefined) return;
    if (level === 0) next[0]?.splice(at++, 0, { ...table, level });
    else next[level]?.push({ ...table, level });
  });
  for (const tables of next.slice(1)) tables.sort(byKey);
  return { ...state, levels: next, waiting: without(state.waiting, numbers) };
}

function without(tables: readonly LevelTable[], numbers: readonly number[]): LevelTable[] {
  return tables.filter(({ number }) => !numbers.includes(number));
}

function byKey(a: LevelTable, b: LevelTable): number {
  return a.smallestKey < b.smallestKey ? -1 : 1;
}
