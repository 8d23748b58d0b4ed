// Salvage: the entries of a table that can't be read as a table any more.
//
//     header | data | data | ##### | data | filter | index | ... | footer
//
// 1. If its ends are sound, the index leads to each data block, and those that are damaged are
//    left out.
// 2. If they aren't, blocks are looked for from the front: a block ends where a checksum says so,
//    since each has its own, seeded with its place. The first place where no data block is, in
//    order after the one before, ends the search; what lies behind it is lost.
//
// What is found goes into a memtable, which then is a sorted run like any other.

import { compareBytes } from '../base/bytes.ts';
import { crc32 } from '../base/crc32.ts';
import { isFerrisError } from '../base/errors.ts';
import { viewOf } from '../base/layout.ts';
import type { File, Files } from '../env/files.ts';
import { HEADER_BYTES } from '../env/header.ts';
import { Found } from './entry.ts';
import { tableName } from './file-names.ts';
import { Memtable } from './memtable/memtable.ts';
import { Block } from './table/block.ts';
import { BlockCursor } from './table/block-cursor.ts';
import { openBlock } from './table/block-source.ts';
import { Table } from './table/table.ts';

/** What became of a table. */
export interface SalvagedTable {
  readonly entries: Memtable;
  /** Data blocks that are lost; undefined when nobody can say how many there were. */
  readonly lostBlocks: number | undefined;
}

/** Data blocks are 4 KiB; only a single large entry makes one bigger. */
const BLOCK_BYTES_MAX = 2 << 20;

/** All entries of a damaged table that can be read. @throws FERRIS_IO */
export function salvageTable(files: Files, number: number): SalvagedTable {
  const entries = new Memtable({ number });
  let table: Table;
  try {
    table = Table.open(files, tableName(number), number);
  } catch (error) {
    if (!isDamage(error)) throw error;
    salvageFromFront(files, number, entries);
    return { entries, lostBlocks: undefined };
  }
  try {
    return { entries, lostBlocks: salvageByIndex(table, entries) };
  } finally {
    table.close();
  }
}

/** Adds an entry unless it is there already: the same one may have been read twice. */
export function insertOnce(
  into: Memtable,
  sequence: number,
  kind: Parameters<Memtable['insert']>[1],
  key: Uint8Array,
  value: Uint8Array,
): void {
  if (into.find(key, sequence, found) && found.sequence === sequence) return;
  into.insert(sequence, kind, key, value);
}

const found = new Found();

function salvageByIndex(table: Table, into: Memtable): number {
  let lost = 0;
  for (let index = 0; index < table.index.count; index++) {
    if (!tryDamaged(() => takeBlock(table.block(index, false), into, undefined))) lost++;
  }
  const takeRanges = () => {
    for (const { sequence, start, end } of table.rangeDeletes)
      into.insertRangeDelete(sequence, start, end);
  };
  if (!tryDamaged(takeRanges)) lost++;
  return lost;
}

function salvageFromFront(files: Files, number: number, into: Memtable): void {
  const name = tableName(number);
  const file = files.open(name);
  try {
    let last: Uint8Array | undefined;
    for (let at = HEADER_BYTES; at < file.size; ) {
      const size = blockSizeAt(file, number, at);
      if (size === undefined) return;
      const bytes = new Uint8Array(size);
      file.read(at, bytes);
      const isTaken = tryDamaged(() => {
        const block = new Block(openBlock(bytes, number, name, at), name, at);
        last = takeBlock(block, into, last);
      });
      if (!isTaken) return;
      at += size;
    }
  } finally {
    file.close();
  }
}

/** Size of the block at `at`, trailer included: where its checksum is right. */
function blockSizeAt(file: File, number: number, at: number): number | undefined {
  const bytes = new Uint8Array(Math.min(BLOCK_BYTES_MAX, file.size - at));
  const read = file.read(at, bytes);
  const view = viewOf(bytes);
  let crc = placeCrc(number, at);
  for (let i = 0; i + 5 <= read; i++) {
    crc = crc32(bytes, i, i + 1, crc); // over the contents, and the codec behind them
    if (view.getUint32(i + 1, true) === crc) return i + 5;
  }
  return undefined;
}

function placeCrc(number: number, offset: number): number {
  const place = new Uint8Array(8);
  viewOf(place).setUint32(0, number >>> 0, true);
  viewOf(place).setUint32(4, offset >>> 0, true);
  return crc32(place);
}

/**
 * Takes the entries of a block, all or none; returns the last key.
 * @throws FERRIS_CORRUPTION when they can't be read, or don't follow `after`
 */
function takeBlock(block: Block, into: Memtable, after: Uint8Array | undefined) {
  const entries: [number, Parameters<Memtable['insert']>[1], Uint8Array, Uint8Array][] = [];
  const cursor = new BlockCursor();
  cursor.enter(block);
  for (cursor.seekToFirst(); cursor.valid; cursor.next())
    entries.push([cursor.sequence, cursor.kind, cursor.key.slice(), cursor.value]);
  let last = after;
  for (const [, , key] of entries) {
    if (last !== undefined && compareBytes(last, key) > 0)
      throw block.corrupt(0, 'has a block out of order');
    last = key;
  }
  for (const [sequence, kind, key, value] of entries) insertOnce(into, sequence, kind, key, value);
  return last;
}

/** False when it throws because bytes are damaged. */
function tryDamaged(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** True for errors that are about the bytes, not about the disk or this code. */
export function isDamage(error: unknown): boolean {
  return isFerrisError(error, 'FERRIS_CORRUPTION') || isFerrisError(error, 'FERRIS_UNSUPPORTED');
}
