// What examples/three-workers has to do, in Node and in a browser.

import { expect } from 'vitest';
import { Cluster, type Start } from '../../examples/three-workers/cluster.ts';

/** A cluster in three threads serves, loses a server, and comes back from its files. */
export async function checkThreeWorkers(
  start: Start,
  place: (id: number) => string,
): Promise<void> {
  const first = await Cluster.open(start, place);
  for (let i = 0; i < 10; i++)
    expect(await first.put(`key ${i}`, `value ${i}`)).toMatchObject({ outcome: 'ok' });
  await first.kill(1);
  expect(await first.put('key 0', 'new')).toMatchObject({ outcome: 'ok' });
  expect(await first.get('key 9')).toMatchObject({ outcome: 'ok', value: 'value 9' });
  await first.close();

  const again = await Cluster.open(start, place);
  expect(await again.get('key 0')).toMatchObject({ outcome: 'ok', value: 'new' });
  expect(await again.get('key 5')).toMatchObject({ outcome: 'ok', value: 'value 5' });
  await again.close();
}
