// What every figure on every page must do, whatever it shows: by mouse or touch, by keyboard
// alone, back and forth with the same state at every event, and in a link that says it all.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { builtPages, readToTheEnd, start, watchForTrouble } from './pages.ts';
import { nodeHashes } from './scenario-hashes.ts';

interface Hook {
  readonly cursor: number;
  readonly length: number;
  readonly hash: string;
  stateHash(): string;
  seek(cursor: number): void;
}
type Hooked = Element & { ferrisFigure: Hook };

const pages = builtPages().filter(({ hasFigures }) => hasFigures);

async function open(page: Page, path: string): Promise<Locator[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(path);
  await readToTheEnd(page);
  const figures = await page.locator('[data-figure]').all();
  for (const figure of figures) {
    await start(figure);
    await begin(figure);
  }
  return figures;
}

/** Some exercises open with an empty run: something is done there first, with their own buttons. */
async function begin(figure: Locator): Promise<void> {
  const actions = figure.getByRole('group', { name: 'Actions' }).getByRole('button');
  for (let presses = 0; presses < 3; presses++) {
    if ((await moment(figure)).length > 5) return;
    await actions.first().click();
  }
}

const moment = (figure: Locator) =>
  figure.evaluate((root) => {
    const { cursor, length, hash, stateHash } = (root as unknown as Hooked).ferrisFigure;
    return { cursor, length, hash, state: stateHash() };
  });
const seek = (figure: Locator, cursor: number) =>
  figure.evaluate((root, to) => (root as unknown as Hooked).ferrisFigure.seek(to), cursor);

for (const { path, name } of pages) {
  test(`${name}: every figure shows the same state at every event, forward and back`, async ({
    page,
  }) => {
    for (const figure of await open(page, path)) {
      const { hash } = await moment(figure);
      const id = String(await figure.getAttribute('data-figure'));
      expect(hash, `${id}: the trace hash of Node`).toBe(nodeHashes.get(id) ?? hash);
      const wrong = await figure.evaluate((root) => {
        const hook = (root as unknown as Hooked).ferrisFigure;
        const forward: string[] = [];
        for (let cursor = 0; cursor <= hook.length; cursor++) {
          hook.seek(cursor);
          forward.push(hook.stateHash());
        }
        const differing: number[] = [];
        for (let cursor = hook.length; cursor >= 0; cursor--) {
          hook.seek(cursor);
          if (hook.stateHash() !== forward[cursor]) differing.push(cursor);
        }
        return differing;
      });
      expect(wrong, id).toEqual([]);
    }
  });

  test(`${name}: every figure is led by its buttons`, async ({ page, hasTouch }) => {
    const trouble = watchForTrouble(page);
    for (const figure of await open(page, path)) {
      const press = async (label: string) => {
        const button = figure.getByRole('button', { name: label, exact: true });
        await (hasTouch ? button.tap() : button.click());
      };
      await seek(figure, 0);
      await press('Step forward');
      await press('Step forward');
      expect((await moment(figure)).cursor).toBe(2);
      await press('Step back');
      expect((await moment(figure)).cursor).toBe(1);
      await press('Next mark');
      expect((await moment(figure)).cursor).toBeGreaterThan(1);
      const box = await figure.getByRole('button', { name: 'Step forward' }).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    expect(trouble).toEqual([]);
  });

  test(`${name}: a link to a moment of a figure shows that moment to somebody else`, async ({
    page,
    browser,
    baseURL,
    viewport,
  }) => {
    for (const figure of await open(page, path)) {
      const { length } = await moment(figure);
      await seek(figure, Math.floor(length * 0.6));
      await figure.getByRole('button', { name: /share/i }).click();
      const shown = await moment(figure);
      const id = await figure.getAttribute('data-figure');
      const other = await browser.newContext({ viewport, ...(baseURL && { baseURL }) });
      const theirs = await other.newPage();
      await theirs.goto(page.url());
      const same = theirs.locator(`[data-figure="${id}"]`);
      await start(same);
      await expect.poll(() => moment(same)).toEqual(shown);
      await other.close();
    }
  });
}

for (const { path, name } of pages) {
  test(`${name}: every figure is led by the keyboard alone`, async ({ page, hasTouch }) => {
    test.skip(hasTouch === true, 'no keyboard on a phone');
    for (const figure of await open(page, path)) {
      const id = await figure.getAttribute('data-figure');
      const scrubber = figure.getByRole('slider', { name: 'Event' });
      await tabTo(page, scrubber);
      const { length } = await moment(figure);
      await page.keyboard.press('Home');
      expect((await moment(figure)).cursor, String(id)).toBe(0);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      expect((await moment(figure)).cursor, String(id)).toBe(1);
      await page.keyboard.press('Shift+ArrowRight');
      expect((await moment(figure)).cursor, String(id)).toBeGreaterThan(1);
      await page.keyboard.press('End');
      expect((await moment(figure)).cursor, String(id)).toBe(length);
      await page.keyboard.press('ArrowUp');
      await expect(scrubber).not.toBeFocused();
      await page.keyboard.press('ArrowDown');
      await expect(scrubber).toBeFocused();
      const caption = await figure.locator('.figure-caption').textContent();
      expect(caption?.trim().length, 'a caption says what happened').toBeGreaterThan(10);
    }
  });
}

/** More tab stops than this before the scrubber, and a figure is tiring: rows of things are one. */
const TABS_MAX = 16;

/** Presses Tab from the element before the figure until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const figure = target.locator('xpath=ancestor::*[@data-figure]');
  await figure.focus();
  for (let presses = 0; presses <= TABS_MAX; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab ${TABS_MAX} times did not lead to the scrubber`);
}
