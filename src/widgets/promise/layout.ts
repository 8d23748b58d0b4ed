// Where everything of the figure stands: a column for each write, top to bottom what was
// asked, what was told, where its record is, and what a restart has shown.
//
//     order 1     order 2     order 3
//     written     durable     written        told
//                             [-- 3 --]      page cache      row 0
//     [== 1 ==]   [== 2 ==]                  disk            row 1
//                           ^ 721            durable up to here
//     kept        kept        lost           after a restart
//
// Records of one log touch each other and all have the same size, so the columns are the
// log itself, to scale; a second log, begun after a restart, goes on to the right.

import { type Recorded, SECTOR_BYTES } from '../../../engine/index.ts';
import type { LaneBox } from '../../marks/file-lanes.ts';
import type { Concept } from '../../player/caption.ts';
import { conceptOf, type Segment, type SegmentState } from '../../projections/files.ts';
import type { StoreState, WriteState } from '../../projections/store.ts';
import {
  clientWrites,
  type Place,
  type PromiseEvent,
  type PromiseVerdict,
  placeOf,
  type Told,
  toldOf,
  verdictOf,
} from './projection.ts';

export interface Column {
  readonly write: number;
  readonly x: number;
  readonly sync: string;
  readonly told: Told;
  readonly toldConcept: Concept | undefined;
  readonly verdict: PromiseVerdict | undefined;
  readonly verdictConcept: Concept | undefined;
  readonly pieces: readonly LaneBox[];
}

export interface PromiseLayout {
  readonly columns: readonly Column[];
  /** Sector edges, with the byte of the log they stand at. */
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** How far the log is durable, as the disk has it. */
  readonly watermark: { readonly x: number; readonly label: string };
}

const ROWS: Record<SegmentState, number> = {
  volatile: 0,
  asked: 0.5,
  durable: 1,
  lost: 1,
  torn: 1,
};
const TOLD: Partial<Record<Told, Concept>> = { durable: 'durable', written: 'volatile' };
const VERDICTS: Partial<Record<PromiseVerdict, Concept>> = {
  kept: 'durable',
  broken: 'corrupt',
  lost: 'lost',
};

/** @param columnsMax how many columns the width is divided into */
export function layoutPromises(store: StoreState, columnsMax: number): PromiseLayout {
  const width = 1 / columnsMax;
  const placed = clientWrites(store).map((write, index) => ({
    write,
    x: index * width,
    place: placeOf(write, store),
  }));
  return {
    columns: placed.map(({ write, x, place }) => layoutColumn(store, write, place, x, width)),
    ticks: placed.flatMap(({ place, x }) => (place ? ticksIn(place, x, width) : [])),
    watermark: watermarkOf(store, placed, width),
  };
}

function layoutColumn(
  store: StoreState,
  write: WriteState,
  place: Place | undefined,
  x: number,
  width: number,
): Column {
  const told = toldOf(write);
  const verdict = verdictOf(write, store);
  return {
    write: write.id,
    x,
    sync: write.sync,
    told,
    toldConcept: TOLD[told],
    verdict,
    verdictConcept: verdict && VERDICTS[verdict],
    pieces: place ? place.pieces.map((piece) => layoutPiece(piece, place, write, x, width)) : [],
  };
}

function layoutPiece(
  segment: Segment,
  place: Place,
  write: WriteState,
  x: number,
  width: number,
): LaneBox {
  const from = Math.max(segment.offset, place.offset);
  const to = Math.min(segment.offset + segment.size, place.offset + place.size);
  return {
    key: `${write.id} ${segment.id}`,
    x: x + ((from - place.offset) / place.size) * width,
    width: ((to - from) / place.size) * width,
    row: ROWS[segment.state],
    concept: conceptOf(segment),
    label: String(write.id),
    title: `order ${write.id}, bytes ${from} to ${to - 1} of ${place.file.name}: ${segment.state}`,
  };
}

function ticksIn({ offset, size }: Place, x: number, width: number): PromiseLayout['ticks'] {
  const first = Math.ceil(offset / SECTOR_BYTES) * SECTOR_BYTES;
  if (first === 0 || first >= offset + size) return [];
  return [{ x: x + ((first - offset) / size) * width, label: String(first) }];
}

/** At the end of the last durable record of the newest log. */
function watermarkOf(
  { files }: StoreState,
  placed: readonly { readonly x: number; readonly place: Place | undefined }[],
  width: number,
): PromiseLayout['watermark'] {
  const log = files.files.at(-1);
  let x = 0;
  for (const { place, x: left } of placed) {
    if (place === undefined) continue;
    const { file, offset, size } = place;
    if (file === log && offset + size > file.durableBytes) break;
    x = left + width;
  }
  return { x, label: String(log?.durableBytes ?? 0) };
}

/** The write that the current event is about. */
export function currentWrite(
  { writes, logs, phase }: StoreState,
  entry: Recorded<PromiseEvent> | undefined,
): number | undefined {
  const event = entry?.event;
  if (event?.type === 'wal.replay.record') {
    const log = logs.find(({ number }) => number === event.log);
    return log?.records.find(({ offset }) => offset === event.offset)?.write;
  }
  const isOfWriting = /^(client\.write|client\.refused|store\.write|file\.append|wal\.append)/;
  if (event === undefined || phase !== 'running' || !isOfWriting.test(event.type)) return undefined;
  return writes.at(-1)?.id;
}
