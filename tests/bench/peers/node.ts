// The peers in Node, each loaded only in the process that measures it.

import { rmSync } from 'node:fs';
import { directoryFootprint } from '../node/directory.ts';
import type { Peer } from '../peer.ts';

export const NODE_PEERS: Record<string, (directory: string) => Promise<Peer>> = {
  ferrisdb: async (directory) => {
    const { nodeFiles } = await import('../../../engine/node.ts');
    const footprint = () => directoryFootprint(directory);
    return new (await import('./ferris.ts')).Ferris(nodeFiles(directory), footprint);
  },
  'classic-level': async (directory) => new (await import('./classic-level.ts')).Level(directory),
  lmdb: async (directory) => new (await import('./lmdb.ts')).Lmdb(directory),
  rocksdb: async (directory) => new (await import('./rocksdb.ts')).Rocks(directory),
  'better-sqlite3': async (directory) =>
    new (await import('./better-sqlite3.ts')).BetterSqlite(directory),
  'ferrisdb (level)': async (directory) => {
    const footprint = () => directoryFootprint(directory);
    const remove = async () => rmSync(directory, { recursive: true, force: true });
    return new (await import('./ferris-level.ts')).Level(directory, footprint, remove);
  },
  'memory-level': async () => new (await import('./memory-level.ts')).Memory(),
};
