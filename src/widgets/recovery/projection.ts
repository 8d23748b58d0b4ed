// What the figures about recovery show: the store and its disk, what the manifest and the
// superblocks say, and how far a recovery has come.

import type { EventOf, Recorded } from '../../../engine/index.ts';
import {
  type LogState,
  NO_STORE,
  projectStore,
  type StoreState,
  type WriteState,
} from '../../projections/store.ts';
import type { StoreFigureEvent } from '../store/world.ts';
import { type CrashEvent, type DiskChoice, HONEST_DISK, type MapEntry } from './world.ts';

/** One record of a manifest. */
export interface EditState {
  readonly offset: number;
  readonly size: number;
  /** Tables that it adds; undefined until the manifest has said so. */
  readonly added: readonly number[] | undefined;
}

export interface ManifestState {
  readonly number: number;
  readonly edits: readonly EditState[];
}

/** A superblock as it was written last, or as it was read. */
export interface SuperblockState {
  readonly slot: number;
  readonly generation: number;
  readonly manifest: number;
  readonly verdict: 'unread' | 'valid' | 'damaged';
}

/** What the header of a log says of the one before it. */
export interface LinkState {
  readonly log: number;
  readonly previousLog: number;
  readonly previousEndBytes: number;
}

/** The stages of opening, in order. */
export const STEPS = [
  'list',
  'superblocks',
  'manifest',
  'tables',
  'replay',
  'sync',
  'open',
] as const;
export type Step = (typeof STEPS)[number];

/** What one recovery, of possibly several, came to. */
export interface RecoveryOutcome {
  readonly lastSequence: number;
  readonly records: number;
}

export interface CrashState {
  readonly disk: DiskChoice;
  readonly store: StoreState;
  readonly manifests: readonly ManifestState[];
  readonly superblocks: readonly SuperblockState[];
  readonly links: readonly LinkState[];
  /** Logs that the store has deleted; a power cut may bring them back. */
  readonly retired: readonly LogState[];
  /** Which writes went into a table, by its number. */
  readonly tableWrites: readonly { readonly table: number; readonly writes: readonly number[] }[];
  /** The manifest that recovery reads, how much of it, and the first log it needs. */
  readonly loaded: EventOf<'manifest.load'> | undefined;
  /** First log that is not in a table, as the newest edit has it. */
  readonly fromLog: number;
  /** Where recovery is; undefined when none is under way. */
  readonly step: Step | undefined;
  readonly outcomes: readonly RecoveryOutcome[];
  /** How often the power went in the middle of a recovery. */
  readonly cutShort: number;
  /** What the store answered when it was asked for everything; undefined before a recovery. */
  readonly map: readonly MapEntry[] | undefined;
}

export const NO_CRASH: CrashState = {
  disk: HONEST_DISK,
  store: NO_STORE,
  manifests: [],
  superblocks: [],
  links: [],
  retired: [],
  tableWrites: [],
  loaded: undefined,
  fromLog: 0,
  step: undefined,
  outcomes: [],
  cutShort: 0,
  map: undefined,
};

/** A pure fold. */
export function projectCrash(state: CrashState, entry: Recorded<CrashEvent>): CrashState {
  const { event } = entry;
  if (event.type === 'client.disk') {
    const { keeps, roll, lies } = event;
    return { ...NO_CRASH, disk: { keeps, roll, lies } };
  }
  if (event.type === 'client.map') return { ...state, map: event.entries };
  const before = event.type === 'wal.replay.begin' ? recalled(state, event.log) : state;
  const store = projectStore(before.store, entry as Recorded<StoreFigureEvent>);
  return projectOpening(projectFormats({ ...before, store }, event, before.store), event);
}

/** A log that was deleted, came back and is read after all. */
function recalled(state: CrashState, number: number): CrashState {
  const back = state.retired.filter((log) => log.number === number);
  if (back.length === 0) return state;
  const retired = state.retired.filter((log) => log.number !== number);
  return { ...state, retired, store: { ...state.store, logs: [...state.store.logs, ...back] } };
}

/** Writes of the client that are or may be part of the database, oldest first. */
export function livingWrites({ store }: CrashState): WriteState[] {
  return store.writes.filter(({ stage, fate }) => stage !== 'refused' && fate !== 'lost');
}

/** How many of the living writes were acknowledged as durable: a prefix of them. */
export function promisedCount(state: CrashState): number {
  return livingWrites(state).findLastIndex(({ promised }) => promised) + 1;
}

/** How many of the living writes the disk says are durable, acknowledged or not. */
export function durableCount(state: CrashState): number {
  const { store, tableWrites } = state;
  const safe = new Set<number>();
  for (const { table, writes } of tableWrites) {
    if (store.tables.some(({ number, live }) => number === table && live))
      for (const write of writes) safe.add(write);
  }
  for (const log of [...store.logs, ...state.retired]) {
    const name = `${String(log.number).padStart(6, '0')}.wal`;
    const file = store.files.files.find((each) => each.name === name && each.named === 'durable');
    for (const { write, offset, size } of log.records)
      if (file && write !== undefined && offset + size <= file.durableBytes) safe.add(write);
  }
  return livingWrites(state).findLastIndex(({ id }) => safe.has(id)) + 1;
}

