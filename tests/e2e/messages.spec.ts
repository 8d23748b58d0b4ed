// The page of messages: servers paused and heartbeats dropped, by mouse, touch and keyboard; a
// sweep whose points open their runs; both exercises from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/messages/';

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

/** A line of the diagram, by what it says of itself. */
const heartbeat = (root: Locator, number: number, from: string, to: string) =>
  root.locator(`[aria-label^="heartbeat, number ${number}, from ${from} to ${to}"]`);

test('a paused server is suspected, and its link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'messages');
  await expect(root.locator('[data-suspected]')).toHaveCount(2);
  await toTheEnd(page, root);
  await expect(root.locator('[data-suspected]')).toHaveCount(0);
  await press(root.getByRole('button', { name: 'Pause B' }), hasTouch === true);
  await toTheEnd(page, root);
  await expect(root.locator('[data-suspected]')).toHaveCount(2);
  await expect(root.locator('.suspicion[data-node="2"]').first()).toBeVisible();

  await press(root.getByRole('button', { name: /share/i }), hasTouch === true);
  await expect(page).toHaveURL(/#f=messages\./);
  const hash = await root.evaluate((element: HTMLElement & { ferrisFigure?: { hash: string } }) => {
    return element.ferrisFigure?.hash;
  });
  const other = await browser.newContext();
  const opened = await other.newPage();
  await opened.goto(page.url());
  const there = await figure(opened, 'messages');
  await expect
    .poll(() =>
      there.evaluate((element: HTMLElement & { ferrisFigure?: { hash: string } }) => {
        return element.ferrisFigure?.hash;
      }),
    )
    .toBe(hash);
  await other.close();
  expect(trouble).toEqual([]);
});

test('every event can be stepped to', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'messages');
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

test('by keyboard alone a heartbeat is picked and dropped', async ({ page }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'messages');
  await toTheEnd(page, root);
  await heartbeat(root, 8, 'A', 'B').press('Enter');
  await expect(root.locator('.picked')).toContainText('A to B, number 8');
  await root.getByRole('button', { name: 'Drop it' }).press('Enter');
  await toTheEnd(page, root);
  await expect(root.locator('.picked')).toContainText('dropped by hand');
  await root.getByLabel('Suspect after').selectOption('60');
  await toTheEnd(page, root);
  await expect(root.getByLabel('Suspect after')).toHaveValue('60');
});

test('a sweep comes to the numbers of the build, and a point opens its run', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const plot = await started(page.locator('[data-sweep="detection-time"]'));
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch === true);
  await expect(plot).toHaveAttribute('data-phase', 'done', { timeout: 20_000 });
  await expect(plot.getByRole('status')).toContainText('every number as when this page was built');
  const third = plot.locator('a[data-place="2"]');
  await press(third, hasTouch === true);
  await expect(plot.locator('.where')).toContainText('160 ms');
  if (hasTouch) await third.tap(); // the first tap reads, the second opens
  await expect(page).toHaveURL(/#f=messages\./);
  const root = await figure(page, 'messages');
  await toTheEnd(page, root);
  await expect(root.getByLabel('Suspect after')).toHaveValue('160');
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = page.locator('[data-prediction="messages/resume"]');
  await prediction.scrollIntoViewIfNeeded();
  await prediction.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: prediction })).not.toHaveAttribute('ssr');
  await press(prediction.getByText('A and B, both of them'), hasTouch === true);
  await press(prediction.getByRole('button', { name: 'See what happens' }), hasTouch === true);
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});

test('the living are suspected without a crash', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'false-suspicion');
  const exercise = page.locator('[data-exercise="messages/false-suspicion"]');
  await press(root.getByRole('button', { name: 'Crash A' }), hasTouch === true);
  await toTheEnd(page, root);
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'wrong');
  await page.keyboard.press('Home');
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
  await press(root.getByRole('button', { name: 'Pause A' }), hasTouch === true);
  await toTheEnd(page, root);
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});

test('two servers are made to disagree by dropping two heartbeats', async ({ page }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'two-opinions');
  const exercise = page.locator('[data-exercise="messages/disagree"]');
  await root.getByRole('button', { name: 'Run 300 ms' }).click();
  await toTheEnd(page, root);
  for (const number of [7, 8]) {
    await heartbeat(root, number, 'C', 'A').press('Enter');
    await root.getByRole('button', { name: 'Drop it' }).click();
    await toTheEnd(page, root);
  }
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
