// The page of the manifest: versions by mouse and by keyboard, a power cut between two steps, the
// bytes of an edit, a link, a database that is broken and repaired, and the exercise.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { SOLUTION } from '../../src/widgets/manifest/check.ts';
import { cutBeforeSync, FACTS } from '../../src/widgets/manifest/facts.ts';
import {
  moment,
  openElsewhere,
  predict,
  press,
  seek,
  startFigure,
  startPrediction,
} from './figure.ts';
import { watchForTrouble } from './pages.ts';

const PAGE = 'tree/manifest/';

const button = (figure: Locator, name: string) => figure.getByRole('button', { name, exact: true });

async function open(page: Page, id = 'manifest'): Promise<Locator> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(PAGE);
  return startFigure(page, id);
}

test('an older version is shown, and says which of its tables are gone', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  const figure = await open(page);
  await seek(figure, FACTS.switched - 1);
  const old = figure.getByRole('group', { name: 'Edits of 000001.man' });
  await press(old.getByRole('button', { name: '+8', exact: true }), hasTouch);
  await expect(figure.getByRole('img', { name: /^table 8:/ })).toBeVisible();
  await expect(figure.getByRole('note')).toContainText('are deleted: nobody needs it any more');
  expect(trouble).toEqual([]);
});

test('the edits are one tab stop, and the arrows go along them', async ({ page }) => {
  const figure = await open(page);
  const edits = figure.getByRole('group', { name: 'Edits of 000001.man' });
  await expect(edits.locator('[tabindex="0"]')).toHaveCount(1);
  await edits.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(edits.locator('[aria-pressed="true"]')).toHaveText('+8');
  await expect(figure.getByText('after edit 4 of 5')).toBeVisible();
  await page.keyboard.press('Home');
  await expect(edits.locator('[aria-pressed="true"]')).toHaveText('all: nothing');
});

test('a cut before the sync: the inputs are the database again', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const figure = await open(page);
  await seek(figure, cutBeforeSync().cursor);
  await press(button(figure, 'Cut the power'), hasTouch);
  await seek(figure);
  await press(button(figure, 'Restart, the rest is lost'), hasTouch);
  await seek(figure);
  await expect(figure.locator('figcaption')).toContainText('keys are read and are right');
  await expect(figure.locator('figcaption')).toContainText(
    '000009.sst, it was never part of a version',
  );
  await expect(figure.locator('[data-file="000009.sst"]')).toContainText('nobody needs it');
  await expect(figure.locator('[data-file="000004.sst"]')).toContainText('in the version');
});

test('a scan keeps its files', async ({ page, hasTouch }) => {
  const figure = await open(page);
  await seek(figure, FACTS.compaction - 1);
  await press(button(figure, 'Begin a scan'), hasTouch);
  await seek(figure);
  await press(button(figure, 'Compact'), hasTouch);
  await seek(figure);
  await expect(figure.getByText('a scan reads it')).toHaveCount(3);
  await press(button(figure, 'End the scan'), hasTouch);
  await seek(figure);
  await expect(figure.getByText('a scan reads it')).toHaveCount(0);
});

test('the bytes of an edit are one click away, with their names', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const figure = await open(page);
  await press(figure.getByRole('tab', { name: 'Bytes' }), hasTouch);
  await figure.getByLabel('File').selectOption('000001.man');
  await expect(figure.getByText(/addedCount$/).first()).toBeAttached();
});

test('a shared cut is the same in a fresh browser', async ({ page, browser }) => {
  const figure = await open(page);
  await seek(figure, FACTS.deleting);
  await button(figure, 'Cut the power').click();
  await seek(figure);
  await button(figure, 'Restart, all got through').click();
  await seek(figure);
  const said = await figure.locator('figcaption').textContent();
  await figure.getByRole('button', { name: /share/i }).click();
  await expect(page).toHaveURL(/#f=manifest\./);
  const other = await openElsewhere(browser, page.url());
  const same = other.locator('[data-figure="manifest"]');
  await expect(same.locator('figcaption')).toHaveText(said ?? '');
  await other.context().close();
});

test('the prediction is answered by both restarts', async ({ page, hasTouch }) => {
  await page.goto(PAGE);
  const prediction = await startPrediction(page, 'manifest/edit-not-synced');
  const verdict = await predict(prediction, 'The inputs or the output', hasTouch);
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
});

test('a table is deleted: opening is refused, verify names it, repair opens it', {
  tag: '@phone',
}, async ({ page, hasTouch }) => {
  const figure = await open(page, 'damage');
  await press(button(figure, 'Delete 000004.sst'), hasTouch);
  await seek(figure);
  await press(button(figure, 'Read all keys'), hasTouch);
  await seek(figure);
  await expect(figure.locator('figcaption')).toContainText('doesn’t open: FERRIS_CORRUPTION');
  await press(button(figure, 'Verify'), hasTouch);
  await seek(figure);
  await expect(figure.getByLabel('What was found')).toContainText('000004.sst');
  await expect(figure.locator('li[data-file="000004.sst"]')).toHaveAttribute(
    'data-found',
    'missing',
  );
  await press(button(figure, 'Repair'), hasTouch);
  await seek(figure);
  await press(button(figure, 'Read all keys'), hasTouch);
  await seek(figure);
  await expect(figure.locator('[data-part="refused"] dd')).toHaveText(/^0 of/);
});

test('the exercise: the wrong step, then two right ones', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const figure = await open(page, 'between-two-steps');
  const exercise = page.locator('[data-exercise="manifest/leave-three"]');
  const verdict = exercise.locator('.verdict');
  const cuts = SOLUTION.flatMap((action) => (action.do === 'cut' ? [action.after ?? 0] : []));
  const cutAt = async (cursor: number) => {
    await seek(figure, cursor);
    await press(button(figure, 'Cut the power'), hasTouch);
    await seek(figure);
    await press(button(figure, 'Restart, the rest is lost'), hasTouch);
    await seek(figure);
  };
  const COMPACTION = 36;
  const begun = (await moment(figure)).length - COMPACTION;
  await cutAt(begun + (cuts[0] ?? 0));
  await expect(verdict).toContainText('Missing: a table that a version has dropped');
  const before = (await moment(figure)).length;
  await press(button(figure, 'Compact'), hasTouch);
  await cutAt(before + (cuts[1] ?? 0));
  await expect(verdict).toHaveAttribute('data-verdict', 'right');
  await expect(exercise.locator('.solved')).toBeVisible();
});
