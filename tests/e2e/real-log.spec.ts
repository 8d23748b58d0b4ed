// The page on the real log: the bytes of each server, a disk that lies and the invariant that
// finds it out, both clusters side by side, and the exercise from the first press to the verdict.

import { expect, type Locator, type Page, test } from '@playwright/test';
import { start, watchForTrouble } from './pages.ts';

const PAGE = 'distribution/real-log/';

async function figure(page: Page, name: string): Promise<Locator> {
  const found = page.locator(`[data-figure="${name}"]`);
  await start(found);
  return found;
}
const press = (target: Locator, isTouch: boolean) => (isTouch ? target.tap() : target.click());

async function toTheEnd(page: Page, root: Locator): Promise<void> {
  await root
    .getByRole('slider', { name: /position|event|time/i })
    .first()
    .focus();
  await page.keyboard.press('End');
}

test('the bytes of each server are one press away, and a link shows the same to others', {
  tag: '@phone',
}, async ({ page, hasTouch, browser }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  const root = await figure(page, 'real-log');
  await expect(root.locator('.server-bytes')).toContainText('vote for A');
  await expect(root.locator('.doc')).toContainText('record');
  await press(root.getByRole('button', { name: 'Disk of A' }), hasTouch === true);
  await expect(root.getByRole('button', { name: 'Disk of A' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await toTheEnd(page, root);
  await press(root.getByRole('button', { name: 'The disk of B lies' }), hasTouch === true);
  await toTheEnd(page, root);
  await press(root.getByRole('button', { name: 'Put x' }), hasTouch === true);
  await toTheEnd(page, root);
  await press(root.getByRole('button', { name: 'Crash B' }), hasTouch === true);
  await toTheEnd(page, root);
  await press(root.getByRole('button', { name: 'Restart B' }), hasTouch === true);
  await toTheEnd(page, root);
  await expect(root.locator('.violation').first()).toContainText('what was persisted stays');
  await press(root.getByRole('button', { name: 'Share' }), hasTouch === true);
  await expect(page).toHaveURL(/#f=real-log\./);
  const hashOf = (one: Locator) =>
    one.evaluate((element: HTMLElement & { ferrisFigure?: { hash: string } }) => {
      return element.ferrisFigure?.hash;
    });
  const hash = await hashOf(root);
  const other = await browser.newContext();
  const opened = await other.newPage();
  await opened.goto(page.url());
  const there = await figure(opened, 'real-log');
  await expect.poll(() => hashOf(there)).toBe(hash);
  await other.close();
  await press(root.getByRole('button', { name: /^Event 1 of/ }), hasTouch === true);
  await expect(root.locator('.violation')).toHaveCount(0);
  expect(trouble).toEqual([]);
});

for (const name of ['real-log', 'forgetful'])
  test(`${name}: every event can be stepped to`, async ({ page }) => {
    const trouble = watchForTrouble(page);
    await page.goto(PAGE);
    const root = await figure(page, name);
    await root.evaluate(async (element) => {
      const { ferrisFigure: hook } = element as HTMLElement & {
        ferrisFigure: { length: number; seek(cursor: number): void };
      };
      for (let cursor = 0; cursor <= hook.length; cursor++) {
        hook.seek(cursor);
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    expect(trouble).toEqual([]);
  });

test('two clusters, the same actions: only lying disks elect two leaders in a term', async ({
  page,
}) => {
  await page.goto(PAGE);
  const root = await figure(page, 'forgetful');
  await toTheEnd(page, root);
  const lying = root.getByRole('region', { name: 'disks that lie' });
  const honest = root.getByRole('region', { name: 'disks that keep their word' });
  await expect(lying.locator('.violation')).toContainText('election safety');
  await expect(honest.locator('.violation')).toHaveCount(0);
});

test('the prediction is answered by the run itself', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  await page.goto(PAGE);
  const prediction = page.locator('[data-prediction="real-log/before-a-vote"]');
  await prediction.scrollIntoViewIfNeeded();
  await prediction.dispatchEvent('pointerover');
  await expect(page.locator('astro-island', { has: prediction })).not.toHaveAttribute('ssr');
  await press(prediction.getByText('The term, and for whom'), hasTouch === true);
  await press(prediction.getByRole('button', { name: 'See what happens' }), hasTouch === true);
  await expect(prediction.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});

test('by keyboard alone two servers are made to lead one term', async ({ page }) => {
  await page.goto(PAGE);
  const root = await figure(page, 'two-leaders');
  const exercise = page.locator('[data-exercise="real-log/two-leaders"]');
  const cutOff = async (server: string) => {
    await root.getByRole('button', { name: new RegExp(`^Server ${server}`) }).press('Enter');
    await root.getByRole('button', { name: 'Cut off' }).press('Enter');
    await toTheEnd(page, root);
  };
  await toTheEnd(page, root);
  await cutOff('C');
  await root.getByRole('button', { name: 'Crash B' }).press('Enter');
  await toTheEnd(page, root);
  await cutOff('A');
  await root.getByRole('button', { name: 'Restart B' }).press('Enter');
  await toTheEnd(page, root);
  await root.getByRole('button', { name: 'Run 400 ms' }).press('Enter');
  await toTheEnd(page, root);
  await expect(exercise.locator('.verdict')).toHaveAttribute('data-verdict', 'right');
});
