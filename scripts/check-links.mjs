// Checks every address in the built site: `npm run build` ends with it.
//
// Idea: the built pages are the truth, whatever component or Markdown a link came from. So read
// every HTML file of OUT_DIR and resolve each href, src, srcset and poster as a browser would.
//   1. An address on this site lies under the base path and names a file that was built.
//   2. A link to a page ends in a slash (a page is a folder with an index.html).
//   3. A link with a #fragment names an id on its target page, or, with #f=, one of its figures.
// Other sites are not visited. BASE_PATH and OUT_DIR: see address.mjs.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { base, outDir, site } from './address.mjs';

const ATTRIBUTE = /\s(href|src|srcset|poster)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/g;
const ID = /\sid=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/g;
const origin = new URL(site).origin;

const decodeEntities = (text) =>
  text.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&quot;', '"');

const htmlFiles = readdirSync(outDir, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.html'))
  .sort();

/** The page's text without scripts, styles and comments: what is in them is not markup. */
const markup = (file) =>
  readFileSync(join(outDir, file), 'utf8')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1')
    .replace(/(<style\b[^>]*>)[\s\S]*?<\/style>/g, '$1');

const pages = new Map(htmlFiles.map((file) => [file.split(sep).join('/'), markup(file)]));

// 404.html is served at any address, so the one it names as its own is not a page.
const notFound = pages.get('404.html');
if (notFound) pages.set('404.html', notFound.replace(/<link rel="canonical"[^>]*>/, ''));

const idsByPage = new Map();
function idsOf(file) {
  if (!idsByPage.has(file)) {
    const ids = [...pages.get(file).matchAll(ID)].map((m) => decodeEntities(m[1] ?? m[2] ?? m[3]));
    idsByPage.set(file, new Set(ids));
  }
  return idsByPage.get(file);
}

const addressOf = (file) => origin + base + file.replace(/(^|\/)index\.html$/, '$1');

/** What is wrong with one address found on a page, or undefined. */
function problem(address, pageUrl) {
  let url;
  try {
    url = new URL(address, pageUrl);
  } catch {
    return 'is not an address';
  }
  if (url.origin !== origin || !/^https?:$/.test(url.protocol)) return;
  if (!url.pathname.startsWith(base)) return `lies outside the base path ${base}`;
  const path = decodeURIComponent(url.pathname.slice(base.length));
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  const onDisk = join(outDir, file);
  if (!existsSync(onDisk)) return `names no built file (looked for ${relative('.', onDisk)})`;
  if (statSync(onDisk).isDirectory()) return 'is a page: end the link with a slash';
  const fragment = decodeURIComponent(url.hash.slice(1));
  if (fragment === '' || fragment === '_top' || !pages.has(file)) return;
  const figure = /^f=([a-z0-9-]+)\./.exec(fragment)?.[1];
  if (figure && pages.get(file).includes(`data-figure="${figure}"`)) return;
  if (!idsOf(file).has(fragment)) return `names no id on ${file}`;
}

const problems = [];
let checked = 0;
for (const [file, text] of pages) {
  const pageUrl = addressOf(file);
  for (const [, name, double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const value = decodeEntities(double ?? single ?? bare);
    const addresses =
      name === 'srcset' ? value.split(',').map((s) => s.trim().split(/\s/)[0]) : [value];
    for (const address of addresses) {
      checked++;
      const wrong = problem(address, pageUrl);
      if (wrong) problems.push(`${file}: ${name}="${address}" ${wrong}`);
    }
  }
}

for (const line of [...new Set(problems)]) console.error(line);
console.log(
  `links: ${pages.size} pages, ${checked} addresses under ${base}, ${problems.length} wrong`,
);
if (pages.size === 0) console.error(`No pages in ${outDir}: run npm run build first.`);
process.exit(problems.length > 0 || pages.size === 0 ? 1 : 0);
