// The edits in the bytes of a manifest, each with its place: for whoever looks at one from outside.

import { MemoryFiles } from '../../env/files-memory.ts';
import { parseFileName } from '../file-names.ts';
import { readLog } from '../wal/replay.ts';
import { decodeEdit, type VersionEdit } from './edit.ts';
import { MANIFEST_FORMAT } from './manifest.ts';

/** An edit and its record: frame and payload together. */
export interface PlacedEdit {
  readonly offset: number;
  readonly size: number;
  readonly edit: VersionEdit;
}

/** The edits that `bytes`, those of the manifest called `name`, hold up to the first bad place. */
export function readEdits(name: string, bytes: Uint8Array): PlacedEdit[] {
  const files = new MemoryFiles();
  files.create(name).append(bytes);
  const fileNumber = parseFileName(name)?.number ?? 0;
  const edits: PlacedEdit[] = [];
  readLog(files, { format: MANIFEST_FORMAT, fileName: name, fileNumber }, (payload, place) => {
    edits.push({ offset: place.offset, size: place.size, edit: decodeEdit(payload) });
  });
  return edits;
}
