// Export and import: pages of a scan are the chunks of an export, and the chunks of an export are
// batches to be written. Neither side holds more than one of them.

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

/** Writes batches as they arrive. The last one is synced, and with it all before it. */
export async function importChunks(backend: Backend, stream: ByteStream): Promise<number> {
  const reader = new ExportReader();
  let last: Uint8Array | undefined;
  for await (const piece of piecesOf(stream)) {
    for (const batch of reader.push(piece)) {
      if (last !== undefined) await backend.write(last, 'none');
      last = batch;
    }
  }
  const entries = reader.finish();
  if (last !== undefined) await backend.write(last, 'full');
  return entries;
}
