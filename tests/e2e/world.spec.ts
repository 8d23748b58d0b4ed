// The lab page: worlds of any size, swarm runs by their seed, and links of the console, which
// show the run that Node has, hash by hash.

import { type Browser, expect, type Page, test } from '@playwright/test';
import { ClusterConsole } from '../../engine/index.ts';
import { run, scriptOf } from '../../src/player/history.ts';
import { worldOf } from '../../src/widgets/world/scenario.ts';
import { swarmOf } from '../../src/widgets/world/swarm.ts';
import { moment, press, startFigure, toTheEnd } from './figure.ts';
import { overflowPx, watchForTrouble } from './pages.ts';

const PAGE = 'lab/world/';
const ELSEWHERE = 'contribute/look/';

/** Chooses a world and a seed, once the scripts of the page are there. */
async function show(page: Page, world: string, seed: number, hasTouch: boolean): Promise<void> {
  await startFigure(page, 'world-5');
  await page.getByLabel('World').selectOption(world);
  await page.getByLabel('Seed').fill(String(seed));
  await press(page.getByRole('button', { name: 'Show' }), hasTouch);
}

test('a size and a seed are picked, and it is the run that Node has', { tag: '@phone' }, async ({
  page,
  hasTouch,
}) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  await show(page, 'world-3', 11, hasTouch === true);
  const figure = await startFigure(page, 'world-3');
  await expect(figure.locator('.server')).toHaveCount(3);
  const world = worldOf(3);
  expect((await moment(figure)).hash).toBe(run(world, { ...scriptOf(world), seed: 11 }).hash);
  expect(await overflowPx(page)).toBe(0);
  expect(trouble).toEqual([]);
});

test('a swarm run is opened by its name and seed', async ({ page }) => {
  const trouble = watchForTrouble(page);
  await page.goto(PAGE);
  await show(page, 'swarm-raft-3', 4, false);
  const figure = await startFigure(page, 'swarm-raft-3');
  const world = swarmOf('swarm-raft-3');
  if (!world) throw new Error('no such scenario');
  expect((await moment(figure)).hash).toBe(run(world, { ...scriptOf(world), seed: 4 }).hash);
  await toTheEnd(figure);
  expect(trouble).toEqual([]);
});

test('a link of the console opens the very run, before anything is touched', async ({
  page,
  browser,
}) => {
  await page.goto(ELSEWHERE);
  const made = await page.evaluate(async () => {
    const { ferrisdb } = window as unknown as { ferrisdb: Shell };
    const cluster = await ferrisdb.cluster({ nodes: 4, seed: 21 });
    cluster.run(800);
    cluster.put('crab', 'orange');
    cluster.crash(cluster.leader());
    cluster.run(600);
    return { link: cluster.link(), hash: cluster.hash };
  });
  const own = new ClusterConsole({ nodes: 4, seed: 21 }, 'https://example.org/');
  own.run(800);
  own.put('crab', 'orange');
  own.crash(own.leader());
  own.run(600);
  expect(made.hash, 'the hash of Node').toBe(own.hash);
  expect(await hashOf(browser, made.link)).toBe(made.hash);
});

interface Shell {
  cluster(options: object): Promise<ClusterConsole>;
}

/** What somebody else's figure says of the run at a link; it starts by itself. */
async function hashOf(browser: Browser, link: string): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  const figure = page.locator('[data-figure="world-4"][data-state="ready"]');
  await expect(figure).toBeVisible();
  const { hash } = await moment(figure);
  await context.close();
  return hash;
}
