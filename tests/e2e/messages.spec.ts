// The page of messages: servers paused and heartbeats dropped, by mouse, touch and keyboard; a
// sweep whose points open their runs; both exercises from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import {
  predict,
  press,
  seek,
  sharesItsMoment,
  startFigure,
  startPrediction,
  startSweep,
  toTheEnd,
  verdictOf,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/messages/';

/** A line of the diagram, by what it says of itself. */
const heartbeat = (root: Locator, number: number, from: string, to: string) =>
  root.locator(`[aria-label^="heartbeat, number ${number}, from ${from} to ${to}"]`);

test('a paused server is suspected, and its link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'messages');
  await expect(root.locator('[data-suspected]')).toHaveCount(2);
  await toTheEnd(root);
  await expect(root.locator('[data-suspected]')).toHaveCount(0);
  await press(root.getByRole('button', { name: 'Pause B' }), hasTouch);
  await toTheEnd(root);
  await expect(root.locator('[data-suspected]')).toHaveCount(2);
  await expect(root.locator('.suspicion[data-node="2"]').first()).toBeVisible();
  await (await sharesItsMoment(root, browser)).page().context().close();
  expect(trouble).toEqual([]);
});

test('by keyboard alone a heartbeat is picked and dropped', async ({ page }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'messages');
  await toTheEnd(root);
  await heartbeat(root, 8, 'A', 'B').press('Enter');
  await expect(root.locator('.picked')).toContainText('A to B, number 8');
  await root.getByRole('button', { name: 'Drop it' }).press('Enter');
  await toTheEnd(root);
  await expect(root.locator('.picked')).toContainText('dropped by hand');
  await root.getByLabel('Suspect after').selectOption('60');
  await toTheEnd(root);
  await expect(root.getByLabel('Suspect after')).toHaveValue('60');
});

test('a sweep comes to the numbers of the build, and a point opens its run', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const plot = await startSweep(page, 'detection-time');
  await press(plot.getByRole('button', { name: 'Measure it here' }), hasTouch);
  await expect(plot).toHaveAttribute('data-phase', 'done');
  await expect(plot.getByRole('status')).toContainText('every number as when this page was built');
  const third = plot.locator('a[data-place="2"]');
  await press(third, hasTouch);
  await expect(plot.locator('.where')).toContainText('160 ms');
  if (hasTouch) await third.tap(); // the first tap reads, the second opens
  await expect(page).toHaveURL(/#f=messages\./);
  const root = await startFigure(page, 'messages');
  await toTheEnd(root);
  await expect(root.getByLabel('Suspect after')).toHaveValue('160');
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'messages/resume');
  const verdict = await predict(prediction, 'A and B, both of them', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('the living are suspected without a crash', { tag: '@phone' }, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'false-suspicion');
  const verdict = verdictOf(page, 'messages/false-suspicion');
  await press(root.getByRole('button', { name: 'Crash A' }), hasTouch);
  await toTheEnd(root);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await seek(root, 30);
  await press(root.getByRole('button', { name: 'Pause A' }), hasTouch);
  await toTheEnd(root);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('two servers are made to disagree by dropping two heartbeats', async ({ page }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'two-opinions');
  await root.getByRole('button', { name: 'Run 300 ms' }).click();
  await toTheEnd(root);
  for (const number of [7, 8]) {
    await heartbeat(root, number, 'C', 'A').press('Enter');
    await root.getByRole('button', { name: 'Drop it' }).click();
    await toTheEnd(root);
  }
  await expect(verdictOf(page, 'messages/disagree')).toHaveAttribute('data-verdict', 'right');
});
