// The page of the memtable: a key is written, deleted and sought by button and by keyboard, the power
// goes in the middle of a flush, a link, the prediction, and the exercise to its verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { askedFor, SOUGHT } from '../../src/widgets/memtable/probe.ts';
import { openElsewhere, press, startFigure, toTheEnd } from './figure.ts';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'tree/memtable/';

const button = (figure: Locator, name: string) => figure.getByRole('button', { name, exact: true });

async function open(page: Page): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const figure = await startFigure(page, 'memtable');
  await toTheEnd(figure);
  return figure;
}

test('a key is put, sought, deleted and gone; a snapshot still has it', async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  const figure = await open(page);
  const answer = figure.locator('.answer');
  await figure.getByLabel('Key', { exact: true }).selectOption('tuna');
  for (const name of ['Put', 'Take a snapshot', 'Delete', 'Get']) {
    await press(button(figure, name), hasTouch);
    await toTheEnd(figure);
  }
  await expect(answer).toContainText('tuna is not there, after 1 place');
  await press(figure.getByRole('button', { name: /^Get as of/ }), hasTouch);
  await toTheEnd(figure);
  await expect(answer).toContainText(/tuna is \d+, after 1\s+place/);
  expect(trouble).toEqual([]);
});

test('a power cut in the middle of a flush loses nothing', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const figure = await open(page);
  const done = ['Put', 'Put', 'Put', 'Delete krill up to shrimp', 'Put', 'Flush a slice'];
  for (const name of [...done, 'Cut the power', 'Restart: all unsynced lost']) {
    await press(button(figure, name), hasTouch);
    await toTheEnd(figure);
  }
  await expect(figure.getByRole('group', { name: 'Memtable', exact: true })).toContainText(
    'krill up to shrimp',
  );
  await figure.getByLabel('Key', { exact: true }).selectOption('lobster');
  await press(button(figure, 'Get'), hasTouch);
  await toTheEnd(figure);
  await expect(figure.locator('.answer')).toContainText('lobster is not there, after 1 place');
});

test('by keyboard alone', async ({ page }) => {
  const figure = await open(page);
  await figure.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(figure.locator('figcaption')).toContainText('The store is open');
  await button(figure, 'Get').focus();
  await page.keyboard.press('Enter');
  await toTheEnd(figure);
  await expect(figure.locator('.answer')).toContainText('eel is not there');
});

test('a shared state is the same in a fresh browser', async ({ page, browser }) => {
  const figure = await open(page);
  await figure.getByLabel('Key', { exact: true }).selectOption('krill');
  await button(figure, 'Put').click();
  await toTheEnd(figure);
  await figure.getByRole('button', { name: /share/i }).click();
  await expect(page).toHaveURL(/#f=memtable\./);
  const other = await openElsewhere(browser, page.url());
  const memtable = other
    .locator('[data-figure="memtable"]')
    .getByRole('group', { name: 'Memtable', exact: true });
  await expect(memtable).toContainText('krill');
  await other.context().close();
});

test('the prediction is answered by the engine, and shown', async ({ page }) => {
  const figure = await open(page);
  const prediction = page.locator('[data-prediction="memtable/delete"]');
  await prediction.getByText('Nothing.', { exact: true }).click();
  await prediction.getByRole('button', { name: 'See what happens' }).click();
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(figure.locator('figcaption')).toContainText('no eel');
});

test('the exercise: a wrong order is shown, the right ones pass', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  const exercise = page.locator('[data-exercise="memtable/probe-order"]');
  await start(exercise.locator('[data-figure="probe-order"]'));
  const verdict = exercise.locator('.verdict');
  const place = (key: string, name: string) =>
    exercise.getByRole('button', { name: new RegExp(`^${name} for ${key}`) });
  for (const key of SOUGHT)
    for (const { place: name } of askedFor(key)) await press(place(key, name), hasTouch);
  const last = SOUGHT.at(-1) ?? '';
  const end = askedFor(last).at(-1)?.place ?? '';
  await press(place(last, end), hasTouch);
  await press(exercise.getByRole('button', { name: 'Ask the engine' }), hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(verdict).toContainText(last);
  await press(place(last, end), hasTouch);
  await press(exercise.getByRole('button', { name: 'Ask the engine' }), hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});
