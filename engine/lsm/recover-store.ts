// Opening a store: there is only one way, and it is recovery.
//
// 1. The superblocks name the manifest, the manifest the tables.
// 2. Logs that are not in a table yet are replayed into a memtable, in order.
// 3. All that was read is synced, superblock and manifest first, then the logs: what
//    survived in the operating system's cache must be durable before anything new relies
//    on it, or anything old is deleted because of it.
//
// Nothing is written, so recovery that is itself interrupted changes nothing, and a
// database opens on a full disk.

import { FerrisError } from '../base/errors.ts';
import type { File } from '../env/files.ts';
import { checkBatch, walkBatch } from './batch.ts';
import { KIND_DELETE_RANGE } from './entry.ts';
import { parseFileName, tableName, walName } from './file-names.ts';
import { Manifest } from './manifest/manifest.ts';
import { Memtable } from './memtable/memtable.ts';
import type { Settings } from './options.ts';
import { recoverLogs } from './wal/recover.ts';
import type { RecoveryReport } from './wal/recovery-report.ts';

/** Everything a store begins with. */
export interface RecoveredStore {
  readonly manifest: Manifest;
  readonly memtable: Memtable;
  readonly report: RecoveryReport;
  readonly lastSequence: number;
  /** The log that the report names as the last one, open: its watermark is that of the recovered writes. */
  readonly lastLog: File | undefined;
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
  // Before a manifest is durable only logs are written, and none of them is deleted. So they
  // tell all by themselves, or recovery finds one missing; a table tells of a lost manifest.
  const manifest = Manifest.open(settings, found.table.length > 0);
  try {
    for (const numbers of Object.values(found))
      for (const number of numbers) manifest.reserveFileNumber(number);
    checkTables(settings, manifest);
    return { manifest, ...recoverEntries(settings, manifest, found.wal) };
  } catch (error) {
    manifest.close();
    throw error;
  }
}

function recoverEntries(settings: Settings, manifest: Manifest, logNumbers: readonly number[]) {
  const memtable = newMemtable(settings, 1);
  const { report, lastSequence } = replay(settings, manifest, logNumbers, memtable);
  const { records, logs } = report;
  const lastLog = report.lastLog === 0 ? undefined : settings.files.open(walName(report.lastLog));
  settings.trace?.({
    type: 'store.open.end',
    tables: manifest.version.tables.length,
    logs: logs.length,
    records,
    lastSequence,
  });
  return { memtable, report, lastSequence, lastLog };
}

/**
 * An empty memtable of this store; the number is part of its seed. The batch that fills it
 * goes over the limit, so it has room for a quarter more: else its last act would be to grow.
 */
export function newMemtable({ seed, trace, current }: Settings, number: number): Memtable {
  const { memtableBytes } = current;
  const capacityBytes = memtableBytes + (memtableBytes >>> 2);
  return new Memtable({ number, seed: seed + number, capacityBytes, trace });
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

/** That its tables exist. They are opened when they are first read. */
function checkTables({ files }: Settings, manifest: Manifest): void {
  for (const { number } of manifest.version.tables) {
    const name = tableName(number);
    if (files.exists(name)) continue;
    const message = `the manifest names ${name}, which does not exist; restore a backup of this database`;
    throw new FerrisError('FERRIS_CORRUPTION', message, { file: name });
  }
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
    insertBatch(memtable, payload);
    lastSequence = sequence + count - 1;
  });
  return { report, lastSequence };
}

/** Puts the entries of a batch that `checkBatch` accepts into a memtable. */
export function insertBatch(memtable: Memtable, payload: Uint8Array): void {
  walkBatch(payload, (kind, keyAt, keyEnd, valueAt, valueEnd, sequence) => {
    if (kind !== KIND_DELETE_RANGE)
      memtable.insertFrom(payload, kind, keyAt, keyEnd, valueAt, valueEnd, sequence);
    else {
      const end = payload.subarray(valueAt, valueEnd);
      memtable.insertRangeDelete(sequence, payload.subarray(keyAt, keyEnd), end);
    }
  });
}

/** Sequence numbers leave no gap, so a record that went missing without a trace is noticed. */
function checkOrder(sequence: number, lastSequence: number, gapsAllowed: boolean): void {
  if (sequence === lastSequence + 1 || (gapsAllowed && sequence > lastSequence)) return;
  const message = `a batch has sequence number ${sequence} after ${lastSequence}`;
  throw new FerrisError('FERRIS_CORRUPTION', message);
}
