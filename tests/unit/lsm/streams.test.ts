// Exports and backups as bytes: what was written comes back, and no damage goes unnoticed.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, concatBytes, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { BackupFiles } from '../../../engine/lsm/backup.ts';
import { BackupWriter, Restorer } from '../../../engine/lsm/backup-stream.ts';
import { Batch, readBatch } from '../../../engine/lsm/batch.ts';
import { KIND_EXPIRING } from '../../../engine/lsm/entry.ts';
import { expiresMsOf } from '../../../engine/lsm/expiry.ts';
import { ExportReader, ExportWriter } from '../../../engine/lsm/export-stream.ts';
import { Store } from '../../../engine/lsm/store.ts';

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isFerrisError(error)) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

/** The parts of an array, cut at these places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

function exportOf(batches: readonly Batch[]): Uint8Array {
  const writer = new ExportWriter();
  const parts = [writer.header(77), ...batches.map((batch) => writer.batch(batch.bytes))];
  return concatBytes(...parts, writer.trailer());
}

function readExport(pieces: readonly Uint8Array[]): { batches: Uint8Array[]; entries: number } {
  const reader = new ExportReader();
  const batches = pieces.flatMap((piece) => reader.push(piece));
  return { batches, entries: reader.finish() };
}

const small = () =>
  exportOf([
    new Batch().put(utf8('a'), utf8('1')).putExpiring(utf8('b'), utf8('2'), 99),
    new Batch().put(utf8('c'), utf8('')),
  ]);

test('an export comes back, however the wire has cut it', () => {
  const entries = fc.array(
    fc.tuple(fc.uint8Array({ maxLength: 4 }), fc.uint8Array(), fc.option(fc.nat())),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(entries, fc.array(fc.nat(), { maxLength: 8 }), fc.nat(5), (all, cuts, per) => {
      const byKey = new Map(all.map((entry) => [String(entry[0]), entry]));
      const sorted = [...byKey.values()].sort((a, b) => compareBytes(a[0], b[0]));
      const batches: Batch[] = [];
      for (let i = 0; i < sorted.length; i += per + 1) {
        const batch = new Batch();
        for (const [key, value, ends] of sorted.slice(i, i + per + 1)) {
          if (ends === null) batch.put(key, value);
          else batch.putExpiring(key, value, ends);
        }
        batches.push(batch);
      }
      const { batches: read, entries: count } = readExport(cut(exportOf(batches), cuts));
      const found: unknown[] = [];
      for (const batch of read)
        readBatch(batch, (kind, key, value) => {
          const ends = kind === KIND_EXPIRING ? expiresMsOf(value) : null;
          found.push([[...key], [...(ends === null ? value : value.subarray(8))], ends]);
        });
      expect(found).toEqual(sorted.map(([key, value, ends]) => [[...key], [...value], ends]));
      expect(count).toBe(sorted.length);
    }),
  );
});

test('every flipped bit and every missing tail of an export is noticed', () => {
  const whole = small();
  expect(readExport([whole]).entries).toBe(3);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = whole.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(
      codeOf(() => readExport([damaged])),
      `bit ${bit}`,
    ).toBe('FERRIS_CORRUPTION');
  }
  for (let length = 0; length < whole.length; length++)
    expect(codeOf(() => readExport([whole.subarray(0, length)]))).toBe('FERRIS_CORRUPTION');
  expect(codeOf(() => readExport([whole, Uint8Array.of(0)]))).toBe('FERRIS_CORRUPTION');
});

test('an export with doubled keys, keys out of order, or other entries is refused', () => {
  const put = (key: string) => new Batch().put(utf8(key), utf8('x'));
  expect(codeOf(() => readExport([exportOf([put('b'), put('a')])]))).toBe('FERRIS_CORRUPTION');
  expect(codeOf(() => readExport([exportOf([put('a'), put('a')])]))).toBe('FERRIS_CORRUPTION');
  const other = new Batch().delete(utf8('a'));
  expect(codeOf(() => readExport([exportOf([other])]))).toBe('FERRIS_CORRUPTION');
});

test('chunks that change places are noticed', () => {
  const one = new ExportWriter();
  const parts = [one.header(0), one.batch(new Batch().put(utf8('a'), utf8('1')).bytes)];
  const second = one.batch(new Batch().put(utf8('b'), utf8('1')).bytes);
  const swapped = concatBytes(parts[0]!, second, parts[1]!, one.trailer());
  expect(codeOf(() => readExport([swapped]))).toBe('FERRIS_CORRUPTION');
  const doubled = concatBytes(parts[0]!, parts[1]!, parts[1]!, second, one.trailer());
  expect(codeOf(() => readExport([doubled]))).toBe('FERRIS_CORRUPTION');
  const missing = concatBytes(parts[0]!, second, one.trailer());
  expect(codeOf(() => readExport([missing]))).toBe('FERRIS_CORRUPTION');
});

function backupOf(store: Store): Uint8Array {
  const files = new BackupFiles(store.pinTables(), fixedClock(5));
  const writer = new BackupWriter();
  const parts: Uint8Array[] = [writer.header(5)];
  for (const { name, sizeBytes } of files.list) {
    parts.push(writer.file(name, sizeBytes));
    for (let at = 0; at < sizeBytes; at += 100)
      parts.push(writer.bytes(files.read(name, at, Math.min(100, sizeBytes - at))));
  }
  files.close();
  return concatBytes(...parts, writer.trailer());
}

function restored(pieces: readonly Uint8Array[]): MemoryFiles {
  const files = new MemoryFiles();
  const restorer = new Restorer(files);
  try {
    for (const piece of pieces) restorer.push(piece);
    restorer.finish();
  } catch (error) {
    restorer.undo();
    expect(files.list()).toEqual([]);
    throw error;
  }
  return files;
}

const contents = (store: Store) => {
  const scan = store.scan();
  const found: [string, string][] = [];
  while (scan.next()) found.push([String(scan.key), String(scan.value)]);
  return found;
};

test('a backup is restored, whatever its cuts; every damage of it is noticed, and leaves nothing', () => {
  const store = Store.open({ files: new MemoryFiles() });
  store.write(new Batch().put(utf8('a'), utf8('1')).merge(utf8('n'), 'add', Uint8Array.of(5)));
  store.flush();
  store.write(new Batch().put(utf8('b'), utf8('2')).deleteRange(utf8('c'), utf8('d')));
  store.flush();
  const whole = backupOf(store);
  store.write(new Batch().put(utf8('later'), utf8('x')));
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 6 }), (cuts) => {
      const copy = Store.open({ files: restored(cut(whole, cuts)) });
      expect(contents(copy)).toEqual(
        contents(store).filter(([key]) => key !== String(utf8('later'))),
      );
      copy.write(new Batch().put(utf8('goes'), utf8('on')));
      copy.close();
    }),
    { numRuns: 20 },
  );
  for (let at = 0; at < whole.length; at++) {
    const damaged = whole.slice();
    damaged[at] = (damaged[at] as number) ^ (1 + (at % 255));
    expect(
      codeOf(() => restored([damaged])),
      `byte ${at}`,
    ).toBe('FERRIS_CORRUPTION');
  }
  for (let length = 0; length < whole.length; length += 7)
    expect(codeOf(() => restored([whole.subarray(0, length)]))).toBe('FERRIS_CORRUPTION');
  const other = exportOf([]);
  expect(codeOf(() => restored([other]))).toBe('FERRIS_CORRUPTION');
  store.close();
});

test('a backup whose files are not what it says is refused', () => {
  const made = (write: (writer: BackupWriter) => Uint8Array[]) => {
    const writer = new BackupWriter();
    return [writer.header(0), ...write(writer), writer.trailer()];
  };
  const five = new Uint8Array(5);
  const bad: ((writer: BackupWriter) => Uint8Array[])[] = [
    (writer) => [writer.file('superblock-0', 6), writer.bytes(five)],
    (writer) => [writer.file('superblock-0', 4), writer.bytes(five)],
    (writer) => [writer.file('000001.sst', 5), writer.bytes(five)],
    (writer) => [writer.file('notes.txt', 5), writer.bytes(five)],
    (writer) => [writer.file('superblock-0', 0), writer.file('superblock-0', 0)],
    (writer) => [writer.bytes(five)],
    () => [],
  ];
  for (const write of bad) expect(codeOf(() => restored(made(write)))).toBe('FERRIS_CORRUPTION');
  const right = made((writer) => [writer.file('superblock-0', 5), writer.bytes(five)]);
  expect(restored(right).list()).toEqual(['superblock-0']);
});

test('a place that is not empty is refused that is not empty is refused', () => {
  const files = new MemoryFiles();
  files.create('000001.wal').close();
  expect(codeOf(() => new Restorer(files))).toBe('FERRIS_EXISTS');
});
