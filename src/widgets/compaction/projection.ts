// Both trees, folded from the events of both stores, and how their costs have grown.
//
//     events of node 1 --> leveled: levels, files on the disk      client.measure --> a point
//     events of node 2 --> tiered:  levels, files on the disk      of each line
//
// A file is on the disk from when it is whole until it is deleted: a compaction needs room for its
// inputs and its outputs at once, and that is what the line of space shows.

import type { EngineEvent, Recorded } from '../../../engine/index.ts';
import {
  type LevelsState,
  type LevelTable,
  liveTables,
  NO_LEVELS,
  projectLevels,
  runCount,
} from '../../projections/levels.ts';
import { type ClientEvent, POLICIES, type Setup, type TreesEvent, tableNumber } from './world.ts';

/** What one store has cost so far, as factors. */
export interface Costs {
  /** Bytes handed to the disk for each byte that the client wrote. */
  readonly write: number;
  /** Runs that a get may have to ask, the memtable counted. */
  readonly read: number;
  /** Most bytes of table files since the point before, for each byte that a reader can see. */
  readonly space: number;
}
export type CostName = keyof Costs;
export const COST_NAMES: readonly CostName[] = ['write', 'read', 'space'];

/** After one batch. */
export interface Point {
  readonly batch: number;
  readonly leveled: Costs;
  readonly tiered: Costs;
}

export interface SideState {
  readonly tree: LevelsState;
  /** Tables whose files are on the disk. */
  readonly files: readonly LevelTable[];
  /** Most bytes of them since the last point. */
  readonly peakBytes: number;
  /** Tables that the current event is about. */
  readonly current: readonly number[];
}

export interface TreesState {
  readonly setup: Setup | undefined;
  readonly leveled: SideState;
  readonly tiered: SideState;
  readonly points: readonly Point[];
  readonly batches: number;
  readonly liveKeys: number;
  /** Sequence numbers of snapshots that are held. */
  readonly snapshots: readonly number[];
  readonly isOff: boolean;
}

const NO_SIDE: SideState = { tree: NO_LEVELS, files: [], peakBytes: 0, current: [] };

export const NO_TREES: TreesState = {
  setup: undefined,
  leveled: NO_SIDE,
  tiered: NO_SIDE,
  points: [],
  batches: 0,
  liveKeys: 0,
  snapshots: [],
  isOff: false,
};

/** Files that no version names: a compaction is done with them, or was cut off before its edit. */
export function garbageOf({ tree, files }: SideState): LevelTable[] {
  const needed = new Set([...liveTables(tree), ...tree.waiting].map(({ number }) => number));
  return files.filter(({ number }) => !needed.has(number));
}

export function entriesIn({ tree }: SideState): number {
  return liveTables(tree).reduce((sum, { entries }) => sum + entries, 0);
}

export function projectTrees(state: TreesState, entry: Recorded<TreesEvent>): TreesState {
  const { event, node } = entry;
  const policy = POLICIES[node - 1];
  if (event.type.startsWith('client.')) return projectClient(state, event as ClientEvent, node);
  if (policy === undefined) return state;
  const side = projectSide(state[policy], event as EngineEvent);
  const others = calm(state);
  const isOff = event.type === 'power.cut' || (state.isOff && event.type !== 'manifest.load');
  const snapshots = isOff ? [] : state.snapshots;
  return { ...state, ...others, [policy]: side, isOff, snapshots };
}

function projectClient(state: TreesState, event: ClientEvent, node: number): TreesState {
  switch (event.type) {
    case 'client.open': {
      const { type: _, ...setup } = event;
      return { ...state, setup };
    }
    case 'client.batch':
      return { ...state, ...calm(state), batches: state.batches + 1 };
    case 'client.measure':
      return measured(state, event);
    case 'client.snapshot':
      return { ...state, snapshots: [...state.snapshots, event.sequence] };
    case 'client.release':
      return { ...state, snapshots: [] };
    case 'client.verify': {
      const policy = POLICIES[node - 1];
      return policy ? { ...state, [policy]: onDisk(state[policy], event.files) } : state;
    }
  }
}

function calm({ leveled, tiered }: TreesState): Pick<TreesState, 'leveled' | 'tiered'> {
  return { leveled: { ...leveled, current: [] }, tiered: { ...tiered, current: [] } };
}

function measured(
  state: TreesState,
  { counted, liveKeys, liveBytes }: Extract<ClientEvent, { type: 'client.measure' }>,
): TreesState {
  const costs = (at: 0 | 1): Costs => {
    const side = at === 0 ? state.leveled : state.tiered;
    const { writtenBytes, diskBytes } = counted[at];
    return {
      write: hundredths(diskBytes, writtenBytes),
      read: runCount(side.tree),
      space: hundredths(side.peakBytes, liveBytes),
    };
  };
  const point = { batch: state.batches, leveled: costs(0), tiered: costs(1) };
  return {
    ...state,
    leveled: rested(state.leveled),
    tiered: rested(state.tiered),
    points: [...state.points, point],
    liveKeys,
  };
}

/** Two digits behind the point, the same on every machine. */
function hundredths(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part * 100) / whole) / 100;
}

function rested(side: SideState): SideState {
  return { ...side, current: [], peakBytes: bytesOf(side.files) };
}

function projectSide(side: SideState, event: EngineEvent): SideState {
  const tree = projectLevels(side.tree, event);
  const files = filesAfter(side.files, event, tree);
  const peakBytes = Math.max(side.peakBytes, bytesOf(files));
  return { tree, files, peakBytes, current: tablesOf(event) };
}

function filesAfter(
  files: readonly LevelTable[],
  event: EngineEvent,
  tree: LevelsState,
): readonly LevelTable[] {
  if (event.type === 'table.finish') {
    const table = tree.waiting.find(({ number }) => number === event.table);
    return table ? [...without(files, [event.table]), table] : files;
  }
  if (event.type === 'compaction.abandon') return without(files, event.tables);
  if (event.type !== 'store.obsolete') return files;
  const number = tableNumber(event.file);
  return number === undefined ? files : without(files, [number]);
}

function without(files: readonly LevelTable[], numbers: readonly number[]): LevelTable[] {
  return files.filter(({ number }) => !numbers.includes(number));
}

function onDisk(side: SideState, numbers: readonly number[]): SideState {
  return { ...side, files: side.files.filter(({ number }) => numbers.includes(number)) };
}

function tablesOf(event: EngineEvent): readonly number[] {
  switch (event.type) {
    case 'table.finish':
      return [event.table];
    case 'compaction.begin':
      return event.inputs;
    case 'compaction.move':
      return [event.table];
    case 'compaction.end':
      return event.outputs;
    case 'manifest.edit':
      return event.added;
    default:
      return [];
  }
}

function bytesOf(files: readonly LevelTable[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
