// Every built page, on both screens: it loads without any trouble, says what it is about, fits the
// screen, weighs little, and axe finds nothing in either theme. A desktop opens it dark and switches
// to light, a phone the other way round, so that each page is loaded in each theme.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { outDir } from '../../scripts/address.mjs';
import {
  builtPages,
  COLOR_RULES,
  overflowPx,
  readToTheEnd,
  switchTheme,
  THEMES,
  useTheme,
  violations,
  watchForTrouble,
} from './pages.ts';
import { photograph } from './screenshots.ts';
import { LIMIT_FIGURES_BYTES, LIMIT_PLAIN_BYTES, watchWeight } from './weight.ts';

for (const { path, name, hasFigures } of builtPages()) {
  const limitBytes = hasFigures ? LIMIT_FIGURES_BYTES : LIMIT_PLAIN_BYTES;

  test(`${name}: loads cleanly, weighs under ${limitBytes / 1000} kB, and axe finds nothing`, {
    tag: '@phone',
  }, async ({ page, hasTouch }) => {
    const [first, second] = hasTouch ? THEMES.toReversed() : THEMES;
    const trouble = watchForTrouble(page);
    const weigh = watchWeight(page);
    await useTheme(page, first);
    await page.goto(path);
    await readToTheEnd(page);

    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page.locator('html')).toHaveAttribute('data-theme', first);
    await test.step('weight', async () => {
      if (hasTouch) return; // the scripts are the same on a phone
      const { totalBytes, list } = await weigh();
      const description = `${totalBytes} bytes`;
      test.info().annotations.push({ type: 'gzipped JavaScript', description });
      expect.soft(totalBytes, list).toBeLessThan(limitBytes);
    });
    expect.soft(await overflowPx(page), 'nothing scrolls sideways').toBe(0);
    expect.soft(await violations(page), `axe, ${first}`).toEqual([]);

    await switchTheme(page, second);
    expect.soft(await violations(page, { only: COLOR_RULES }), `axe, ${second}`).toEqual([]);
    await test.step('posters', () => photograph(page, name, second, ['poster']));
    expect(trouble).toEqual([]);
  });
}

test('the modules of the first figure are named in the head of its page', async ({ page }) => {
  for (const { path } of builtPages().filter(({ hasFigures }) => hasFigures)) {
    await page.setContent(readFileSync(join(outDir, path, 'index.html'), 'utf8'));
    const first = page.locator('astro-island[client="visible"]').first();
    if ((await first.count()) === 0) continue; // all of its figures are fetched when they are used
    const entry = await first.getAttribute('component-url');
    const named = page.locator('head link[rel="modulepreload"]');
    const addresses = await named.evaluateAll((links) => links.map((l) => l.getAttribute('href')));
    expect(addresses, path).toContain(entry);
    expect(addresses.length, path).toBeGreaterThan(5);
  }
});

test('whatever a script draws has its styles on the site', () => {
  const files = readdirSync(outDir, { recursive: true }).map(String);
  const textOf = (file: string) => readFileSync(join(outDir, file), 'utf8');
  const styles = files.filter((file) => /\.(css|html)$/.test(file)).map(textOf);
  const styled = new Set(
    styles
      .join()
      .matchAll(/\.(svelte-[\da-z]+)/g)
      .map(([, name]) => name),
  );
  expect(styled.size, 'components with styles').toBeGreaterThan(50);
  // A part that is drawn by a script alone may lose its styles: nothing asks for them at the build.
  const bare = files
    .filter((file) => /_astro.*\.js$/.test(file))
    .flatMap((file) =>
      [...textOf(file).matchAll(/class="[^"]*(svelte-[\da-z]+)/g)].map(([, name]) => [file, name]),
    )
    .filter(([, name]) => !styled.has(name));
  expect(bare).toEqual([]);
});

test('an address that does not exist shows the not-found page', async ({ page }) => {
  const response = await page.goto('no/such/page/');
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveCount(1);
});
