// The interface of Level over IndexedDB. A batch is one transaction, a put or a get one each:
// it has no way to put several gets into one. Its transactions leave their durability to the
// browser, which is `relaxed` in Chromium, so it has no synced writes.

import { BrowserLevel } from 'browser-level';
import { deleteDB } from 'idb';
import { AbstractLevelPeer, type Database } from './abstract-level.ts';

const NAME = 'bench-level';
const PREFIX = 'level-js-'; // its own default

export class Browser extends AbstractLevelPeer {
  readonly settings = { unsynced: "the browser's default durability", synced: 'it has none' };
  readonly skips = { synced: 'it can not ask for a durable transaction' };

  async open(): Promise<void> {
    const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const;
    this.db = new BrowserLevel(NAME, encoding) as unknown as Database;
    await this.db.open();
  }

  async footprint(): Promise<undefined> {}

  destroy(): Promise<void> {
    return deleteDB(`${PREFIX}${NAME}`);
  }
}
