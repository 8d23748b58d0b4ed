// The picture of a history, as data and as characters.

import { expect, test } from 'vitest';
import { drawHistory } from '../../../engine/check/draw.ts';
import { checkLinearizable } from '../../../engine/check/linearizable.ts';
import { printPicture } from '../../../engine/check/print-picture.ts';
import { historyOf } from './transcript.ts';

const STALE = historyOf(`
    10 a put x 1
    20 a ok
    20 d get y
    30 d ok nothing
    40 b put x 2
    50 b ok
    60 c get x
    80 c ok 1`);

test('a fault is drawn by the few operations that show it', () => {
  const verdict = checkLinearizable(STALE);
  const picture = drawHistory(STALE, verdict);
  expect(picture.lanes).toEqual(['a', 'b', 'c']);
  expect(picture.bars.map(({ id, lane, label, mark }) => [id, lane, label, mark])).toEqual([
    [0, 0, 'put x=1', 'core'],
    [2, 1, 'put x=2', 'core'],
    [3, 2, 'get x -> 1', 'stuck'],
  ]);
  expect([picture.fromTicks, picture.toTicks]).toEqual([10, 80]);
  expect(picture.caption).toMatch(/^not linearizable: c read x = 1/);
  const all = drawHistory(STALE, verdict, { all: true });
  expect(all.lanes).toEqual(['a', 'd', 'b', 'c']);
  expect(all.bars.map(({ mark }) => mark)).toEqual(['core', 'none', 'core', 'stuck']);
});

test('a witness is drawn as a moment in each bar', () => {
  const good = STALE.slice(0, 3);
  const { bars, caption } = drawHistory(good, checkLinearizable(good));
  expect(caption).toBe('linearizable');
  expect(bars.map(({ point }) => point)).toEqual([
    { number: 1, order: 0.5, ticks: 15 },
    { number: 1, order: 2.5, ticks: 25 },
    { number: 2, order: 4.5, ticks: 45 },
  ]);
});

test('no verdict is drawn as none', () => {
  const { caption, bars } = drawHistory(STALE, checkLinearizable(STALE, { stepsMax: 1 }));
  expect(caption).toBe('unknown: the budget was spent on x');
  expect(bars.every(({ mark, point }) => mark === 'none' && point === undefined)).toBe(true);
});

test('what is too wide for the page is cut into strips', () => {
  const history = historyOf(
    Array.from({ length: 6 }, (_, i) => `${2 * i} a put x ${i}\n${2 * i + 1} a ok`).join('\n'),
  );
  const text = printPicture(drawHistory(history, checkLinearizable(history)), 40);
  const lines = text.split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(lines.filter((line) => line.startsWith('a ')).length).toBe(2);
  const whole = printPicture(drawHistory(history, checkLinearizable(history)), 200);
  expect(whole.match(/\[put x=\d\]/g)).toHaveLength(6);
});

test('nothing is drawn of nothing', () => {
  expect(printPicture(drawHistory([], checkLinearizable([])))).toBe('linearizable\n');
});
