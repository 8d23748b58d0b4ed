// The first page: typing at the table, growth, a reload that takes everything, a share link,
// the prediction, the console, and the four exercises from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'memory/key-value-store/';

interface Hook {
  readonly cursor: number;
  readonly length: number;
  stateHash(): string;
  seek(cursor: number): void;
}
type Started = Element & { readonly ferrisFigure: Hook };

/** The figure, started. */
async function table(page: Page): Promise<Locator> {
  const found = page.locator('[data-figure="hash-table"]');
  await found.scrollIntoViewIfNeeded();
  await expect(found).toHaveAttribute('data-state', 'ready');
  return found;
}

const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());
const toEnd = (figure: Locator) =>
  figure.evaluate((root) => {
    const { ferrisFigure } = root as unknown as Started;
    ferrisFigure.seek(ferrisFigure.length);
  });
const stateOf = (figure: Locator) =>
  figure.evaluate((root) => (root as unknown as Started).ferrisFigure.stateHash());
const lastCall = (figure: Locator) => figure.locator('.calls p').last();

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('what is typed is put, found and deleted, until the page is reloaded', async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await table(page);
  await expect(figure.locator('figcaption')).toContainText('The hash of eve ends in 010');
  const call = async (button: string) => {
    await press(figure.getByRole('button', { name: button, exact: true }), hasTouch);
    await toEnd(figure);
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
  const figure = await table(page);
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
  const figure = await table(page);
  const key = figure.getByLabel('key', { exact: true });
  await key.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('hal');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await toEnd(figure);
  await expect(lastCall(figure)).toHaveText('put("hal", "70")new');
  await figure.getByRole('button', { name: 'Share a link to this moment' }).click();
  await expect(page).toHaveURL(/#f=hash-table\./);
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  const opened = await table(other);
  await expect.poll(() => stateOf(opened)).toBe(await stateOf(figure));
  await expect(lastCall(opened)).toHaveText('put("hal", "70")new');
  await other.context().close();
});

test('the prediction leads to the empty table', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = page.locator('[data-prediction="key-value-store/reload"]');
  await prediction.scrollIntoViewIfNeeded();
  const see = prediction.getByRole('button', { name: 'See what happens' });
  await expect(async () => {
    await prediction.getByText('undefined: there is no such key.').click();
    await expect(see).toBeEnabled({ timeout: 1000 });
  }).toPass();
  await see.click();
  await expect(prediction.locator('.verdict')).toContainText('So it is.');
  await expect(lastCall(await table(page))).toHaveText('get("eve")undefined');
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
    const exercise = page.locator(`[data-exercise="key-value-store/${name}"]`);
    await exercise.scrollIntoViewIfNeeded();
    await exercise.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'wrong');
    for (const hint of ['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3', 'Show a solution'])
      await exercise.getByText(hint).click();
    await exercise.getByRole('button', { name: 'Put it in the editor' }).click();
    await exercise.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  });
}
