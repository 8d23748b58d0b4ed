// The page of recovery: every position of the slider, every kind of disk, a recovery that is
// itself cut short, a share link, and the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'durability/recovery/';

interface Hook {
  readonly cursor: number;
  readonly length: number;
  stateHash(): string;
  seek(cursor: number): void;
}
type Started = Element & { readonly ferrisFigure: Hook };

/** The figure, started. */
async function figure(page: Page, name: string): Promise<Locator> {
  const found = page.locator(`[data-figure="${name}"]`);
  await start(found);
  return found;
}

const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());
const stateOf = (found: Locator) =>
  found.evaluate((element) => {
    const { cursor, stateHash } = (element as unknown as Started).ferrisFigure;
    return `${cursor} ${stateHash()}`;
  });
const cursorOf = (found: Locator) =>
  found.evaluate((element) => (element as unknown as Started).ferrisFigure.cursor);

/** What the page says of all positions, once it has cut the power at each. */
async function sweepOf(crash: Locator): Promise<string> {
  const length = await crash.evaluate(
    (element) => (element as unknown as Started).ferrisFigure.length,
  );
  const chart = crash.locator('.chart');
  await expect(chart).toHaveAttribute('data-known', String(length + 1));
  return (await chart.getAttribute('aria-label')) ?? '';
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('an honest disk keeps every promise wherever the power goes; one that lies does not', async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const crash = await figure(page, 'crash-anywhere');
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

test('pointing at the staircase moves the cut, and so do the keys', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const crash = await figure(page, 'crash-anywhere');
  const chart = crash.locator('.chart');
  await chart.scrollIntoViewIfNeeded();
  const { width, height } = (await chart.boundingBox()) ?? { width: 0, height: 0 };
  const position = { x: width - 2, y: height / 2 };
  await (hasTouch ? chart.tap({ position }) : chart.click({ position }));
  expect(await cursorOf(crash)).toBeGreaterThan(118);
  await expect(crash.locator('.verdict')).toContainText('writes 1 to 7');

  await crash.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await expect(crash.locator('.verdict')).toContainText('an empty store');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(crash.locator('.verdict')).toContainText('None of the writes is there');
});

test('a link brings back the disk, the position and the verdict', async ({ page, browser }) => {
  await page.goto(PAGE);
  const crash = await figure(page, 'crash-anywhere');
  await crash.getByRole('button', { name: 'everything', exact: true }).click();
  await crash.evaluate((element) => (element as unknown as Started).ferrisFigure.seek(105));
  await crash.getByRole('button', { name: 'Share a link to this moment' }).click();
  await expect(page).toHaveURL(/#f=crash-anywhere\./);

  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  const opened = await figure(other, 'crash-anywhere');
  expect(await stateOf(opened)).toBe(await stateOf(crash));
  expect(await opened.locator('.verdict').textContent()).toBe(
    await crash.locator('.verdict').textContent(),
  );
  await expect(opened.getByText('not read: in a table')).toBeVisible();
  await other.context().close();
});

test('an outcome can be looked into, and a recovery that is cut short does the same again', async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const crash = await figure(page, 'crash-anywhere');
  await press(crash.getByRole('link', { name: 'this recovery, step by step' }), hasTouch);
  const steps = await figure(page, 'recovery-steps');
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
  const prediction = page.locator('[data-prediction="recovery/edit-then-cut"]');
  await prediction.scrollIntoViewIfNeeded();
  const see = prediction.getByRole('button', { name: 'See what happens' });
  await expect(async () => {
    await prediction.getByText('It doesn’t read it.').click();
    await expect(see).toBeEnabled({ timeout: 1000 });
  }).toPass();
  await see.click();
  await expect(prediction.locator('.verdict')).toContainText('So it is.');
  const crash = await figure(page, 'crash-anywhere');
  await expect(crash.getByText('not read: in a table')).toBeVisible();
});

test('the exercise: what is there fails, the solution passes', async ({ page }) => {
  await page.goto(PAGE);
  const exercise = page.locator('[data-exercise="recovery/replay-twice"]');
  await exercise.scrollIntoViewIfNeeded();
  await exercise.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'wrong');
  for (const hint of ['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3', 'Show a solution'])
    await exercise.getByText(hint).click();
  await exercise.getByRole('button', { name: 'Put it in the editor' }).click();
  await exercise.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
