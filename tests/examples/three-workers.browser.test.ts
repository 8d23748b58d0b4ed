import { test } from 'vitest';
import { opfsFiles } from '../../engine/index.ts';
import { startInBrowser } from '../../examples/three-workers/browser.ts';
import { checkThreeWorkers } from './three-workers.ts';

test('three workers of a page are a cluster, on private files', async () => {
  const place = (id: number) => `three-workers-${id}`;
  for (const id of [1, 2, 3]) await opfsFiles(place(id)).destroy();
  await checkThreeWorkers(startInBrowser, place);
});
