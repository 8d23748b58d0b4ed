// The page of recovery: every position of the slider, every kind of disk, a recovery that is
// itself cut short, a share link, and the exercise from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import {
  moment,
  openElsewhere,
  predict,
  press,
  seek,
  share,
  solveByTheSolution,
  startExercise,
  startFigure,
  startPrediction,
  stateOf,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'durability/recovery/';

/** What the page says of all positions, once it has cut the power at each. */
async function sweepOf(crash: Locator): Promise<string> {
  const { length } = await moment(crash);
  const chart = crash.locator('.chart');
  await expect(chart).toHaveAttribute('data-known', String(length + 1));
  return (await chart.getAttribute('aria-label')) ?? '';
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('an honest disk keeps every promise wherever the power goes; one that lies does not', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const crash = await startFigure(page, 'crash-anywhere');
  await expect(crash.locator('.verdict')).toHaveText(/^A prefix: the first 5 of 6 writes\./);
  for (const disk of ['nothing', 'everything', 'by chance', 'Roll again']) {
    await press(crash.getByRole('button', { name: disk, exact: true }), hasTouch);
    expect(await sweepOf(crash), disk).toContain('0 break one');
    await expect(crash.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  }
  await press(crash.getByRole('button', { name: 'nothing', exact: true }), hasTouch);
  await press(crash.getByRole('button', { name: 'Give it a disk that lies' }), hasTouch);
  expect(await sweepOf(crash)).not.toContain(' 0 break one');
  await expect(crash.locator('.verdict')).toContainText('The disk had lied');
  await press(crash.getByRole('button', { name: 'Give it an honest disk' }), hasTouch);
  await expect(crash.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  expect(trouble).toEqual([]);
});

test('pointing at the staircase moves the cut, and so do the keys', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const crash = await startFigure(page, 'crash-anywhere');
  const chart = crash.locator('.chart');
  await chart.scrollIntoViewIfNeeded();
  const { width, height } = (await chart.boundingBox()) ?? { width: 0, height: 0 };
  const position = { x: width - 2, y: height / 2 };
  await (hasTouch ? chart.tap({ position }) : chart.click({ position }));
  expect((await moment(crash)).cursor).toBeGreaterThan(118);
  await expect(crash.locator('.verdict')).toContainText('writes 1 to 7');

  await crash.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await expect(crash.locator('.verdict')).toContainText('an empty store');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(crash.locator('.verdict')).toContainText('None of the writes is there');
});

test('a link brings back the disk, the position and the verdict', async ({ page, browser }) => {
  await page.goto(PAGE);
  const crash = await startFigure(page, 'crash-anywhere');
  await crash.getByRole('button', { name: 'everything', exact: true }).click();
  await seek(crash, 105);
  await share(crash);

  const other = await openElsewhere(browser, page.url());
  const opened = await startFigure(other, 'crash-anywhere');
  expect(await stateOf(opened)).toBe(await stateOf(crash));
  expect(await opened.locator('.verdict').textContent()).toBe(
    await crash.locator('.verdict').textContent(),
  );
  await expect(opened.getByText('not read: in a table')).toBeVisible();
  await other.context().close();
});

test('an outcome can be looked into, and a recovery that is cut short does the same again', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const crash = await startFigure(page, 'crash-anywhere');
  await press(crash.getByRole('link', { name: 'this recovery, step by step' }), hasTouch);
  const steps = await startFigure(page, 'recovery-steps');
  await expect(steps.locator('figcaption')).toContainText('The power is back');

  await press(steps.getByRole('button', { name: 'Next mark' }), hasTouch);
  await expect(steps.locator('figcaption')).toContainText('The store is open');
  await expect(steps.getByText('Recovery 1 replayed 5 records')).toBeVisible();
  await press(steps.getByRole('button', { name: 'Step back' }), hasTouch);
  await press(steps.getByRole('button', { name: 'Cut the power' }), hasTouch);
  await press(steps.getByRole('button', { name: 'Restart, all kept' }), hasTouch);
  await steps.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(steps.getByText('Cut short by another power cut: 1 time.')).toBeVisible();
  await expect(steps.getByText('Recovery 1 replayed 5 records')).toBeVisible();
});

test('the prediction leads to the moment between the edit and the deletion', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'recovery/edit-then-cut');
  const verdict = await predict(prediction, 'It doesn’t read it.', false);
  await expect(verdict).toContainText('So it is.');
  const crash = await startFigure(page, 'crash-anywhere');
  await expect(crash.getByText('not read: in a table')).toBeVisible();
});

test('the exercise: what is there fails, the solution passes', async ({ page }) => {
  await page.goto(PAGE);
  await solveByTheSolution(await startExercise(page, 'recovery/replay-twice'));
});
