// The whole album, for whoever wants to leaf through it: every figure as the page shows it before
// anyone touches it, in the middle and at the end of its run, at both widths, dark and light.
//
//     SCREENSHOTS=all npx playwright test screenshots
//
// Every run takes the posters (pages.spec.ts), in one theme for each width.

import { test } from '@playwright/test';
import { builtPages, readToTheEnd, THEMES, useTheme } from './pages.ts';
import { photograph } from './screenshots.ts';

const wanted = process.env.SCREENSHOTS === 'all';

for (const { path, name } of builtPages().filter((page) => wanted && page.hasFigures)) {
  for (const theme of THEMES) {
    test(`${name}, ${theme}: its figures, photographed`, { tag: '@phone' }, async ({ page }) => {
      await useTheme(page, theme);
      await page.goto(path);
      await readToTheEnd(page);
      await photograph(page, name, theme, ['poster', 'middle', 'end']);
    });
  }
}
