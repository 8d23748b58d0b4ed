// The page of the skip list: coins, any letter, insert by hand, two threads whole and broken, and
// the sweep whose places open their runs.

import { expect, type Locator, test } from '@playwright/test';
import { openElsewhere, press, startExercise, startFigure, startSweep } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/skip-list/';

const count = (list: Locator) => list.locator('.count strong');

test('coins change the way of the search, and a letter is searched and inserted', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const list = await startFigure(page, 'skip-list');
  await expect(count(list)).toHaveText('6');
  await press(list.getByRole('button', { name: 'All 1', exact: true }), hasTouch);
  await expect(count(list)).toHaveText('8');
  await press(list.getByRole('button', { name: 'h: height 1 one higher' }), hasTouch);
  await expect(list.getByRole('button', { name: 'h: height 2 one higher' })).toBeVisible();
  await expect(count(list)).toHaveText('5');
  await list.getByLabel('A letter').fill('m');
  await press(list.getByRole('button', { name: 'Insert', exact: true }), hasTouch);
  await list.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(list.locator('figcaption')).toContainText('m is in');
  await list.getByRole('tab', { name: 'Bytes' }).click();
  await list.getByLabel('Node', { exact: true }).selectOption('m');
  await expect(list.getByRole('tabpanel')).toContainText('link 0');
  expect(trouble).toEqual([]);
});

test('a link shows the same moment to somebody else', async ({ page, browser }) => {
  await page.goto(PAGE);
  const list = await startFigure(page, 'skip-list');
  await list.getByRole('button', { name: 'All 4', exact: true }).click();
  await list
    .getByRole('button', { name: /share|link/i })
    .first()
    .click();
  await expect(page).toHaveURL(/#f=skip-list\./);
  const other = await openElsewhere(browser, page.url());
  await expect(count(other.locator('[data-figure="skip-list"]'))).toHaveText('11');
  await other.context().close();
});

test('an insert by hand is judged by the engine’s', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const exercise = await startExercise(page, 'skip-list/insert-by-hand');
  const verdict = exercise.locator('.verdict');
  const say = async (level: number, from: string, to?: string) => {
    await exercise.getByLabel(`Level ${level}: whose link changes`).selectOption(from);
    const where = exercise.getByLabel(`Level ${level}: where the new node leads`);
    if (to) await where.selectOption(to);
  };
  const insert = exercise.getByRole('button', { name: 'Insert m' });
  await say(0, 'l', 'n');
  await say(1, 'j', 'p');
  await say(2, 'head', 'p');
  await press(insert, hasTouch);
  await expect(verdict).toContainText('every level');
  await say(3, 'none');
  await press(insert, hasTouch);
  await expect(verdict).toContainText('level 2');
  await say(2, 'f');
  await press(insert, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});

test('the same turns lose a key when links are overwritten', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const two = await startFigure(page, 'threads');
  await expect(two.locator('figcaption')).toContainText('Nothing is written');
  await press(two.getByRole('button', { name: 'Plain store: break it' }), hasTouch);
  await expect(two.locator('.outcome')).toContainText('not found: d');
  await press(two.getByRole('button', { name: 'Compare-and-swap' }), hasTouch);
  await expect(two.locator('.outcome')).toContainText('Every key is found');
  await press(two.getByRole('button', { name: 'Begin again' }), hasTouch);
  const turn = (thread: string) => two.getByRole('button', { name: `Thread ${thread}, one step` });
  for (const thread of ['A', 'B', 'B', 'A']) await press(turn(thread), hasTouch);
  await expect(two.locator('.threads')).toContainText('operations 2');
});

test('a place of the sweep opens its run', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const sweep = await startSweep(page, 'comparisons');
  await press(sweep.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(sweep).toHaveAttribute('data-phase', 'done', { timeout: 30_000 });
  await expect(sweep.getByRole('status')).toContainText('every number as when this page was built');
  const place = sweep.locator('a[data-place="8"]');
  await press(place, hasTouch);
  if (hasTouch) await place.tap();
  await expect(page).toHaveURL(/#f=skip-list-cost\./);
  const large = await startFigure(page, 'skip-list-cost');
  await expect(large.locator('.name')).toContainText('No list yet');
});
