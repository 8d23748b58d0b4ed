// The page of reads: a get by button and by typing, other caches and filters, a race of cursors as of
// any moment, the cache under a scan, sweeps that open their runs, and the exercise to its verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { QUESTIONS, readsOf } from '../../src/widgets/read-path/check.ts';
import { openElsewhere, press, startFigure, startSweep, toTheEnd } from './figure.ts';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'tree/read-path/';

const sum = (figure: Locator, name: string) =>
  figure
    .locator('.sums > div', { has: figure.page().getByText(name, { exact: true }) })
    .locator('dd');

async function open(page: Page, name = 'read-path'): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const figure = await startFigure(page, name);
  await toTheEnd(figure);
  return figure;
}

test('a get is counted, its block is cached, and another store reads otherwise', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  const figure = await open(page);
  await figure.getByLabel('Any key').fill('order 074');
  await press(figure.getByRole('button', { name: 'Get', exact: true }), hasTouch);
  await toTheEnd(figure);
  await expect(sum(figure, 'blocks read')).toHaveText('1');
  await expect(figure.locator('figcaption')).toContainText('boiled crab 74');
  await figure.getByLabel('Any key').press('Enter');
  await toTheEnd(figure);
  await expect(sum(figure, 'blocks read')).toHaveText('0');
  await expect(sum(figure, 'blocks from the cache')).toHaveText('1');
  await figure.getByLabel('Cache, blocks').selectOption('0');
  await expect(sum(figure, 'blocks read')).toHaveText('1');
  await press(figure.getByRole('tab', { name: 'Cache' }), hasTouch);
  await expect(figure.getByText('small queue', { exact: false }).first()).toBeVisible();
  expect(trouble).toEqual([]);
});

test('the race: as of an earlier moment, backward, and turned round by keyboard', async ({
  page,
}) => {
  const figure = await open(page, 'race');
  const crab = figure.locator('tbody tr', { hasText: 'crab' }).locator('td.out');
  await expect(crab).toHaveText('9');
  await figure.getByLabel(/^As of/).focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  await expect(crab).toHaveText('6');
  await expect(figure.locator('figcaption')).toContainText('7 keys');
  for (const name of ['Seek lobster', 'Next entry']) {
    await figure.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
    await toTheEnd(figure);
  }
  await expect(sum(figure, 'seeks')).toHaveText('5');
  await figure.getByRole('button', { name: 'Previous entry' }).press('Enter');
  await toTheEnd(figure);
  await expect(sum(figure, 'seeks')).toHaveText('9');
});

test('the prediction is answered by the engine, and shown in the cache', async ({
  page,
  hasTouch,
}) => {
  const figure = await open(page, 'block-cache');
  const prediction = page.locator('[data-prediction="read-path/scan"]');
  await prediction.getByText('All of them.', { exact: true }).click();
  await prediction.getByRole('button', { name: 'See what happens' }).click();
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(figure.locator('figcaption')).toContainText('The scan has shown');
  await press(figure.getByRole('button', { name: 'Scan everything' }), hasTouch);
  await toTheEnd(figure);
  await expect(sum(figure, 'blocks of before the scan, kept')).toHaveText(/^4, LRU \d$/);
});

test('a shared read is the same in a fresh browser', async ({ page, browser }) => {
  const figure = await open(page);
  await figure.getByRole('button', { name: 'Get counter' }).click();
  await toTheEnd(figure);
  await figure.getByRole('button', { name: /share/i }).click();
  await expect(page).toHaveURL(/#f=read-path\./);
  const other = await openElsewhere(browser, page.url());
  await expect(other.locator('[data-figure="read-path"] figcaption')).toContainText(
    'counter is “48”. 3 blocks were read',
  );
  await other.context().close();
});

test('a sweep is measured in a worker, and a place opens its run', async ({ page, hasTouch }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const plot = await startSweep(page, 'reads-by-bits');
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(plot.getByRole('status')).toContainText('every number as when this page was built');
  const place = plot.locator('a[data-place="1"]').first();
  await place.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#f=read-path\./);
});

test('the exercise: a wrong number is pointed at, the right ones pass', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const exercise = page.locator('[data-exercise="read-path/count-reads"]');
  await start(exercise.locator('[data-figure="count-reads"]'));
  const verdict = exercise.locator('.verdict');
  const count = exercise.getByRole('button', { name: 'Let the engine count' });
  const field = (index: number) => exercise.locator('form input').nth(index);
  for (const [index, question] of QUESTIONS.entries())
    await field(index).fill(String(readsOf(question)));
  await field(2).fill('1');
  await press(count, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(verdict).toContainText('is in the cache');
  await field(2).fill('0');
  await press(count, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});
