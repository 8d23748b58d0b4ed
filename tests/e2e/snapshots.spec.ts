// The page on snapshots: a server is caught up, a chunk is lost and sent again, the file can be
// read byte by byte, and the exercise is solved.

import { expect, test } from '@playwright/test';
import {
  predict,
  press,
  sharesItsMoment,
  startFigure,
  startPrediction,
  toTheEnd,
  verdictOf,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/snapshots/';

test('C is caught up by a snapshot that can be read, and a link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'snapshots');
  await expect(root.locator('[data-what="snapshot"]').first()).toBeAttached();
  await toTheEnd(root);
  await press(root.getByRole('tab', { name: 'Bytes' }), hasTouch);
  const files = root.getByRole('combobox', { name: 'file' });
  await expect(files.locator('option', { hasText: '.snp' })).toHaveCount(1);
  const names = await files.locator('option').allTextContents();
  await files.selectOption(names.find((name) => name.endsWith('.snp')) ?? 'a snapshot');
  await expect(root.locator('.server-bytes')).toContainText('trailer');
  await (await sharesItsMoment(root, browser)).page().context().close();
  expect(trouble).toEqual([]);
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'snapshots/lost-chunk');
  const verdict = await predict(prediction, 'The second piece, after a while', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('by keyboard alone C is caught up cheaply', async ({ page }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'catch-up');
  await toTheEnd(root);
  for (let i = 0; i < 3; i++) {
    await root.getByRole('button', { name: 'Write x eight times' }).press('Enter');
    await toTheEnd(root);
  }
  await root.getByRole('button', { name: 'Heal the network' }).press('Enter');
  await toTheEnd(root);
  await expect(verdictOf(page, 'snapshots/catch-up')).toHaveAttribute('data-verdict', 'right');
});
