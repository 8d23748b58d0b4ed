// The page of tables: map and tree light each other up, lookups by button, by typing and by
// keyboard, a link, and the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { puzzle } from '../../src/exercise/table/decode.ts';
import { openElsewhere, press, startFigure, toTheEnd } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/table/';

const answer = (figure: Locator) => figure.locator('dd').last();

async function open(page: Page): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  return startFigure(page, 'table-lookup');
}

test('keys are looked up by button and by typing; a block is read, or nothing', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const trouble = watchForTrouble(page);
  const figure = await open(page);
  const read = figure.locator('dd').nth(2);
  await press(figure.getByRole('button', { name: 'Look up crab:hermit' }), hasTouch);
  await toTheEnd(figure);
  await expect(answer(figure)).toHaveText('3');
  await expect(read).toHaveText(/^87 of \d+ B$/);
  await press(figure.getByRole('button', { name: 'Look up eel:garden' }), hasTouch);
  await toTheEnd(figure);
  await expect(answer(figure)).toHaveText('not in this table');
  await expect(read).toHaveText(/^0 of/);
  await figure.getByRole('textbox').fill('ray:manta');
  await press(figure.getByRole('button', { name: 'Look it up' }), hasTouch);
  await toTheEnd(figure);
  await expect(answer(figure)).toHaveText('1');
  await expect(figure.locator('figcaption')).toContainText('ray:manta is 1.');
  expect(trouble).toEqual([]);
});

test('the tree is one tab stop, and says what each part is', async ({ page }) => {
  const figure = await open(page);
  await figure.locator('[data-node="footer"]').focus();
  await expect(figure.getByRole('note')).toContainText('footer: 64 bytes at');
  await page.keyboard.press('End');
  await expect(figure.getByRole('note')).toContainText('squid:giant');
  await expect(figure.locator('.figure-stage svg rect.lit').first()).toBeAttached();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(figure.locator('[data-node="filter"]')).toBeFocused();
  await expect(figure.locator('.tree [tabindex="0"]')).toHaveCount(1);
});

test('pointing at the map lights up the tree', async ({ page }) => {
  const figure = await open(page);
  await figure.locator('.figure-stage svg').hover({ position: { x: 4, y: 4 } });
  await expect(figure.getByRole('note')).toContainText('header: 64 bytes at 0');
  await figure.locator('[data-node="block:2"]').hover();
  await expect(figure.getByRole('note')).toContainText('block 2');
});

test('a shared lookup is the same in a fresh browser', async ({ page, browser }) => {
  const figure = await open(page);
  await figure.getByRole('textbox').fill('shrimp:tiger');
  await figure.getByRole('textbox').press('Enter');
  await toTheEnd(figure);
  await figure.getByRole('button', { name: /share/i }).click();
  await expect(page).toHaveURL(/#f=table-lookup\./);
  const other = await openElsewhere(browser, page.url());
  await expect(answer(other.locator('[data-figure="table-lookup"]'))).toHaveText('90');
  await other.context().close();
});

test('the prediction is answered by the engine, and shown', async ({ page }) => {
  const figure = await open(page);
  const prediction = page.locator('[data-prediction="table/reads-of-one-key"]');
  await prediction.getByText('One block.', { exact: true }).click();
  await prediction.getByRole('button', { name: 'See what happens' }).click();
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(figure.locator('figcaption')).toContainText('checksum');
});

test('the exercise: a wrong field is pointed at, the right ones pass', { tag: '@phone' }, async ({
  page,
}) => {
  const { answer: right } = puzzle();
  await page.goto(PAGE);
  const exercise = page.locator('[data-exercise="table/decode-restart"]');
  await exercise.scrollIntoViewIfNeeded();
  const verdict = exercise.locator('.verdict');
  const fields = {
    'begins at byte': '0',
    'bytes shared': right.shared,
    'bytes stored': right.unshared,
  };
  const more = {
    'bytes of value': right.valueBytes,
    'its key': right.key,
    'key after it': right.next,
  };
  for (const [label, value] of Object.entries({ ...fields, ...more }))
    await exercise.getByLabel(label).fill(String(value));
  await expect(page.locator('astro-island', { has: exercise })).not.toHaveAttribute('ssr');
  await exercise.getByRole('button', { name: 'Check it' }).click();
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  await expect(verdict).toContainText('begins elsewhere');
  await exercise.getByLabel('begins at byte').fill(String(right.at));
  await exercise.getByRole('button', { name: 'Check it' }).click();
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(verdict).toContainText(right.next);
});
