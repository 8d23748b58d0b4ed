// The code blocks of a page as a reader copies them, found by their titles.

import type { Page } from '@playwright/test';

/** The text of the block with this title. */
export async function sample(page: Page, title: string): Promise<string> {
  const block = page.locator('.expressive-code figure', {
    has: page.getByText(title, { exact: true }),
  });
  const lines = await block
    .locator('.ec-line')
    .evaluateAll((all) => all.map((line) => line.textContent ?? ''));
  return lines
    .map((line) => line.replace(/\n$/, ''))
    .join('\n')
    .trim();
}

/** What the page's console says while `run` runs, one entry a call. */
export async function consoleOf(page: Page, run: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = [];
  const listen = (message: { text(): string }) => said.push(message.text());
  page.on('console', listen);
  await run();
  page.off('console', listen);
  return said;
}

/** Runs statements as the console does, awaiting each, and gives back their values. */
export function typed(page: Page, code: string): Promise<unknown[]> {
  return page.evaluate(
    async (lines) => {
      const values: unknown[] = [];
      for (const line of lines) {
        const call = new Function(`return (async () => ${line.replace(/^await /, 'await ')})()`);
        values.push(await call());
      }
      return values;
    },
    code.split('\n').filter((line) => line.trim() !== ''),
  );
}
