// The pages of the built site, and what any test of a page needs: the list of them, the two themes,
// and a watch for trouble (console errors, uncaught exceptions, requests that fail).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, type Request } from '@playwright/test';
import { base, outDir } from '../../scripts/address.mjs';

export interface BuiltPage {
  /** Address relative to the base path: '' for the home page, 'tutorials/files/' for another. */
  path: string;
  /** The page as a file name: 'home', 'tutorials-files'. */
  name: string;
  hasFigures: boolean;
}

export const THEMES = ['dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** Every page with an address of its own (so not 404.html), sorted by path. */
export function builtPages(): BuiltPage[] {
  if (!existsSync(outDir)) throw new Error(`There is no ${outDir}/: run npm run build first.`);
  return readdirSync(outDir, { recursive: true })
    .map((file) => String(file).split(sep).join('/'))
    .filter((file) => /(^|\/)index\.html$/.test(file))
    .map((file) => file.replace(/index\.html$/, ''))
    .sort()
    .map((path) => ({
      path,
      name: path.replace(/\/$/, '').replaceAll('/', '-') || 'home',
      hasFigures: /\sdata-figure[=\s>]/.test(
        readFileSync(join(outDir, path, 'index.html'), 'utf8'),
      ),
    }));
}

/** The built file behind an address of this site, or undefined for any other address. */
export function builtFile(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(base)) return undefined;
  const file = join(outDir, decodeURIComponent(pathname.slice(base.length)));
  return existsSync(file) ? file : undefined;
}

/** Call before `goto`: the page opens in this theme, and nothing on it moves by itself. */
export async function useTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.addInitScript((value) => localStorage.setItem('starlight-theme', value), theme);
}

/** Chooses the other theme as a reader does, who finds the menu in the header or, on a phone, behind a button. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  await page
    .locator('starlight-theme-select select')
    .first()
    .evaluate((select, value) => {
      (select as HTMLSelectElement).value = value;
      select.dispatchEvent(new Event('change'));
    }, theme);
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
}

/** Call before `goto`: collects a line for everything that goes wrong on the page from then on. */
export function watchForTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    trouble.push(`request: ${request.url()} ${request.failure()?.errorText ?? 'failed'}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) trouble.push(`request: ${response.url()} ${response.status()}`);
  });
  return trouble;
}

/** Sees to it that a figure has started: some do when they are seen, those of exercises when used. */
export async function start(figure: Locator): Promise<void> {
  await figure.scrollIntoViewIfNeeded();
  await figure.dispatchEvent('pointerover');
  await expect(figure).toHaveAttribute('data-state', 'ready');
}

/** Goes through the page to its end, and waits until all that waits to be seen has started. */
export async function readToTheEnd(page: Page): Promise<void> {
  const underWay = new Set<Request>();
  page.on('request', (request) => underWay.add(request));
  page.on('requestfinished', (request) => underWay.delete(request));
  page.on('requestfailed', (request) => underWay.delete(request));
  await page.evaluate(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const see = async (y: number) => {
      window.scrollTo({ top: y, behavior: 'instant' });
      await drawn();
      await drawn(); // what came into view was told so at the end of the frame before
    };
    const topOf = (element: Element) => element.getBoundingClientRect().top + window.scrollY;
    const islands = [...document.querySelectorAll('astro-island')];
    // An island has no box of its own, its children do.
    for (const { firstElementChild } of islands)
      if (firstElementChild) await see(topOf(firstElementChild) - window.innerHeight / 2);
    await see(document.documentElement.scrollHeight);
  });
  const begun = page.locator('astro-island[client="visible"]');
  const waiting = page.locator('astro-island[client="visible"][ssr] > :first-child');
  // One that starts may grow, and move the next out of sight before it was noticed: so each is
  // looked for again, from elsewhere, with frames drawn in between.
  const seen = async () => {
    await page.evaluate(async () => {
      const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const selector = 'astro-island[client="visible"][ssr] > :first-child';
      for (const child of document.querySelectorAll(selector)) {
        window.scrollTo({ top: 0, behavior: 'instant' });
        await drawn();
        child.scrollIntoView({ block: 'center', behavior: 'instant' });
        await drawn();
        await drawn();
      }
    });
    return waiting.count();
  };
  await expect.poll(seen, { message: 'islands that did not start', timeout: 20_000 }).toBe(0);
  await expect(begun.locator('[data-state="loading"]'), 'figures that did not').toHaveCount(0);
  const quiet = async () => {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    return underWay.size;
  };
  await expect.poll(quiet, 'requests that do not end').toBe(0);
}

/** How many pixels of the page stand out on the right of the screen. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** The rules of axe that a theme may break and another keep. */
export const COLOR_RULES = ['color-contrast', 'link-in-text-block'] as const;

/** What axe has to say of a page, or of what is in `include`: of everything, or of these rules only. */
export async function violations(
  page: Page,
  about: { only?: readonly string[]; include?: string } = {},
) {
  // The site has no frames, so axe may run in the page itself and needs no page of its own.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (about.only) axe.withRules([...about.only]);
  if (about.include) axe.include(about.include);
  const found = await axe.analyze();
  return found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => `${node.target.join(' ')}: ${node.html.slice(0, 160)}`),
  }));
}
