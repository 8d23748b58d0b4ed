// Files that nobody needs: old logs and manifests, and what a crash left half made.
//
// Whether a file is needed follows from the manifest alone: a log from its log number
// on, a table that is part of the version, the manifest itself. Everything else may go,
// once the version that doesn't need it is durable.

import type { Files } from '../env/files.ts';
import { parseFileName } from './file-names.ts';
import type { Manifest } from './manifest/manifest.ts';

/** Names of the files that the manifest's version doesn't need. */
export function obsoleteFiles(files: Files, manifest: Manifest): string[] {
  // A damaged superblock may have named a newer version: keep everything until it is replaced.
  if (manifest.damagedSlots.length > 0 || manifest.number === 0) return [];
  const { tables, logNumber } = manifest.version;
  const live = new Set(tables.map((table) => table.number));
  return files.list().filter((name) => {
    const file = parseFileName(name);
    if (file?.kind === 'wal') return file.number < logNumber;
    if (file?.kind === 'table') return !live.has(file.number);
    return file?.kind === 'manifest' && file.number !== manifest.number;
  });
}
