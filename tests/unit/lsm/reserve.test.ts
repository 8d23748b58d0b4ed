// A whole database on a disk that leaves zeros behind every log: the write-ahead log, the manifest.

import { expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { dumpLines } from '../../../engine/lsm/dump-file.ts';
import { repair } from '../../../engine/lsm/repair.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { verifyFiles } from '../../../engine/lsm/verify.ts';
import { RECOVERY_MODE_NAMES } from '../../../engine/lsm/wal/recovery-report.ts';

const ZEROS = 70_000;
const WRITES = 12;

const write = (store: Store, name: string) =>
  store.write(new Batch().put(utf8(name), utf8('value')), 'full');

/** A database with a table, a manifest of two edits and a log, as a power cut leaves it. */
function afterPowerCut(): FaultyFiles {
  const disk = new FaultyFiles({ reserves: true });
  const store = Store.open({ files: disk });
  for (let i = 0; i < WRITES; i++) {
    write(store, `key ${i}`);
    if (i === WRITES / 2) store.flush();
    while (store.workDue) store.work();
  }
  disk.powerCut();
  return disk.restart({ policy: { reserveBytes: () => ZEROS } });
}

const sizeOf = (disk: FaultyFiles, name: string) => disk.bytesOf(name).length;
const logsOf = (disk: FaultyFiles) => disk.namesNow.filter((name) => /wal|man$/.test(name));

test('each log has its zeros, and a dump shows them', () => {
  const disk = afterPowerCut();
  expect(logsOf(disk)).toHaveLength(2);
  for (const name of logsOf(disk)) {
    expect(sizeOf(disk, name)).toBeGreaterThan(ZEROS);
    const lines = [...dumpLines(name, disk.bytesOf(name))];
    expect(lines.some((line) => line.includes('reserve'))).toBe(true);
    expect(lines.at(-1)).not.toContain('damaged');
  }
});

test.each(RECOVERY_MODE_NAMES)('%s: nothing is missing, and the database goes on', (recovery) => {
  const disk = afterPowerCut();
  const store = Store.open({ files: disk, recovery });
  expect(store.lastSequence).toBe(WRITES);
  expect(store.report).toMatchObject({ lossy: false, vouchedLoss: false });
  write(store, 'after');
  store.close();
  const again = Store.open({ files: disk.reopen(), recovery });
  expect(again.lastSequence).toBe(WRITES + 1);
  expect(again.report).toMatchObject({ lossy: false });
});

test('verifying finds nothing wrong, and repair loses nothing', () => {
  const disk = afterPowerCut();
  const verifying = verifyFiles(disk);
  let step = verifying.next();
  while (!step.done) step = verifying.next();
  expect(step.value).toMatchObject({ sound: true, problems: [] });
  const report = repair({ files: disk, clock: fixedClock(0) });
  expect(report).toMatchObject({ whole: true, lastSequence: WRITES, entries: WRITES });
});
