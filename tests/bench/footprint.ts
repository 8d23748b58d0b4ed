// How many bytes a browser's files take. (For Node: node/directory.ts.)

import type { Footprint } from './peer.ts';

/** All files below a directory of the origin private file system; nothing when it isn't there. */
export async function opfsFootprint(path: readonly string[]): Promise<Footprint> {
  let directory = await navigator.storage.getDirectory();
  try {
    for (const name of path) directory = await directory.getDirectoryHandle(name);
  } catch {
    return { files: 0, bytes: 0 };
  }
  return walk(directory);
}

async function walk(directory: FileSystemDirectoryHandle): Promise<Footprint> {
  let files = 0;
  let bytes = 0;
  for await (const entry of directory.values()) {
    const { files: more, bytes: size } =
      entry.kind === 'file'
        ? { files: 1, bytes: (await (entry as FileSystemFileHandle).getFile()).size }
        : await walk(entry as FileSystemDirectoryHandle);
    files += more;
    bytes += size;
  }
  return { files, bytes };
}
