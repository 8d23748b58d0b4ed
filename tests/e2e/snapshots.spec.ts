// The page on snapshots: a server is caught up, a chunk is lost and sent again, the file can be
// read byte by byte, and the exercise is solved.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'distribution/snapshots/';

async function figure(page: Page, name: string): Promise<Locator> {
  const found = page.locator(`[data-figure="${name}"]`);
  await start(found);
  return found;
}
const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());

async function toTheEnd(page: Page, root: Locator): Promise<void> {
  await root.getByRole('slider', { name: 'Event' }).focus();
  await page.keyboard.press('End');
}

test('C is caught up by a snapshot that can be read, and a link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'snapshots');
  await expect(root.locator('[data-what="snapshot"]').first()).toBeAttached();
  await toTheEnd(page, root);
  await press(root.getByRole('tab', { name: 'Bytes' }), hasTouch === true);
  const files = root.getByRole('combobox', { name: 'file' });
  await expect(files.locator('option', { hasText: '.snp' })).toHaveCount(1);
  const names = await files.locator('option').allTextContents();
  await files.selectOption(names.find((name) => name.endsWith('.snp')) ?? 'a snapshot');
  await expect(root.locator('.server-bytes')).toContainText('trailer');
  await press(root.getByRole('button', { name: 'Share' }), hasTouch === true);
  await expect(page).toHaveURL(/#f=snapshots\./);
  const hashOf = (one: Locator) =>
    one.evaluate((element: HTMLElement & { ferrisFigure?: { hash: string } }) => {
      return element.ferrisFigure?.hash;
    });
  const hash = await hashOf(root);
  const other = await browser.newContext();
  const opened = await other.newPage();
  await opened.goto(page.url());
  const there = await figure(opened, 'snapshots');
  await expect.poll(() => hashOf(there)).toBe(hash);
  await other.close();
  expect(trouble).toEqual([]);
});

test('every event can be stepped to', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'snapshots');
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

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = page.locator('[data-prediction="snapshots/lost-chunk"]');
  await prediction.scrollIntoViewIfNeeded();
  await prediction.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: prediction })).not.toHaveAttribute('ssr');
  await press(prediction.getByText('The second piece, after a while'), hasTouch === true);
  await press(prediction.getByRole('button', { name: 'See what happens' }), hasTouch === true);
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});

test('by keyboard alone C is caught up cheaply', async ({ page }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'catch-up');
  const exercise = page.locator('[data-exercise="snapshots/catch-up"]');
  await toTheEnd(page, root);
  for (let i = 0; i < 3; i++) {
    await root.getByRole('button', { name: 'Write x eight times' }).press('Enter');
    await toTheEnd(page, root);
  }
  await root.getByRole('button', { name: 'Heal the network' }).press('Enter');
  await toTheEnd(page, root);
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
