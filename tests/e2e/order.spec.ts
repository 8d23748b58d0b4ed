// The second page: one range asked of both structures, forward and back, a share link, the
// prediction, and the exercise from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import {
  predict,
  press,
  sharesItsMoment,
  solveByTheSolution,
  startExercise,
  startFigure,
  startPrediction,
  toTheEnd,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'memory/order/';

const answers = (figure: Locator) => figure.locator('.answer dd').allTextContents();
const taken = (figure: Locator) => figure.locator('.entry[data-tone="taken"]');

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('both sides give the same range, forward and back, at different prices', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'order');
  await expect(figure.locator('figcaption')).toContainText('every key from d up to h');
  expect(await answers(figure)).toEqual(['', '']);
  await toTheEnd(figure);
  expect(await answers(figure)).toEqual(['dee eve flo gus', 'dee eve flo gus']);
  await expect(taken(figure)).toHaveCount(8);
  await expect(figure.locator('dl').first()).toContainText('buckets16');
  await expect(figure.locator('dl').first()).toContainText('entries looked at12');
  await expect(figure.locator('dl').last()).toContainText('entries looked at5');

  const ask = async (button: string) => {
    await press(figure.getByRole('button', { name: button, exact: true }), hasTouch);
    await toTheEnd(figure);
  };
  await figure.getByLabel('from').fill('e');
  await figure.getByLabel('up to').fill('g');
  await ask('Scan back');
  expect(await answers(figure)).toEqual(['flo eve', 'flo eve']);
  await ask('Put');
  await ask('Scan');
  expect(await answers(figure)).toEqual(['eve fay flo', 'eve fay flo']);
  await ask('Get');
  expect(await answers(figure)).toEqual(['fay', 'fay']);
  expect(trouble).toEqual([]);
});

test('with the keyboard alone: Enter scans, and a link brings it back elsewhere', async ({
  page,
  browser,
}) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'order');
  await figure.getByLabel('up to').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('f');
  await page.keyboard.press('Enter');
  await toTheEnd(figure);
  expect(await answers(figure)).toEqual(['dee eve', 'dee eve']);
  await (await sharesItsMoment(figure, browser)).page().context().close();
});

test('the prediction leads to the price of the range', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'order/range');
  const verdict = await predict(prediction, 'All twelve.', false);
  await expect(verdict).toContainText('So it is.');
  await expect(taken(await startFigure(page, 'order'))).toHaveCount(8);
});

test('the exercise: what is there walks too far, the solution passes', { tag: '@phone' }, async ({
  page,
}) => {
  await page.goto(PAGE);
  const exercise = await startExercise(page, 'order/scan-reverse');
  await solveByTheSolution(exercise, '5001 steps of the cursor for 10 entries');
});
