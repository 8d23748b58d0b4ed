// Imports into one store: each is an ingest (lsm/ingest.ts), and all of it counts at its end.
//
//     begin      add, add, ...              end
//       |        tables are written,          writes wait while they become
//       |        while others write           part of the database: all or none
//
// An import that is given up, or cut short by a crash, leaves none of its entries.

import { FerrisError } from '../base/errors.ts';
import { Ingest, type Pause } from '../lsm/ingest.ts';
import type { Store } from '../lsm/store.ts';
import type { ImportId } from './backend.ts';

/** Lets others have a turn, or something become durable. @throws FERRIS_CLOSED when nothing will */
export type Rest = (pause: Pause) => Promise<void>;

/** The imports of one store that are under way. */
export class Imports {
  readonly #open = new Map<ImportId, Ingest>();
  #nextId: ImportId = 1;
  #ending = 0;

  get count(): number {
    return this.#open.size;
  }

  /** True while writes have to wait. */
  get holdsWrites(): boolean {
    return this.#ending > 0;
  }

  async begin(store: Store, rest: Rest): Promise<ImportId> {
    const ingest = new Ingest(store);
    while (!ingest.ready) await rest('until durable');
    const id = this.#nextId++;
    this.#open.set(id, ingest);
    return id;
  }

  /** Adds a batch whose keys go on where the last one's ended. @throws as `Ingest.add` */
  add(id: ImportId, batch: Uint8Array): void {
    const ingest = this.#open.get(id);
    if (ingest === undefined)
      throw new FerrisError('FERRIS_CLOSED', 'this import has ended; begin a new one');
    ingest.add(batch);
  }

  /** Resolves when all of it is part of the database and durable. @throws as `Ingest.install` */
  async end(id: ImportId, rest: Rest): Promise<void> {
    this.#ending++;
    try {
      for (const pause of this.#open.get(id)?.install() ?? []) await rest(pause);
      this.#open.delete(id);
    } finally {
      this.#ending--;
      this.cancel(id);
    }
  }

  /** Gives one up; one that has ended stays. */
  cancel(id: ImportId): void {
    this.#open.get(id)?.abandon();
    this.#open.delete(id);
  }

  cancelAll(): void {
    for (const id of this.#open.keys()) this.cancel(id);
  }
}
