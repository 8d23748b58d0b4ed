// What a page costs: the gzipped JavaScript that arrives when a reader opens it and scrolls to its
// end without touching anything. Workers count; the search index and the console are loaded on use.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { builtFile } from './pages.ts';

export const LIMIT_PLAIN_BYTES = 40_000;
export const LIMIT_FIGURES_BYTES = 100_000;

export interface Weight {
  readonly totalBytes: number;
  /** A line for each script, the heaviest first. */
  readonly list: string;
}

/** Call before `goto`; what it gives back weighs what has come until then. */
export function watchWeight(page: Page): () => Promise<Weight> {
  const files = new Set<string>();
  page.context().on('response', (response) => {
    const file = builtFile(response.url());
    if (file && /\.m?js$/.test(file)) files.add(file);
  });
  return async () => {
    const sizes = [...files].map((file) => ({ file, bytes: gzippedBytes(readFileSync(file)) }));
    const inline = await page
      .locator('script:not([src]):not([type="application/json"])')
      .allTextContents();
    if (inline.length > 0)
      sizes.push({ file: 'inline', bytes: gzippedBytes(Buffer.from(inline.join('\n'))) });
    const heaviestFirst = sizes.sort((a, b) => b.bytes - a.bytes);
    return {
      totalBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      list: heaviestFirst.map(({ file, bytes }) => `${bytes} ${file}`).join('\n'),
    };
  };
}

const gzippedBytes = (content: Buffer) => gzipSync(content).length;
