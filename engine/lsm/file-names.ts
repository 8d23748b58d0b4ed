// What the files of a database are called.
//
//    000003.wal     a write-ahead log
//    000004.sst     a sorted table
//    000005.man     a manifest
//    superblock-0   one of the two superblocks, which name the manifest in use
//
// Numbers come from one counter and are never used twice, so a name says which of
// two files is the newer one. Six digits make a sorted listing read in that order;
// a number with more digits is written out in full.

import { assert } from '../base/assert.ts';

export type FileNameKind = 'wal' | 'table' | 'manifest' | 'superblock';

const EXTENSIONS = { wal: 'wal', table: 'sst', manifest: 'man' } as const;

/** Name of a write-ahead log: `walName(3)` is `'000003.wal'`. */
export const walName = (number: number): string => numbered(number, EXTENSIONS.wal);

/** Name of a sorted table: `tableName(4)` is `'000004.sst'`. */
export const tableName = (number: number): string => numbered(number, EXTENSIONS.table);

/** Name of a manifest: `manifestName(5)` is `'000005.man'`. */
export const manifestName = (number: number): string => numbered(number, EXTENSIONS.manifest);

/** Name of a superblock: slot 0 or 1. */
export function superblockName(slot: number): string {
  assert(slot === 0 || slot === 1, 'there are two superblocks, 0 and 1');
  return `superblock-${slot}`;
}

/**
 * What a name means, or undefined when no file of ours is called that.
 * `number` is the file number, or the slot of a superblock.
 */
export function parseFileName(name: string): { kind: FileNameKind; number: number } | undefined {
  const [, slot] = /^superblock-([01])$/.exec(name) ?? [];
  if (slot !== undefined) return { kind: 'superblock', number: Number(slot) };
  const [, digits, extension] = /^(\d{6,16})\.(wal|sst|man)$/.exec(name) ?? [];
  const number = Number(digits);
  if (extension === undefined || !Number.isSafeInteger(number)) return undefined;
  if (numbered(number, extension) !== name) return undefined;
  const kind = extension === 'wal' ? 'wal' : extension === 'sst' ? 'table' : 'manifest';
  return { kind, number };
}

function numbered(number: number, extension: string): string {
  assert(Number.isSafeInteger(number) && number >= 0, 'a file number is a whole number');
  return `${String(number).padStart(6, '0')}.${extension}`;
}
