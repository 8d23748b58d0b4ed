// The first figure of a page is usually in view as the page opens. Its modules are named in the
// page's head, so that they are fetched while the page is read, all at once, and not one after
// the other as their imports are found.
//
//     <link rel="modulepreload" href="/ferrisdb/_astro/Figure.abc.js">
//
// It is done on the built files: for the first island of a page that starts when it is seen, its
// component, its renderer, and whatever these import at once.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const ISLAND = /<astro-island\b[^>]*>/g;
const IMPORT = /(?:\bfrom|\bimport)\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g;

/** @returns {import('astro').AstroIntegration} */
export function preloadIslands() {
  let base = '/';
  return {
    name: 'preload-islands',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.endsWith('/') ? config.base : `${config.base}/`;
      },
      'astro:build:done': ({ dir, pages }) => {
        const root = fileURLToPath(dir);
        const known = new Map();
        for (const { pathname } of pages) {
          const page = join(root, pathname, 'index.html');
          if (existsSync(page)) addPreloads(page, root, base, known);
        }
      },
    },
  };
}

function addPreloads(page, root, base, known) {
  const html = readFileSync(page, 'utf8');
  const entries = entriesOf(html).map((address) => address.slice(base.length));
  const files = new Set(entries.flatMap((file) => [...closure(root, file, known)]));
  if (files.size === 0) return;
  const links = [...files].map((file) => `<link rel="modulepreload" href="${base}${file}">`);
  writeFileSync(page, html.replace('</head>', `${links.join('')}</head>`));
}

/** The scripts that the first island of a page names. @param {string} html @returns {string[]} */
function entriesOf(html) {
  const first = html.match(ISLAND)?.find((tag) => / client="(visible|load)"/.test(tag));
  return first
    ? [...first.matchAll(/ (?:component|renderer)-url="([^"]+)"/g)].map(([, address]) => address)
    : [];
}

/** A built script and all that it imports at once. @returns {Set<string>} */
function closure(root, entry, known) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    for (const next of importsOf(root, file, known)) visit(next);
  };
  visit(entry);
  return found;
}

function importsOf(root, file, known) {
  if (!known.has(file)) {
    const code = readFileSync(join(root, file), 'utf8');
    const next = [...code.matchAll(IMPORT)].map(([, path]) => posix.join(dirname(file), path));
    known.set(
      file,
      next.filter((path) => existsSync(join(root, path))),
    );
  }
  return known.get(file);
}
