// Tutorial 4 as a reader goes through it: predict, cut the power, lose an acknowledged write in
// three faults, fail to lose one without a fault, and do it again in the console.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { moment, press, share, startFigure, stateOf, toTheEnd } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'durability/files-sync-crash/';

const figure = (page: Page, id: string) => page.locator(`[data-figure="${id}"]`);
const exercise = (page: Page, name: string) =>
  page.locator(`[data-exercise="files-sync-crash/${name}"]`);
const verdict = (page: Page, name: string) => exercise(page, name).locator('p.verdict');
const words = (of: Locator) => of.locator('.verdicts > *').allTextContents();

/** Opens the page and starts these figures. */
async function open(page: Page, ...ids: string[]): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  await start(page, ...ids);
}

/** Those of exercises start when they are used. */
async function start(page: Page, ...ids: string[]): Promise<void> {
  for (const id of ids) await startFigure(page, id);
}

/** Presses buttons of a figure with the mouse, or with a finger where there is one. */
async function pressAll(page: Page, of: Locator, names: readonly string[]): Promise<void> {
  const hasTouch = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
  for (const name of names) {
    await press(of.getByRole('button', { name, exact: true }), hasTouch);
    await toTheEnd(of);
  }
}

test('the prediction comes first, and the figure answers it', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await open(page, 'disk');
  const prediction = page.locator('[data-prediction="files-sync-crash/after-the-cut"]');
  await prediction.scrollIntoViewIfNeeded();
  await prediction.getByText('all, nothing, or pieces').click();
  await prediction.getByRole('button', { name: 'See what happens' }).click();
  await expect(prediction.locator('p.verdict')).toHaveAttribute('data-verdict', 'right');
  await toTheEnd(figure(page, 'disk'));
  await expect(figure(page, 'disk').locator('figcaption')).toContainText('904 bytes');
  await page.reload();
  await prediction.scrollIntoViewIfNeeded();
  await expect(prediction.getByRole('radio').last()).toBeChecked();
  expect(trouble).toEqual([]);
});

test('promises: by mouse or touch, told and lost', { tag: '@phone' }, async ({ page }) => {
  await open(page, 'promise');
  const promises = figure(page, 'promise');
  await pressAll(page, promises, ['Cut the power', 'Restart: torn']);
  expect(await words(promises)).toEqual(['kept', 'kept', 'lost', 'lost']);
  await expect(promises.locator('figcaption')).toContainText('2 of 4 orders are there');
});

