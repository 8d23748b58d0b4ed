// Pictures to leaf through: every figure as the page shows it before anyone touches it, at both
// widths, dark and light, in screenshots/ (not kept in git).

import { expect, test } from '@playwright/test';
import { builtPages, readToTheEnd, THEMES, useTheme } from './pages.ts';

for (const { path, name } of builtPages().filter((page) => page.hasFigures)) {
  for (const theme of THEMES) {
    test(`${name}, ${theme}: its figures show a poster`, async ({ page, viewport }) => {
      await useTheme(page, theme);
      await page.goto(path);
      await readToTheEnd(page);
      for (const [index, figure] of (await page.locator('[data-figure]').all()).entries()) {
        const figureName = (await figure.getAttribute('data-figure')) || `figure-${index + 1}`;
        const file = `${name}-${figureName}-poster-${viewport?.width}-${theme}.png`;
        await figure.scrollIntoViewIfNeeded();
        await figure.screenshot({ path: `screenshots/${file}` });
        const box = await figure.boundingBox();
        expect(box?.height, `${figureName} is empty`).toBeGreaterThan(80);
      }
    });
  }
}
