// The pages of the built site, and what any test of a page needs: the list of them, the two themes,
// and a watch for trouble (console errors, uncaught exceptions, requests that fail).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
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

/** Scrolls through the page to its end, so that everything that waits to be seen has started. */
export async function readToTheEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const stepPx = window.innerHeight / 2;
    for (let y = 0; y < document.documentElement.scrollHeight; y += stepPx) {
      window.scrollTo({ top: y, behavior: 'instant' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await page.waitForLoadState('networkidle');
}
