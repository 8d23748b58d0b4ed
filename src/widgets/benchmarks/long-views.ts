// The panels of the long run's plot: each a quantity over the number of overwrites so far.
//
// D3 gives scales, ticks and paths; the component draws them. A panel is drawn in a box of
// 100 by 100 that is stretched to its place, so that lines keep their width and words are HTML.

import { line, max, scaleLinear, ticks } from 'd3';
import type { LongResult, LongSample } from '../../../tests/bench/long.ts';

export interface Line {
  readonly label: string;
  readonly path: string;
  /** Where it ends, in percent from the top. */
  readonly endPercent: number;
  readonly last: string;
}

export interface Tick {
  readonly percent: number;
  readonly text: string;
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly ticks: readonly Tick[];
}

type Series = [label: string, of: (sample: LongSample) => number | undefined];

const BOX = 100;
const MIB = 2 ** 20;
const mib = (bytes: number | undefined) => (bytes === undefined ? undefined : bytes / MIB);

export function panels({ samples, logicalBytes }: LongResult): Panel[] {
  return [
    panel('Overwrites a second, thousands', samples, [
      ['a second', ({ opsPerSecond }) => opsPerSecond / 1000],
    ]),
    panel('Longest wait for one overwrite, ms', samples, [['longest', ({ maxMs }) => maxMs]]),
    panel('On disk, MiB', samples, [
      ['all files', ({ diskBytes }) => mib(diskBytes)],
      ['keys and values', () => mib(logicalBytes)],
    ]),
    panel('In memory, MiB', samples, [
      ['whole process', ({ rssBytes }) => mib(rssBytes)],
      ['heap', ({ heapBytes }) => mib(heapBytes)],
      ['byte arrays', ({ buffersBytes }) => mib(buffersBytes)],
    ]),
  ].filter(({ lines }) => lines.length > 0);
}

function panel(title: string, samples: readonly LongSample[], series: readonly Series[]): Panel {
  const known = series.filter(([, of]) => of(samples[0] as LongSample) !== undefined);
  const highest = max(samples, (sample) => max(known, ([, of]) => of(sample))) ?? 1;
  const x = scaleLinear([0, samples.at(-1)?.ops ?? 1], [0, BOX]);
  const y = scaleLinear([0, highest], [BOX, 0]).nice(3);
  const draw = line<[number, number]>(
    ([ops]) => x(ops),
    ([, value]) => y(value),
  );
  const lines = known.map(([label, of]): Line => {
    const points = samples.map((sample): [number, number] => [sample.ops, of(sample) as number]);
    const last = points.at(-1)?.[1] ?? 0;
    return { label, path: draw(points) ?? '', endPercent: y(last), last: short(last) };
  });
  const marks = y.ticks(3).map((value) => ({ percent: y(value), text: short(value) }));
  return { title, lines, ticks: marks };
}

export function xTicks({ samples }: LongResult): Tick[] {
  const last = samples.at(-1)?.ops ?? 1;
  return ticks(0, last, 5).map((ops) => ({
    percent: (ops / last) * 100,
    text:
      ops === 0
        ? '0'
        : ops >= 1e6
          ? `${short(ops / 1e6)} million`
          : `${short(ops / 1000)} thousand`,
  }));
}

/** The numbers behind the plot: ten rows of it. */
export function longRows({ samples }: LongResult): (string | number)[][] {
  const step = Math.max(1, Math.floor(samples.length / 10));
  return samples
    .filter((_, index) => index % step === step - 1)
    .map((each) => [
      each.ops,
      each.opsPerSecond,
      `${short(each.p99Us)} µs`,
      `${short(each.maxMs)} ms`,
      each.files,
      `${short(each.diskBytes / MIB)} MiB`,
      each.rssBytes === undefined ? '' : `${short(each.rssBytes / MIB)} MiB`,
    ]);
}

export const LONG_HEAD = [
  'overwrites',
  'a second',
  '1 in 100 took over',
  'longest',
  'files',
  'on disk',
  'whole process',
];

/** Slowest and fastest stretch after the first tenth, which warms up. */
export function steadiness({ samples }: LongResult): { slowest: number; fastest: number } {
  const rates = samples
    .slice(Math.ceil(samples.length / 10))
    .map(({ opsPerSecond }) => opsPerSecond);
  return { slowest: Math.min(...rates), fastest: Math.max(...rates) };
}

const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
