// The page of benchmarks: what it shows is the kept run, and its button runs a small one.

import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Results } from '../bench/results.ts';
import { overflowPx, watchForTrouble } from './pages.ts';

const PATH = 'lab/benchmarks/';
const RECORDED = new URL('../bench/results/recorded.json', import.meta.url);
const kept = JSON.parse(readFileSync(RECORDED, 'utf8')) as Results;

async function open(page: Page): Promise<Locator> {
  await page.goto(PATH);
  const run = page.locator('[data-try-run]');
  await run.scrollIntoViewIfNeeded();
  await expect(run).toHaveAttribute('data-state', 'ready');
  return run;
}

/** No databases of a run are left in the origin private file system or in IndexedDB. */
const leftovers = (page: Page) =>
  page.evaluate(async () => {
    const origin = await navigator.storage.getDirectory();
    const names: string[] = [];
    for await (const name of origin.keys()) {
      const directory = await origin.getDirectoryHandle(name);
      for await (const inner of directory.keys()) names.push(inner);
    }
    const databases = await indexedDB.databases();
    return [...names, ...databases.map(({ name }) => name ?? '')];
  });

test('the page says the numbers of the kept run', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PATH);
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain(kept.date);
  const reached = kept.marks.filter(({ passed }) => passed).length;
  expect(text).toContain(`Of ${kept.marks.length} marks`);
  expect(text).toContain(`reached ${reached}.`);
  for (const [name, version] of Object.entries(kept.versions)) {
    expect(text).toContain(name);
    expect(text).toContain(version);
  }
  await expect(page.locator('[data-ratios]')).toHaveCount(kept.suites.length);
  await expect(page.locator('[data-long-run]')).toHaveCount(kept.long.length);
  for (const { workloads } of kept.suites)
    for (const { name } of workloads) expect(text).toContain(name);
  expect(trouble).toEqual([]);
});

test('nothing on the page is wider than the screen', { tag: '@phone' }, async ({ page }) => {
  await page.goto(PATH);
  for (const summary of await page.locator('main details > summary').all()) await summary.click();
  expect(await overflowPx(page)).toBe(0);
});

test('the button runs a small benchmark, by keyboard alone, and cleans up', async ({ page }) => {
  const trouble = watchForTrouble(page);
  const run = await open(page);
  await run.getByRole('button', { name: 'Run it here' }).focus();
  await page.keyboard.press('Enter');
  await expect(run.getByRole('progressbar')).toBeVisible();
  await expect(run.getByRole('status')).toContainText('Every answer was checked', {
    timeout: 90_000,
  });
  const rows = run.locator('tbody tr');
  await expect(rows).toHaveCount(9);
  for (const row of await rows.all())
    await expect(row).toContainText(/^\s*[a-z0-9-]+\s*[\d,]+\s*[\d,]+\s*[\d.]+×\s*[\d.]+×\s*$/);
  expect(await leftovers(page)).toEqual([]);
  expect(trouble).toEqual([]);
});

test('a run can be stopped, leaves nothing behind, and another one can begin', async ({ page }) => {
  const run = await open(page);
  await run.getByRole('button', { name: 'Run it here' }).click();
  await expect(run.locator('.progress')).toContainText('round');
  await run.getByRole('button', { name: 'Stop' }).click();
  await expect(run.getByRole('status')).toContainText('Stopped');
  expect(await leftovers(page)).toEqual([]);
  await run.getByRole('button', { name: 'Run it here' }).click();
  await expect(run.locator('.progress')).toContainText('round');
  await run.getByRole('button', { name: 'Stop' }).click();
  await expect(run.getByRole('status')).toContainText('Stopped');
});
