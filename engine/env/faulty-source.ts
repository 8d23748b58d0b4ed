// A simulated disk that a database is opened on like on any other.

import { FerrisError } from '../base/errors.ts';
import type { FilesSource, Volume } from './files.ts';
import { FaultyFiles, type FaultyOptions, type RestartOptions } from './files-faulty.ts';

/** A source whose disk can be made to fail, and outlives power cuts. */
export interface FaultySource extends FilesSource {
  /** The disk of the machine as it runs now. */
  readonly disk: FaultyFiles;
  /** After `disk.powerCut()`: the machine is on again, and can be mounted. */
  restart(options?: RestartOptions): FaultyFiles;
}

/**
 * A database on a simulated disk.
 * @throws (from `mount`) FERRIS_LOCKED while it is mounted, FERRIS_POWER_CUT until `restart`
 */
export function faultyFiles(name = 'faulty', options: FaultyOptions = {}): FaultySource {
  let disk = new FaultyFiles(options);
  let mounted: FaultyFiles | undefined;
  const refuseMounted = () => {
    if (mounted !== disk || disk.isDead) return;
    throw new FerrisError(
      'FERRIS_LOCKED',
      `the simulated disk "${name}" is mounted already; close it first`,
    );
  };
  return {
    kind: 'faulty',
    name,
    get disk() {
      return disk;
    },
    restart(restartOptions) {
      disk = disk.restart(restartOptions);
      return disk;
    },
    async mount() {
      refuseMounted();
      disk = disk.reopen();
      const files = disk;
      mounted = files;
      return volumeOf(name, files, () => {
        if (mounted === files) mounted = undefined;
      });
    },
    async destroy() {
      refuseMounted();
      disk = new FaultyFiles(options);
    },
  };
}

function volumeOf(name: string, files: FaultyFiles, onClose: () => void): Volume {
  return {
    kind: 'faulty',
    name,
    files,
    upkeepDue: false,
    upkeep: async () => {},
    async close() {
      if (!files.isDead && files.syncsPending > 0) files.completeSync();
      files.shut();
      onClose();
    },
  };
}
