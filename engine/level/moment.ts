// What a read reads from: a backend, as of a moment.
//
// Level takes snapshots synchronously, and a write that is asked for afterwards must not be
// in them. A store in this thread answers at once. To one in a worker the request is on its
// way, ahead of that write, since messages keep the order of the calls; only its number is
// a promise, which whoever reads awaits.

import { AbstractSnapshot } from 'abstract-level';
import type { Backend, SnapshotId } from '../api/backend.ts';
import { LocalBackend } from '../api/local-backend.ts';
import { FerrisError } from '../base/errors.ts';

export type Moment = SnapshotId | Promise<SnapshotId>;

/** Takes a snapshot before anything that is asked for next. @throws FERRIS_CLOSED */
export function takeMoment(backend: Backend): Moment {
  if (backend instanceof LocalBackend) return backend.snapshotNow();
  const moment = backend.snapshot();
  moment.catch(() => {}); // whoever reads from it meets the error; perhaps nobody does
  return moment;
}

/** Lets go of a snapshot. One that was never had, because its worker died, needs no letting go. */
export async function releaseMoment(backend: Backend, moment: Moment): Promise<void> {
  const id = await Promise.resolve(moment).catch(() => undefined);
  if (id !== undefined) await backend.releaseSnapshot(id);
}

/** The base class takes an option that its types don't tell of: who closes the snapshot. */
const Snapshot = AbstractSnapshot as unknown as new (options: object) => AbstractSnapshot;

/** What `db.snapshot()` returns: names a moment in reads, until it is closed. */
export class FerrisSnapshot extends Snapshot {
  readonly #backend: Backend;
  readonly #moment: Moment;

  constructor(backend: Backend, options: object) {
    const moment = takeMoment(backend);
    super(options);
    this.#backend = backend;
    this.#moment = moment;
  }

  /** The moment, for a read from `backend`. @throws FERRIS_INVALID_ARGUMENT if it is another's */
  momentIn(backend: Backend): Moment {
    if (backend === this.#backend) return this.#moment;
    const message = 'this snapshot is of another database; take one of the database you read';
    throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
  }

  async _close(): Promise<void> {
    await releaseMoment(this.#backend, this.#moment);
  }
}

/** The moment that the `snapshot` option of a read names; undefined means now. */
export function momentOf(
  backend: Backend,
  snapshot: AbstractSnapshot | undefined,
): Moment | undefined {
  if (snapshot === undefined || snapshot === null) return undefined;
  if (snapshot instanceof FerrisSnapshot) return snapshot.momentIn(backend);
  const message = 'snapshot must be what db.snapshot() returned';
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
