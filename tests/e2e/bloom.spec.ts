// The page of the filter: any key asked for, filters rebuilt, sweeps whose places open their runs,
// compressed blocks, and the exercise from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import { predict, press, startFigure, startPrediction, startSweep } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/bloom-and-compression/';

const sum = (root: Locator, name: string) =>
  root.locator('.sums > div', { has: root.page().getByText(name, { exact: true }) }).locator('dd');

test('any key may be asked for; one that is there gets a maybe', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const filter = await startFigure(page, 'bloom');
  await expect(filter.locator('.key')).toContainText('a false positive');
  await filter.getByLabel('Any key').fill('order 3');
  await press(filter.getByRole('button', { name: 'Ask', exact: true }), hasTouch);
  await expect(filter.locator('.key')).toContainText('it is there');
  await filter.getByLabel('Any key').fill('no such crab');
  await page.keyboard.press('Enter');
  await expect(filter.locator('.key .name')).toHaveText('no such crab');
  expect(trouble).toEqual([]);
});

test('a larger filter errs less, asked the same', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const filter = await startFigure(page, 'bloom');
  await press(filter.getByRole('button', { name: 'Ask for 2,000 that are missing' }), hasTouch);
  await filter.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(sum(filter, 'missing keys asked')).toHaveText('2050');
  const wrong = async () => Number((await sum(filter, 'wrong').textContent())?.split(' ')[0]);
  const before = await wrong();
  await filter.getByLabel('Bits for each key').selectOption('16');
  await expect.poll(wrong).toBeLessThan(before);
});

test('a sweep is measured in a worker, and a place of the map opens its run', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const map = await startSweep(page, 'false-positive-map');
  await press(map.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(map).toHaveAttribute('data-phase', 'done', { timeout: 30_000 });
  await expect(map.getByRole('status')).toContainText('every number as when this page was built');
  const place = map.locator('a[data-place="9"]');
  await press(place, hasTouch);
  if (hasTouch) await place.tap(); // the first tap reads, the second opens
  await expect(page).toHaveURL(/#f=bloom\./);
  const filter = await startFigure(page, 'bloom');
  await expect(filter.getByLabel('Keys')).toHaveValue('64');
  await expect(filter.getByLabel('Bits for each key')).toHaveValue('8');
  expect(trouble).toEqual([]);
});

test('the prediction is answered by counting', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'bloom/twice-the-bits');
  const verdict = await predict(prediction, 'About half as many', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(prediction.locator('[data-verdict="right"]')).toContainText('About a tenth');
});

test('blocks of random bytes are stored as they are; text shrinks', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const tables = await startFigure(page, 'compressed-blocks');
  await tables.getByLabel('Values').selectOption('noise');
  const raw = tables.locator('li[data-raw]');
  await expect(raw).toHaveCount(await tables.locator('.table').first().locator('li').count());
  await tables.getByLabel('Values').selectOption('orders');
  await expect(raw).toHaveCount(0);
  await press(tables.getByRole('button', { name: 'Get ghost 1' }), hasTouch);
  await expect(tables.locator('figcaption')).toContainText('Not a byte is read', {
    timeout: 30_000,
  });
});

test('the exercise is solved at ten bits', async ({ page }) => {
  await page.goto(PAGE);
  const task = await startFigure(page, 'reach-one-percent');
  const exercise = page.locator('[data-exercise="bloom/reach-one-percent"]');
  const verdict = exercise.locator('.verdict');
  await task.getByLabel('Bits for each key').selectOption('8');
  await expect(verdict).toContainText('more than 1 %');
  await task.getByLabel('Bits for each key').selectOption('16');
  await expect(verdict).toContainText('must do');
  await task.getByLabel('Bits for each key').selectOption('10');
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});
