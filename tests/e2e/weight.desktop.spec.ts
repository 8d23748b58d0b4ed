// What a page costs: the gzipped JavaScript that arrives when a reader opens it and scrolls to its
// end without touching anything. Workers count; the search index and the console are loaded on use.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { builtFile, builtPages, readToTheEnd } from './pages.ts';

const LIMIT_PLAIN_BYTES = 40_000;
const LIMIT_FIGURES_BYTES = 100_000;

for (const { path, name, hasFigures } of builtPages()) {
  const limitBytes = hasFigures ? LIMIT_FIGURES_BYTES : LIMIT_PLAIN_BYTES;

  test(`${name}: under ${limitBytes / 1000} kB of JavaScript`, async ({ page, context }) => {
    const files = new Set<string>();
    context.on('response', (response) => {
      const file = builtFile(response.url());
      if (file && /\.m?js$/.test(file)) files.add(file);
    });
    await page.goto(path);
    await readToTheEnd(page);

    const inline = await page
      .locator('script:not([src]):not([type="application/json"])')
      .allTextContents();
    const sizes = [...files].map((file) => ({ file, bytes: gzipSync(readFileSync(file)).length }));
    if (inline.length > 0)
      sizes.push({ file: 'inline', bytes: gzipSync(inline.join('\n')).length });
    const totalBytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0);

    const list = sizes
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ file, bytes }) => `${bytes} ${file}`)
      .join('\n');
    test
      .info()
      .annotations.push({ type: 'gzipped JavaScript', description: `${totalBytes} bytes` });
    expect(totalBytes, list).toBeLessThan(limitBytes);
  });
}

test('the modules of the first figure are named in the head of its page', async ({ page }) => {
  for (const { path } of builtPages().filter(({ hasFigures }) => hasFigures)) {
    await page.goto(path);
    const first = page.locator('astro-island[client="visible"]').first();
    if ((await first.count()) === 0) continue; // all of its figures are fetched when they are used
    const entry = await first.getAttribute('component-url');
    const named = page.locator('head link[rel="modulepreload"]');
    const addresses = await named.evaluateAll((links) => links.map((l) => l.getAttribute('href')));
    expect(addresses, path).toContain(entry);
    expect(addresses.length, path).toBeGreaterThan(5);
  }
});
