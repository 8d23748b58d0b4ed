// Exercises as a reader meets them: by mouse or touch and by keyboard, kept over a reload, and
// never run by merely opening a page.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { readToTheEnd, watchForTrouble } from './pages.ts';

const PAGE = 'contribute/exercises/';
const KEY = 'ferrisdb.progress';

const code = (page: Page) => page.locator('[data-exercise="exercises/encode-varint"]');
const figure = (page: Page) => page.locator('[data-exercise="exercises/lose-synced"]');
const prediction = (page: Page) => page.locator('[data-prediction]');

async function open(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  await readToTheEnd(page);
  await expect(code(page).getByRole('button', { name: 'Run' })).toBeEnabled();
}

/** Waits until the figure has played to its end. */
async function seeTheEnd(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    type Hook = { cursor: number; length: number };
    const root = document.querySelector<Element & { ferrisFigure?: Hook }>(
      '[data-figure="lose-synced"]',
    );
    return root?.ferrisFigure && root.ferrisFigure.cursor === root.ferrisFigure.length;
  });
}

test('on a figure: the verdict comes with the end of the run, and is kept', {
  tag: '@phone',
}, async ({ page }) => {
  const trouble = watchForTrouble(page);
  await open(page);
  const exercise = figure(page);
  await exercise.getByRole('slider').fill('1');
  for (const name of ['Append an order', 'Sync the file', 'Cut the power', 'Restart, worst case']) {
    await exercise.getByRole('button', { name, exact: true }).click();
    await seeTheEnd(page);
  }
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.verdict')).toContainText('384 bytes');
  await page.reload();
  await readToTheEnd(page);
  await expect(exercise.locator('.block-label')).toContainText('solved');
  expect(trouble).toEqual([]);
});

test('on a figure: hints open one by one, and the solution counts for nothing', async ({
  page,
}) => {
  await open(page);
  const exercise = figure(page);
  await expect(exercise.locator('summary')).toHaveText(['Hint 1 of 2']);
  await exercise.getByText('Hint 1 of 2').click();
  await exercise.getByText('Hint 2 of 2').click();
  await exercise.getByText('Show a solution').click();
  await exercise.getByRole('button', { name: 'Play it in the figure' }).click();
  await seeTheEnd(page);
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.block-label')).not.toContainText('solved');
});

test('by code, with the keyboard alone: wrong, stopped, right', async ({ page }) => {
  await open(page);
  const exercise = code(page);
  const editor = exercise.getByRole('textbox');
  const verdict = exercise.locator('.verdict');

  await editor.focus();
  await page.keyboard.press('Control+Enter');
  await expect(verdict).toContainText('1 of 5 cases pass');

  await editor.fill('function encodeVarint() { for (;;); }');
  await page.keyboard.press('Control+Enter');
  await expect(verdict).toContainText('Stopped after 2 seconds', { timeout: 10_000 });

  await page.keyboard.press('Control+A');
  await page.keyboard.type(
    'function encodeVarint(n) {\nif (n < 128) return [n];\nreturn [n % 128 + 128, ...encodeVarint(Math.floor(n / 128))];',
  );
  await page.keyboard.press('Enter');
  await page.keyboard.type('}');
  await page.keyboard.press('Control+Enter');
  await expect(verdict).toContainText('All 5 cases pass');

  await page.keyboard.press('Tab');
  await expect(editor).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(exercise.getByRole('button', { name: 'Run' })).toBeFocused();
});

test('a page that opens runs no code, wherever it came from', async ({ page }) => {
  const exercises = {
    'exercises/encode-varint': { attempts: 0, hints: 0, draft: 'postMessage("ran"); for (;;);' },
  };
  const stored = JSON.stringify({ format: 'ferrisdb progress', version: 1, exercises });
  await page.addInitScript(([key, text]) => localStorage.setItem(key, text), [
    KEY,
    stored,
  ] as const);
  let workers = 0;
  page.on('worker', () => workers++);
  await open(page);
  await expect(code(page).getByText('which needs scripts')).toBeHidden();
  await expect(code(page).getByRole('textbox')).toHaveValue(/postMessage/);
  expect(workers).toBe(0);
});

test('a prediction keeps the first answer and shows the moment', { tag: '@phone' }, async ({
  page,
}) => {
  await open(page);
  const section = prediction(page);
  const see = section.getByRole('button');
  await expect(see).toHaveAttribute('aria-disabled', 'true');
  await section.getByRole('radio').first().focus();
  await page.keyboard.press('ArrowDown');
  await see.press('Enter');
  await expect(section.locator('.verdict')).toHaveAttribute('data-verdict', 'wrong');
  await expect(figure(page).locator('.transport-count')).toHaveText(/^1 /);
  await page.reload();
  await readToTheEnd(page);
  await expect(section.getByRole('radio').nth(1)).toBeChecked();
  await expect(section.getByRole('radio').nth(1)).toBeDisabled();
});

test('progress is saved, forgotten and loaded; a strange file changes nothing', async ({
  page,
}) => {
  await open(page);
  const panel = page.locator('section.progress');
  await code(page).getByText('Hint 1 of 3').click();
  await prediction(page).locator('label').last().click();
  await prediction(page).getByRole('button').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: 'Save as a file' }).click(),
  ]);
  const file = readFileSync(await download.path());

  await panel.getByRole('button', { name: 'Start over' }).click();
  await expect(panel.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await panel.getByRole('button', { name: 'Forget everything' }).click();
  await expect(panel).toContainText('not tried an exercise');

  const load = async (buffer: Buffer) =>
    panel.locator('input').setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer });
  await load(Buffer.from('{"format":"other"}'));
  await expect(panel.getByRole('status')).toContainText('Nothing was changed');
  await load(file);
  await expect(panel).toContainText('made 1 prediction');
});

test('without scripts, the task and a note are there', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    ...(baseURL && { baseURL }),
  });
  const page = await context.newPage();
  await page.goto(PAGE);
  await expect(code(page)).toContainText('The engine writes lengths as varints');
  await expect(code(page).getByText('which needs scripts')).toBeVisible();
  await expect(figure(page)).toContainText('Not solved yet.');
  await context.close();
});
