// The peers in Node, each loaded only in the process that measures it.

import type { Peer } from '../peer.ts';

export const NODE_PEERS: Record<string, (directory: string) => Promise<Peer>> = {
  ferrisdb: async (directory) => {
    const { nodeFiles } = await import('../../../engine/node.ts');
    return new (await import('./ferris.ts')).Ferris(nodeFiles(directory));
  },
  'classic-level': async (directory) => new (await import('./classic-level.ts')).Level(directory),
  lmdb: async (directory) => new (await import('./lmdb.ts')).Lmdb(directory),
};
