// FerrisDB behind Level's interface, in this thread: what a program written for Level gets.
// Shown, but in no ratio: the calls are Level's, and so is much of their cost.

import { FerrisLevel, type LevelLocation } from '../../../engine/level.ts';
import { CACHE_BYTES } from '../cache.ts';
import type { Footprint, Mode } from '../peer.ts';
import { AbstractLevelPeer, type Database } from './abstract-level.ts';

export class Level extends AbstractLevelPeer {
  readonly settings = {
    unsynced: `sync: 'none', ${CACHE_BYTES >> 10} KiB cache, behind abstract-level`,
    synced: `sync: 'full', ${CACHE_BYTES >> 10} KiB cache, behind abstract-level`,
  };
  readonly footprint: () => Promise<Footprint>;
  readonly destroy: () => Promise<void>;
  readonly #location: LevelLocation;

  constructor(
    location: LevelLocation,
    footprint: () => Promise<Footprint>,
    destroy: () => Promise<void>,
  ) {
    super();
    this.#location = location;
    this.footprint = footprint;
    this.destroy = destroy;
  }

  async open(mode: Mode, compress = false): Promise<void> {
    this.db = new FerrisLevel(this.#location, {
      keyEncoding: 'view',
      valueEncoding: 'view',
      sync: mode === 'synced' ? 'full' : 'none',
      codec: compress ? 'deflate' : 'none',
      blockCacheBytes: CACHE_BYTES,
    }) as unknown as Database;
    await this.db.open();
  }

  override async settle(): Promise<void> {
    await (this.db as unknown as FerrisLevel).flush();
  }
}
