// What clients did, as bars along time: pure. A picture of a checker's verdict has the same
// shape, so one drawing serves both: `drawHistory` of the engine with points and marks, and
// `liveHistory` for a run that goes on.

import type { OperationView } from '../projections/cluster-clients.ts';
import { operationText } from './log-matrix.ts';
import { letterOf } from './nodes.ts';

/** What is needed of a bar; the engine's `Bar` has it all. */
export interface HistoryBar {
  readonly id: number;
  readonly lane: number;
  readonly label: string;
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'open';
  readonly fromTicks: number;
  /** Undefined: no answer came. */
  readonly toTicks: number | undefined;
  /** When it can have taken effect, and its number in the order of its key. */
  readonly point: { readonly number: number; readonly ticks: number } | undefined;
  /** `core`: one of those that no order explains. `stuck`: the order ended before it. */
  readonly mark: 'none' | 'core' | 'stuck';
}

export interface HistoryShape {
  readonly lanes: readonly string[];
  readonly bars: readonly HistoryBar[];
  readonly fromTicks: number;
  readonly toTicks: number;
}

/** The operations of a run so far, within the last `windowTicks`. */
export function liveHistory(
  operations: readonly OperationView[],
  clients: readonly number[],
  nowTicks: number,
  windowTicks: number,
): HistoryShape {
  const fromTicks = Math.max(0, nowTicks - windowTicks);
  const toTicks = Math.max(nowTicks, windowTicks);
  const seen = operations.filter(({ returnedAtTicks = nowTicks }) => returnedAtTicks >= fromTicks);
  const bars = seen.map((one): HistoryBar => {
    const answer =
      one.outcome === 'ok' && one.value === null ? ` → ${one.result ?? 'nothing'}` : '';
    return {
      id: one.client * 100_000 + one.request,
      lane: clients.indexOf(one.client),
      label: operationText(one) + answer,
      outcome: one.outcome,
      fromTicks: one.invokedAtTicks,
      toTicks: one.returnedAtTicks,
      point: undefined,
      mark: 'none',
    };
  });
  return { lanes: clients.map(letterOf), bars, fromTicks, toTicks };
}

export interface BarBox {
  readonly bar: HistoryBar;
  /** As parts of the width. */
  readonly left: number;
  readonly width: number;
  readonly point: number | undefined;
  /** Where its label stands above it; `none`: there is no room, and only the ear is told. */
  readonly label: 'low' | 'high' | 'none';
}

/** Narrower than this, a bar would not be seen. */
const WIDTH_MIN = 0.006;

/** Of a label's font, with some air behind the last one. */
const LETTER_PX = 7.6;
/** From here on a label ends where its bar does, or else it would stand out on the right. */
const RIGHT_FROM = 0.7;

/** Two labels of a lane never lie on each other: the second is raised, a third is left out. */
export function layoutBars({ bars, fromTicks, toTicks }: HistoryShape, widthPx = 800): BarBox[] {
  const whole = Math.max(1, toTicks - fromTicks);
  const part = (ticks: number) => Math.min(1, Math.max(0, (ticks - fromTicks) / whole));
  const ends = new Map<number, { low: number; high: number }>();
  return bars.map((bar) => {
    const left = part(bar.fromTicks);
    const width = Math.max(WIDTH_MIN, part(bar.toTicks ?? toTicks) - left);
    const taken = ends.get(bar.lane) ?? { low: 0, high: 0 };
    ends.set(bar.lane, taken);
    const label = placeLabel(bar.label.length * (LETTER_PX / widthPx), left, width, taken);
    return { bar, left, width, point: bar.point && part(bar.point.ticks), label };
  });
}

/** Whether a bar's label is set flush with its right end. */
export const isFlushRight = (left: number) => left > RIGHT_FROM;

function placeLabel(
  length: number,
  left: number,
  width: number,
  taken: { low: number; high: number },
): BarBox['label'] {
  const begin = isFlushRight(left) ? left + width - length : left;
  const label = begin >= taken.low ? 'low' : begin >= taken.high ? 'high' : 'none';
  if (label !== 'none') taken[label] = begin + length;
  return label;
}

/** One sentence for the ear. */
export function barText({ label, outcome, fromTicks, toTicks, mark }: HistoryBar): string {
  const end = toTicks === undefined ? 'no answer' : `answered at ${toTicks / 1000} ms`;
  const how =
    outcome === 'failed' ? ', it failed' : outcome === 'unknown' ? ', outcome unknown' : '';
  const blame = mark === 'none' ? '' : ', no order explains it';
  return `${label}: called at ${fromTicks / 1000} ms, ${end}${how}${blame}`;
}
