// The page of membership: members are changed, the search finds two leaders and shows them, and
// the exercise is done by hand.

import { expect, type Locator, test } from '@playwright/test';
import { press, sharesItsMoment, startFigure, toTheEnd, verdictOf } from './figure.ts';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'distribution/membership/';

const needs = (root: Locator) => root.locator('.beliefs td.needed');

test('two majorities, then one; the leader is taken out; a link shows the same', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'membership');
  await expect(needs(root).filter({ hasText: '2 of 3 and 3 of 5' }).first()).toBeVisible();
  await toTheEnd(root);
  await expect(needs(root)).toHaveText(Array(5).fill('3 of 5'));
  await press(root.getByRole('button', { name: 'Remove the leader' }), hasTouch);
  await toTheEnd(root);
  await expect(needs(root).filter({ hasText: '3 of 4' }).first()).toBeVisible();
  await (await sharesItsMoment(root, browser)).page().context().close();
  expect(trouble).toEqual([]);
});

test('majorities that are apart, by keyboard', async ({ page }) => {
  await page.goto(PAGE);
  const root = page.locator('[data-arithmetic]');
  await root.scrollIntoViewIfNeeded();
  const e = root.getByRole('group', { name: 'Members after' }).getByRole('button', { name: 'E' });
  await e.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: root })).not.toHaveAttribute('ssr');
  await expect(root).toContainText('without a server in common');
  await e.press('Enter');
  await expect(root.locator('dd').first()).toContainText('have a server in common');
  await expect(root.locator('dd').first()).not.toContainText('without');
});

test('the search finds two leaders, and the figure shows them', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const hunt = page.locator('[data-hunt]');
  await start(hunt);
  await press(hunt.getByRole('button', { name: 'Search' }), hasTouch);
  await press(hunt.getByRole('button', { name: 'Cancel' }), hasTouch);
  await expect(hunt).toHaveAttribute('data-phase', 'cancelled');
  await press(hunt.getByRole('button', { name: 'Search' }), hasTouch);
  await expect(hunt).toHaveAttribute('data-phase', 'over', { timeout: 60_000 });
  await expect(hunt.getByRole('status')).toContainText('Found two leaders');
  await press(hunt.getByRole('button', { name: 'Show it in the figure' }), hasTouch);
  await expect(page).toHaveURL(/#f=naive-change\./);
  const root = await startFigure(page, 'naive-change');
  await toTheEnd(root);
  await expect(root.locator('.violation')).toContainText('election safety');
  expect(trouble).toEqual([]);
});

test('two leaders by hand', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'both-lead');
  for (const move of [
    ...['A loses patience', 'D loses patience', 'A to B arrives', 'D to C arrives'],
    ...['D to E arrives', 'B to A arrives', 'C to D arrives', 'E to D arrives'],
  ]) {
    await press(root.getByRole('button', { name: move }), hasTouch);
    await toTheEnd(root);
  }
  await expect(verdictOf(page, 'membership/two-leaders')).toHaveAttribute('data-verdict', 'right');
});
