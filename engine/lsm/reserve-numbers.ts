// Numbers that a database leaves out, because files on the same disk had them before it.
//
// A log record knows its log's number and its place in it, and nothing else (decision 0002). So
// where a database is put in the place of another one, and keeps its blocks company on the disk, no
// log of it may have the number of an older one: after a power cut a block may show what lay there
// before, and that must not pass for its own. RocksDB writes a number of the log's own into each
// record of a recycled log for the same reason.

import type { Clock } from '../env/clock.ts';
import type { Files } from '../env/files.ts';
import { Manifest } from './manifest/manifest.ts';

/**
 * Makes sure that the database in `files` gives numbers up to `number` to no new file. It must not
 * be open. Asks that this be durable, after all that was asked for before.
 * @throws FERRIS_CORRUPTION, FERRIS_NO_SPACE, FERRIS_IO
 */
export function reserveFileNumbers(files: Files, clock: Clock, number: number): void {
  const manifest = Manifest.open({ files, clock }, true);
  try {
    if (manifest.version.nextFileNumber > number) return;
    manifest.reserveFileNumber(number);
    manifest.apply({});
  } finally {
    manifest.close();
  }
}
