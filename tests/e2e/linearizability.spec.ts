// The page of linearizability: histories edited and judged, by mouse, touch and keyboard; two
// clusters judged side by side; the exercise from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import {
  predict,
  press,
  sharesItsMoment,
  startFigure,
  startPrediction,
  toTheEnd,
  verdictOf,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/linearizability/';

const stamp = (root: Locator) => root.locator('.stamp');

test('an edit turns the verdict around, and its link shows it to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'linearizability');
  await expect(stamp(root)).toHaveText('not judged yet');
  await root.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await expect(stamp(root)).toHaveText('not linearizable');
  await expect(root.locator('figcaption')).toContainText('c read x = 1');

  const earlier = root.getByRole('button', { name: 'call of c get x earlier' });
  await press(earlier, hasTouch);
  await expect(stamp(root)).toHaveText('not linearizable');
  await press(earlier, hasTouch);
  await expect(stamp(root)).toHaveText('linearizable');
  await expect(root.locator('.point')).toHaveCount(4);

  const there = await sharesItsMoment(root, browser);
  await expect(stamp(there)).toHaveText('linearizable');
  await there.page().context().close();
  expect(trouble).toEqual([]);
});

test('other histories and other answers, by keyboard alone', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'linearizability');
  await root.getByRole('button', { name: 'No answer' }).press('Enter');
  await expect(root.getByText('never')).toBeVisible();
  await toTheEnd(root);
  await expect(stamp(root)).toHaveText('linearizable');
  await root.getByLabel('Answer of c get x at 6 ms').selectOption('2');
  await expect(stamp(root)).toHaveText('linearizable');
  await root.getByLabel('Answer of c get x at 11 ms').selectOption('1');
  await expect(stamp(root)).toHaveText('not linearizable');
  await root.getByRole('button', { name: 'answer of c get x later' }).last().focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(root.getByRole('group', { name: 'answer of c get x' }).last()).toContainText('13');
  await root.getByRole('slider').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
  await expect(stamp(root)).toHaveText('linearizable');
  expect(trouble).toEqual([]);
});

test('the prediction is answered by the checker', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'linearizability/new-then-old');
  const verdict = await predict(prediction, 'No: once somebody has read 2', false);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(stamp(page.locator('[data-figure="linearizability"]'))).toHaveText(
    'not linearizable',
  );
});

test('a lease lies where ReadIndex waits; with right clocks neither does', {
  tag: '@phone',
}, async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'leases');
  const left = root.getByRole('region', { name: 'Reads from a lease' });
  const right = root.getByRole('region', { name: 'Reads by ReadIndex' });
  await expect(stamp(left)).toHaveText('linearizable');
  await toTheEnd(root);
  await expect(stamp(left)).toHaveText('not linearizable');
  await expect(stamp(right)).toHaveText('linearizable');
  await page.getByRole('link', { name: 'With clocks that are right' }).click();
  await toTheEnd(root);
  await expect(stamp(left)).toHaveText('linearizable');
  await expect(stamp(right)).toHaveText('linearizable');
  expect(trouble).toEqual([]);
});

test('a lease is broken by a slow clock, and the checker says so', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'break-a-lease');
  const verdict = verdictOf(page, 'linearizability/break-a-lease');
  const steps = ['Clock of B slow', 'Cut B off', 'k puts x', 'l gets x'];
  for (const name of steps) {
    await toTheEnd(root);
    await press(root.getByRole('button', { name }).first(), hasTouch);
    await toTheEnd(root);
    if (name !== 'l gets x') await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  }
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(stamp(root)).toHaveText('not linearizable');
  expect(trouble).toEqual([]);
});
