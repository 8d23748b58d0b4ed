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
import type { Answer } from '../answer.ts';
import type { Host } from '../measure.ts';
import { BROWSER_PEERS, PAGE_PEERS } from '../peers/browser.ts';
import type { Sizes } from '../workloads.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** @param debugPort where a profiler may attach; none if it is not given. */
export async function openHost(
  folder: string,
  sizes: Sizes,
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
    call: (peer, request) => page.evaluate(callInPage, { peer, request, sizes }),
    async close() {
      await context.close();
      server.close();
    },
  };
}

type Call = (peer: string, request: string, sizes: Sizes) => Promise<Answer>;

function callInPage(args: { peer: string; request: string; sizes: Sizes }): Promise<Answer> {
  return (globalThis as unknown as { call: Call }).call(args.peer, args.request, args.sizes);
}

async function buildSite(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
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
    file.pipe(response);
  });
  return new Promise((resolve) => server.listen(0, 'localhost', () => resolve(server)));
}
