// Pictures of figures to leaf through, in screenshots/ (not in git).

import { expect, type Locator, type Page } from '@playwright/test';
import { moment, seek } from './figure.ts';
import { start, type Theme } from './pages.ts';

/** The figure before anyone touches it, in the middle of its run, and at its end. */
export type Place = 'poster' | 'middle' | 'end';

/** Takes a picture of every figure of a page, at each of these places. */
export async function photograph(
  page: Page,
  name: string,
  theme: Theme,
  places: readonly Place[],
): Promise<void> {
  // A figure taller than the screen would be photographed with the site's header across it.
  await page.addStyleTag({ content: 'header.header, mobile-starlight-toc { display: none; }' });
  const widthPx = page.viewportSize()?.width;
  for (const [index, figure] of (await page.locator('[data-figure]').all()).entries()) {
    const figureName = (await figure.getAttribute('data-figure')) || `figure-${index + 1}`;
    for (const place of places) {
      if (place !== 'poster') await goTo(figure, place);
      const file = `${name}-${figureName}-${place}-${widthPx}-${theme}.png`;
      await figure.screenshot({ path: `screenshots/${file}` });
    }
    const box = await figure.boundingBox();
    expect(box?.height, `${figureName} is empty`).toBeGreaterThan(80);
  }
}

async function goTo(figure: Locator, place: 'middle' | 'end'): Promise<void> {
  await start(figure);
  const { length } = await moment(figure);
  await seek(figure, place === 'end' ? length : Math.floor(length / 2));
}