/** Tables, manifests, superblocks and the links between logs. `before`: the store one event ago. */
function projectFormats(state: CrashState, event: CrashEvent, before: StoreState): CrashState {
  switch (event.type) {
    case 'file.append':
      return event.file.endsWith('.man') ? withEdit(state, event) : state;
    case 'manifest.create':
      return { ...state, manifests: [...state.manifests, { number: event.manifest, edits: [] }] };
    case 'manifest.edit':
      return { ...withAdded(state, event), fromLog: event.logNumber };
    case 'superblock.write':
      return withSuperblock(state, { ...superblockOf(event), verdict: 'unread' });
    case 'superblock.read':
      return event.valid
        ? withSuperblock(state, { ...superblockOf(event), verdict: 'valid' })
        : { ...state, superblocks: state.superblocks.map((each) => damagedAt(each, event.slot)) };
    case 'wal.create': {
      const { log, previousLog, previousEndBytes } = event;
      const links = state.links.filter((link) => link.log !== log);
      return { ...state, links: [...links, { log, previousLog, previousEndBytes }] };
    }
    case 'table.finish':
      return withTable(state, event.table, before);
    case 'store.obsolete':
      return { ...state, retired: [...state.retired, ...retiredBy(state, before)] };
    default:
      return state;
  }
}

/** How far a recovery has come. */
function projectOpening(state: CrashState, event: CrashEvent): CrashState {
  switch (event.type) {
    case 'power.cut':
      return {
        ...state,
        step: undefined,
        map: undefined,
        loaded: undefined,
        cutShort: state.cutShort + (state.step === undefined ? 0 : 1),
        superblocks: state.superblocks.map((each) => ({ ...each, verdict: 'unread' })),
      };
    case 'store.open.begin':
      return { ...state, step: 'list' };
    case 'manifest.load':
      return { ...state, step: 'tables', loaded: event, fromLog: event.logNumber };
    case 'store.open.end': {
      const { lastSequence, records } = event;
      return {
        ...state,
        step: undefined,
        outcomes: [...state.outcomes, { lastSequence, records }],
      };
    }
    case 'client.refused':
      return { ...state, step: undefined };
    default:
      return state.step === undefined ? state : { ...state, step: stepAt(state.step, event) };
  }
}

/** Superblock and manifest are synced as they are read; the stage of that name is the logs'. */
function stepAt(step: Step, event: CrashEvent): Step {
  const reads = event.type === 'file.read' ? event.file : '';
  if (event.type === 'superblock.read' || reads.startsWith('superblock')) return 'superblocks';
  if (reads.endsWith('.man')) return 'manifest';
  if (reads.endsWith('.sst')) return 'tables';
  if (event.type.startsWith('wal.replay.') || (reads.endsWith('.wal') && step !== 'list'))
    return 'replay';
  return event.type === 'file.sync' && event.file.endsWith('.wal') ? 'sync' : step;
}

function superblockOf({
  slot,
  generation,
  manifest,
}: EventOf<'superblock.read'> | EventOf<'superblock.write'>) {
  return { slot, generation, manifest };
}

function damagedAt(each: SuperblockState, slot: number): SuperblockState {
  return each.slot === slot ? { ...each, verdict: 'damaged' } : each;
}

function withSuperblock(state: CrashState, written: SuperblockState): CrashState {
  const others = state.superblocks.filter(({ slot }) => slot !== written.slot);
  return { ...state, superblocks: [...others, written].sort((a, b) => a.slot - b.slot) };
}

function withEdit(state: CrashState, { file, offset, bytes }: EventOf<'file.append'>): CrashState {
  if (offset === 0) return state;
  const edit: EditState = { offset, size: bytes.length, added: undefined };
  return changeManifest(state, Number.parseInt(file, 10), (edits) => [...edits, edit]);
}

function withAdded(state: CrashState, { manifest, added }: EventOf<'manifest.edit'>): CrashState {
  return changeManifest(state, manifest, (edits) =>
    edits.map((edit, index) => (index === edits.length - 1 ? { ...edit, added } : edit)),
  );
}

function changeManifest(
  state: CrashState,
  number: number,
  how: (edits: readonly EditState[]) => readonly EditState[],
): CrashState {
  const manifests = state.manifests.map((each) =>
    each.number === number ? { ...each, edits: how(each.edits) } : each,
  );
  return { ...state, manifests };
}

/** A table holds what the frozen memtable held. */
function withTable(state: CrashState, table: number, { frozen, writes }: StoreState): CrashState {
  const sequences = new Set(frozen.map(({ sequence }) => sequence));
  const held = writes
    .filter(({ lastSequence, fate }) => fate !== 'lost' && sequences.has(lastSequence))
    .map(({ id }) => id);
  const others = state.tableWrites.filter((each) => each.table !== table);
  return { ...state, tableWrites: [...others, { table, writes: held }] };
}

/** Logs that the store had one event ago and has no longer. */
function retiredBy({ store }: CrashState, before: StoreState): LogState[] {
  return before.logs.filter((log) => !store.logs.some(({ number }) => number === log.number));
}
