// What a disk holds and what only the page cache knows, folded from file.*, directory.*,
// disk.* and power.* events. It draws the line that programs don't see:
//
//     page cache           [ B ][ C ]          volatile: appended, not synced
//     disk        [== A ==]                    durable: below the watermark
//
// A file is a row of segments in order, each in one state. After a power cut they are
// cut again at sectors, because a disk loses whole sectors.

import type { EngineEvent, EventOf, Recorded, SectorFate } from '../../engine/index.ts';

/** `asked`: a sync is under way. `lost` and `torn`: what the power cut did. */
export type SegmentState = 'volatile' | 'asked' | 'durable' | 'lost' | 'torn';

/** Bytes that were appended together and share a fate. */
export interface Segment {
  /** The same as long as the segment is the same, whatever becomes of it. */
  readonly id: string;
  /** Which append of the run this was part of, counted from 0. */
  readonly append: number;
  readonly offset: number;
  readonly size: number;
  readonly state: SegmentState;
  /** What a program would read there; shorter than `size` where the file ends before. */
  readonly bytes: Uint8Array;
}

/** How sure it is that the file's name exists after a power cut. */
export type NameState = 'volatile' | 'durable' | 'deleted' | 'lost';

export interface FileState {
  readonly name: string;
  /** Distinguishes files that had this name one after the other. */
  readonly id: string;
  readonly named: NameState;
  readonly size: number;
  /** What the disk says survives. */
  readonly durableBytes: number;
  readonly segments: readonly Segment[];
}

export interface FilesState {
  readonly power: 'on' | 'off';
  /** In the order of their creation. */
  readonly files: readonly FileState[];
  readonly appends: number;
  /** Ids of the files whose names a directory sync was asked to settle. */
  readonly namesAsked: readonly string[];
}

export const NO_FILES: FilesState = { power: 'on', files: [], appends: 0, namesAsked: [] };

/** A pure fold; entries that say nothing of files give back the same state. */
export function projectFiles(
  state: FilesState,
  { event, index }: Recorded<EngineEvent>,
): FilesState {
  switch (event.type) {
    case 'file.create':
      return create(state, event.file, index);
    case 'file.append':
      return append(state, event);
    case 'file.sync':
      return change(state, event.file, (file) => ask(file, event.size));
    case 'file.durable':
      return change(state, event.file, (file) => settle(file, event.durableBytes));
    case 'file.delete':
      return change(state, event.file, (file) => ({ ...file, named: 'deleted' }));
    case 'directory.sync':
      return { ...state, namesAsked: unsureNames(state) };
    case 'directory.durable':
      return settleDirectory(state);
    case 'disk.rot':
      return change(state, event.file, (file) => rot(file, event.offset, event.after));
    case 'power.cut':
      return { ...state, power: 'off', files: state.files.filter(isThere), namesAsked: [] };
    case 'power.file':
      return powerFile(state, event, index);
    case 'power.restored':
      return { ...state, power: 'on', files: state.files.map(settleName) };
    default:
      return state;
  }
}

/** What a program reads from the file. */
export function bytesOf(file: FileState): Uint8Array {
  const bytes = new Uint8Array(file.size);
  // A lost segment may lie beyond the end of the file, where it has no bytes.
  for (const segment of file.segments) {
    if (segment.bytes.length > 0) bytes.set(segment.bytes, segment.offset);
  }
  return bytes;
}

/** The segment that byte `offset` belongs to. */
export function segmentAt(file: FileState, offset: number): Segment | undefined {
  return file.segments.find((segment) => segment.offset <= offset && offset < end(segment));
}

const CONCEPTS: Record<SegmentState, 'volatile' | 'durable' | 'lost' | 'corrupt'> = {
  volatile: 'volatile',
  asked: 'volatile',
  durable: 'durable',
  lost: 'lost',
  torn: 'corrupt',
};

/** What became of a segment, as a token of the site. */
export function conceptOf({ state }: Segment): 'volatile' | 'durable' | 'lost' | 'corrupt' {
  return CONCEPTS[state];
}

/** What became of byte `offset`; undefined where there is none. */
export function conceptAt(
  file: FileState,
  offset: number,
): ReturnType<typeof conceptOf> | undefined {
  const segment = segmentAt(file, offset);
  return segment && conceptOf(segment);
}

const end = ({ offset, size }: { offset: number; size: number }) => offset + size;
const isThere = ({ named }: FileState) => named === 'durable' || named === 'volatile';
const settleName = (file: FileState): FileState =>
  file.named === 'volatile' ? { ...file, named: 'durable' } : file;

function unsureNames(state: FilesState): string[] {
  return state.files.filter(({ named }) => named !== 'durable').map(({ id }) => id);
}

/** Changes the file that has this name now. */
function change(state: FilesState, name: string, how: (file: FileState) => FileState): FilesState {
  const files = state.files.map((file) => (file.name === name && isThere(file) ? how(file) : file));
  return { ...state, files };
}

