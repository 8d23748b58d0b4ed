// The page of both trees: loads by button, other sizes, the sweep whose places open their runs, a
// link, the prediction, and the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { SOLUTION } from '../../src/widgets/b-tree/choose.ts';
import { INSERTED } from '../../src/widgets/b-tree/facts.ts';
import {
  moment,
  openElsewhere,
  press,
  startExercise,
  startFigure,
  startPrediction,
  startSweep,
  toTheEnd,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/b-tree/';

const written = (figure: Locator, side: string) =>
  figure.locator(`[data-chart="writtenBytes"] [data-line="${side}"] b`);

async function open(page: Page): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  return startFigure(page, 'both-trees');
}

test('loads go into both, and are counted', { tag: '@phone' }, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  const figure = await open(page);
  await expect(figure.locator('figcaption')).toContainText(`the B-tree ${INSERTED.btreeWritten}`);
  await press(figure.getByRole('button', { name: 'Insert in order' }), hasTouch);
  await toTheEnd(figure);
  await expect(figure.locator('figcaption')).toContainText('After 480 operations');
  await expect(figure.getByRole('img', { name: /^Level 0: \d+ leaves/ })).toBeVisible();
  await figure.getByText('The same as a table').click();
  await expect(figure.getByRole('row')).not.toHaveCount(0);
  expect(trouble).toEqual([]);
});

test('larger pages write more', async ({ page }) => {
  const figure = await open(page);
  await toTheEnd(figure);
  const before = Number.parseFloat((await written(figure, 'btree').textContent()) ?? '');
  await figure.getByLabel('pages', { exact: true }).selectOption('1024');
  await expect(figure.locator('figcaption')).toContainText('After 374 operations');
  const after = Number.parseFloat((await written(figure, 'btree').textContent()) ?? '');
  expect(after).toBeGreaterThan(1.5 * before);
});

test('by keyboard alone: a load, a step back, the end', async ({ page }) => {
  const figure = await open(page);
  await figure.getByRole('button', { name: 'Read keys' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await expect(figure.locator('figcaption')).toContainText('After 416 operations');
  await page.keyboard.press('ArrowLeft');
  await expect(figure.locator('figcaption')).not.toContainText('After 416 operations');
});

test('a place of the sweep opens its run', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const sweep = await startSweep(page, 'read-share');
  const place = sweep.locator('a[data-place="7"]');
  await press(place, hasTouch);
  await press(place, hasTouch); // the first reads, the second opens
  await expect(page).toHaveURL(/#f=both-trees\./);
  const figure = page.locator('[data-figure="both-trees"]');
  await expect(figure).toHaveAttribute('data-state', 'ready');
  await toTheEnd(figure);
  await expect(figure.locator('figcaption')).toContainText('After 720 operations');
});

test('a shared run is the same in a fresh browser', async ({ page, browser }) => {
  const figure = await open(page);
  await figure.getByRole('button', { name: 'Overwrite', exact: true }).click();
  await toTheEnd(figure);
  const said = await figure.locator('figcaption').textContent();
  await figure.getByRole('button', { name: /share/i }).click();
  await expect(page).toHaveURL(/#f=both-trees\./);
  const other = await openElsewhere(browser, page.url());
  const same = other.locator('[data-figure="both-trees"]');
  await expect(same.locator('figcaption')).toHaveText(said ?? '');
  await other.context().close();
});

test('the prediction is answered by counting, in a figure that nobody has used before', async ({
  page,
}) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'b-tree/written-at-random');
  // By keys: a mouse would come to be over the figure as it is scrolled to, and start it.
  await prediction.getByRole('radio', { name: /^Several/ }).press('Space');
  await prediction.getByRole('button', { name: 'See what happens' }).press('Enter');
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  const figure = page.locator('[data-figure="both-trees"]');
  await expect(figure).toHaveAttribute('data-state', 'ready');
  await expect.poll(async () => (await moment(figure)).cursor).toBe(INSERTED.cursor);
  await expect(figure.locator('figcaption')).toContainText(`the B-tree ${INSERTED.btreeWritten}`);
});

test('the exercise: one structure for all is refused, the right ones pass', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const exercise = await startExercise(page, 'b-tree/choose-by-workload');
  const verdict = exercise.locator('.verdict');
  const doThem = exercise.getByRole('button', { name: 'Do the jobs' });
  for (const job of Object.keys(SOLUTION))
    await exercise.locator(`[data-job="${job}"] select`).selectOption('lsm 16384');
  await press(doThem, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(verdict).toContainText('Catalog reads');
  for (const [job, choice] of Object.entries(SOLUTION))
    await exercise.locator(`[data-job="${job}"] select`).selectOption(choice ?? '');
  await press(doThem, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});
