// The interface of Level over a red-black tree in memory. It writes no file: it is here to show
// what the others pay for keeping their promise. Closing it keeps the tree, so that it can be
// checked; it can't be opened from a file, nor take space in one.

import { MemoryLevel } from 'memory-level';
import type { Maybe } from '../peer.ts';
import { AbstractLevelPeer, type Bytes, type Database } from './abstract-level.ts';

const NO_FILES = 'it keeps no files';

export class Memory extends AbstractLevelPeer {
  readonly settings = { unsynced: 'in memory alone', synced: 'it has none' };
  readonly skips = { synced: NO_FILES, space: NO_FILES, 'space-half': NO_FILES, reopen: NO_FILES };
  #kept: Database | undefined;

  async open(): Promise<void> {
    const encoding = { keyEncoding: 'view', valueEncoding: 'view', storeEncoding: 'view' } as const;
    this.#kept ??= new MemoryLevel(encoding) as unknown as Database;
    this.db = this.#kept;
    await this.db.open();
  }

  override get(key: Bytes): Maybe<Bytes | undefined> {
    return this.db.getSync(key);
  }

  async footprint(): Promise<undefined> {}

  async destroy(): Promise<void> {
    this.#kept = undefined;
  }
}
