// Tables for tests: small ones written by the real writer, kept as bytes that a test may damage.

import { expect } from 'vitest';
import { isFerrisError } from '../../../engine/base/errors.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { tableName } from '../../../engine/lsm/file-names.ts';
import type { TableInfo } from '../../../engine/lsm/table/format.ts';
import { Table } from '../../../engine/lsm/table/table.ts';
import { TableWriter, type TableWriterOptions } from '../../../engine/lsm/table/writer.ts';
import type { Trace } from '../../../engine/trace/events.ts';
import type { Entry } from '../../model/sorted-entries.ts';

export const NUMBER = 7;
export const NAME = tableName(NUMBER);

/** Writes sorted entries to table 7. */
export function writeTable(
  entries: readonly Entry[],
  options: TableWriterOptions = {},
): { files: MemoryFiles; info: TableInfo } {
  const files = new MemoryFiles();
  const writer = new TableWriter(files, NAME, NUMBER, options);
  for (const { key, sequence, kind, value } of entries) writer.add(key, sequence, kind, value);
  return { files, info: writer.finish() };
}

export function tableOf(entries: readonly Entry[], options: TableWriterOptions = {}): Table {
  return Table.open(writeTable(entries, options).files, NAME, NUMBER, options.trace);
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
