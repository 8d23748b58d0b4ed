// The first thing a reader does here: pull the plug. By mouse, by touch and by keyboard.
// (What every figure must do is tried in figures.spec.ts.)

import { expect, type Locator, type Page, test } from '@playwright/test';

interface FigureHook {
  readonly cursor: number;
  readonly branches: number;
  stateHash(): string;
}

/** Where the figure stands, as its test hook says. */
function moment(figure: Locator): Promise<{ cursor: number; branches: number; state: string }> {
  return figure.evaluate((element) => {
    const { cursor, branches, stateHash } = (element as HTMLElement & { ferrisFigure: FigureHook })
      .ferrisFigure;
    return { cursor, branches, state: stateHash() };
  });
}

/** The figure, still, at its poster: three orders confirmed, the fourth in the log. */
async function openHero(page: Page, path = ''): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(path);
  const figure = page.locator('[data-figure="crash"]');
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveAttribute('data-state', 'ready');
  return figure;
}

const caption = (figure: Locator) => figure.locator('figcaption');

test('the power is cut and comes back; what was promised is there', { tag: '@phone' }, async ({
  page,
  isMobile,
}) => {
  const figure = await openHero(page);
  await expect(caption(figure)).toContainText('order 4');
  const press = async (name: string) => {
    const button = figure.getByRole('button', { name });
    await (isMobile ? button.tap() : button.click());
  };
  await press('Cut the power');
  await expect(caption(figure)).toHaveText(
    'The power is gone, and memory with it. Confirmed until now: 3 orders. Order 4 was not.',
  );
  await expect(figure.getByRole('region', { name: 'Machine, without power' })).toContainText(
    'Nothing. Memory needs power.',
  );
  await press('Turn it on again');
  await expect(caption(figure)).toHaveText(
    'Promised: 3 orders. Recovered: all 3. Order 4 was never confirmed, and it is lost.',
    { timeout: 15_000 },
  );
  await expect(figure.getByText('is there')).toHaveCount(3);
  expect((await moment(figure)).branches).toBe(2);
});

test('with the keyboard alone: forward two steps, cut, on again, and back to the start', async ({
  page,
}) => {
  const figure = await openHero(page);
  const scrubber = figure.getByRole('slider');
  await scrubber.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(caption(figure)).toContainText('would survive a power cut');
  const cut = figure.getByRole('button', { name: 'Cut the power' });
  await cut.focus();
  await page.keyboard.press('Enter');
  await expect(caption(figure)).toContainText('The power is gone');
  const on = figure.getByRole('button', { name: 'Turn it on again' });
  await on.focus();
  await page.keyboard.press('Enter');
  await expect(caption(figure)).toContainText('Order 4 was never confirmed, and yet', {
    timeout: 15_000,
  });
  await scrubber.focus();
  await page.keyboard.press('Home');
  await expect(caption(figure)).toContainText('Customers are about to send it orders');
});

test('the link of a crash shows the same crash to somebody else', async ({ page, browser }) => {
  const figure = await openHero(page);
  await figure.getByRole('button', { name: 'Cut the power' }).click();
  await expect(caption(figure)).toContainText('The power is gone');
  await figure.getByRole('button', { name: 'Share' }).click();
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('#f=crash.');
  const { state } = await moment(figure);

  const context = await browser.newContext();
  const other = await openHero(await context.newPage(), page.url());
  await expect(caption(other)).toContainText('The power is gone');
  expect((await moment(other)).state).toBe(state);
  await context.close();
});

test('it begins by itself, and stops when told to', { tag: '@phone' }, async ({ page }) => {
  await page.goto('');
  const figure = page.locator('[data-figure="crash"]');
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveAttribute('data-state', 'ready');
  const { cursor: poster } = await moment(figure);
  await expect.poll(async () => (await moment(figure)).cursor).toBeGreaterThan(poster);
  await figure.getByRole('button', { name: 'Pause' }).click();
  await expect(figure.getByRole('button', { name: 'Play' })).toBeVisible();
});

test('the contents lead to every page that is written', async ({ page }) => {
  await page.goto('');
  const links = page.locator('.parts a');
  expect(await links.count()).toBeGreaterThan(0);
  for (const href of await links.evaluateAll((all) =>
    all.map((a) => (a as HTMLAnchorElement).href),
  )) {
    expect((await page.request.get(href)).status(), href).toBe(200);
  }
});
