// The files of a database as rows of boxes, in the order in which recovery reads them.
//
//     superblock-0   [ 000001.man ]
//     000001.man     [ empty ][ +4 ]
//     000004.sst     [ writes 1 to 6 ]
//     000002.wal     [1][2][3][4][5][6]
//
// Whether a record is whole is not guessed from the fate of its sectors: the engine's
// own reader is asked (`describeLog`).

import { describeLog, FileHeader, WAL_FORMAT } from '../../../engine/index.ts';
import type { Concept } from '../../player/caption.ts';
import { bytesOf, type FileState, segmentAt } from '../../projections/files.ts';
import type { LogState } from '../../projections/store.ts';
import type { CrashState, ManifestState } from './projection.ts';
import type { CrashEvent } from './world.ts';

export interface DiskBox {
  /** The same as long as it is the same bytes. */
  readonly key: string;
  readonly label: string;
  readonly offset: number;
  readonly size: number;
  readonly concept: Extract<Concept, 'volatile' | 'durable' | 'lost' | 'corrupt'>;
  /** There, and not made part of the database by the last recovery. */
  readonly idle: boolean;
  readonly title: string;
}

export interface DiskRow {
  readonly file: string;
  /** What is sure of its name; `absent` before it was created. */
  readonly named: FileState['named'] | 'absent';
  readonly boxes: readonly DiskBox[];
  /** What recovery said of it, in a few words. */
  readonly note: string;
}

