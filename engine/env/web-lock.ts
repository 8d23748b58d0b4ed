// One opener at a time, in all tabs and workers of a site: a Web Lock, which the
// browser gives back by itself when a tab is closed or crashes.

import { FerrisError } from '../base/errors.ts';

/** Names held by this realm where the browser has no Web Locks. */
const held = new Set<string>();

/** Gives the lock back; resolves when somebody else can have it. */
export type Release = () => Promise<void>;

/** Takes the lock of a database. @throws FERRIS_LOCKED when somebody has it */
export async function takeWebLock(kind: string, name: string): Promise<Release> {
  const key = `ferrisdb:${kind}:${name}`;
  // Absent outside of secure contexts and in old browsers.
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  const release = locks === undefined ? takeHere(key) : await take(locks, key);
  if (release !== undefined) return release;
  const message = `the database "${name}" is open in another tab, window or worker; close it there, then try again`;
  throw new FerrisError('FERRIS_LOCKED', message);
}

function take(locks: LockManager, key: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const request = locks.request(key, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((letGo) => {
        resolve(async () => {
          letGo();
          await request;
        });
      });
    });
    request.catch(reject);
  });
}

function takeHere(key: string): Release | undefined {
  if (held.has(key)) return undefined;
  held.add(key);
  return async () => {
    held.delete(key);
  };
}
