// The page of linearizability: histories edited and judged, by mouse, touch and keyboard; two
// clusters judged side by side; the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/linearizability/';

async function figure(page: Page, name: string): Promise<Locator> {
  const found = page.locator(`[data-figure="${name}"]`);
  await found.scrollIntoViewIfNeeded();
  await found.dispatchEvent('pointerover');
  await expect(found).toHaveAttribute('data-state', 'ready', { timeout: 20_000 });
  return found;
}
const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());

async function toTheEnd(page: Page, root: Locator): Promise<void> {
  await root.getByRole('slider').focus();
  await page.keyboard.press('End');
}

const stamp = (root: Locator) => root.locator('.stamp');

test('an edit turns the verdict around, and its link shows it to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'linearizability');
  await expect(stamp(root)).toHaveText('not judged yet');
  await root.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await expect(stamp(root)).toHaveText('not linearizable');
  await expect(root.locator('figcaption')).toContainText('c read x = 1');

  const earlier = root.getByRole('button', { name: 'call of c get x earlier' });
  await press(earlier, hasTouch === true);
  await expect(stamp(root)).toHaveText('not linearizable');
  await press(earlier, hasTouch === true);
  await expect(stamp(root)).toHaveText('linearizable');
  await expect(root.locator('.point')).toHaveCount(4);

  await press(root.getByRole('button', { name: /share/i }), hasTouch === true);
  await expect(page).toHaveURL(/#f=linearizability\./);
  const other = await browser.newContext();
  const opened = await other.newPage();
  await opened.goto(page.url());
  const there = await figure(opened, 'linearizability');
  await expect(stamp(there)).toHaveText('linearizable');
  await other.close();
  expect(trouble).toEqual([]);
});

test('other histories and other answers, by keyboard alone', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'linearizability');
  await root.getByRole('button', { name: 'No answer' }).press('Enter');
  await expect(root.getByText('never')).toBeVisible();
  await toTheEnd(page, root);
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
  const prediction = page.locator('[data-prediction="linearizability/new-then-old"]');
  await prediction.scrollIntoViewIfNeeded();
  await prediction.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: prediction })).not.toHaveAttribute('ssr');
  await prediction.getByText('No: once somebody has read 2').click();
  await prediction.getByRole('button', { name: 'See what happens' }).click();
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(stamp(page.locator('[data-figure="linearizability"]'))).toHaveText(
    'not linearizable',
  );
});

test('a lease lies where ReadIndex waits; with right clocks neither does', {
  tag: '@phone',
}, async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'leases');
  const left = root.getByRole('region', { name: 'Reads from a lease' });
  const right = root.getByRole('region', { name: 'Reads by ReadIndex' });
  await expect(stamp(left)).toHaveText('linearizable');
  await toTheEnd(page, root);
  await expect(stamp(left)).toHaveText('not linearizable');
  await expect(stamp(right)).toHaveText('linearizable');
  await page.getByRole('link', { name: 'With clocks that are right' }).click();
  await toTheEnd(page, root);
  await expect(stamp(left)).toHaveText('linearizable');
  await expect(stamp(right)).toHaveText('linearizable');
  expect(trouble).toEqual([]);
});

test('every event of both clusters can be stepped to', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'leases');
  await root.evaluate(async (element) => {
    const { ferrisFigure: hook } = element as HTMLElement & {
      ferrisFigure: { length: number; seek(cursor: number): void };
    };
    for (let cursor = 0; cursor <= hook.length; cursor++) {
      hook.seek(cursor);
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  expect(trouble).toEqual([]);
});

test('a lease is broken by a slow clock, and the checker says so', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'break-a-lease');
  const verdict = page.locator('[data-exercise="linearizability/break-a-lease"] .verdict');
  const steps = ['Clock of B slow', 'Cut B off', 'k puts x', 'l gets x'];
  for (const name of steps) {
    await toTheEnd(page, root);
    await press(root.getByRole('button', { name }).first(), hasTouch === true);
    await toTheEnd(page, root);
    if (name !== 'l gets x') await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  }
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(stamp(root)).toHaveText('not linearizable');
  expect(trouble).toEqual([]);
});
