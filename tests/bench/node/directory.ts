// How many bytes the files in a directory take.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Footprint } from '../peer.ts';

/** All files in and below `directory`; nothing when it isn't there. */
export async function directoryFootprint(directory: string): Promise<Footprint> {
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const size = sizeOf(join(entry.parentPath, entry.name));
    if (size === undefined) continue;
    files++;
    bytes += size;
  }
  return { files, bytes };
}

/** Undefined for a file that a store's own thread has deleted meanwhile. */
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
