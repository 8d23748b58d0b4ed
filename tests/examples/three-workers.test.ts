import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { startInNode } from '../../examples/three-workers/node.ts';
import { checkThreeWorkers } from './three-workers.ts';

test('three worker threads of Node are a cluster, on files in directories', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ferrisdb-three-'));
  try {
    await checkThreeWorkers(startInNode, (id) => join(directory, `${id}`));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
