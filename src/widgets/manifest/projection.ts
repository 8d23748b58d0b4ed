// What is on the disk, which of it counts, and what is being made, folded from events.

import type { EngineEvent, Recorded } from '../../../engine/index.ts';
import { type FilesState, NO_FILES, projectFiles } from '../../projections/files.ts';
import {
  type LevelsState,
  type LevelTable,
  NO_LEVELS,
  projectLevels,
} from '../../projections/levels.ts';
import type { Leftover, ManifestEvent } from './world.ts';

export type Phase = 'off' | 'opening' | 'running';

export interface ManifestState {
  readonly phase: Phase;
  readonly files: FilesState;
  /** Tables that are whole and wait for their edit. */
  readonly waiting: readonly LevelTable[];
  /** Numbers of tables that are being written or wait. */
  readonly unborn: readonly number[];
  /** Number of the manifest that counts, as the store knows it; 0 before there is one. */
  readonly manifest: number;
  /** The manifest that each superblock names, as the store has read or written it; 0: none. */
  readonly named: readonly [number, number];
  /** Number of a manifest that is being made; 0: none is. */
  readonly making: number;
  /** Tables that a scan reads. */
  readonly scanned: readonly number[];
  readonly isScanning: boolean;
  /** The level that a compaction under way writes to. */
  readonly outputLevel: number | undefined;
  readonly fills: number;
  /** What the client found when the store was opened last. */
  readonly check:
    | { readonly keys: number; readonly wrong: number; readonly leftovers: readonly Leftover[] }
    | undefined;
  /** Files that the event is about. */
  readonly current: readonly string[];
}

export const NOTHING_YET: ManifestState = {
  phase: 'off',
  files: NO_FILES,
  waiting: [],
  unborn: [],
  manifest: 0,
  named: [0, 0],
  making: 0,
  scanned: [],
  isScanning: false,
  outputLevel: undefined,
  fills: 0,
  check: undefined,
  current: [],
};

export function projectManifest(
  state: ManifestState,
  entry: Recorded<ManifestEvent>,
): ManifestState {
  const { event } = entry;
  switch (event.type) {
    case 'client.fill':
      return { ...state, fills: state.fills + 1, check: undefined, current: [] };
    case 'client.scan':
      return { ...state, isScanning: true, scanned: event.tables, current: [] };
    case 'client.scan-end':
      return { ...state, isScanning: false, scanned: [], current: [] };
    case 'client.check': {
      const { type: _, ...check } = event;
      return { ...state, check, current: [] };
    }
    default: {
      const files = projectFiles(state.files, entry as Recorded<EngineEvent>);
      const current = 'file' in event ? [event.file] : [];
      return projectStore({ ...state, files, current }, event);
    }
  }
}

function projectStore(state: ManifestState, event: EngineEvent): ManifestState {
  switch (event.type) {
    case 'store.open.begin':
      return { ...state, phase: 'opening', check: undefined, named: [0, 0], manifest: 0 };
    case 'store.open.end':
      return { ...state, phase: 'running' };
    case 'power.cut':
      return { ...lost(state), phase: 'off' };
    case 'store.close':
      return lost(state);
    case 'superblock.read':
      return { ...state, named: naming(state, event.slot, event.valid ? event.manifest : 0) };
    case 'manifest.create':
      return { ...state, making: event.manifest };
    case 'superblock.write': {
      const { slot, manifest } = event;
      return { ...state, named: naming(state, slot, manifest), manifest, making: 0 };
    }
    case 'manifest.load':
      return { ...state, manifest: event.manifest, waiting: [], unborn: [] };
    case 'table.create':
      return { ...state, unborn: [...state.unborn, event.table] };
    case 'table.finish': {
      const { waiting } = projectLevels(asLevels(state), event);
      return { ...state, waiting };
    }
    case 'manifest.edit': {
      const isBorn = (number: number) => event.added.includes(number);
      const waiting = state.waiting.filter(({ number }) => !isBorn(number));
      return { ...state, waiting, unborn: state.unborn.filter((number) => !isBorn(number)) };
    }
    case 'compaction.begin':
      return { ...state, outputLevel: event.outputLevel };
    case 'compaction.end':
      return { ...state, outputLevel: undefined };
    default:
      return state;
  }
}

/** Everything in memory is gone. */
function lost(state: ManifestState): ManifestState {
  const scan = { isScanning: false, scanned: [], outputLevel: undefined };
  return { ...state, ...scan, waiting: [], unborn: [], making: 0 };
}

function naming({ named }: ManifestState, slot: number, manifest: number): [number, number] {
  return slot === 0 ? [manifest, named[1]] : [named[0], manifest];
}

function asLevels({ waiting, outputLevel }: ManifestState): LevelsState {
  const compaction =
    outputLevel === undefined
      ? undefined
      : { inputs: [], outputLevel, reason: '', score: 0, outputs: [] };
  return { ...NO_LEVELS, waiting, compaction };
}
