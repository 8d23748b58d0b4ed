// Every built page, on both screens and in both themes: it loads without any trouble, says what it
// is about, fits the screen, and axe finds nothing.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { builtPages, readToTheEnd, THEMES, useTheme, watchForTrouble } from './pages.ts';

/** How many pixels of the page stand out on the right of the screen. */
function overflowPx(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

for (const { path, name } of builtPages()) {
  for (const theme of THEMES) {
    test(`${name}, ${theme}: loads cleanly, and axe finds nothing`, async ({ page }) => {
      const trouble = watchForTrouble(page);
      await useTheme(page, theme);
      await page.goto(path);
      await readToTheEnd(page);

      await expect(page.locator('h1')).toHaveCount(1);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect(trouble).toEqual([]);
      expect(await overflowPx(page), 'nothing scrolls sideways').toBe(0);

      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.map((node) => `${node.target.join(' ')}: ${node.html.slice(0, 160)}`),
      }));
      expect(found).toEqual([]);
    });
  }
}

test('an address that does not exist shows the not-found page', async ({ page }) => {
  const response = await page.goto('no/such/page/');
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveCount(1);
});
