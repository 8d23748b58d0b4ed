// A lock on a directory that a crashed process doesn't hold forever.
//
// Each opener makes a lock file of its own, whose name says who it is, and then
// looks for others:
//
//     =lock.<process id>.<when it started>.<token>
//
// 1. Make your own first, look second. Of two who do so at once at least one sees
//    the other, so there are never two holders. (Both may give up: try again.)
// 2. A lock file whose process is gone is removed by whoever finds it. Its name is
//    never used again, so nobody's new lock can be removed by mistake.
// 3. A process id alone would lie when the system gives it to another process.
//    On Linux the start time, in ticks since boot, tells the two apart.
//
// All openers must see the same process ids: not two containers on one directory,
// and not two machines on a network disk.

import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FerrisError } from '../base/errors.ts';

const LOCK = /^=lock\.(\d+)\.(\d+)\.\w+$/;
let locksTaken = 0;

/** A lock that is held until `release`. */
export class DirectoryLock {
  readonly #path: string;

  /** @throws FERRIS_LOCKED when a living process (this one included) holds the directory's lock */
  constructor(directory: string) {
    // The thread's clock keeps the locks of two worker threads apart, the count those of one.
    const token = `${Math.floor(performance.timeOrigin * 1000).toString(36)}x${locksTaken++}`;
    const own = `=lock.${process.pid}.${startTicks(process.pid) ?? 0}.${token}`;
    this.#path = join(directory, own);
    writeFileSync(this.#path, '', { flag: 'wx' });
    try {
      refuseOthers(directory, own);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    removeIfThere(this.#path);
  }
}

function refuseOthers(directory: string, own: string): void {
  for (const name of readdirSync(directory)) {
    const match = LOCK.exec(name);
    if (match === null || name === own) continue;
    const pid = Number(match[1]);
    if (!isRunning(pid, Number(match[2]))) {
      removeIfThere(join(directory, name));
      continue;
    }
    const who = pid === process.pid ? 'this process' : `process ${pid}`;
    const message = `the database in ${directory} is open in ${who}; close it there first (the lock is ${name})`;
    throw new FerrisError('FERRIS_LOCKED', message, { file: name });
  }
}

/** True when the process that had this id and start time still runs, as far as can be known. */
function isRunning(pid: number, ticks: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTicks(pid);
  return ticks === 0 || now === undefined || now === ticks;
}

/** When a process started; undefined where the system has no /proc. */
function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[19]);
    return Number.isSafeInteger(ticks) && ticks > 0 ? ticks : undefined;
  } catch {
    return undefined;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
