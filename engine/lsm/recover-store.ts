// Opening a store: there is only one way, and it is recovery.
//
// 1. The superblocks name the manifest, the manifest the tables.
// 2. Logs that are not in a table yet are replayed into a memtable, in order.
// 3. The logs just read are synced: what survived in the operating system's cache must
//    be durable before anything new relies on it.
//
// Nothing is written, so recovery that is itself interrupted changes nothing, and a
// database opens on a full disk.

import { FerrisError, isFerrisError } from '../base/errors.ts';
import type { Files } from '../env/files.ts';
import { checkBatch, readBatch } from './batch.ts';
import { parseFileName, tableName, walName } from './file-names.ts';
import type { OpenTable } from './flusher.ts';
import { Manifest } from './manifest/manifest.ts';
import { Memtable } from './memtable/memtable.ts';
import type { Settings } from './options.ts';
import { Table } from './table/table.ts';
import { WAL_FORMAT } from './wal/format.ts';
import { LogReader } from './wal/reader.ts';
import { recoverLogs } from './wal/recover.ts';
import type { RecoveryReport } from './wal/recovery-report.ts';

/** Everything a store begins with. */
export interface RecoveredStore {
  readonly manifest: Manifest;
  readonly tables: readonly OpenTable[];
  readonly memtable: Memtable;
  readonly report: RecoveryReport;
  readonly lastSequence: number;
  /** Files that no version needs, left over by an earlier crash. */
  readonly obsolete: readonly string[];
}

interface Found {
  readonly wal: number[];
  readonly table: number[];
  readonly manifest: number[];
}

/** Recovers what the files hold. @throws as `Store.open` does */
export function recoverStore(settings: Settings): RecoveredStore {
  const { trace, recovery } = settings;
  trace?.({ type: 'store.open.begin', mode: recovery });
  const found = listNumbers(settings);
  const manifest = Manifest.open(settings, () => needsManifest(settings.files, found));
  for (const numbers of Object.values(found))
    for (const number of numbers) manifest.reserveFileNumber(number);
  const tables = openTables(settings, manifest);
  const memtable = newMemtable(settings, 1);
  const { report, lastSequence } = replay(settings, manifest, found.wal, memtable);
  const { records } = report;
  trace?.({
    type: 'store.open.end',
    tables: tables.length,
    logs: report.logs.length,
    records,
    lastSequence,
  });
  return {
    manifest,
    tables,
    memtable,
    report,
    lastSequence,
    obsolete: obsoleteFiles(manifest, settings),
  };
}

/**
 * An empty memtable of this store; the number is part of its seed. The batch that fills it
 * goes over the limit, so it has room for a quarter more: else its last act would be to grow.
 */
export function newMemtable({ seed, trace, memtableBytes }: Settings, number: number): Memtable {
  const capacityBytes = memtableBytes + (memtableBytes >>> 2);
  return new Memtable({ number, seed: seed + number, capacityBytes, trace });
}

/**
 * Only the very first log is written before a manifest is durable. A table, or a log that comes
 * after another, is what a database has left that once had one.
 */
function needsManifest(files: Files, found: Found): boolean {
  return found.table.length > 0 || found.wal.some((number) => namesPredecessor(files, number));
}

function namesPredecessor(files: Files, logNumber: number): boolean {
  const name = walName(logNumber);
  const file = files.open(name);
  try {
    const header = new LogReader(file, logNumber).header(WAL_FORMAT, name);
    return !isFerrisError(header) && header.linkA !== 0;
  } finally {
    file.close();
  }
}

function listNumbers({ files }: Settings): Found {
  const found: Found = { wal: [], table: [], manifest: [] };
  for (const name of files.list()) {
    const file = parseFileName(name);
    if (file !== undefined && file.kind !== 'superblock') found[file.kind].push(file.number);
  }
  for (const numbers of Object.values(found) as number[][]) numbers.sort((a, b) => a - b);
  return found;
}

function openTables({ files, trace }: Settings, manifest: Manifest): OpenTable[] {
  return manifest.version.tables.map((record) => {
    const name = tableName(record.number);
    if (!files.exists(name)) {
      const message = `the manifest names ${name}, which does not exist; restore a backup of this database`;
      throw new FerrisError('FERRIS_CORRUPTION', message, { file: name });
    }
    return { record, table: Table.open(files, name, record.number, trace) };
  });
}

function replay(
  settings: Settings,
  manifest: Manifest,
  logNumbers: readonly number[],
  memtable: Memtable,
) {
  const { logNumber } = manifest.version;
  let { lastSequence } = manifest.version;
  const logs = logNumbers
    .filter((number) => number >= logNumber)
    .map((fileNumber) => ({ fileNumber, fileName: walName(fileNumber) }));
  const { files, trace, recovery } = settings;
  const options = { files, logs, fromLog: logNumber, mode: recovery, trace };
  const report = recoverLogs(options, (payload) => {
    const { sequence, count } = checkBatch(payload);
    checkOrder(sequence, lastSequence, recovery === 'skip-corrupt');
    readBatch(payload, (kind, key, value, entrySequence) =>
      memtable.insert(entrySequence, kind, key, value),
    );
    lastSequence = sequence + count - 1;
  });
  return { report, lastSequence };
}

/** Sequence numbers leave no gap, so a record that went missing without a trace is noticed. */
function checkOrder(sequence: number, lastSequence: number, gapsAllowed: boolean): void {
  if (sequence === lastSequence + 1 || (gapsAllowed && sequence > lastSequence)) return;
  const message = `a batch has sequence number ${sequence} after ${lastSequence}`;
  throw new FerrisError('FERRIS_CORRUPTION', message);
}

function obsoleteFiles(manifest: Manifest, settings: Settings): string[] {
  // A damaged superblock may have named a newer version: keep everything until it is replaced.
  if (manifest.damagedSlots.length > 0 || manifest.number === 0) return [];
  const { tables, logNumber } = manifest.version;
  const live = new Set(tables.map((table) => table.number));
  return settings.files.list().filter((name) => {
    const file = parseFileName(name);
    if (file?.kind === 'wal') return file.number < logNumber;
    if (file?.kind === 'table') return !live.has(file.number);
    return file?.kind === 'manifest' && file.number !== manifest.number;
  });
}
