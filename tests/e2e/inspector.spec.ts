// The file inspector: a store made in the page, a file that is picked, a byte that is changed.

import { writeFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { watchForTrouble } from './pages.ts';

const PAGE = 'lab/inspector/';

async function open(page: Page) {
  await page.goto(PAGE);
  const inspector = page.getByRole('region', { name: 'File inspector' });
  await inspector.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: inspector })).not.toHaveAttribute('ssr');
  return inspector;
}

test('a table of a store made here, its bytes, and a changed one', { tag: '@phone' }, async ({
  page,
}) => {
  const trouble = watchForTrouble(page);
  const inspector = await open(page);
  await inspector.getByRole('button', { name: 'Put 50 orders' }).click();
  await inspector.getByRole('button', { name: 'Flush, compressed' }).click();
  await inspector.getByRole('button', { name: /\.sst/ }).click();
  await expect(inspector.locator('.what')).toContainText('a sorted table');
  await expect(inspector.locator('.damage')).toContainText('Every checksum here is right');
  await inspector.getByRole('button', { name: 'Next part' }).click();
  await expect(inspector.getByRole('note')).toContainText('block 0');
  await expect(inspector.getByRole('heading', { name: /unpacked/ })).toBeVisible();
  await inspector.getByRole('button', { name: /^Flip bit 0/ }).click();
  await expect(inspector.locator('.damage')).toContainText(
    'their checksum or their codec is wrong',
  );
  await inspector.getByRole('button', { name: 'Put every byte back' }).click();
  await expect(inspector.locator('.damage')).toContainText('Every checksum here is right');
  expect(trouble).toEqual([]);
});

test('a file that is picked, big and strange', async ({ page }) => {
  const inspector = await open(page);
  const buffer = Buffer.alloc(3_000_000, 7);
  await inspector
    .locator('input[type="file"]')
    .setInputFiles({ name: '000001.wal', mimeType: 'application/octet-stream', buffer });
  await expect(inspector.locator('.what')).toContainText('a write-ahead log, 3,000,000 bytes');
  await expect(inspector.locator('.damage')).toContainText('Damaged here');
  await inspector.getByRole('slider', { name: 'Offset' }).focus();
  await page.keyboard.press('End');
  await expect(inspector.getByRole('button', { name: 'Forward' })).toBeDisabled();
  await expect(inspector.locator('.damage')).toContainText('Damaged here');
});

test('by keyboard: from byte to byte, and two digits write one', async ({ page }) => {
  const inspector = await open(page);
  await inspector.getByRole('button', { name: 'Put', exact: true }).click();
  await inspector.getByRole('button', { name: 'superblock-0' }).click();
  await inspector.getByRole('listbox').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('ff');
  await expect(inspector.locator('.damage')).toContainText('its checksum is wrong');
});

test('a database that this browser keeps is found, and its log opened while it is in use', async ({
  page,
}) => {
  const trouble = watchForTrouble(page);
  const inspector = await open(page);
  const look = inspector.getByRole('button', { name: 'Look for them' });
  const kept = inspector.getByRole('list', { name: 'Files of databases in this browser' });
  await look.click();
  await expect(inspector.getByRole('status').first()).toContainText('keeps no database');
  await page.evaluate(async () => {
    interface Database {
      put(key: string, value: string): Promise<void>;
    }
    const { ferrisdb } = window as unknown as {
      ferrisdb: { open(): Promise<Database> };
    };
    await (await ferrisdb.open()).put('crab', 'cobalt');
  });
  await look.click();
  await expect(kept.getByRole('button', { name: /^console\/superblock/ }).first()).toBeVisible();
  await kept.getByRole('button', { name: /^console\/.*\.wal/ }).click();
  await expect(inspector.locator('.what')).toContainText('a write-ahead log');
  await expect(inspector.locator('.damage')).toContainText('Every checksum here is right');
  await expect(inspector.getByRole('list', { name: 'Fields' })).toContainText('cobalt');
  expect(trouble).toEqual([]);
});

test('a file that is dropped is read, and a drag that goes elsewhere changes nothing', async ({
  page,
}, testInfo) => {
  const trouble = watchForTrouble(page);
  const inspector = await open(page);
  const file = testInfo.outputPath('000009.sst');
  writeFileSync(file, Buffer.alloc(3000, 7));
  const box = await inspector.boundingBox();
  if (!box) throw new Error('the inspector is not on the page');
  // As from the desktop: the page is asked whether it would take the file before it gets it.
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  const drag = (type: 'dragEnter' | 'dragOver' | 'dragCancel' | 'drop', x: number, y: number) =>
    devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  const [x, y] = [box.x + box.width / 2, box.y + 20];
  await drag('dragEnter', x, y);
  await drag('dragOver', x, y);
  await expect(inspector).toHaveAttribute('data-over');
  await drag('dragOver', 5, 5);
  await expect(inspector).not.toHaveAttribute('data-over');
  await drag('dragOver', x, y);
  await drag('drop', x, y);
  await expect(inspector.locator('.what')).toContainText('a sorted table, 3,000 bytes');
  await expect(inspector).not.toHaveAttribute('data-over');
  await expect(inspector.locator('.damage')).toContainText('Damaged here');
  expect(trouble).toEqual([]);
});
