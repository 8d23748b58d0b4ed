// Export and import: pages of a scan are the chunks of an export, and the chunks of an export are
// batches for tables (imports.ts). Neither side holds more than one of them.

import type { Clock } from '../env/clock.ts';
import { ExportReader, ExportWriter } from '../lsm/export-stream.ts';
import type { ScanRange } from '../lsm/scan.ts';
import type { Backend } from './backend.ts';
import { boundsOf, type KeyRange } from './operations.ts';
import { type ByteStream, piecesOf } from './streams.ts';

/** The half-open range that a scan for an export goes over. @throws FERRIS_INVALID_ARGUMENT */
export function scanRangeOf(range: KeyRange): ScanRange {
  const { start, end } = boundsOf(range);
  return { gte: start, lt: end };
}

export async function* exportChunks(
  backend: Backend,
  range: ScanRange,
  clock: Clock,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const writer = new ExportWriter();
  let page = await backend.openScan({ ...range, expiries: true }, undefined);
  try {
    yield writer.header(clock.nowMs());
    for (;;) {
      yield writer.batch(page.entries);
      if (page.scan === undefined) break;
      page = await backend.nextPage(page.scan);
    }
    yield writer.trailer();
  } finally {
    if (page.scan !== undefined) await backend.closeScan(page.scan);
  }
}

/** Adds batches as they arrive, and makes them part of the database when all of them are there. */
export async function importChunks(backend: Backend, stream: ByteStream): Promise<number> {
  const reader = new ExportReader();
  const id = await backend.beginImport();
  try {
    for await (const piece of piecesOf(stream))
      for (const batch of reader.push(piece)) await backend.addToImport(id, batch);
    const entries = reader.finish();
    await backend.endImport(id);
    return entries;
  } catch (error) {
    await backend.cancelImport(id).catch(() => {}); // the first error says more
    throw error;
  }
}
