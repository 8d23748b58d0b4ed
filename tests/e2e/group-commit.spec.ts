// The page of group commit: rules changed by menus, sweeps measured in a worker and cancelled,
// points that open their runs, and the exercise from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import { predict, press, startFigure, startPrediction, startSweep } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'durability/group-commit/';

const sum = (root: Locator, name: string) =>
  root.locator('.sums > div', { has: root.page().getByText(name, { exact: true }) }).locator('dd');

test('rules are changed by menus, and more clients come by buttons', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const groups = await startFigure(page, 'group-commit');
  await groups.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(sum(groups, 'answered')).toHaveText('24');
  await groups.getByLabel('Writes in a group, at most').selectOption('1');
  await expect(sum(groups, 'syncs')).toHaveText('24');
  await groups.getByLabel('Writes in a group, at most').selectOption('64');
  await expect(sum(groups, 'syncs')).not.toHaveText('24');

  await press(groups.getByRole('button', { name: '10 clients at once' }), hasTouch);
  await groups.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(sum(groups, 'answered')).toHaveText('34');
  expect(trouble).toEqual([]);
});

test('a sweep is measured in a worker, and comes to the numbers of the build', async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const plot = await startSweep(page, 'latency-against-group');
  await expect(plot.getByRole('status')).toContainText('measured when this page was built');
  expect(page.workers()).toHaveLength(0);

  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'done');
  await expect(plot.getByRole('status')).toContainText('every number as when this page was built');
  expect(page.workers()).toHaveLength(0);

  await plot.getByLabel('A client').selectOption('2');
  await expect(plot).toHaveAttribute('data-phase', 'done');
  await expect(plot.getByRole('status')).toHaveText('8 runs, measured here.');
  expect(trouble).toEqual([]);
});

test('a sweep can be cancelled, and goes on from the start', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const plot = await startSweep(page, 'waiting-for-company');
  // A worker that is slow to arrive, so that there is time to cancel.
  await page.route(/sweep-worker/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await route.continue();
  });
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await press(plot.getByRole('button', { name: 'Cancel' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'cancelled');
  await expect(plot.getByRole('status')).toContainText('Cancelled after');
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'done');
});

test('a point opens its run in the figure', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const plot = await startSweep(page, 'latency-against-group');
  const second = plot.locator('a[data-place="1"]');
  await press(second, hasTouch);
  await expect(plot.locator('.where')).toHaveText('writes in a group, at most 2');
  const p99 = await plot.locator('dd').nth(1).textContent();
  if (hasTouch) await second.tap(); // the first tap reads, the second opens
  await expect(page).toHaveURL(/#f=group-commit\./);
  const groups = await startFigure(page, 'group-commit');
  await expect(groups.getByLabel('Writes in a group, at most')).toHaveValue('2');
  await groups.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(sum(groups, 'p99')).toHaveText(String(p99));
});

test('the places of a plot are one tab stop, led by arrows', async ({ page }) => {
  await page.goto(PAGE);
  const plot = await startSweep(page, 'waiting-for-company');
  await plot.getByLabel('Shown').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(plot.locator('a[data-place="7"]')).toBeFocused();
  await expect(plot.locator('.where')).toContainText('0.5 ms');
  await page.keyboard.press('Tab');
  await expect(plot.getByRole('link', { name: 'Open this run' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#f=group-commit\./);
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'group-commit/alone');
  const verdict = await predict(prediction, 'Far more than five', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  const groups = await startFigure(page, 'group-commit');
  await expect(groups.getByLabel('Writes in a group, at most')).toHaveValue('1');
});

test('the exercise is solved by choosing rules', async ({ page }) => {
  await page.goto(PAGE);
  const task = await startFigure(page, 'meet-p99');
  const exercise = page.locator('[data-exercise="group-commit/meet-p99"]');
  const verdict = exercise.locator('.verdict');
  await task.getByLabel('Writes in a group, at most').selectOption('64');
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(verdict).toContainText('syncs are too many');
  await task.getByLabel('Wait for company, at most').selectOption('80');
  await expect(verdict).toContainText('too long');
  await task.getByLabel('Wait for company, at most').selectOption('40');
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});

test('the header of a new log is one press away from its picture', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const logs = await startFigure(page, 'rotation');
  await press(logs.getByRole('tab', { name: 'Bytes' }), hasTouch);
  await expect(logs.getByRole('listbox')).toBeVisible();
  await expect(logs).toContainText('linkB');
});