/** Every file that a run ever makes, in the order of reading, so that rows keep their places. */
export function fileNamesOf(entries: readonly { readonly event: CrashEvent }[]): string[] {
  const names = new Set<string>();
  for (const { event } of entries) if (event.type === 'file.create') names.add(event.file);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** One row for each of `names`, as the disk is in `state`. */
export function diskRows(state: CrashState, names: readonly string[]): DiskRow[] {
  return names.map((name) => rowOf(state, name));
}

/** The file that an event is about, and the byte where it says which. */
export function placeOf(
  event: CrashEvent | undefined,
): { readonly file: string; readonly offset?: number } | undefined {
  if (event === undefined) return undefined;
  if ('file' in event && typeof event.file === 'string') {
    return 'offset' in event ? { file: event.file, offset: event.offset } : { file: event.file };
  }
  if ('slot' in event) return { file: `superblock-${event.slot}`, offset: 0 };
  if ('manifest' in event) return { file: `${padded(event.manifest)}.man` };
  if ('table' in event) return { file: `${padded(event.table)}.sst`, offset: 0 };
  if (!('log' in event)) return undefined;
  const file = `${padded(event.log)}.wal`;
  return 'offset' in event ? { file, offset: event.offset } : { file };
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}

const KINDS = ['superblock', '.man', '.sst', '.wal'];

function rank(name: string): number {
  return KINDS.findIndex((kind) => name.includes(kind));
}

function rowOf(state: CrashState, name: string): DiskRow {
  const file = state.store.files.files.findLast((each) => each.name === name);
  if (file === undefined) return { file: name, named: 'absent', boxes: [], note: '' };
  const parts = partsOf(state, file).filter(({ offset }) => offset < endOf(file));
  const whole = wholeRecords(file);
  const boxes = parts.map((part) => {
    const concept = conceptOf(file, part, whole);
    return { ...part, concept, title: `${part.title}: ${wordOf(part, concept)}` };
  });
  return { file: name, named: file.named, boxes, note: noteOf(state, file) };
}

function wordOf({ idle }: Part, concept: DiskBox['concept']): string {
  if (concept === 'corrupt') return 'torn';
  return idle && concept === 'durable' ? 'there, and not read' : concept;
}

type Part = Omit<DiskBox, 'concept'>;

function partsOf(state: CrashState, file: FileState): Part[] {
  const { name } = file;
  const number = Number.parseInt(name, 10);
  if (name.startsWith('superblock')) return [superblockPart(state, name)];
  if (name.endsWith('.man')) {
    const manifest = state.manifests.findLast((each) => each.number === number);
    return manifest ? manifestParts(state, manifest) : [];
  }
  if (name.endsWith('.sst')) return [tablePart(state, number, file)];
  const { logs } = state.store;
  const log = [...state.retired, ...logs].findLast((each) => each.number === number);
  return log ? logParts(state, log) : [];
}

function superblockPart(state: CrashState, name: string): Part {
  const block = state.superblocks.find(({ slot }) => name.endsWith(String(slot)));
  const manifest = block ? `${padded(block.manifest)}.man` : '…';
  const title = block ? `generation ${block.generation} names ${manifest}` : 'being written';
  return { key: 'body', offset: 0, size: FileHeader.size, label: manifest, idle: false, title };
}

function manifestParts({ loaded }: CrashState, { number, edits }: ManifestState): Part[] {
  const idle = loaded !== undefined && loaded.manifest !== number;
  return edits.map(({ offset, size, added }, index) => {
    const tables = added?.join(', ');
    const first = number === 1 ? 'empty' : 'whole';
    const label = index === 0 ? first : `+${tables ?? '…'}`;
    const title = index === 0 ? 'the whole version' : `adds table ${tables ?? '…'}`;
    return { key: `edit ${offset}`, offset, size, label, idle, title };
  });
}

function tablePart(state: CrashState, number: number, file: FileState): Part {
  const ids = state.tableWrites.find(({ table }) => table === number)?.writes ?? [];
  const live = state.store.tables.some((table) => table.number === number && table.live);
  const label = rangeText(ids);
  const title = `table of ${label}`;
  return {
    key: 'table',
    offset: 0,
    size: file.size,
    label,
    idle: !live && recovered(state),
    title,
  };
}

function rangeText(ids: readonly number[]): string {
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return 'being written';
  return first === last ? `write ${first + 1}` : `writes ${first + 1} to ${last + 1}`;
}

function logParts(state: CrashState, log: LogState): Part[] {
  const isInTable = state.loaded !== undefined && log.number < state.loaded.logNumber;
  const isRead = recovered(state) && (isInTable || log.verdict !== undefined);
  return log.records.map(({ offset, size, write, replayed }) => {
    const label = write === undefined ? '?' : String(write + 1);
    return {
      key: `${log.number}@${offset}`,
      offset,
      size,
      label,
      idle: isRead && !replayed,
      title: `record of write ${label}, bytes ${offset} to ${offset + size - 1}`,
    };
  });
}

/** True from the moment at which a recovery has begun until the next power cut. */
function recovered({ step, map, store }: CrashState): boolean {
  return step !== undefined || map !== undefined || store.phase === 'refused';
}

function endOf({ segments, size }: FileState): number {
  return segments.reduce((end, segment) => Math.max(end, segment.offset + segment.size), size);
}

/** Offsets of the records that the engine's reader finds whole; undefined where none was in doubt. */
function wholeRecords(file: FileState): ReadonlySet<number> | undefined {
  const doubtful = file.segments.some(
    ({ state, append }) => state === 'lost' || state === 'torn' || append < 0,
  );
  if (!doubtful || file.named === 'lost' || !/\.(wal|man)$/.test(file.name)) return undefined;
  const number = Number.parseInt(file.name, 10);
  const { children = [] } = describeLog(WAL_FORMAT, bytesOf(file), undefined, number);
  const records = children.filter(
    ({ name, children: inside = [] }) =>
      name === 'record' && inside.every(({ kind }) => kind !== 'corrupt'),
  );
  return new Set(records.map(({ offset }) => offset));
}

function conceptOf(
  file: FileState,
  { offset, size }: Part,
  whole: ReadonlySet<number> | undefined,
): DiskBox['concept'] {
  if (file.named === 'lost') return 'lost';
  if (whole?.has(offset)) return 'durable';
  const bytes = file.size > offset ? bytesOf(file).subarray(offset, offset + size) : [];
  const isThere = bytes.some((byte) => byte !== 0);
  const states = [offset, offset + size - 1].map((at) => segmentAt(file, at)?.state);
  if (states.includes('volatile') || states.includes('asked')) return 'volatile';
  if (whole === undefined && !states.includes('lost') && !states.includes('torn')) return 'durable';
  return isThere ? 'corrupt' : 'lost';
}

function noteOf(state: CrashState, file: FileState): string {
  if (file.named === 'lost') return 'the name is lost';
  if (file.named === 'deleted') return 'deleted';
  if (!recovered(state)) return '';
  const number = Number.parseInt(file.name, 10);
  if (file.name.startsWith('superblock')) return superblockNote(state, file.name);
  if (file.name.endsWith('.man')) return manifestNote(state, number);
  if (file.name.endsWith('.sst')) return tableNote(state, number);
  return logNote(state, number);
}

function superblockNote(state: CrashState, name: string): string {
  const block = state.superblocks.find(({ slot }) => name.endsWith(String(slot)));
  if (block === undefined || block.verdict === 'unread') return '';
  return block.verdict === 'valid' ? `generation ${block.generation}` : 'not valid';
}

function manifestNote({ loaded }: CrashState, number: number): string {
  if (loaded === undefined) return '';
  if (loaded.manifest !== number) return 'not current';
  return `${loaded.edits} ${loaded.edits === 1 ? 'edit' : 'edits'} read`;
}

function tableNote({ store, step }: CrashState, number: number): string {
  const live = store.tables.some((table) => table.number === number && table.live);
  if (live) return 'in use';
  return step === undefined ? 'no manifest names it' : '';
}

function logNote(state: CrashState, number: number): string {
  const { loaded, store } = state;
  if (loaded !== undefined && number < loaded.logNumber) return 'not read: in a table';
  const log = store.logs.find((each) => each.number === number);
  if (log?.verdict === undefined) return '';
  const replayed = log.records.filter((record) => record.replayed).length;
  if (log.verdict === 'dropped') return 'dropped';
  if (log.verdict === 'whole') return `${replayed} replayed`;
  return `${replayed} replayed, ${log.verdict}`;
}
