// The site in Firefox. Skipped, with a notice, on machines that have none.

import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'puppeteer-core';
import { firefoxPath, launchFirefox, noFirefox } from './firefox.ts';
import { builtPages } from './pages.ts';
import { nodeHashes } from './scenario-hashes.ts';

test.describe.configure({ mode: 'serial' });
test.skip(!firefoxPath, noFirefox);

let browser: Browser;
let page: Page;
/** The figures whose hash was the one of Node. */
const compared = new Set<string>();

test.beforeAll(async () => {
  browser = await launchFirefox();
});
test.afterAll(() => browser?.close());
test.beforeEach(async () => {
  page = await browser.newPage();
});
test.afterEach(() => page.close());

test('Firefox: the home page loads without an error', async ({ baseURL }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(baseURL!, { waitUntil: 'load' });
  expect(await page.title()).toContain('FerrisDB');
  expect(await page.$$eval('h1', (headings) => headings.length)).toBe(1);
  expect(errors).toEqual([]);
});

for (const { path, name } of builtPages().filter(({ hasFigures }) => hasFigures)) {
  test(`Firefox: ${name}: every figure runs, and comes to the trace hash that Node comes to`, async ({
    baseURL,
  }) => {
    await page.goto(`${baseURL}${path}`, { waitUntil: 'load' });
    for (const [id, hash] of await hashesOf(page)) {
      expect(hash, `${id}: a trace hash`).toMatch(/^[0-9a-f]+$/);
      if (!nodeHashes.has(id)) continue;
      expect(hash, id).toBe(nodeHashes.get(id));
      compared.add(id);
    }
  });
}

test('Firefox: no figure whose trace hash is known was left out', () => {
  expect(compared).toEqual(new Set(nodeHashes.keys()));
});

test('Firefox: the console keeps a database in OPFS over a reload', async ({ baseURL }) => {
  await page.goto(baseURL!, { waitUntil: 'load' });
  const kind = await page.evaluate(async () => {
    const { ferrisdb } = window as unknown as { ferrisdb: ConsoleCalls };
    await ferrisdb.put('crab', 'orange');
    const { kind } = await ferrisdb.open();
    await ferrisdb.close();
    return kind;
  });
  expect(kind).toBe('opfs');
  await page.reload({ waitUntil: 'load' });
  const value = await page.evaluate(() => {
    const { ferrisdb } = window as unknown as { ferrisdb: ConsoleCalls };
    return ferrisdb.get('crab');
  });
  expect(value).toBe('orange');
});

interface ConsoleCalls {
  open(): Promise<{ kind: string }>;
  close(): Promise<void>;
  put(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<string | undefined>;
}

/** Has each figure start, as a reader who comes to it would, and asks for its hash. */
function hashesOf(page: Page): Promise<[id: string, hash: string][]> {
  return page.evaluate(async () => {
    const hashes: [string, string][] = [];
    for (const figure of document.querySelectorAll<HTMLElement>('[data-figure]')) {
      figure.scrollIntoView({ behavior: 'instant' });
      for (let waits = 0; figure.dataset.state !== 'ready' && waits < 400; waits++) {
        // Some start when they are seen, some when they are first used.
        figure.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { ferrisFigure } = figure as unknown as { ferrisFigure?: { hash: string } };
      hashes.push([figure.dataset.figure ?? '', ferrisFigure?.hash ?? 'not started']);
    }
    return hashes;
  });
}
