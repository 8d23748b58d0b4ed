// The page on replication: a write goes through, figure 8 takes its other end, an entry is lost
// by buttons alone, and the solution of the second exercise is right.

import { expect, type Locator, test } from '@playwright/test';
import { moment, predict, press, seek, startFigure, startPrediction, toTheEnd } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'distribution/replication/';

const verdictOf = (figure: Locator, id: string) =>
  figure.page().locator(`[data-exercise="${id}"] .verdict`);

/** Presses an action of the figure, and sees what comes of it to its end. */
async function act(figure: Locator, name: string | RegExp, hasTouch: boolean): Promise<void> {
  await press(figure.getByRole('button', { name }).first(), hasTouch);
  await toTheEnd(figure);
}

test('a write in the middle of the run is a branch of its own', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'replication');
  const { length, hash } = await moment(figure);
  await seek(figure, Math.floor(length / 2));
  await act(figure, /^Put x = /, hasTouch);
  expect((await moment(figure)).hash).not.toBe(hash);
  await press(figure.getByRole('tab', { name: 'Clients' }), hasTouch);
  await expect(figure.locator('table')).toContainText('x=2');
  expect(trouble).toEqual([]);
});

test('logs that differ are made the same, with a key', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'replication');
  await toTheEnd(figure);
  await figure.getByRole('slider', { name: 'Event' }).press('1');
  await toTheEnd(figure);
  await act(figure, 'Heal the network', false);
  await figure.getByRole('tab', { name: 'Events' }).click();
  await expect(figure.getByRole('tabpanel')).toContainText('raft.');
  expect(trouble).toEqual([]);
});

test('figure 8: what a majority has is not committed, says the prediction', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const part = await startPrediction(page, 'replication/on-a-majority');
  const verdict = await predict(part, 'No: the leader waits', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('an entry is lost by a cut, a write and a heal', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'lose-one');
  await toTheEnd(figure);
  await act(figure, 'Cut C off', hasTouch);
  const verdict = verdictOf(figure, 'replication/lose-one');
  await expect(verdict).toHaveAttribute('data-verdict', 'open');
  await startOverAndLose(figure, hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

/** The write has to come before the old leader gives up: at the moment of the cut, not after it. */
async function startOverAndLose(figure: Locator, hasTouch: boolean): Promise<void> {
  const { length } = await moment(figure);
  await seek(figure, length);
  await figure.getByRole('button', { name: 'Previous mark' }).click();
  for (let marks = 0; marks < 8; marks++) {
    if (/links|cut/i.test((await figure.locator('.figure-caption').textContent()) ?? '')) break;
    await figure.getByRole('button', { name: 'Previous mark' }).click();
  }
  await act(figure, /^Put x = /, hasTouch);
  await act(figure, 'Run 400 ms', hasTouch);
  await act(figure, 'Heal the network', hasTouch);
}

test('the solution keeps what was acknowledged', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'keep-one');
  const exercise = page.locator('[data-exercise="replication/keep-one"]');
  for (const hint of ['Hint 1 of 2', 'Hint 2 of 2', 'Show a solution'])
    await exercise.getByText(hint).click();
  await exercise.getByRole('button', { name: 'Play it in the figure' }).click();
  await toTheEnd(figure);
  await expect(verdictOf(figure, 'replication/keep-one')).toHaveAttribute('data-verdict', 'right');
  expect(trouble).toEqual([]);
});
