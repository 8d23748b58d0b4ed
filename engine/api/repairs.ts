// Repairing a database that doesn't open any more, or that `verify` finds damage in.

import type { FilesSource } from '../env/files.ts';
import type { UserMerge } from '../lsm/operators.ts';
import { type RepairReport, repair as repairFiles } from '../lsm/repair.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { cannotCross, runsInWorker } from './places.ts';
import { WorkerLink } from './worker-link.ts';

export interface RepairSourceOptions {
  readonly clock?: Clock | undefined;
  /** The function that the database was opened with, if it was. */
  readonly merge?: UserMerge | undefined;
}

/**
 * Makes a database of what can still be read, and says what is lost; see lsm/repair.ts. The old
 * files are deleted when it is opened the next time: copy them before if you want to keep them.
 * @throws FERRIS_LOCKED when it is open; FERRIS_NO_SPACE, FERRIS_IO; FERRIS_INVALID_ARGUMENT for a
 *   merge function on a page, for a database on OPFS: it can't cross to the worker
 */
export async function repair(
  files: FilesSource,
  { clock = SYSTEM_CLOCK, merge }: RepairSourceOptions = {},
): Promise<RepairReport> {
  if (runsInWorker(files.kind)) {
    if (merge !== undefined) throw cannotCross('merge');
    return repairInWorker(files.name);
  }
  const volume = await files.mount();
  try {
    return repairFiles({ files: volume.files, clock, merge });
  } finally {
    await volume.close();
  }
}

async function repairInWorker(name: string): Promise<RepairReport> {
  const link = new WorkerLink();
  try {
    return await link.call('repair', { name });
  } finally {
    link.end();
  }
}
