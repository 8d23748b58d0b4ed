// What the bytes of the files say, read by the engine: edits, superblocks, versions.

import {
  applyEdit,
  crc32,
  EMPTY_VERSION,
  FileHeader,
  type PlacedEdit,
  readEdits,
  type Version,
} from '../../../engine/index.ts';
import type { LevelsState, LevelTable } from '../../projections/levels.ts';
import { NO_LEVELS } from '../../projections/levels.ts';

/** The number in a file's name: 4 of `000004.sst`. */
export function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

/** The edits of a file, if it is a manifest. */
export function editsIn(name: string, bytes: Uint8Array): readonly PlacedEdit[] {
  return name.endsWith('.man') ? readEdits(name, bytes) : [];
}

export interface SuperblockSaid {
  readonly generation: number;
  readonly manifest: number;
}

/** What a superblock says; undefined when it isn't whole. */
export function superblockIn(bytes: Uint8Array): SuperblockSaid | undefined {
  if (bytes.length < FileHeader.size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(FileHeader.at.crc, true) !== crc32(bytes, 0, FileHeader.at.crc))
    return undefined;
  const { fileNumber, linkA } = FileHeader.read(view, 0);
  return { generation: fileNumber, manifest: linkA };
}

/** The version after the first `count` edits. */
export function versionAfter(edits: readonly PlacedEdit[], count: number): Version {
  return edits
    .slice(0, count)
    .reduce((version, { edit }) => applyEdit(version, edit), EMPTY_VERSION);
}

/**
 * A version as a tree to draw.
 * @param waiting tables that wait for their edit; one whose edit is in the file already is in the
 * version, although the store has not said so yet
 */
export function treeOf({ tables }: Version, waiting: readonly LevelTable[] = []): LevelsState {
  const decoder = new TextDecoder();
  const all = tables.map(({ number, level, sizeBytes: size, entries, ...keys }) => {
    const smallestKey = decoder.decode(keys.smallestKey);
    return {
      number,
      level,
      size,
      entries,
      smallestKey,
      largestKey: decoder.decode(keys.largestKey),
    };
  });
  const levels = NO_LEVELS.levels.map((_, level) => all.filter((table) => table.level === level));
  const unnamed = waiting.filter(({ number }) => !all.some((table) => table.number === number));
  return { ...NO_LEVELS, levels, waiting: unnamed };
}
