// The peers in the browser, each loaded only in the worker that measures it.

import { opfsFootprint } from '../footprint.ts';
import type { Peer } from '../peer.ts';

export const BROWSER_PEERS: Record<string, () => Promise<Peer>> = {
  ferrisdb: async () => {
    const { opfsFiles } = await import('../../../engine/index.ts');
    const footprint = () => opfsFootprint(['ferrisdb', 'bench']);
    return new (await import('./ferris.ts')).Ferris(opfsFiles('bench'), footprint);
  },
  idb: async () => new (await import('./idb.ts')).Idb(),
  'sqlite-wasm': async () => new (await import('./sqlite-wasm.ts')).SqliteWasm(),
  'wa-sqlite': async () => new (await import('./wa-sqlite.ts')).WaSqlite(),
  'browser-level': async () => new (await import('./browser-level.ts')).Browser(),
  'ferrisdb (level)': async () => {
    const { opfsFiles } = await import('../../../engine/index.ts');
    const files = opfsFiles('bench-level');
    const footprint = () => opfsFootprint(['ferrisdb', 'bench-level']);
    const { Level } = await import('./ferris-level.ts');
    return new Level(files, footprint, () => files.destroy());
  },
  'ferrisdb (each write)': async () => {
    const { opfsFiles } = await import('../../../engine/index.ts');
    const { EachWrite } = await import('./each-write.ts');
    const footprint = () => opfsFootprint(['ferrisdb', 'bench-each']);
    return new EachWrite(opfsFiles('bench-each'), footprint);
  },
  pglite: async () => new (await import('./pglite.ts')).Pglite(),
};

/** These run on the page, and start a worker themselves. */
export const PAGE_PEERS: Record<string, () => Promise<Peer>> = {
  'ferrisdb (page)': async () => new (await import('./ferris-page.ts')).FerrisPage(),
};
