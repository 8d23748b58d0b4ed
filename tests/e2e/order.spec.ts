// The second page: one range asked of both structures, forward and back, a share link, the
// prediction, and the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'memory/order/';

interface Hook {
  readonly length: number;
  stateHash(): string;
  seek(cursor: number): void;
}
type Started = Element & { readonly ferrisFigure: Hook };

/** The figure, started. */
async function both(page: Page): Promise<Locator> {
  const found = page.locator('[data-figure="order"]');
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
const answers = (figure: Locator) => figure.locator('.answer dd').allTextContents();
const taken = (figure: Locator) => figure.locator('.entry[data-tone="taken"]');

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('both sides give the same range, forward and back, at different prices', async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const figure = await both(page);
  await expect(figure.locator('figcaption')).toContainText('every key from d up to h');
  expect(await answers(figure)).toEqual(['', '']);
  await toEnd(figure);
  expect(await answers(figure)).toEqual(['dee eve flo gus', 'dee eve flo gus']);
  await expect(taken(figure)).toHaveCount(8);
  await expect(figure.locator('dl').first()).toContainText('buckets16');
  await expect(figure.locator('dl').first()).toContainText('entries looked at12');
  await expect(figure.locator('dl').last()).toContainText('entries looked at5');

  const ask = async (button: string) => {
    await press(figure.getByRole('button', { name: button, exact: true }), hasTouch);
    await toEnd(figure);
  };
  await figure.getByLabel('from').fill('e');
  await figure.getByLabel('up to').fill('g');
  await ask('Scan back');
  expect(await answers(figure)).toEqual(['flo eve', 'flo eve']);
  await ask('Put');
  await ask('Scan');
  expect(await answers(figure)).toEqual(['eve fay flo', 'eve fay flo']);
  await ask('Get');
  expect(await answers(figure)).toEqual(['fay', 'fay']);
  expect(trouble).toEqual([]);
});

test('with the keyboard alone: Enter scans, and a link brings it back elsewhere', async ({
  page,
  browser,
}) => {
  await page.goto(PAGE);
  const figure = await both(page);
  await figure.getByLabel('up to').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('f');
  await page.keyboard.press('Enter');
  await toEnd(figure);
  expect(await answers(figure)).toEqual(['dee eve', 'dee eve']);
  await figure.getByRole('button', { name: 'Share a link to this moment' }).click();
  await expect(page).toHaveURL(/#f=order\./);
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  const opened = await both(other);
  await expect.poll(() => stateOf(opened)).toBe(await stateOf(figure));
  await other.context().close();
});

test('the prediction leads to the price of the range', async ({ page }) => {
  await page.goto(PAGE);
  const prediction = page.locator('[data-prediction="order/range"]');
  await prediction.scrollIntoViewIfNeeded();
  const see = prediction.getByRole('button', { name: 'See what happens' });
  await expect(async () => {
    await prediction.getByText('All twelve.').click();
    await expect(see).toBeEnabled({ timeout: 1000 });
  }).toPass();
  await see.click();
  await expect(prediction.locator('.verdict')).toContainText('So it is.');
  await expect(taken(await both(page))).toHaveCount(8);
});

test('the exercise: what is there walks too far, the solution passes', async ({ page }) => {
  await page.goto(PAGE);
  const exercise = page.locator('[data-exercise="order/scan-reverse"]');
  await exercise.scrollIntoViewIfNeeded();
  await exercise.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'wrong');
  await expect(exercise.locator('.cases')).toContainText('5001 steps of the cursor for 10 entries');
  for (const hint of ['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3', 'Show a solution'])
    await exercise.getByText(hint).click();
  await exercise.getByRole('button', { name: 'Put it in the editor' }).click();
  await exercise.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
