// The parts of a page that a reader uses, as a test uses them: figures, sweeps, predictions and
// exercises are found by name, started, pressed, and asked where they stand.

import { type Browser, expect, type Locator, type Page } from '@playwright/test';
import { start } from './pages.ts';

/** What a figure tells a test; FigureHook of src/player/Figure.svelte says what each of it is. */
export interface Hook {
  readonly cursor: number;
  readonly length: number;
  readonly hash: string;
  readonly branches: number;
  stateHash(): string;
  seek(cursor: number): void;
}
export type Hooked = Element & { readonly ferrisFigure: Hook };

async function started(part: Locator): Promise<Locator> {
  await start(part);
  return part;
}

/** A figure of the page, started. */
export const startFigure = (page: Page, id: string) =>
  started(page.locator(`[data-figure="${id}"]`));

/** What judges a figure that an exercise is done in. */
export const verdictOf = (page: Page, exercise: string) =>
  page.locator(`[data-exercise="${exercise}"] .verdict`);

/** A sweep of the page, started. */
export const startSweep = (page: Page, id: string) => started(page.locator(`[data-sweep="${id}"]`));

/** A prediction of the page, its scripts there. */
export const startPrediction = (page: Page, id: string) =>
  hydrated(page.locator(`[data-prediction="${id}"]`));

/** An exercise of the page, its scripts there. */
export const startExercise = (page: Page, id: string) =>
  hydrated(page.locator(`[data-exercise="${id}"]`));

/** What has no state of its own to wait for is used once its island is alive. */
async function hydrated(part: Locator): Promise<Locator> {
  await part.scrollIntoViewIfNeeded();
  await part.dispatchEvent('pointerover');
  await expect(part.page().locator('astro-island', { has: part })).not.toHaveAttribute('ssr');
  return part;
}

/** Presses with the mouse, or with a finger where there is one. */
export const press = (target: Locator, hasTouch: boolean) =>
  hasTouch ? target.tap() : target.click();

/** Presses Tab, from wherever the focus is, until the target has it. */
export async function tabTo(target: Locator, pressesMax = 16): Promise<void> {
  for (let presses = 0; presses <= pressesMax; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await target.page().keyboard.press('Tab');
  }
  throw new Error(`Tab ${pressesMax} times did not lead there`);
}

/** Chooses an answer and asks for what happens; gives back the verdict. */
export async function predict(part: Locator, answer: string, hasTouch: boolean): Promise<Locator> {
  await press(part.getByText(answer), hasTouch);
  await press(part.getByRole('button', { name: 'See what happens' }), hasTouch);
  return part.locator('.verdict');
}

/** Where a figure stands. */
export const moment = (of: Locator) =>
  of.evaluate((root) => {
    const { cursor, length, hash, stateHash } = (root as unknown as Hooked).ferrisFigure;
    return { cursor, length, hash, state: stateHash() };
  });

/** Moves a figure to an event, by default to the end, without watching what is in between. */
export const seek = (of: Locator, cursor?: number) =>
  of.evaluate((root, to) => {
    const { ferrisFigure } = root as unknown as Hooked;
    ferrisFigure.seek(to ?? ferrisFigure.length);
  }, cursor);

export const toTheEnd = (of: Locator) => seek(of);

/** Event and state, to compare with another moment. */
export async function stateOf(of: Locator): Promise<string> {
  const { cursor, state } = await moment(of);
  return `${cursor} ${state}`;
}

/** Has a figure share its moment; gives back the link, which is in the address bar then, too. */
export async function share(of: Locator): Promise<string> {
  const id = await of.getAttribute('data-figure');
  await of.getByRole('button', { name: 'Share' }).click();
  await expect(of.page()).toHaveURL(new RegExp(`#f=${id}\\.`));
  return of.page().url();
}

/** An address as somebody else opens it, who has never been here. The caller closes the context. */
export async function openElsewhere(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  return page;
}

/** Shares a figure's moment, and sees that somebody else who opens the link finds the same there. */
export async function sharesItsMoment(of: Locator, browser: Browser): Promise<Locator> {
  const id = String(await of.getAttribute('data-figure'));
  const other = await openElsewhere(browser, await share(of));
  const there = await startFigure(other, id);
  await expect.poll(() => moment(there)).toEqual(await moment(of));
  return there;
}

/**
 * Runs what stands in the editor of an exercise, which fails, and then its solution, which passes.
 * `why` is what the failed cases are to say.
 */
export async function solveByTheSolution(part: Locator, why = ''): Promise<void> {
  const run = part.getByRole('button', { name: 'Run', exact: true });
  const verdict = part.locator('.verdict');
  await run.click();
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong');
  if (why) await expect(part.locator('.cases')).toContainText(why);
  for (const hint of ['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3', 'Show a solution'])
    await part.getByText(hint).click();
  await part.getByRole('button', { name: 'Put it in the editor' }).click();
  await run.click();
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
}
