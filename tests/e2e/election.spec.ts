// The page on elections: a server is picked and crashed by mouse, finger and keys, the run forks
// in the middle, and the exercise is solved by its own buttons.

import { expect, test } from '@playwright/test';
import {
  type Hooked,
  moment,
  predict,
  press,
  seek,
  startFigure,
  startPrediction,
  toTheEnd,
} from './figure.ts';
import { overflowPx, watchForTrouble } from './pages.ts';

const PAGE = 'distribution/election/';

test('the leader is picked and crashed in the middle, and others lead', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'election');
  const before = await moment(figure);
  const leader = figure.locator('.server[data-role="leader"]');
  for (let at = 0; at < before.length && (await leader.count()) === 0; at += 20)
    await seek(figure, at);
  await press(leader, hasTouch);
  await press(figure.getByRole('button', { name: 'Crash', exact: true }), hasTouch);
  expect(await figure.evaluate((root) => (root as unknown as Hooked).ferrisFigure.branches)).toBe(
    2,
  );
  expect((await moment(figure)).hash).not.toBe(before.hash);
  await toTheEnd(figure);
  await expect(figure.locator('.server[data-machine="down"]')).toHaveCount(1);
  expect(await overflowPx(page)).toBe(0);
  expect(trouble).toEqual([]);
});

test('a message on its way is wide enough for a thumb, and leaves the servers theirs', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'election'); // opens with votes asked for, and on their way
  const reaches = figure.locator('.ring .reach');
  expect(await reaches.count()).toBeGreaterThanOrEqual(4);
  const least = hasTouch ? 44 : 32;
  for (const reach of await reaches.all()) {
    const { width = 0, height = 0 } = (await reach.boundingBox()) ?? {};
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(least);
  }
  await press(figure.locator('.message').first(), hasTouch);
  await expect(figure.locator('.picked')).toContainText('arrives at');
  await press(figure.locator('.server[data-node="4"]'), hasTouch);
  await expect(figure.locator('.picked .node')).toHaveText('D');
});

test('by keys alone a server is picked, crashed and restarted, and a vote is split', async ({
  page,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'election');
  await toTheEnd(figure);
  await figure.locator('.server[data-node="1"]').press('Enter');
  await page.keyboard.press('c');
  await toTheEnd(figure);
  const first = figure.locator('.server[data-node="1"]');
  await expect(first).toHaveAttribute('data-machine', 'down');
  await page.keyboard.press('c');
  await toTheEnd(figure);
  await expect(first).toHaveAttribute('data-machine', 'up');
  const { length } = await moment(figure);
  await page.keyboard.press('1');
  await toTheEnd(figure);
  expect((await moment(figure)).length).toBeGreaterThan(length);
  await expect(figure.locator('.tape')).toContainText('split vote');
  expect(trouble).toEqual([]);
});

test('equal timeouts: the prediction is answered by the run', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const part = await startPrediction(page, 'election/equal-timeouts');
  const verdict = await predict(part, 'Every vote is split', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('three votes are split in a row by slow messages', async ({ page }) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'three-splits');
  await toTheEnd(figure);
  const verdict = page.locator('[data-exercise="election/three-splits"] .verdict');
  await figure.getByRole('button', { name: 'Messages take 150 to 300 ms' }).click();
  for (let runs = 0; runs < 6; runs++) {
    await toTheEnd(figure);
    await figure.getByRole('button', { name: 'Run 400 ms' }).click();
  }
  await toTheEnd(figure);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});
