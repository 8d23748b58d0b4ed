// Gives pages the engine's own source, and for each event the line that emitted it:
//
//     import { emitters, files } from 'virtual:engine-source';
//     emitters['wal.append']        { file: 'engine/lsm/wal/writer.ts', line: 71 }
//     await files[file]()           its lines, as HTML
//
// Each file is a chunk of its own, fetched when a reader opens it. What is found is found at build
// time by engine-scan.mjs; an event emitted at no place or at two is a warning of the build.
//
// As an Astro integration it also puts page.ts on every page (share links, lit concepts), and adds
// the directive client:use (client-use.ts).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engineFiles, scanEngine } from './engine-scan.mjs';
import { highlightLines } from './highlight.mjs';

const INDEX = 'virtual:engine-source';
const FILE = `${INDEX}/`;
const SUFFIX = '?lines';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {import('vite').Plugin} */
export function engineSource() {
  return {
    name: 'engine-source',
    resolveId: (id) => (id === INDEX || id.startsWith(FILE) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${INDEX}`) return indexModule(this);
      if (!id.startsWith(`\0${FILE}`)) return undefined;
      const file = id.slice(FILE.length + 1, -SUFFIX.length);
      this.addWatchFile(root + file);
      return `export default ${JSON.stringify(highlightLines(readFileSync(root + file, 'utf8')))};`;
    },
  };
}

function indexModule(context) {
  const files = engineFiles(root);
  for (const file of files) context.addWatchFile(root + file);
  const { emitters, problems } = scanEngine(root);
  for (const problem of problems) context.warn(problem);
  const first = Object.fromEntries(
    Object.entries(emitters).map(([type, [place]]) => [type, place]),
  );
  const shown = new Set(Object.values(first).map(({ file }) => file));
  const imports = [...shown]
    .sort()
    .map(
      (file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(FILE + file + SUFFIX)})`,
    );
  return `export const emitters = ${JSON.stringify(first)};\nexport const files = {${imports.join(',')}};`;
}

/** @returns {import('astro').AstroIntegration} */
export function figures() {
  return {
    name: 'figures',
    hooks: {
      'astro:config:setup': ({ addClientDirective, injectScript, updateConfig }) => {
        updateConfig({ vite: { plugins: [engineSource()] } });
        addClientDirective({ name: 'use', entrypoint: `${root}src/player/client-use.ts` });
        injectScript('page', `import ${JSON.stringify(`${root}src/player/page.ts`)};`);
      },
    },
  };
}
