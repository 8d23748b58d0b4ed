// The pages a newcomer reads first: every sample on them runs, and does what it says.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { consoleOf, sample, typed } from './samples.ts';

const GETTING_STARTED = 'start/getting-started/';

test('what is typed into the console does what the page says', async ({ page }) => {
  await page.goto(GETTING_STARTED);
  const code = await sample(page, 'In the console');
  expect(code.split('\n')).toHaveLength(3);
  let values: unknown[] = [];
  const said = await consoleOf(page, async () => {
    values = await typed(page, code);
  });
  expect(values[0]).toBe('durable');
  expect(values[1]).toEqual([['crab', 'orange']]);
  expect(said.join('\n')).toContain(await sample(page, 'What you see'));
});

test('the second sample loses the write that was not promised', async ({ page }) => {
  await page.goto(GETTING_STARTED);
  let values: unknown[] = [];
  const said = await consoleOf(page, async () => {
    // `open` hands out a database, which a test can't carry out of the page.
    const code = (await sample(page, 'Lose a write')).replace(
      /^(await ferrisdb.open.*)$/m,
      '($1, 0)',
    );
    values = await typed(page, code);
  });
  expect(values.slice(1, 3)).toEqual(['durable', 'not durable yet']);
  expect(said.join('\n')).toContain(await sample(page, 'What is lost'));
});

for (const file of ['orders.ts', 'level.ts'])
  test(`the sample ${file} prints in Node what the page says`, async ({ page }) => {
    await page.goto(GETTING_STARTED);
    const engine = pathToFileURL('engine/').href;
    const code = (await sample(page, file)).replace("'./engine/", `'${engine}`);
    const folder = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
    try {
      writeFileSync(join(folder, file), code);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
      expect(stdout.trim()).toBe(await sample(page, `node ${file}`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

test('the sample for a page of your own works on a page of its own', async ({ page }) => {
  await page.goto(GETTING_STARTED);
  const html = await sample(page, 'A page of your own');
  const address = new URL('../../own-page.html', page.url()).href;
  await page.route(address, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>x</title><body>${html}`,
    }),
  );
  await page.goto(address);
  await expect(page.locator('body')).toContainText('two coffees');
});

test('the tables name every call, option and error', async ({ page }) => {
  await page.goto(GETTING_STARTED);
  const cells = await page.locator('td:first-child').allTextContents();
  const names = cells.map((cell) => cell.trim());
  for (const name of [
    'put(key, value, options?)',
    'get(key, options?)',
    'scan(options?)',
    'snapshot()',
    'close()',
  ])
    expect(names).toContain(name);
  for (const name of ['sync', 'recovery', 'encoding', 'prefix', 'notice', 'FERRIS_LOCKED'])
    expect(names).toContain(name);
});

test('a reader puts, crashes, reloads, and finds it again', { tag: '@phone' }, async ({ page }) => {
  await page.goto(GETTING_STARTED);
  const widget = page.locator('[data-try-it]');
  await widget.scrollIntoViewIfNeeded();
  await expect(widget).toHaveAttribute('data-state', 'ready');
  await widget.getByLabel('key').fill('lobster');
  await widget.getByLabel('value').fill('blue');
  await widget.getByLabel('value').press('Enter');
  await expect(widget.getByRole('log')).toContainText('durable');
  await widget.getByRole('button', { name: 'Crash' }).click();
  await expect(widget.getByRole('log')).toContainText('written 1, recovered 1, lost 0');
  await page.reload();
  await widget.scrollIntoViewIfNeeded();
  await expect(widget.locator('.held')).toContainText('lobster');
  await expect(widget.locator('.held')).toContainText('blue');
});

test('a second tab is told what to do', async ({ page, context }) => {
  await page.goto(GETTING_STARTED);
  await page
    .locator('[data-try-it][data-state="ready"]')
    .getByRole('button', { name: 'Scan' })
    .click();
  await expect(page.locator('.held')).toContainText('on OPFS');
  const second = await context.newPage();
  await second.goto(GETTING_STARTED);
  await expect(second.locator('[data-try-it]').getByRole('log')).toContainText(
    /FERRIS_LOCKED: .*open in another tab.* close it there/,
  );
});

test('status counts what is there', async ({ page }) => {
  await page.goto('start/status/');
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toMatch(/\d+ modules of the engine with [\d,]+ lines, \d+ tests/);
  for (const part of [
    'engine/lsm/store.ts',
    'store.write.acknowledge',
    'FERRIS_LOCKED',
    'FDB_WAL',
    'CRASH_POINTS',
  ])
    expect(text).toContain(part);
});
