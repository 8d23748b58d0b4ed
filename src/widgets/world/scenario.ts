// Clusters to do anything with: what the page "A world" shows, and what links of the console open.

import { TICKS_PER_MS } from '../../../engine/index.ts';
import { type ClusterScenario, clusterScenario } from '../cluster/world.ts';

export const SIZES = [1, 2, 3, 4, 5, 6, 7] as const;
/** Those that the page offers; a link may ask for any. */
export const OFFERED_SIZES = [3, 5, 7] as const;

/** So many servers and one client, as `ferrisdb.cluster({ nodes })` has them. */
export function worldOf(servers: number): ClusterScenario {
  return clusterScenario({
    id: `world-${servers}`,
    seed: 7,
    servers,
    script: [{ do: 'run', ticks: 500 * TICKS_PER_MS }],
    opening: ['Servers, a client, and everything that can happen to them.'],
    offers: [
      'run',
      'put',
      'get',
      'isolate leader',
      'split vote',
      'stale leader',
      'divergent logs',
      'heal',
    ],
  });
}
