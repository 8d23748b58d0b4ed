// The workbench: a real database in the browser, a load on it, and every button.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { overflowPx, switchTheme, THEMES, useTheme, violations, watchForTrouble } from './pages.ts';

const PATH = 'lab/workbench/';

async function open(page: Page): Promise<Locator> {
  await page.goto(PATH);
  const bench = page.locator('[data-workbench]');
  await bench.dispatchEvent('pointerover');
  await expect(bench).toHaveAttribute('data-state', 'ready');
  const options = page.locator('[data-options]');
  await options.dispatchEvent('pointerover');
  await expect(options).toHaveAttribute('data-state', 'ready');
  return bench;
}

const press = (bench: Locator, name: string | RegExp) =>
  bench.getByRole('button', { name, exact: typeof name === 'string' }).click();

async function startLoad(bench: Locator): Promise<void> {
  await press(bench, 'Start');
  await expect(bench).toHaveAttribute('data-load', 'running');
}

const said = (bench: Locator) => bench.getByRole('status');
const option = (bench: Locator, name: string) => bench.page().locator(`[data-option="${name}"]`);
const fact = (bench: Locator, name: string) => bench.locator(`[data-fact="${name}"]`);

/** Entries that a row of the table of levels shows. */
async function entriesOf(bench: Locator, where: string): Promise<number> {
  const row = bench.getByRole('row', { name: new RegExp(`^${where} `) });
  return Number((await row.locator('td').nth(2).textContent())?.replaceAll(',', ''));
}

async function opfsNames(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('ferrisdb');
    const names: string[] = [];
    for await (const name of root.keys()) names.push(name);
    return names;
  });
}

test('a load fills the levels, pauses, stops, and what it wrote is kept until it is deleted', async ({
  page,
}) => {
  const trouble = watchForTrouble(page);
  const bench = await open(page);
  await press(bench, 'Overwrite at random');
  await option(bench, 'memtableBytes').getByRole('textbox').fill('64 KiB');
  await option(bench, 'memtableBytes').getByRole('textbox').press('Enter');
  await startLoad(bench);
  await expect.poll(() => entriesOf(bench, 'level 1')).toBeGreaterThan(0);
  await press(bench, 'Pause');
  await expect(bench).toHaveAttribute('data-load', 'paused');
  await expect(fact(bench, 'writes a second')).toHaveText('0');
  await press(bench, 'Go on');
  await expect(fact(bench, 'writes a second')).not.toHaveText('0');
  await press(bench, 'Stop');
  await expect(said(bench)).toContainText('What was written is kept');
  await expect(bench).toHaveAttribute('data-phase', 'closed');
  expect(await opfsNames(page)).toEqual(['workbench']);

  await press(bench, 'Half reads');
  await startLoad(bench);
  await expect.poll(() => entriesOf(bench, 'level 1')).toBeGreaterThan(0);
  await press(bench, 'Delete the database');
  await press(bench, 'Really delete it?');
  await expect(said(bench)).toContainText('deleted');
  expect(await opfsNames(page)).toEqual([]);
  expect(trouble).toEqual([]);
});

test('options change while it runs, and what the engine refuses is said', async ({ page }) => {
  const bench = await open(page);
  await startLoad(bench);
  const memtable = option(bench, 'memtableBytes');
  await expect(memtable.getByRole('textbox')).toHaveValue('1 MiB');
  await memtable.getByRole('button', { name: 'Memtable: half' }).click();
  await expect(memtable.getByRole('textbox')).toHaveValue('512 KiB');
  await expect(bench.getByRole('row', { name: /^memtable / })).toContainText('of 512 KiB');
  await memtable.getByRole('textbox').fill('7 B');
  await memtable.getByRole('textbox').press('Enter');
  await expect(memtable.getByRole('alert')).toContainText('FERRIS_INVALID_ARGUMENT');
  await expect(memtable.getByRole('textbox')).toHaveValue('512 KiB');
  await memtable.getByRole('textbox').fill('much');
  await memtable.getByRole('textbox').press('Enter');
  await expect(memtable.getByRole('alert')).toContainText('is no size');
  await option(bench, 'stopTables').getByRole('textbox').fill('3');
  await option(bench, 'stopTables').getByRole('textbox').press('Enter');
  await expect(option(bench, 'stopTables').getByRole('alert')).toContainText('ascending');
  await option(bench, 'codec').getByRole('combobox').selectOption('deflate');
  await option(bench, 'compaction').getByRole('combobox').selectOption('tiered');
  await expect(bench.getByRole('row', { name: /^level 1 / })).toContainText('fullest level');
  await option(bench, 'blockCacheBytes').getByRole('textbox').fill('0');
  await option(bench, 'blockCacheBytes').getByRole('textbox').press('Enter');
  await expect(said(bench)).toContainText('Closed and open again');
  await expect(bench).toHaveAttribute('data-load', 'running');
  await page.getByRole('button', { name: 'The engine’s defaults' }).click();
  await expect(memtable.getByRole('textbox')).toHaveValue('4 MiB');
  await expect(option(bench, 'compaction').getByRole('combobox')).toHaveValue('leveled');
});

