// The site under `/`: the same pages, built a second time, load without trouble there too.

import { expect, test } from '@playwright/test';
import { builtPages, readToTheEnd, watchForTrouble } from './pages.ts';

for (const { path, name } of builtPages()) {
  test(`${name}: loads cleanly when the site is served from /`, async ({ page }) => {
    const trouble = watchForTrouble(page);
    await page.goto(path);
    await readToTheEnd(page);
    await expect(page.locator('h1')).toHaveCount(1);
    expect(trouble).toEqual([]);
  });
}
