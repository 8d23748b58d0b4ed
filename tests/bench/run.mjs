// node tests/bench/run.mjs [options]     `npm run bench`; README.md explains the figures.
//
//   --only browser,node,micro,bundle   parts to run              (all)
//   --peers ferrisdb,idb,...           stores to run             (all)
//   --workloads fillseq,...            workloads to run          (all)
//   --rounds N                         rounds of each workload   (3)
//   --records N                        records in each store     (20000 and 200000 in the browser,
//                                                                 100000 and 1000000 in Node)
//   --quick                            one round of the smaller sizes, a third of a second a cell
//   --cpu                              by processor time instead of the wall, in Node: for a machine
//                                      that is busy; nothing to publish
//   --long                             the long run alone: millions of overwrites
//   --overwrites N                     how many of them          (5 million in Node, 1 million else)
//   --record                           everything, the long run too, into the file the site shows
//   --out FILE                         where the JSON goes       (tests/bench/results/latest.json)
//
// The other stores are installed beside this file when they are not there yet.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

if (!process.features.typescript) {
  console.error(
    `Node ${process.version} can't run TypeScript; use "npm run bench", which brings its own Node.`,
  );
  process.exit(1);
}

// Whatever was added to package.json since they were installed is missing, too.
const { dependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));
const isMissing = (name) => !existsSync(`${here}node_modules/${name}`);
if (Object.keys(dependencies).some(isMissing)) {
  console.log('Installing the stores to compare with (once) ...');
  const { status } = spawnSync('npm', ['install', '--no-save'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
