// Tables for tests: small ones written by the real writer, kept as bytes that a test may damage.

import { expect } from 'vitest';
import { compareBytes, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { Span } from '../../../engine/base/layout.ts';
import type { Random } from '../../../engine/base/random.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Found, KIND_EXPIRING, KIND_MERGE, KIND_PUT } from '../../../engine/lsm/entry.ts';
import { tableName } from '../../../engine/lsm/file-names.ts';
import type { RangeDelete } from '../../../engine/lsm/range-deletes.ts';
import type { TableInfo } from '../../../engine/lsm/table/format.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { TableWriter, type TableWriterOptions } from '../../../engine/lsm/table/writer.ts';
import type { Trace } from '../../../engine/trace/events.ts';
import { type Entry, lowerBound, randomKey } from '../../model/sorted-entries.ts';

export const NUMBER = 7;
export const NAME = tableName(NUMBER);

/** Writes sorted entries to table 7. */
export function writeTable(
  entries: readonly Entry[],
  options: TableWriterOptions = {},
  rangeDeletes: readonly RangeDelete[] = [],
): { files: MemoryFiles; info: TableInfo } {
  const files = new MemoryFiles();
  const writer = new TableWriter(files, NAME, NUMBER, options);
  for (const { start, end, sequence } of rangeDeletes) writer.addRangeDelete(start, end, sequence);
  for (const { key, sequence, kind, value } of entries) writer.add(key, sequence, kind, value);
  return { files, info: writer.finish() };
}

export function tableOf(entries: readonly Entry[], options: TableWriterOptions = {}): Table {
  return Table.open(writeTable(entries, options).files, NAME, NUMBER, options.trace);
}

/** What the file says of a table, as its writer did. */
export function infoOf({ number, sizeBytes, properties, rangeDeletes }: Table): TableInfo {
  const { entries, tombstones, smallestKey, largestKey } = properties;
  const { smallestSequence, largestSequence } = properties;
  const keys = { smallestKey, largestKey, smallestSequence, largestSequence };
  return { number, sizeBytes, entries, tombstones, rangeDeletes: rangeDeletes.length, ...keys };
}

/** A short way to write a range delete. */
export function rangeDelete(start: string, end: string, sequence: number): RangeDelete {
  return { start: utf8(start), end: utf8(end), sequence };
}

/** Puts and deletes, of which some puts become merges and expiring puts. */
export function withAllKinds(random: Random, entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => {
    const kind = random.pick([KIND_PUT, KIND_PUT, KIND_MERGE, KIND_EXPIRING] as const);
    return entry.kind === KIND_PUT ? { ...entry, kind } : entry;
  });
}

/** Range deletes in any order. */
export function randomRangeDeletes(random: Random, count: number): RangeDelete[] {
  const all: RangeDelete[] = [];
  while (all.length < count) {
    const [start, end] = [randomKey(random), randomKey(random)];
    if (compareBytes(start, end) < 0) all.push({ start, end, sequence: random.below(1000) });
  }
  return all;
}

/** What `find` finds, as an entry. */
export function lookup(
  table: { find: Table['find'] },
  key: Uint8Array,
  sequence: number,
): Entry | undefined {
  const found = new Found();
  if (!table.find(key, sequence, found)) return undefined;
  return { key, sequence: found.sequence, kind: found.kind, value: found.value };
}

/** What `lookup` must find. */
export function modelLookup(
  sorted: readonly Entry[],
  key: Uint8Array,
  sequence: number,
): Entry | undefined {
  const entry = sorted[lowerBound(sorted, key, sequence)];
  return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry : undefined;
}

export function bytesOf(files: MemoryFiles): Uint8Array {
  const file = files.open(NAME);
  const bytes = new Uint8Array(file.size);
  expect(file.read(0, bytes)).toBe(file.size);
  file.close();
  return bytes;
}

/** Opens bytes as table 7. */
export function openBytes(bytes: Uint8Array, trace?: Trace): Table {
  const files = new MemoryFiles();
  const file = files.create(NAME);
  file.append(bytes);
  file.close();
  return Table.open(files, NAME, NUMBER, trace);
}

export function flipped(bytes: Uint8Array, offset: number, mask = 0xff): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] as number) ^ mask;
  return copy;
}

/** True for the errors that damage may lead to; they name the file, and the place in it. */
export function isDamageError(error: unknown): boolean {
  const damage =
    isFerrisError(error, 'FERRIS_CORRUPTION') || isFerrisError(error, 'FERRIS_UNSUPPORTED');
  return damage && error.place.file === NAME && error.place.offsetBytes !== undefined;
}

/** Expects spans without gap or overlap, and none of no bytes; an empty file has no span. */
export function expectTiled(span: Span, offset: number, size: number): void {
  const fault = size === 0 ? undefined : tilingFault(span, offset, size);
  expect(fault).toBeUndefined();
}

function tilingFault(span: Span, offset: number, size: number): string | undefined {
  if (span.offset !== offset || span.size !== size || size === 0) {
    return `${span.name} is at ${span.offset} + ${span.size}, not ${offset} + ${size}`;
  }
  if (span.children === undefined) return undefined;
  let at = offset;
  for (const child of span.children) {
    const fault = tilingFault(child, at, child.size);
    if (fault !== undefined) return fault;
    at += child.size;
  }
  return at === offset + size ? undefined : `${span.name} ends at ${offset + size}, not ${at}`;
}
