// Pictures to leaf through: every figure as the page shows it before anyone touches it, in the
// middle and at the end of its run, at both widths, dark and light, in screenshots/ (not in git).

import { expect, type Locator, test } from '@playwright/test';
import { builtPages, readToTheEnd, start, THEMES, useTheme } from './pages.ts';

/** Moves a figure to a share of its run. */
async function seek(figure: Locator, share: number): Promise<void> {
  await start(figure);
  await figure.evaluate((root, to) => {
    type Hook = { length: number; seek(cursor: number): void };
    const { ferrisFigure } = root as unknown as { ferrisFigure: Hook };
    ferrisFigure.seek(Math.floor(ferrisFigure.length * to));
  }, share);
}

for (const { path, name } of builtPages().filter((page) => page.hasFigures)) {
  for (const theme of THEMES) {
    test(`${name}, ${theme}: its figures show a poster`, async ({ page, viewport }) => {
      await useTheme(page, theme);
      await page.goto(path);
      await readToTheEnd(page);
      // A figure taller than the screen would be photographed with the site's header across it.
      await page.addStyleTag({ content: 'header.header, mobile-starlight-toc { display: none; }' });
      for (const [index, figure] of (await page.locator('[data-figure]').all()).entries()) {
        const figureName = (await figure.getAttribute('data-figure')) || `figure-${index + 1}`;
        const file = `${name}-${figureName}-poster-${viewport?.width}-${theme}.png`;
        await figure.scrollIntoViewIfNeeded();
        await figure.screenshot({ path: `screenshots/${file}` });
        for (const [place, share] of [
          ['middle', 0.5],
          ['end', 1],
        ] as const) {
          await seek(figure, share);
          await figure.screenshot({ path: `screenshots/${file.replace('poster', place)}` });
        }
        const box = await figure.boundingBox();
        expect(box?.height, `${figureName} is empty`).toBeGreaterThan(80);
      }
    });
  }
}
