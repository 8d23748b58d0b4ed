// The first page: typing at the table, growth, a reload that takes everything, a share link,
// the prediction, the console, and the four exercises from the first press to the verdict.

import { expect, type Locator, test } from '@playwright/test';
import {
  predict,
  press,
  sharesItsMoment,
  solveByTheSolution,
  startExercise,
  startFigure,
  startPrediction,
  toTheEnd,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'memory/key-value-store/';

const lastCall = (figure: Locator) => figure.locator('.calls p').last();

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('what is typed is put, found and deleted, until the page is reloaded', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await startFigure(page, 'hash-table');
  await expect(figure.locator('figcaption')).toContainText('The hash of eve ends in 010');
  const call = async (button: string) => {
    await press(figure.getByRole('button', { name: button, exact: true }), hasTouch);
    await toTheEnd(figure);
  };
  await figure.getByLabel('key', { exact: true }).fill('zoe');
  await figure.getByLabel('value', { exact: true }).fill('99');
  await call('Put');
  await expect(lastCall(figure)).toHaveText('put("zoe", "99")new');
  await call('Get');
  await expect(lastCall(figure)).toHaveText('get("zoe")"99"');
  await call('List');
  await expect(lastCall(figure)).toContainText('zoe');
  await call('Delete');
  await expect(lastCall(figure)).toHaveText('delete("zoe")true');
  await call('Reload the page');
  await expect(figure.locator('figcaption')).toContainText('all volatile, all lost');
  await call('Get');
  await expect(lastCall(figure)).toHaveText('get("zoe")undefined');
  expect(trouble).toEqual([]);
});

test('the table grows when it is full, and a reload in the middle of it is one, too', async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'hash-table');
  await press(page.getByRole('link', { name: 'it doubles the buckets' }), hasTouch);
  await expect(figure.locator('figcaption')).toContainText('From now on there are 8');
  await press(figure.getByRole('button', { name: 'Step forward' }), hasTouch);
  await expect(figure.locator('figcaption')).toContainText(/it (stays|goes)/);
  await press(figure.getByRole('button', { name: 'Reload the page' }), hasTouch);
  await expect(figure.locator('figcaption')).toContainText('The page is reloaded');
  await expect(figure.locator('.entry[data-concept="lost"]')).toHaveCount(4);
});

test('with the keyboard alone: Enter in the value puts, and a link brings it back elsewhere', async ({
  page,
  browser,
}) => {
  await page.goto(PAGE);
  const figure = await startFigure(page, 'hash-table');
  const key = figure.getByLabel('key', { exact: true });
  await key.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('hal');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await toTheEnd(figure);
  await expect(lastCall(figure)).toHaveText('put("hal", "70")new');
  const there = await sharesItsMoment(figure, browser);
  await expect(lastCall(there)).toHaveText('put("hal", "70")new');
  await there.page().context().close();
});

test('the prediction leads to the empty table', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'key-value-store/reload');
  const verdict = await predict(prediction, 'undefined: there is no such key.', false);
  await expect(verdict).toContainText('So it is.');
  await expect(lastCall(await startFigure(page, 'hash-table'))).toHaveText('get("eve")undefined');
});

test('the table is there in the console as the page says', async ({ page }) => {
  await page.goto(PAGE);
  const value = await page.evaluate(async () => {
    type Table = {
      put(key: Uint8Array, value: Uint8Array): void;
      get(key: Uint8Array): Uint8Array;
    };
    type Engine = {
      HashTable: new () => Table;
      utf8(text: string): Uint8Array;
      text(bytes: Uint8Array): string;
    };
    const { ferrisdb } = window as unknown as { ferrisdb: { load(): Promise<Engine> } };
    const { HashTable, utf8, text } = await ferrisdb.load();
    const table = new HashTable();
    table.put(utf8('crab'), utf8('orange'));
    return text(table.get(utf8('crab')));
  });
  expect(value).toBe('orange');
});

for (const name of ['delete', 'expire', 'fold-case', 'prefix-scan']) {
  test(`exercise ${name}: what is there fails, the solution passes`, async ({ page }) => {
    await page.goto(PAGE);
    await solveByTheSolution(await startExercise(page, `key-value-store/${name}`));
  });
}
