// Garbage: files that nobody needs, and when they may go.
//
// Whether a file is needed follows from the manifest: a log from its log number on, a table of
// the version, the manifest itself. Beside those stay the tables that a scan still reads, and
// those that are being written. Everything else may go, once the version that doesn't need it
// is durable: a deletion may become durable by itself, at any time.

import { isFerrisError } from '../base/errors.ts';
import { parseFileName } from './file-names.ts';
import type { Manifest } from './manifest/manifest.ts';
import type { Settings } from './options.ts';
import type { Runs } from './runs.ts';
import type { TableCache } from './table-cache.ts';

export class Garbage {
  readonly #settings: Settings;
  readonly #manifest: Manifest;
  readonly #runs: Runs;
  readonly #tables: TableCache;
  /** Numbers of tables that are being written, or wait for their edit. */
  readonly #unborn = new Set<number>();
  #names: readonly string[] = [];

  constructor(settings: Settings, manifest: Manifest, runs: Runs, tables: TableCache) {
    this.#settings = settings;
    this.#manifest = manifest;
    this.#runs = runs;
    this.#tables = tables;
    this.collect();
  }

  /** A number for a table that is about to be written; see `born`. */
  takeTableNumber(): number {
    const number = this.#manifest.takeFileNumber();
    this.#unborn.add(number);
    return number;
  }

  /** Says that these tables are in the version, or given up. */
  born(numbers: Iterable<number>): void {
    for (const number of numbers) this.#unborn.delete(number);
  }

  /** Looks which files nobody needs. Call it when the version, or what scans hold, has changed. */
  collect(): void {
    this.#names = this.#obsolete();
  }

  /** Deletes what may go. What can't be deleted now is tried again at the next call. */
  reap(): void {
    if (this.#names.length > 0 && this.#manifest.settled)
      this.#names = this.#names.filter((name) => !this.#delete(name));
  }

  #obsolete(): string[] {
    const manifest = this.#manifest;
    // A damaged superblock may have named a newer version: keep everything until it is replaced.
    if (manifest.damagedSlots.length > 0 || manifest.number === 0) return [];
    const inUse = this.#runs.numbersInUse();
    const { logNumber } = manifest.version;
    return this.#settings.files.list().filter((name) => {
      const file = parseFileName(name);
      if (file?.kind === 'wal') return file.number < logNumber;
      if (file?.kind === 'table') return !inUse.has(file.number) && !this.#unborn.has(file.number);
      return file?.kind === 'manifest' && file.number !== manifest.number;
    });
  }

  /** True when the file is gone; a deletion that fails is no more than a file too many. */
  #delete(name: string): boolean {
    const { files, trace } = this.#settings;
    try {
      const file = parseFileName(name);
      if (file?.kind === 'table') this.#tables.forget(file.number);
      if (!files.exists(name)) return true;
      trace?.({ type: 'store.obsolete', file: name });
      files.delete(name);
      return true;
    } catch (error) {
      if (isFerrisError(error, 'FERRIS_IO') || isFerrisError(error, 'FERRIS_NO_SPACE'))
        return false;
      throw error;
    }
  }
}
