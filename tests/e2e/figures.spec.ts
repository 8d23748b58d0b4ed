// What every figure on every page must do, whatever it shows: by mouse or touch, by keyboard
// alone, back and forth with the same state at every event, and in a link that says it all.

import { type Browser, expect, type Locator, test } from '@playwright/test';
import { type Hooked, moment, press, seek, share, tabTo } from './figure.ts';
import { builtPages, readToTheEnd, start, watchForTrouble } from './pages.ts';
import { nodeHashes } from './scenario-hashes.ts';

/** A thumb hits what is this wide and high. */
const TARGET_PX = 44;
/** Moments of a figure that are drawn, spread over all of its events. */
const MOMENTS_MAX = 150;
/** More tab stops than this before the scrubber, and a figure is tiring: rows of things are one. */
const TABS_MAX = 16;

for (const { path, name } of builtPages().filter(({ hasFigures }) => hasFigures)) {
  test(`${name}: every figure is led by its buttons, by keys, and by a link`, {
    tag: '@phone',
  }, async ({ page, browser, hasTouch }) => {
    const trouble = watchForTrouble(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(path);
    await readToTheEnd(page);
    const links: Link[] = [];
    for (const figure of await page.locator('[data-figure]').all()) {
      const id = String(await figure.getAttribute('data-figure'));
      const step = (what: string, body: () => Promise<unknown>) =>
        test.step(`${id}: ${what}`, body);
      await step('starts', () => begin(figure));
      // A finger changes nothing but how buttons are pressed. The keys come first: the transport
      // remembers which of its buttons had the focus last, and Tab leads there.
      if (!hasTouch) {
        await step('has the same state forward and back', () =>
          isTheSameForwardAndBack(figure, id),
        );
        await step('draws every moment', () => drawsEveryMoment(figure, trouble));
        await step('is led by the keyboard alone', () => isLedByKeys(figure));
      }
      await step('is led by its buttons', () => isLedByButtons(figure, hasTouch));
      if (!hasTouch)
        await step('shares its moment', async () => links.push(await linkOf(figure, id)));
    }
    if (links.length > 0) await test.step('opens links elsewhere', () => openAll(browser, links));
    expect(trouble).toEqual([]);
  });
}

/** Some exercises open with an empty run: something is done there first, with their own buttons. */
async function begin(figure: Locator): Promise<void> {
  await start(figure);
  const actions = figure.getByRole('group', { name: 'Actions' }).getByRole('button');
  for (let presses = 0; presses < 3; presses++) {
    if ((await moment(figure)).length > 5) return;
    await actions.first().click();
  }
}

async function isTheSameForwardAndBack(figure: Locator, id: string): Promise<void> {
  const { hash } = await moment(figure);
  expect(hash, `${id}: the trace hash of Node`).toBe(nodeHashes.get(id) ?? hash);
  const differing = await figure.evaluate((root) => {
    const hook = (root as unknown as Hooked).ferrisFigure;
    const forward: string[] = [];
    for (let cursor = 0; cursor <= hook.length; cursor++) {
      hook.seek(cursor);
      forward.push(hook.stateHash());
    }
    const wrong: number[] = [];
    for (let cursor = hook.length; cursor >= 0; cursor--) {
      hook.seek(cursor);
      if (hook.stateHash() !== forward[cursor]) wrong.push(cursor);
    }
    return wrong;
  });
  expect(differing, `${id}: events whose state is another on the way back`).toEqual([]);
}

/** A state may be right and its drawing fail: the same key twice in a list, a thing that is gone. */
async function drawsEveryMoment(figure: Locator, trouble: readonly string[]): Promise<void> {
  await figure.evaluate(async (root, momentsMax) => {
    const { ferrisFigure: hook } = root as unknown as Hooked;
    const stride = Math.max(1, hook.length / momentsMax);
    for (let at = 0; at <= hook.length; at += stride) {
      hook.seek(Math.round(at));
      await new Promise((resolve) => setTimeout(resolve));
    }
  }, MOMENTS_MAX);
  expect(trouble, 'while it was stepped through').toEqual([]);
}

async function isLedByButtons(figure: Locator, hasTouch: boolean): Promise<void> {
  const button = (label: string) => figure.getByRole('button', { name: label, exact: true });
  const cursor = async () => (await moment(figure)).cursor;
  await seek(figure, 0);
  await press(button('Step forward'), hasTouch);
  await press(button('Step forward'), hasTouch);
  expect(await cursor()).toBe(2);
  await press(button('Step back'), hasTouch);
  expect(await cursor()).toBe(1);
  await press(button('Next mark'), hasTouch);
  expect(await cursor()).toBeGreaterThan(1);
  const box = await button('Step forward').boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(TARGET_PX);
}

async function isLedByKeys(figure: Locator): Promise<void> {
  const { keyboard } = figure.page();
  const cursor = async () => (await moment(figure)).cursor;
  const scrubber = figure.getByRole('slider', { name: 'Event' });
  await figure.focus();
  await tabTo(scrubber, TABS_MAX);
  await keyboard.press('Home');
  expect(await cursor()).toBe(0);
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowLeft');
  expect(await cursor()).toBe(1);
  await keyboard.press('Shift+ArrowRight');
  expect(await cursor()).toBeGreaterThan(1);
  await keyboard.press('End');
  expect(await cursor()).toBe((await moment(figure)).length);
  await keyboard.press('ArrowUp');
  await expect(scrubber).not.toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(scrubber).toBeFocused();
  const caption = await figure.locator('.figure-caption').textContent();
  expect(caption?.trim().length, 'a caption says what happened').toBeGreaterThan(10);
}

interface Link {
  readonly id: string;
  readonly url: string;
  readonly shown: Awaited<ReturnType<typeof moment>>;
}

async function linkOf(figure: Locator, id: string): Promise<Link> {
  const { length } = await moment(figure);
  await seek(figure, Math.floor(length * 0.6));
  return { id, url: await share(figure), shown: await moment(figure) };
}

/** Somebody else, who has never been here, opens the links one after the other. */
async function openAll(browser: Browser, links: readonly Link[]): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const { id, url, shown } of links)
    await test.step(id, async () => {
      await page.goto('about:blank'); // so that the page loads anew
      await page.goto(url);
      const same = page.locator(`[data-figure="${id}"]`);
      await start(same);
      await expect.poll(() => moment(same), id).toEqual(shown);
    });
  await context.close();
}
