// The page of compaction: both trees under one scrubber, other settings, a snapshot, a power cut in
// the middle; the keeper; a sweep whose points open their runs; tables picked by hand.

import { expect, type Locator, test } from '@playwright/test';
import { predict, press, startFigure, startPrediction, startSweep, toTheEnd } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/compaction/';

/** What a chart says of a policy now. */
async function cost(root: Locator, name: string, policy: string): Promise<number> {
  const text = await root
    .locator(`[data-chart="${name}"] .now [data-line="${policy}"] b`)
    .textContent();
  return Number(text);
}

test('both stores under one scrubber, and other settings for the same history', async ({
  page,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const trees = await startFigure(page, 'compaction');
  const leveled = trees.locator('[data-policy="leveled"]');
  await expect(leveled.locator('.box[data-input]').first()).toBeVisible();
  await expect(leveled.locator('.box[data-concept="volatile"]').first()).toBeVisible();
  await toTheEnd(trees);
  await expect(leveled.locator('.box[data-input]')).toHaveCount(0);
  const before = await cost(trees, 'write', 'tiered');
  await trees.getByLabel('Runs allowed').selectOption('10');
  await expect.poll(() => cost(trees, 'write', 'tiered')).toBeLessThan(before);
  await trees.getByLabel('Writes').selectOption('sequential');
  await expect.poll(() => cost(trees, 'write', 'leveled')).toBeLessThan(2.5);
  await trees.getByText('The same as a table').click();
  await expect(trees.getByRole('region', { name: 'Costs after each batch' })).toBeVisible();
  expect(trouble).toEqual([]);
});

test('a snapshot is held and released', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const trees = await startFigure(page, 'compaction');
  await toTheEnd(trees);
  await press(trees.getByRole('button', { name: 'Take a snapshot' }), hasTouch);
  await toTheEnd(trees);
  await expect(trees.locator('.held')).toContainText('A snapshot is held at');
  await press(trees.getByRole('button', { name: 'Release it' }), hasTouch);
  await toTheEnd(trees);
  await expect(trees.locator('.held')).toContainText('No snapshot is held');
});

test('a power cut amid a compaction: the inputs are still there', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const trees = await startFigure(page, 'compaction');
  const inputs = trees.locator('[data-policy="leveled"] .box[data-input]');
  const numbers = await inputs.allInnerTexts();
  expect(numbers.length).toBeGreaterThan(2);
  await press(trees.getByRole('button', { name: 'Cut the power' }), hasTouch);
  await toTheEnd(trees);
  await expect(trees.locator('[data-policy="leveled"] .title')).toContainText('no power');
  const boxes = await trees.locator('[data-policy="leveled"] .box').allInnerTexts();
  expect(boxes).toEqual(expect.arrayContaining(numbers));
  await press(trees.getByRole('button', { name: 'Power on' }), hasTouch);
  await toTheEnd(trees);
  await expect(trees.locator('figcaption')).toContainText('Nothing is lost');
  expect(await inputs.count()).toBe(0);
});

test('the keeper says of each entry why it stays', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const keeper = await startFigure(page, 'keeper');
  await expect(keeper.locator('tr[data-fate="dropped"]')).toHaveCount(1);
  await press(keeper.getByRole('button', { name: 'Release it' }), hasTouch);
  await toTheEnd(keeper);
  await press(keeper.getByRole('button', { name: 'Compact everything' }), hasTouch);
  await toTheEnd(keeper);
  await expect(keeper.locator('tr[data-fate="kept"]')).toHaveCount(2);
  await expect(keeper.getByText('nothing is left for it to hide')).toHaveCount(2);
});

test('predictions are answered by the engine', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  for (const [id, choice] of [
    ['in-order', 'Tiered: it merges by size'],
    ['tombstone', 'It stays, and goes with a compaction after'],
  ] as const) {
    const prediction = await startPrediction(page, `compaction/${id}`);
    await expect(await predict(prediction, choice, hasTouch)).toHaveAttribute(
      'data-verdict',
      'right',
    );
  }
});

test('a sweep is measured in a worker, and a point opens its run', async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const plot = await startSweep(page, 'against-runs');
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'done', { timeout: 90_000 });
  await expect(plot.getByRole('status')).toContainText('every number as when this page was built');
  await page.locator('[data-trade-off] a.point').first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#f=compaction\./);
  const trees = await startFigure(page, 'compaction');
  await expect(trees.getByLabel(/^\s*Keys/)).toHaveValue('1024');
  await expect(trees.getByLabel('Runs allowed')).toHaveValue('2');
  expect(trouble).toEqual([]);
});

/** The same table of the tree, at each write of the exercise. */
const box = (task: Locator, number: number) =>
  task.getByRole('button', { name: new RegExp(`^table ${number}:`) });

test('the exercise is solved by picking tables', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const task = await startFigure(page, 'beat-the-picker');
  const exercise = page.locator('[data-exercise="compaction/beat-the-picker"]');
  const next = async () => {
    await press(task.getByRole('button', { name: 'Next write' }), hasTouch);
    await toTheEnd(task);
  };
  const compact = async (numbers: readonly number[]) => {
    for (const number of numbers) await press(box(task, number), hasTouch);
    await press(task.getByRole('button', { name: 'Compact into level 1' }), hasTouch);
    await toTheEnd(task);
  };
  await compact([4]);
  await compact([8]);
  await next();
  await compact([10]);
  await expect(task.locator('figcaption')).toContainText('take it along');
  await next();
  await compact([12]);
  await next();
  await next();
  await compact([16]);
  await next();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'open');
  await press(box(task, 18), hasTouch);
  await press(task.getByRole('button', { name: 'Take along what overlaps' }), hasTouch);
  await compact([]);
  await next();
  await compact([4, 21]);
  await next();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});

test('tables are picked by the keyboard alone', async ({ page }) => {
  await page.goto(PAGE);
  const task = await startFigure(page, 'beat-the-picker');
  await box(task, 4).focus();
  await page.keyboard.press('Space');
  await expect(box(task, 4)).toHaveAttribute('aria-pressed', 'true');
  await task.getByRole('button', { name: 'Compact into level 1' }).focus();
  await page.keyboard.press('Enter');
  await toTheEnd(task);
  await expect(task.locator('.level').nth(1).locator('.box')).toHaveCount(1);
  await expect(task.locator('figcaption')).toContainText('Not a byte of it is written');
});
