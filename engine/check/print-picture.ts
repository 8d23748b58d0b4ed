// A history drawn with characters.
//
//     a  [put x=1]
//     b             [put x=2 ...              no answer came
//     c                          [get x -> 1]!
//     tick 3     9  12           20          31
//
// 1. Every event has a column, in the order of events: no bar is narrower than its label.
// 2. `1^` under a bar is the moment of the first operation of its key's order.
// 3. `!` follows a bar that no order could take in; `...` ends one without an answer.
// 4. What is wider than the page is cut into strips, one below the other.

import type { Bar, HistoryPicture } from './draw.ts';

const COLUMNS_MAX = 100;

/** Draws a picture of a history for a page of `columnsMax` characters. */
export function printPicture(picture: HistoryPicture, columnsMax = COLUMNS_MAX): string {
  const columnAt = columnsOf(picture.bars);
  const nameWidth = Math.max(4, ...picture.lanes.map(({ length }) => length)) + 2;
  const rows: { name: string; text: string }[] = [];
  picture.lanes.forEach((name, lane) => {
    const bars = picture.bars.filter((bar) => bar.lane === lane);
    rows.push({ name, text: barsRow(bars, columnAt) });
    if (bars.some(({ point }) => point !== undefined))
      rows.push({ name: '', text: pointsRow(bars, columnAt) });
  });
  rows.push({ name: 'tick', text: ticksRow(picture.bars, columnAt) });
  const strips: string[] = [];
  const width = Math.max(0, ...rows.map(({ text }) => text.length));
  const stripWidth = Math.max(20, columnsMax - nameWidth);
  for (let from = 0; from < width; from += stripWidth) {
    const lines = rows.map(({ name, text }) =>
      (name.padEnd(nameWidth) + text.slice(from, from + stripWidth)).trimEnd(),
    );
    strips.push(lines.filter((line) => line !== '').join('\n'));
  }
  return `${[...strips, picture.caption].join('\n\n')}\n`;
}

/** The columns of events: far enough apart that each bar holds its label. */
function columnsOf(bars: readonly Bar[]): (order: number) => number {
  const ends = new Map<number, Bar>();
  const orders: number[] = [];
  for (const bar of bars) {
    orders.push(bar.fromOrder);
    if (bar.toOrder === undefined) continue;
    ends.set(bar.toOrder, bar);
    orders.push(bar.toOrder);
  }
  orders.sort((a, b) => a - b);
  const columns = new Map<number, number>();
  /** Lane -> the first column that is free. */
  const free: number[] = [];
  let column = 0;
  for (const order of orders) {
    const ending = ends.get(order);
    const starting = ending ?? bars.find((bar) => bar.fromOrder === order)!;
    const start = columns.get(starting.fromOrder);
    const least = ending ? (start as number) + widthOf(ending) - 1 : (free[starting.lane] ?? 0);
    column = Math.max(column, least);
    columns.set(order, column);
    if (ending) free[ending.lane] = column + 3;
    column += 2;
  }
  return (order) => interpolate(order, orders, columns);
}

function widthOf(bar: Bar): number {
  return bar.label.length + 2;
}

function interpolate(
  order: number,
  orders: readonly number[],
  columns: ReadonlyMap<number, number>,
): number {
  const known = columns.get(order);
  if (known !== undefined) return known;
  const after = orders.findIndex((other) => other > order);
  const last = columns.get(orders.at(-1) ?? 0) ?? 0;
  if (after <= 0) return after === 0 ? 0 : last + 2;
  const low = orders[after - 1] as number;
  const high = orders[after] as number;
  const from = columns.get(low) as number;
  const share = (order - low) / (high - low);
  return from + Math.round(((columns.get(high) as number) - from) * share);
}

function barsRow(bars: readonly Bar[], columnAt: (order: number) => number): string {
  let row = '';
  for (const bar of bars) {
    const from = columnAt(bar.fromOrder);
    row = row.padEnd(from);
    if (bar.toOrder === undefined) {
      row += `[${bar.label} ...`;
      continue;
    }
    const width = columnAt(bar.toOrder) - from - 1;
    row += `[${bar.label.padEnd(width)}]${bar.mark === 'stuck' ? '!' : ''}`;
  }
  return row;
}

function pointsRow(bars: readonly Bar[], columnAt: (order: number) => number): string {
  let row = '';
  for (const { point } of bars) {
    if (point === undefined) continue;
    const number = `${point.number}`;
    row = `${row.padEnd(columnAt(point.order) - number.length)}${number}^`;
  }
  return row;
}

function ticksRow(bars: readonly Bar[], columnAt: (order: number) => number): string {
  const events = bars.flatMap((bar) => [
    { order: bar.fromOrder, ticks: bar.fromTicks },
    ...(bar.toOrder === undefined ? [] : [{ order: bar.toOrder, ticks: bar.toTicks as number }]),
  ]);
  events.sort((a, b) => a.order - b.order);
  let row = '';
  for (const { order, ticks } of events) {
    const column = columnAt(order);
    if (row !== '' && row.length >= column) continue; // no room: the next one that has some
    row = row.padEnd(column) + ticks;
  }
  return row;
}
