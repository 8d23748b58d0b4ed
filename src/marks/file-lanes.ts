// Where the boxes of file lanes go: pure, so the same state is the same picture.
//
//                  0          512        1024        the same scale in every file
//     page cache   |          |  [ C ][ D ]|         row 0: appended, not synced
//     disk         |[== A ==][== B ==]    |          row 1: durable, lost or torn
//
// A box keeps its key from append to sync, so it is seen to move down. We keep it simple
// and draw a byte once: a real page cache also keeps a copy of what is on the disk.

import { type EngineEvent, type Recorded, SECTOR_BYTES } from '../../engine/index.ts';
import type { Concept } from '../player/caption.ts';
import {
  conceptOf,
  type FileState,
  type FilesState,
  type Segment,
  type SegmentState,
  segmentAt,
} from '../projections/files.ts';

export interface LaneBox {
  readonly key: string;
  /** Left edge and width, as parts of the lane's width. */
  readonly x: number;
  readonly width: number;
  /** 0 is the page cache, 1 the disk; between them a sync is under way. */
  readonly row: number;
  readonly concept: Concept;
  readonly label: string;
  /** For the eyes that don't see the picture, and the mouse that rests on it. */
  readonly title: string;
}

export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly nameConcept: Concept;
  readonly nameTitle: string;
  readonly size: number;
  readonly durableBytes: number;
  /** The durability watermark, as a part of the lane's width. */
  readonly watermark: number;
  readonly boxes: readonly LaneBox[];
}

export interface LaneLayout {
  readonly lanes: readonly Lane[];
  /** Sector edges, as parts of the width. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

const ROWS: Record<SegmentState, number> = {
  volatile: 0,
  asked: 0.5,
  durable: 1,
  lost: 1,
  torn: 1,
};
const NAMES: Record<FileState['named'], readonly [Concept, string]> = {
  durable: ['durable', 'the name survives a power cut'],
  volatile: ['volatile', 'the name is not durable until the directory is synced'],
  deleted: ['lost', 'deleted, but it may come back until the directory is synced'],
  lost: ['lost', 'the name did not survive, and so nothing of the file did'],
};

/** More ticks than this run into each other on a phone. */
const TICK_LABELS_MAX = 7;

/**
 * Lays out every file of `state`.
 * @param capacityBytes how many bytes the width stands for; a larger file makes it more
 * @param label a few letters for a box
 */
export function layoutLanes(
  state: FilesState,
  capacityBytes: number,
  label: (segment: Segment) => string,
): LaneLayout {
  const ends = state.files.flatMap(({ segments }) =>
    segments.map(({ offset, size }) => offset + size),
  );
  const wholeBytes = Math.max(capacityBytes, SECTOR_BYTES, ...ends.map(toSector));
  const lanes = state.files.map((file) => layoutLane(file, wholeBytes, label));
  return { lanes, ticks: layoutTicks(wholeBytes) };
}

/** The bytes of a file that the current entry appended, read or flipped: for a hex grid. */
export function currentBytes(
  file: string,
  entry: Recorded<EngineEvent> | undefined,
): { readonly offset: number; readonly size: number } | undefined {
  const event = entry?.event;
  if (!event || !('file' in event) || event.file !== file) return undefined;
  if (event.type === 'file.append') return { offset: event.offset, size: event.bytes.length };
  if (event.type === 'file.read') return { offset: event.offset, size: event.size };
  return event.type === 'disk.rot' ? { offset: event.offset, size: 1 } : undefined;
}

/** Id of the segment that the current entry appended or read, to light it. */
export function currentSegment(
  state: FilesState,
  entry: Recorded<EngineEvent> | undefined,
): string | undefined {
  const event = entry?.event;
  if (event?.type !== 'file.append' && event?.type !== 'file.read') return undefined;
  const file = state.files.find(({ name }) => name === event.file);
  return file && segmentAt(file, event.offset)?.id;
}

function layoutLane(
  file: FileState,
  wholeBytes: number,
  label: (segment: Segment) => string,
): Lane {
  const [nameConcept, nameTitle] = NAMES[file.named];
  const { id, name, size, durableBytes } = file;
  const boxes = file.segments.map((segment) => ({
    key: segment.id,
    x: segment.offset / wholeBytes,
    width: segment.size / wholeBytes,
    row: ROWS[segment.state],
    concept: conceptOf(segment),
    label: label(segment),
    title: `bytes ${segment.offset} to ${segment.offset + segment.size - 1}: ${wordOf(segment)}`,
  }));
  const watermark = durableBytes / wholeBytes;
  return { key: id, name, nameConcept, nameTitle, size, durableBytes, watermark, boxes };
}

function wordOf({ state }: Segment): string {
  return state === 'asked' ? 'volatile, a sync is under way' : state;
}

function layoutTicks(wholeBytes: number): LaneLayout['ticks'] {
  const count = Math.ceil(wholeBytes / SECTOR_BYTES);
  const every = Math.ceil(count / TICK_LABELS_MAX);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: Math.min((index * SECTOR_BYTES) / wholeBytes, 1),
    label: index % every === 0 ? String(index * SECTOR_BYTES) : '',
  }));
}

function toSector(bytes: number): number {
  return Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;
}
