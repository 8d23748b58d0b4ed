// What the reader holds on to: snapshots, and scans that stand still after their first entry.
// A snapshot makes compaction keep the versions that it sees; a scan keeps the files that it reads.

import type { Database, DatabaseSnapshot } from '../../../engine/index.ts';

type Standing = AsyncIterator<unknown, unknown>;

export class Held {
  #snapshots: DatabaseSnapshot<'bytes'>[] = [];
  #scans: Standing[] = [];

  get snapshots(): number {
    return this.#snapshots.length;
  }

  get scans(): number {
    return this.#scans.length;
  }

  async takeSnapshot(db: Database): Promise<undefined> {
    this.#snapshots.push(await db.snapshot());
  }

  async releaseSnapshots(): Promise<undefined> {
    for (const snapshot of this.#snapshots.splice(0)) await snapshot.release();
  }

  async holdScan(db: Database): Promise<undefined> {
    const scan = db.scan()[Symbol.asyncIterator]();
    await scan.next();
    this.#scans.push(scan);
  }

  async releaseScans(): Promise<undefined> {
    for (const scan of this.#scans.splice(0)) await scan.return?.();
  }

  async releaseAll(): Promise<void> {
    await this.releaseSnapshots();
    await this.releaseScans();
  }
}
