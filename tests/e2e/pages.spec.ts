// Every built page, on both screens and in both themes: it loads without any trouble, says what it
// is about, fits the screen, and axe finds nothing.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { builtPages, readToTheEnd, THEMES, useTheme, watchForTrouble } from './pages.ts';

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

      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.map((node) => `${node.target.join(' ')}: ${node.html.slice(0, 160)}`),
      }));
      expect(found).toEqual([]);
    });
  }

  test(`${name}: nothing scrolls sideways`, async ({ page }) => {
    await page.goto(path);
    await readToTheEnd(page);
    const overflowPx = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflowPx).toBe(0);
  });
}

test('an address that does not exist shows the not-found page', async ({ page }) => {
  const response = await page.goto('no/such/page/');
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveCount(1);
});
