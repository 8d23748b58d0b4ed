// The last two minutes as panels of lines.
//
// D3 gives scales, ticks and paths. A panel is drawn in a box of 100 by 100 that is stretched to
// its place, so that lines keep their width and words are HTML. What wasn't read (the page was
// hidden, the database closed) is a gap in the line.

import { line, max, min, scaleLinear, scaleLog } from 'd3';
import { type Point, WINDOW_MS } from './points.ts';
import { shortBytes, shortCount, shortTime } from './sizes.ts';

export interface Line {
  readonly label: string;
  readonly path: string;
  readonly last: string;
}

export interface Tick {
  readonly percent: number;
  readonly text: string;
}

/** A moment at which writers were held back. */
export interface Stall {
  readonly percent: number;
  readonly kind: 'slowdown' | 'stop';
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly ticks: readonly Tick[];
  readonly stalls: readonly Stall[];
}

interface PanelSpec {
  readonly title: string;
  readonly lines: readonly (readonly [string, (point: Point) => number | undefined])[];
  readonly show: (value: number) => string;
  readonly log?: boolean;
  readonly top?: number;
  readonly stalls?: boolean;
}

const MIB = 2 ** 20;

const SPECS: readonly PanelSpec[] = [
  {
    title: 'Operations a second',
    lines: [
      ['writes', (point) => point.writesPerSecond],
      ['reads', (point) => point.readsPerSecond],
    ],
    show: shortCount,
    stalls: true,
  },
  {
    title: 'One in a hundred took longer than',
    lines: [
      ['writes', (point) => point.writeP99Us],
      ['reads', (point) => point.readP99Us],
    ],
    show: (us) => shortTime(us),
    log: true,
  },
  {
    title: 'Written a second',
    lines: [
      ['compaction', (point) => point.compactionBytesPerSecond / MIB],
      ['flush', (point) => point.flushBytesPerSecond / MIB],
      ['log', (point) => point.logBytesPerSecond / MIB],
    ],
    show: (mib) => shortBytes(mib * MIB),
  },
  {
    title: 'Block look-ups answered by the cache',
    lines: [['hits', ({ hitShare }) => (hitShare === undefined ? undefined : hitShare * 100)]],
    show: (percent) => `${Math.round(percent)} %`,
    top: 100,
  },
];

const BOX = 100;

export function panelsOf(points: readonly Point[]): Panel[] {
  return SPECS.map((spec) => panelOf(spec, points));
}

function panelOf(
  { title, lines, show, log, top, stalls }: PanelSpec,
  points: readonly Point[],
): Panel {
  const endMs = points.at(-1)?.atMs ?? 0;
  const x = scaleLinear([endMs - WINDOW_MS, endMs], [0, BOX]);
  const values = lines.flatMap(([, of]) => points.flatMap((point) => of(point) ?? []));
  const y = log ? logScale(values) : scaleLinear([0, top ?? (max(values) || 1)], [BOX, 0]).nice(3);
  return {
    title,
    lines: lines.map(([label, of]) => lineOf(label, of, points, x, y, show)),
    ticks: ticksOf(y, log === true).map((value) => ({ percent: y(value), text: show(value) })),
    stalls: stalls ? stallsOf(points, x) : [],
  };
}

/** Powers of ten around the values; of none, 0.1 to 10 ms. What is 0 is drawn at the bottom. */
function logScale(values: readonly number[]) {
  const low = 10 ** Math.floor(Math.log10(Math.max(10, min(values) ?? 100)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(low * 100, max(values) ?? 0)));
  return scaleLog([low, high], [BOX, 0]).clamp(true);
}

type Scale = ReturnType<typeof logScale> | ReturnType<typeof scaleLinear<number>>;

function ticksOf(y: Scale, log: boolean): number[] {
  if (!log) return y.ticks(3);
  return y.ticks().filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
}

function lineOf(
  label: string,
  of: (point: Point) => number | undefined,
  points: readonly Point[],
  x: (ms: number) => number,
  y: (value: number) => number,
  show: (value: number) => string,
): Line {
  const draw = line<Point>(
    (point) => round(x(point.atMs)),
    (point) => round(y(of(point) ?? 0)),
  );
  const path = draw.defined((point) => of(point) !== undefined)(points) ?? '';
  const last = points.findLast((point) => of(point) !== undefined);
  return { label, path, last: last === undefined ? '' : show(of(last) ?? 0) };
}

function stallsOf(points: readonly Point[], x: (ms: number) => number): Stall[] {
  return points
    .filter(({ slowdowns, stops }) => slowdowns + stops > 0)
    .map(({ atMs, stops }) => ({ percent: x(atMs), kind: stops > 0 ? 'stop' : 'slowdown' }));
}

const round = (place: number) => Math.round(place * 10) / 10;