function create(state: FilesState, name: string, index: number): FilesState {
  const file: FileState = {
    name,
    id: `${name}#${index}`,
    named: 'volatile',
    size: 0,
    durableBytes: 0,
    segments: [],
  };
  const files = state.files.filter((old) => !(old.name === name && old.named === 'lost'));
  return { ...state, files: [...files, file] };
}

function append(
  state: FilesState,
  { file: name, offset, bytes }: EventOf<'file.append'>,
): FilesState {
  const next = change(state, name, (file) => {
    // What a power cut left beyond the end of the file is overwritten now.
    const kept = file.segments.filter((segment) => segment.offset < file.size);
    const segment: Segment = {
      id: `${file.id}@${offset}.${state.appends}`,
      append: state.appends,
      offset,
      size: bytes.length,
      state: 'volatile',
      bytes,
    };
    return {
      ...file,
      size: offset + bytes.length,
      segments: segment.size > 0 ? [...kept, segment] : kept,
    };
  });
  return { ...next, appends: state.appends + 1 };
}

function ask(file: FileState, size: number): FileState {
  const segments = file.segments.map((segment) =>
    segment.state === 'volatile' && end(segment) <= size
      ? { ...segment, state: 'asked' as const }
      : segment,
  );
  return { ...file, segments };
}

function settle(file: FileState, durableBytes: number): FileState {
  const segments = file.segments.map((segment) =>
    end(segment) <= durableBytes && (segment.state === 'volatile' || segment.state === 'asked')
      ? { ...segment, state: 'durable' as const }
      : segment,
  );
  return { ...file, durableBytes, segments };
}

function settleDirectory(state: FilesState): FilesState {
  const asked = (file: FileState) => state.namesAsked.includes(file.id);
  const files = state.files
    .filter((file) => !(file.named === 'deleted' && asked(file)))
    .map((file) => (asked(file) ? settleName(file) : file));
  return { ...state, files, namesAsked: [] };
}

function rot(file: FileState, offset: number, after: number): FileState {
  const segments = file.segments.map((segment) => {
    if (offset < segment.offset || offset >= end(segment)) return segment;
    const bytes = segment.bytes.slice();
    bytes[offset - segment.offset] = after;
    return { ...segment, bytes };
  });
  return { ...file, segments };
}

function powerFile(state: FilesState, event: EventOf<'power.file'>, index: number): FilesState {
  if (event.outcome === 'vanished') return change(state, event.file, vanish);
  if (event.outcome === 'kept') return change(state, event.file, (file) => survive(file, event));
  return bringBack(state, event, index);
}

function vanish(file: FileState): FileState {
  const segments = file.segments.map((segment) => ({ ...segment, state: 'lost' as const }));
  return { ...file, named: 'lost', size: 0, durableBytes: 0, segments };
}

/** A deleted file, or an older one of this name, is there again. */
function bringBack(
  state: FilesState,
  { file: name, tail }: EventOf<'power.file'>,
  index: number,
): FilesState {
  const others = state.files.filter((file) => file.name !== name);
  const id = `${name}#${index}`;
  const segment: Segment = {
    id: `${id}@0`,
    append: -1,
    offset: 0,
    size: tail.length,
    state: 'durable',
    bytes: tail,
  };
  const size = tail.length;
  const file = {
    name,
    id,
    named: 'durable' as const,
    size,
    durableBytes: size,
    segments: segment.size > 0 ? [segment] : [],
  };
  return { ...state, files: [...others, file] };
}

const FATES: Record<SectorFate['fate'], SegmentState> = {
  kept: 'durable',
  lost: 'lost',
  torn: 'torn',
};

/** Cuts what was volatile at the sectors, and gives every piece its fate. */
function survive(file: FileState, event: EventOf<'power.file'>): FileState {
  const { durableBytes, tail, sectors } = event;
  const segments = file.segments.flatMap((segment): Segment[] => {
    const old = segment.state === 'lost' || segment.state === 'torn' ? segment.state : 'durable';
    const before = slice(segment, segment.offset, durableBytes, old, segment.bytes);
    const after = sectors.map(({ offset, size, fate }) => {
      const from = Math.max(offset, segment.offset);
      const bytes = tail.subarray(from - durableBytes);
      return slice(segment, from, offset + size, FATES[fate], bytes);
    });
    return [before, ...after].filter((piece) => piece !== undefined);
  });
  const size = durableBytes + tail.length;
  return { ...file, named: 'durable', size, durableBytes: size, segments };
}

/** The part of `segment` from `from` up to `to`, if there is any; `bytes` begin at `from`. */
function slice(
  segment: Segment,
  from: number,
  to: number,
  state: SegmentState,
  bytes: Uint8Array,
): Segment | undefined {
  const size = Math.min(to, end(segment)) - from;
  if (size <= 0) return undefined;
  const id = from === segment.offset ? segment.id : `${segment.id}+${from - segment.offset}`;
  return { ...segment, id, offset: from, size, state, bytes: bytes.slice(0, size) };
}
