// The superblocks: two small files, of which one says which manifest is current.
//
//     superblock-0   generation 3 -> manifest 12        superblock-1   generation 4 -> manifest 19
//                                                                      ^ higher and valid: current
//
// Switching to a new manifest replaces the older of the two and never touches the
// other, so there is a valid one at every instant (SQLite's and Btrfs' old trick;
// a rename would do it too, but OPFS and IndexedDB have none):
//
// 1. The new manifest is written, synced, and so is the directory.
// 2. The slot with the lower generation is deleted, created again and synced.
// 3. Only when all of that is durable may the old manifest be deleted, or the
//    superblocks be switched again.
//
// Where files become durable only later (env/files.ts, rule 2), a power cut may keep a
// superblock and lose the manifest that it names. Such a superblock was never relied
// on, by (3), and the other one counts.
//
// A superblock is nothing but a file header: its file number is the generation, its
// first link the manifest's number.

import { isFerrisError } from '../../base/errors.ts';
import type { File, Files } from '../../env/files.ts';
import { decodeHeader, encodeHeader, type FileFormat, HEADER_BYTES } from '../../env/header.ts';
import { syncFile, syncNames } from '../../env/sync.ts';
import type { Trace } from '../../trace/events.ts';
import { superblockName } from '../file-names.ts';

export const SUPERBLOCK_FORMAT: FileFormat = {
  magic: 'FDB_SUP\0',
  version: 1,
  noun: 'a superblock',
  links: ['number of the current manifest', 'zero'],
};

/** Which manifest is current, since which switch. */
export interface Superblock {
  readonly slot: number;
  /** Counts the switches; the higher of two valid superblocks is current. */
  readonly generation: number;
  readonly manifestNumber: number;
}

/** What the two slots hold. */
export interface Superblocks {
  /** The valid ones, the higher generation first. */
  readonly valid: readonly Superblock[];
  /** Slots whose file exists but is not a valid superblock. */
  readonly damagedSlots: readonly number[];
}

/** Reads both slots. */
export function readSuperblocks(files: Files, trace?: Trace): Superblocks {
  const valid: Superblock[] = [];
  const damagedSlots: number[] = [];
  for (const slot of [0, 1]) {
    if (!files.exists(superblockName(slot))) continue;
    const found = readSlot(files, slot);
    const generation = found?.generation ?? 0;
    const manifest = found?.manifestNumber ?? 0;
    trace?.({ type: 'superblock.read', slot, valid: found !== undefined, generation, manifest });
    if (found === undefined) damagedSlots.push(slot);
    else valid.push(found);
  }
  valid.sort((a, b) => b.generation - a.generation);
  return { valid, damagedSlots };
}

/**
 * Writes the next superblock into the slot that isn't current; returns it and its open file.
 * @throws FERRIS_NO_SPACE (the slot holds no superblock now, the other one counts: try again),
 *   FERRIS_IO (either may count)
 */
export function writeSuperblock(
  files: Files,
  before: Superblock | undefined,
  manifestNumber: number,
  createdMs: number,
  trace?: Trace,
): { superblock: Superblock; file: File } {
  const slot = before === undefined ? 0 : 1 - before.slot;
  const generation = (before?.generation ?? 0) + 1;
  const name = superblockName(slot);
  if (files.exists(name)) files.delete(name);
  const file = files.create(name);
  const header = { fileNumber: generation, createdMs, linkA: manifestNumber, linkB: 0 };
  try {
    file.append(encodeHeader(SUPERBLOCK_FORMAT, header));
    syncFile(file);
    syncNames(files);
  } catch (error) {
    file.close();
    throw error;
  }
  trace?.({ type: 'superblock.write', slot, generation, manifest: manifestNumber });
  return { superblock: { slot, generation, manifestNumber }, file };
}

function readSlot(files: Files, slot: number): Superblock | undefined {
  const name = superblockName(slot);
  const file = files.open(name);
  try {
    const bytes = new Uint8Array(HEADER_BYTES);
    const length = file.read(0, bytes);
    const header = decodeHeader(SUPERBLOCK_FORMAT, bytes.subarray(0, length), name);
    return { slot, generation: header.fileNumber, manifestNumber: header.linkA };
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return undefined;
    throw error;
  } finally {
    file.close();
  }
}
