// A cluster led by nothing but keys, from the Tab that reaches it to the link that shares it: no
// script of the test touches the page, and the focus is never lost on the way.

import { expect, type Locator, test } from '@playwright/test';
import { moment, openElsewhere, startFigure, tabTo } from './figure.ts';
import { watchForTrouble } from './pages.ts';

const FIGURES = [
  { path: 'distribution/election/', id: 'election', lensesToTheRing: 0 },
  { path: 'distribution/replication/', id: 'replication', lensesToTheRing: 1 },
] as const;

const cursorOf = async (figure: Locator) => (await moment(figure)).cursor;

/** From one control of the transport to another: together they are one stop of Tab. */
async function downTo(control: Locator): Promise<void> {
  for (let presses = 0; presses < 10; presses++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await control.page().keyboard.press('ArrowDown');
  }
  throw new Error('Down does not lead there');
}

for (const { path, id, lensesToTheRing } of FIGURES)
  test(`${id}: reached, played, stepped, crashed, branched and shared by keys alone`, async ({
    page,
    browser,
  }) => {
    const trouble = watchForTrouble(page);
    const { keyboard } = page;
    await page.goto(path);
    const figure = page.locator(`[data-figure="${id}"]`);
    const button = (name: string | RegExp) => figure.getByRole('button', { name, exact: true });

    await test.step('the focus starts it', async () => {
      await figure.focus();
      await expect(figure).toHaveAttribute('data-state', 'ready');
      await expect(figure).toBeFocused();
    });

    await test.step('steps and plays', async () => {
      await tabTo(figure.getByRole('slider', { name: 'Event' }));
      await keyboard.press('Home');
      await keyboard.press('ArrowRight');
      await keyboard.press('ArrowRight');
      expect(await cursorOf(figure)).toBe(2);
      await keyboard.press('Space');
      await expect(button('Pause')).toBeVisible();
      await expect.poll(() => cursorOf(figure)).toBeGreaterThan(10);
      await keyboard.press('Space');
      await expect(button('Play')).toBeVisible();
      await keyboard.press('End');
      await keyboard.press('Shift+ArrowLeft'); // in the middle, so that an action makes a branch
    });

    await test.step('crashes a server, and keeps the focus', async () => {
      await figure.focus();
      await tabTo(figure.getByRole('tab', { selected: true }));
      for (let lens = 0; lens < lensesToTheRing; lens++) await keyboard.press('ArrowRight');
      await tabTo(figure.locator('.server[data-node="1"]'));
      await keyboard.press('ArrowRight');
      await keyboard.press('Enter');
      await expect(figure.locator('.picked')).toContainText('B');
      await tabTo(button('Crash'));
      await keyboard.press('Enter');
      await expect(button('Restart')).toBeFocused();
      await expect(figure.locator('.server[data-node="2"]')).toHaveAttribute(
        'data-machine',
        'down',
      );
    });

    await test.step('goes back to the first branch', async () => {
      const branches = figure.getByRole('group', { name: 'Branches' });
      await expect(branches).toBeVisible();
      await tabTo(figure.getByRole('slider', { name: 'Event' }));
      await keyboard.press('End');
      await downTo(figure.locator('[data-control="branches"]'));
      await keyboard.press('Enter');
      await expect(branches).toBeHidden();
      await keyboard.press('Enter');
      await tabTo(branches.getByRole('button', { name: 'script' }));
      await keyboard.press('Enter');
      await expect(figure.locator('.server[data-node="2"]')).toHaveAttribute('data-machine', 'up');
    });

    await test.step('shares its moment', async () => {
      await keyboard.press('Shift+Tab');
      await downTo(figure.locator('[data-control="share"]'));
      await keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`#f=${id}\\.`));
      const other = await openElsewhere(browser, page.url());
      const there = await startFigure(other, id);
      await expect.poll(() => moment(there)).toEqual(await moment(figure));
      await other.context().close();
    });
    expect(trouble).toEqual([]);
  });
