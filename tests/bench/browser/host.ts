// Chromium as a host: one page, and a dedicated worker for each peer.
//
// The profile is a new folder on the disk, opened as a persistent context. Playwright's
// ordinary contexts keep their storage elsewhere, and their files are some 20 times slower.

import { createReadStream, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build } from 'vite';
import { launchOptions } from '../../../scripts/browsers.mjs';
import type { Answer, Request } from '../answer.ts';
import type { Host } from '../measure.ts';
import { BROWSER_PEERS, PAGE_PEERS } from '../peers/browser.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.data': 'application/octet-stream',
};

/** An isolated page has a clock with steps of 5 us; others have 100. */
const ISOLATED = [
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-embedder-policy', 'require-corp'],
] as const;

/** @param debugPort where a profiler may attach; none if it is not given. */
export async function openHost(
  folder: string,
  wanted?: string[],
  debugPort?: number,
): Promise<Host> {
  const site = join(folder, 'site');
  mkdirSync(site, { recursive: true });
  await buildSite(site);
  const server = await serve(site);
  const { args, ...launch } = await launchOptions();
  if (debugPort !== undefined) args.push(`--remote-debugging-port=${debugPort}`);
  const profile = join(folder, 'profile');
  const context = await chromium.launchPersistentContext(profile, { ...launch, args });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/index.html`);
  await page.waitForFunction(() => 'call' in globalThis);
  return {
    peers: Object.keys({ ...BROWSER_PEERS, ...PAGE_PEERS }).filter(
      (peer) => wanted?.includes(peer) ?? true,
    ),
    versions: { chromium: context.browser()?.version() ?? '' },
    call: (peer, request) => page.evaluate(callInPage, { peer, request }),
    async close() {
      await context.close();
      server.close();
    },
  };
}

type Call = (peer: string, request: Request) => Promise<Answer>;

function callInPage(args: { peer: string; request: Request }): Promise<Answer> {
  return (globalThis as unknown as { call: Call }).call(args.peer, args.request);
}

async function buildSite(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
    optimizeDeps: { exclude: ['@electric-sql/pglite'] },
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'esnext',
      chunkSizeWarningLimit: 4096,
    },
  });
}

function serve(site: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = createReadStream(join(site, path));
    file.on('error', () => response.writeHead(404).end());
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    for (const [name, value] of ISOLATED) response.setHeader(name, value);
    file.pipe(response);
  });
  return new Promise((resolve) => server.listen(0, 'localhost', () => resolve(server)));
}
