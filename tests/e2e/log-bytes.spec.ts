// The page of the log's bytes: every way to change a byte, what recovery says of it at once,
// a share link, and the exercises from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import { predict, press, startFigure, startPrediction, stateOf } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'durability/log-bytes/';

/** What the foot of the table says of the default mode. */
const usual = (log: Locator) => log.locator('tfoot td').first();

test('a bit flipped by pointing changes the verdict at once; every byte can be put back', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const log = await startFigure(page, 'log-bytes');
  await expect(usual(log)).toContainText('opens whole');

  // The reader finds the value of the last record selected.
  await press(log.getByRole('button', { name: /^Flip bit 0/ }), hasTouch);
  await expect(usual(log)).toContainText('opens torn tail');

  await press(log.getByRole('button', { name: 'Put every byte back' }), hasTouch);
  await expect(usual(log)).toContainText('opens whole');

  await press(log.getByRole('button', { name: '2 put eel = 7' }), hasTouch);
  await press(log.getByRole('button', { name: /^Flip bit 7/ }), hasTouch);
  await expect(usual(log)).toContainText('refuses corrupt');
  await expect(log.locator('.result')).toContainText('holds no record at byte 102');

  await press(log.getByRole('button', { name: 'skip-corrupt' }), hasTouch);
  await expect(log.locator('.result')).toContainText('crab');
  expect(trouble).toEqual([]);
});

test('two digits typed in the grid write a byte; the keyboard alone is enough', async ({
  page,
}) => {
  await page.goto(PAGE);
  const log = await startFigure(page, 'log-bytes');
  await log.getByRole('listbox', { name: 'Bytes of the log' }).focus();
  await page.keyboard.type('ff');
  await expect(usual(log)).toContainText('opens torn tail');
  await expect(log.locator('figcaption')).toContainText('opens with 4 of 5 writes');

  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type('00');
  await expect(usual(log)).not.toContainText('whole');

  // Back through the steps of recovery, without leaving the keys.
  const before = await stateOf(log);
  await log.getByRole('slider').focus();
  await page.keyboard.press('ArrowLeft');
  expect(await stateOf(log)).not.toBe(before);
  await page.keyboard.press('End');
  expect(await stateOf(log)).toBe(before);
});

test('a share link shows the same damage in a fresh profile', async ({ page, browser }) => {
  await page.goto(PAGE);
  const log = await startFigure(page, 'log-bytes');
  await log.getByRole('button', { name: /^Append a copy of record 5/ }).click();
  await log.getByRole('button', { name: /^Cut the file off/ }).click();
  const state = await stateOf(log);
  await log.getByRole('button', { name: /^Share/ }).click();
  await expect(page).toHaveURL(/#f=log-bytes\./);

  const fresh = await browser.newContext();
  const other = await fresh.newPage();
  await other.goto(page.url());
  expect(await stateOf(await startFigure(other, 'log-bytes'))).toBe(state);
  await fresh.close();
});

test('a prediction is answered by the two logs', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const logs = await startFigure(page, 'same-flip');
  const prediction = await startPrediction(page, 'log-bytes/flip-second');
  const verdict = await predict(prediction, 'It opens with four writes', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(prediction.locator('[data-verdict="right"]')).toContainText('It refuses');
  await expect(logs.getByRole('region', { name: 'sync full' })).toContainText('refuses to open');
  await expect(logs.getByRole('region', { name: 'sync none' })).toContainText('torn tail');
});

test('an exercise is solved by changing two bytes', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const log = await startFigure(page, 'log-bytes-exercise');
  const exercise = page.locator('[data-exercise="log-bytes/loses-the-last-two"]');
  const check = exercise.getByRole('button', { name: 'Check the log above' });
  const verdict = exercise.locator('.verdict');

  await press(log.getByRole('button', { name: '4 delete eel' }), hasTouch);
  await press(log.getByRole('button', { name: /^Flip bit 0/ }), hasTouch);
  await press(check, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');

  await press(log.getByRole('button', { name: '5 put ray = 42' }), hasTouch);
  await press(log.getByRole('button', { name: /^Flip bit 0/ }), hasTouch);
  await press(check, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});