test('every button does what it says, under load', { tag: '@phone' }, async ({ page }) => {
  const trouble = watchForTrouble(page);
  const bench = await open(page);
  await startLoad(bench);
  await press(bench, 'Flush');
  await expect(said(bench)).toContainText('Flushed.');
  await press(bench, 'Take a snapshot');
  await expect(fact(bench, 'snapshots')).toHaveText('1');
  await press(bench, 'Hold a scan open');
  await expect(fact(bench, 'kept for scans')).toHaveText(/^[1-9]/);
  await press(bench, 'Let scans go (1)');
  await press(bench, 'Release snapshots (1)');
  await expect(fact(bench, 'snapshots')).toHaveText('0');
  await press(bench, 'Compact everything');
  await expect(said(bench)).toContainText('Everything is one run.', { timeout: 60_000 });
  await press(bench, 'Verify');
  await expect(said(bench)).toContainText('every checksum right', { timeout: 60_000 });
  for (const [name, fileName] of [
    ['Download a backup', 'workbench.backup'],
    ['Download an export', 'workbench.export'],
  ] as const) {
    const coming = page.waitForEvent('download');
    await press(bench, name);
    expect((await coming).suggestedFilename()).toBe(fileName);
    await expect(said(bench)).toContainText(/has [\d,]{5,} bytes/);
  }
  await press(bench, 'Crash and open again');
  await expect(said(bench)).toContainText(/Writes: [\d,]+\. Recovered: [\d,]+\. Lost: 0\./);
  await expect(bench).toHaveAttribute('data-load', 'running');
  await expect(fact(bench, 'writes a second')).not.toHaveText('0');
  expect(trouble).toEqual([]);
});

test('by keyboard alone', async ({ page }) => {
  const bench = await open(page);
  await bench.getByRole('button', { name: 'Start', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(bench).toHaveAttribute('data-load', 'running');
  await bench.getByRole('spinbutton', { name: /^Clients/ }).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('2');
  await page.keyboard.press('Tab');
  await expect(bench.getByRole('spinbutton', { name: /^Clients/ })).toHaveValue('2');
  await bench.getByRole('spinbutton', { name: /^Keys/ }).fill('9999999');
  await page.keyboard.press('Tab');
  await expect(said(bench)).toContainText('Keys must be a whole number');
  await bench.getByRole('button', { name: 'Stop', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(bench).toHaveAttribute('data-phase', 'closed');
});

test('a second tab is told that the first one has it open', async ({ page, context }) => {
  await startLoad(await open(page));
  const other = await context.newPage();
  const bench = await open(other);
  await press(bench, 'Start');
  await expect(said(bench)).toContainText('FERRIS_LOCKED');
  await expect(bench).toHaveAttribute('data-phase', 'closed');
});

test('while it runs axe finds nothing, and nothing scrolls sideways', { tag: '@phone' }, async ({
  page,
}) => {
  await useTheme(page, 'dark');
  const bench = await open(page);
  await startLoad(bench);
  await expect(fact(bench, 'flushes')).not.toHaveText('0');
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect.soft(await violations(page, { include: 'main' }), theme).toEqual([]);
  }
  expect(await overflowPx(page)).toBe(0);
});
