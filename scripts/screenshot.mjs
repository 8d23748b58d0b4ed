// node scripts/screenshot.mjs [address]      default http://localhost:4321/ferrisdb/
//
// Takes the picture of the README from a site that is being served: the home page, its power
// cut while an order is written, in the middle of recovery.

import { chromium } from 'playwright';
import { launchOptions } from './browsers.mjs';

const address = process.argv[2] ?? 'http://localhost:4321/ferrisdb/';
const browser = await chromium.launch(await launchOptions());
const page = await browser.newPage({
  viewport: { width: 1240, height: 1010 },
  colorScheme: 'light',
  reducedMotion: 'reduce',
});
await page.goto(address);
const figure = page.locator('[data-figure="crash"][data-state="ready"]');
await figure.scrollIntoViewIfNeeded();
await figure.getByRole('button', { name: 'Cut the power' }).click();
await figure.getByRole('button', { name: 'Turn it on again' }).click();
await figure.getByText('Recovered: all').waitFor();
const moment = figure.getByText('Order 2 is in memory again.');
while (!(await moment.isVisible())) await figure.getByRole('button', { name: 'Step back' }).click();
await page.mouse.move(0, 0);
await page.evaluate(() => window.scrollTo(0, 0));
await page.screenshot({ path: 'docs/screenshot.png' });
await browser.close();
