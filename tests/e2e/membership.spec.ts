// The page of membership: members are changed, the search finds two leaders and shows them, and
// the exercise is done by hand.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/membership/';

async function started(found: Locator): Promise<Locator> {
  await found.scrollIntoViewIfNeeded();
  await found.dispatchEvent('pointerover');
  await expect(found).toHaveAttribute('data-state', 'ready', { timeout: 20_000 });
  return found;
}
const figure = (page: Page, name: string) => started(page.locator(`[data-figure="${name}"]`));
const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());

async function toTheEnd(page: Page, root: Locator): Promise<void> {
  await root.getByRole('slider').focus();
  await page.keyboard.press('End');
}

const needs = (root: Locator) => root.locator('.beliefs td.needed');

type Hooked = HTMLElement & {
  ferrisFigure: { hash: string; length: number; seek(cursor: number): void };
};
const hashOf = (root: Locator) => root.evaluate((element) => (element as Hooked).ferrisFigure.hash);

test('two majorities, then one; the leader is taken out; a link shows the same', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const isTouch = hasTouch === true;
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'membership');
  await expect(needs(root).filter({ hasText: '2 of 3 and 3 of 5' }).first()).toBeVisible();
  await toTheEnd(page, root);
  await expect(needs(root)).toHaveText(Array(5).fill('3 of 5'));
  await press(root.getByRole('button', { name: 'Remove the leader' }), isTouch);
  await toTheEnd(page, root);
  await expect(needs(root).filter({ hasText: '3 of 4' }).first()).toBeVisible();

  await press(root.getByRole('button', { name: /share/i }), isTouch);
  await expect(page).toHaveURL(/#f=membership\./);
  const other = await browser.newContext();
  const opened = await other.newPage();
  await opened.goto(page.url());
  const there = await figure(opened, 'membership');
  await expect.poll(() => hashOf(there)).toBe(await hashOf(root));
  await other.close();
  expect(trouble).toEqual([]);
});

test('every event can be stepped to', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'membership');
  await root.evaluate(async (element) => {
    const { ferrisFigure: hook } = element as Hooked;
    for (let cursor = 0; cursor <= hook.length; cursor++) {
      hook.seek(cursor);
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
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
  const isTouch = hasTouch === true;
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const hunt = await started(page.locator('[data-hunt]'));
  await press(hunt.getByRole('button', { name: 'Search' }), isTouch);
  await press(hunt.getByRole('button', { name: 'Cancel' }), isTouch);
  await expect(hunt).toHaveAttribute('data-phase', 'cancelled');
  await press(hunt.getByRole('button', { name: 'Search' }), isTouch);
  await expect(hunt).toHaveAttribute('data-phase', 'over', { timeout: 60_000 });
  await expect(hunt.getByRole('status')).toContainText('Found two leaders');
  await press(hunt.getByRole('button', { name: 'Show it in the figure' }), isTouch);
  await expect(page).toHaveURL(/#f=naive-change\./);
  const root = await figure(page, 'naive-change');
  await toTheEnd(page, root);
  await expect(root.locator('.violation')).toContainText('election safety');
  expect(trouble).toEqual([]);
});

test('two leaders by hand', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'both-lead');
  const exercise = page.locator('[data-exercise="membership/two-leaders"]');
  for (const move of [
    ...['A loses patience', 'D loses patience', 'A to B arrives', 'D to C arrives'],
    ...['D to E arrives', 'B to A arrives', 'C to D arrives', 'E to D arrives'],
  ]) {
    await press(root.getByRole('button', { name: move }), hasTouch === true);
    await toTheEnd(page, root);
  }
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
