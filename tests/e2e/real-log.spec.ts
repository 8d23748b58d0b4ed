// The page on the real log: the bytes of each server, a disk that lies and the invariant that
// finds it out, both clusters side by side, and the exercise from the first press to the verdict.

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

const PAGE = 'distribution/real-log/';

test('the bytes of each server are one press away, and a link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await startFigure(page, 'real-log');
  await expect(root.locator('.server-bytes')).toContainText('vote for A');
  await expect(root.locator('.doc')).toContainText('record');
  await press(root.getByRole('button', { name: 'Disk of A' }), hasTouch);
  await expect(root.getByRole('button', { name: 'Disk of A' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await toTheEnd(root);
  await press(root.getByRole('button', { name: 'The disk of B lies' }), hasTouch);
  await toTheEnd(root);
  await press(root.getByRole('button', { name: 'Put x' }), hasTouch);
  await toTheEnd(root);
  await press(root.getByRole('button', { name: 'Crash B' }), hasTouch);
  await toTheEnd(root);
  await press(root.getByRole('button', { name: 'Restart B' }), hasTouch);
  await toTheEnd(root);
  await expect(root.locator('.violation').first()).toContainText('what was persisted stays');
  await (await sharesItsMoment(root, browser)).page().context().close();
  await press(root.getByRole('button', { name: /^Event 1 of/ }), hasTouch);
  await expect(root.locator('.violation')).toHaveCount(0);
  expect(trouble).toEqual([]);
});

test('two clusters, the same actions: only lying disks elect two leaders in a term', async ({
  page,
}) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'forgetful');
  await toTheEnd(root);
  const lying = root.getByRole('region', { name: 'disks that lie' });
  const honest = root.getByRole('region', { name: 'disks that keep their word' });
  await expect(lying.locator('.violation')).toContainText('election safety');
  await expect(honest.locator('.violation')).toHaveCount(0);
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'real-log/before-a-vote');
  const verdict = await predict(prediction, 'The term, and for whom', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('by keyboard alone two servers are made to lead one term', async ({ page }) => {
  await page.goto(PAGE);
  const root = await startFigure(page, 'two-leaders');
  const cutOff = async (server: string) => {
    await root.getByRole('button', { name: new RegExp(`^Server ${server}`) }).press('Enter');
    await root.getByRole('button', { name: 'Cut off' }).press('Enter');
    await toTheEnd(root);
  };
  await toTheEnd(root);
  await cutOff('C');
  await root.getByRole('button', { name: 'Crash B' }).press('Enter');
  await toTheEnd(root);
  await cutOff('A');
  await root.getByRole('button', { name: 'Restart B' }).press('Enter');
  await toTheEnd(root);
  await root.getByRole('button', { name: 'Run 400 ms' }).press('Enter');
  await toTheEnd(root);
  await expect(verdictOf(page, 'real-log/two-leaders')).toHaveAttribute('data-verdict', 'right');
});
