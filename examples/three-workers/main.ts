// node examples/three-workers/main.ts
//
// Three servers in three threads, each with files in a directory of its own. One value is
// written; then one server dies, and the other two still know it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import { startInNode } from './node.ts';

const directory = mkdtempSync(join(tmpdir(), 'ferrisdb-'));
const cluster = await Cluster.open(startInNode, (id) => join(directory, `server-${id}`));
console.log('put', await cluster.put('greeting', 'hello from three threads'));
await cluster.kill(1);
console.log('server 1 is gone');
console.log('get', await cluster.get('greeting'));
await cluster.close();
rmSync(directory, { recursive: true });