test('promises: with the keyboard alone', async ({ page }) => {
  await open(page, 'promise');
  const promises = figure(page, 'promise');
  await promises.getByRole('button', { name: 'Let the disk lie' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  for (const name of ['Write, sync full', 'Cut the power', 'Restart: all lost']) {
    await promises.getByRole('button', { name, exact: true }).press('Enter');
    await page.keyboard.press('End');
  }
  await expect(promises.locator('.verdicts .verdict-box').last()).toHaveText('broken');
  await promises.getByRole('slider').press('Shift+ArrowLeft');
  await promises.getByRole('slider').press('ArrowLeft');
  const { cursor, length } = await moment(promises);
  expect(cursor).toBeLessThan(length);
});

test('a shared moment is the same in a fresh browser', async ({ page, browser, baseURL }) => {
  await open(page, 'promise');
  const promises = figure(page, 'promise');
  await pressAll(page, promises, ['Write, sync full', 'Cut the power', 'Restart: torn']);
  await share(promises);
  const context = await browser.newContext({ ...(baseURL && { baseURL }) });
  const fresh = await context.newPage();
  await fresh.goto(page.url());
  const there = figure(fresh, 'promise');
  await expect(there).toHaveAttribute('data-state', 'ready');
  expect(await stateOf(there)).toBe(await stateOf(promises));
  await context.close();
});

test('links in the prose show their moment', async ({ page }) => {
  await open(page, 'disk', 'promise');
  const promises = figure(page, 'promise');
  await page.getByRole('link', { name: 'kept a later sector and not the one before' }).click();
  await expect(promises).toContainText('FERRIS_CORRUPTION');
  expect((await words(promises)).filter((word) => word === 'broken')).toHaveLength(6);
  await page.getByRole('link', { name: 'an order that was cut off while it waited' }).click();
  await expect(promises.locator('[data-told="nothing"]')).toHaveCount(1);
  expect(await words(promises)).toEqual(['kept', 'kept']);
  await page.getByRole('link', { name: 'Stand between them' }).click();
  await expect(figure(page, 'disk').locator('figcaption')).toContainText('asks for the first 768');
});

test('three faults lose an acknowledged write, and the engine says so', { tag: '@phone' }, async ({
  page,
}) => {
  await open(page, 'lose-unsynced', 'lose-promised', 'lose-name');
  const tasks = [
    ['lose-unsynced', ['Write, sync full', 'Cut the power', 'Restart: all lost'], 'wrong'],
    ['lose-unsynced', ['Write, sync none', 'Cut the power', 'Restart: all lost'], 'right'],
    ['lose-promised', ['Let the disk lie', 'Write, sync full', 'Cut the power'], 'open'],
    ['lose-promised', ['Restart: all lost'], 'right'],
    ['lose-name', ['Append an order', 'Sync the file', 'Cut the power'], 'open'],
    ['lose-name', ['Restart, worst case'], 'right'],
  ] as const;
  for (const [name, buttons, expected] of tasks) {
    await pressAll(page, figure(page, name), buttons);
    await expect(verdict(page, name)).toHaveAttribute('data-verdict', expected);
  }
  await page.reload();
  await start(page, 'lose-name');
  await expect(exercise(page, 'lose-name').locator('.block-label')).toContainText('solved');
});

test('without a fault no cut loses anything; with a weaker history one does', async ({ page }) => {
  await open(page, 'prove-safe');
  const prove = exercise(page, 'prove-safe');
  const everywhere = prove.getByRole('button', { name: 'Cut the power everywhere' });
  await pressAll(page, figure(page, 'prove-safe'), ['Write, sync full', 'Write, sync full']);
  await pressAll(page, figure(page, 'prove-safe'), ['Write, sync none']);
  await everywhere.click();
  await prove.getByRole('button', { name: 'Stop' }).click();
  await expect(everywhere).toBeVisible();
  await everywhere.click();
  await expect(verdict(page, 'prove-safe')).toHaveAttribute('data-verdict', 'wrong', {
    timeout: 40_000,
  });
  await prove.getByRole('button', { name: 'Show the first loss' }).click();
  await toTheEnd(figure(page, 'prove-safe'));
  expect(await words(figure(page, 'prove-safe'))).toContain('lost');

  await prove.getByRole('slider').press('Home');
  await pressAll(page, figure(page, 'prove-safe'), Array(3).fill('Write, sync full'));
  await everywhere.click();
  await expect(verdict(page, 'prove-safe')).toHaveAttribute('data-verdict', 'right', {
    timeout: 40_000,
  });
  await expect(verdict(page, 'prove-safe')).toContainText('every time it was there');
});

test('the console example does what the page says', async ({ page }) => {
  await page.goto(PAGE);
  const lines = await page.locator('pre[data-language="js"] .ec-line').allInnerTexts();
  expect(lines.filter((line) => line.includes('ferrisdb')).length).toBe(6);
  const run = async (seed: number): Promise<[string, string][]> => {
    const code = lines.join('\n').replace('seed: 7', `seed: ${seed}`);
    const asExpression = code.replace(/await (ferrisdb\.scan\(\))\s*$/, 'return $1');
    return page.evaluate(`(async () => {${asExpression}})()`);
  };
  expect(await run(7)).toEqual([['order-1', 'crab']]);
  for (const seed of [1, 2, 3, 4]) {
    const keys = (await run(seed)).map(([key]) => key);
    expect(keys).toEqual(['order-1', 'order-2', 'order-3'].slice(0, keys.length));
  }
});
