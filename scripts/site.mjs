// node scripts/site.mjs dev|library|build|preview [options for astro]
//
//   dev      builds the library, then serves the site with live reload and prints its address
//   library  builds engine/ into public/: ferrisdb.js, its worker, and the types beside it
//   build    builds the library and the site, then checks every link of the result
//   preview  serves what `build` wrote
//
// Address and folders come from the environment: see address.mjs. COI=1 adds the headers that
// SharedArrayBuffer needs (see astro.config.mjs).

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

process.env.ASTRO_TELEMETRY_DISABLED = '1';

const root = new URL('..', import.meta.url);

/** Runs a program of node_modules/.bin (npm puts it on the PATH); a failure ends this script. */
function run(program, ...args) {
  const shell = process.platform === 'win32';
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}

function buildLibrary() {
  run('vite', 'build', '--config', 'vite.lib.config.ts', '--logLevel', 'warn');
  run('tsc', '-p', 'tsconfig.lib.json');
  writeFileSync(new URL('public/ferrisdb.d.ts', root), "export * from './types/index.js';\n");
}

const [verb, ...options] = process.argv.slice(2);
switch (verb) {
  case 'dev':
    buildLibrary();
    run('astro', 'dev', ...options);
    break;
  case 'library':
    buildLibrary();
    break;
  case 'build':
    buildLibrary();
    run('astro', 'build', ...options);
    run('node', 'scripts/check-links.mjs');
    break;
  case 'preview':
    run('astro', 'preview', ...options);
    break;
  default:
    console.error('Say what to do: node scripts/site.mjs dev|library|build|preview');
    process.exit(2);
}
