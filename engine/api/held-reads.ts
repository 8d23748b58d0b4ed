// What readers hold on to in a store: snapshots, and scans between two of their pages.
//
// A scan stays where it is between pages, so that the next one goes on without a search.
// It is of one moment by itself, so it needs no snapshot. It holds the runs that it reads
// (docs/decisions/0006), so whoever leaves it early has to say so.

import { EMPTY_BYTES } from '../base/bytes.ts';
import { FerrisError } from '../base/errors.ts';
import { Batch } from '../lsm/batch.ts';
import type { Scan } from '../lsm/scan.ts';
import type { Snapshot } from '../lsm/snapshots.ts';
import type { Store } from '../lsm/store.ts';
import {
  PAGE_BYTES,
  type PageRange,
  type ScanId,
  type ScanPage,
  type SnapshotId,
} from './backend.ts';

/** Memory for a page that large values made larger than this is given back. */
const PAGE_KEPT_BYTES_MAX = 4 * PAGE_BYTES;

/** A scan that stands at the first entry of its next page. */
interface OpenScan {
  readonly scan: Scan;
  readonly range: PageRange;
}

/** The snapshots and scans of one store, by number. */
export class HeldReads {
  readonly #store: Store;
  readonly #snapshots = new Map<SnapshotId, Snapshot>();
  readonly #scans = new Map<ScanId, OpenScan>();
  #nextId = 1;
  /** Pages are gathered in one place and copied out: most are short. */
  #page = new Batch();

  constructor(store: Store) {
    this.#store = store;
  }

  /** How many snapshots and scans are held. */
  get count(): number {
    return this.#snapshots.size + this.#scans.size;
  }

  takeSnapshot(): SnapshotId {
    const id = this.#nextId++;
    this.#snapshots.set(id, this.#store.snapshot());
    return id;
  }

  /** @throws FERRIS_CLOSED when it was released */
  snapshot(id: SnapshotId | undefined): Snapshot | undefined {
    if (id === undefined) return undefined;
    const snapshot = this.#snapshots.get(id);
    if (snapshot !== undefined) return snapshot;
    throw new FerrisError('FERRIS_CLOSED', 'this snapshot was released; take a new one');
  }

  releaseSnapshot(id: SnapshotId): void {
    this.#snapshots.get(id)?.release();
    this.#snapshots.delete(id);
  }

  /** The first page of a range. If there is more and `keep`, the scan stays open under a number. */
  firstPage(range: PageRange, snapshot: SnapshotId | undefined, keep: boolean): ScanPage {
    const scan = this.#store.scan(range, this.snapshot(snapshot));
    const open = { scan, range };
    const more = this.#fill(open, scan.next());
    const entries = this.#page.bytes.slice();
    if (!more || !keep) {
      scan.close();
      return { entries, more, scan: undefined };
    }
    const id = this.#nextId++;
    this.#scans.set(id, open);
    return { entries, more, scan: id };
  }

  /** The next page of an open scan; the scan is closed when that was the last. @throws FERRIS_CLOSED */
  nextPage(id: ScanId): ScanPage {
    const open = this.#scans.get(id);
    if (open === undefined)
      throw new FerrisError('FERRIS_CLOSED', 'this scan has ended; begin a new one');
    try {
      const more = this.#fill(open, true);
      if (!more) this.closeScan(id);
      return { entries: this.#page.bytes.slice(), more, scan: more ? id : undefined };
    } catch (error) {
      this.closeScan(id);
      throw error;
    }
  }

  /** Closing one that has ended is fine. */
  closeScan(id: ScanId): void {
    this.#scans.get(id)?.scan.close();
    this.#scans.delete(id);
  }

  /** Lets go of everything. */
  close(): void {
    for (const id of this.#scans.keys()) this.closeScan(id);
    for (const id of this.#snapshots.keys()) this.releaseSnapshot(id);
  }

  /** Fills the page from where the scan stands, if it `stands` anywhere; true if there is more. */
  #fill({ scan, range }: OpenScan, stands: boolean): boolean {
    if (this.#page.size > PAGE_KEPT_BYTES_MAX) this.#page = new Batch();
    const page = this.#page;
    page.clear();
    let more = stands;
    while (more) {
      const { expiresMs } = scan;
      if (expiresMs !== undefined && range.expiries)
        page.putExpiring(scan.key, scan.value, expiresMs);
      else page.put(scan.key, range.keysOnly ? EMPTY_BYTES : scan.value);
      more = scan.next();
      if (page.size >= PAGE_BYTES) break;
    }
    return more;
  }
}
