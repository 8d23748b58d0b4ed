// The site in Firefox. Skipped, with a notice, on machines that have none.

import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'puppeteer-core';
import { firefoxPath, launchFirefox, noFirefox } from './firefox.ts';

test.describe.configure({ mode: 'serial' });
test.skip(!firefoxPath, noFirefox);

let browser: Browser;
let page: Page;

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
