// Repair: whatever is damaged or missing, what comes out opens, and nothing in it was not written.

import { expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { Random } from '../../../engine/base/random.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import type { Files } from '../../../engine/env/files.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import type { StoreOptions } from '../../../engine/lsm/options.ts';
import { type RepairReport, repair } from '../../../engine/lsm/repair.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { verifyFiles } from '../../../engine/lsm/verify.ts';

const SMALL = { memtableBytes: 2048, tableBytes: 2048, levelBytes: 4096, level0Tables: 2 };

function bytesOf(files: Files, name: string): Uint8Array<ArrayBuffer> {
  const file = files.open(name);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  file.close();
  return bytes;
}

/** A copy in which `change` has changed a file's bytes, or taken it away. */
function copyOf<T extends Files>(
  files: Files,
  into: T,
  change: (name: string) => Uint8Array | undefined = (name) => bytesOf(files, name),
): T {
  for (const name of files.list()) {
    const bytes = change(name);
    if (bytes === undefined) continue;
    const file = into.create(name);
    if (bytes.length > 0) file.append(bytes);
    file.sync();
    file.close();
  }
  into.syncDirectory();
  return into;
}

const fix = (files: Files): RepairReport => repair({ files, clock: fixedClock(1) });

function contents(files: Files): Map<string, string> {
  const store = Store.open({ files });
  const found = new Map<string, string>();
  const scan = store.scan();
  while (scan.next()) found.set(text(scan.key), text(scan.value));
  store.write(new Batch().put(utf8('goes'), utf8('on')));
  store.flush();
  store.close();
  const slices = verifyFiles(files);
  let step = slices.next();
  while (!step.done) step = slices.next();
  expect(step.value.problems).toEqual([]);
  return found;
}

interface Written {
  readonly files: MemoryFiles;
  /** What it holds. */
  readonly now: Map<string, string>;
  /** Every value that a key has had. */
  readonly ever: Map<string, Set<string>>;
}

/** A database with several levels, and entries in its log. */
function write(seed: number, options: Partial<StoreOptions> = {}): Written {
  const random = new Random(seed);
  const files = new MemoryFiles();
  const store = Store.open({ files, ...SMALL, ...options });
  const now = new Map<string, string>();
  const ever = new Map<string, Set<string>>();
  for (let i = 0; i < 200; i++) {
    const key = `key ${String(random.below(60)).padStart(2, '0')}`;
    const value = `value ${i} ${'x'.repeat(random.below(40))}`;
    if (random.chance(1, 5)) {
      store.write(new Batch().delete(utf8(key)));
      now.delete(key);
    } else if (random.chance(1, 30)) {
      store.write(new Batch().deleteRange(utf8(key), utf8('key 9')));
      for (const other of [...now.keys()]) if (other >= key && other < 'key 9') now.delete(other);
    } else {
      store.write(new Batch().put(utf8(key), utf8(value)));
      now.set(key, value);
      ever.set(key, (ever.get(key) ?? new Set()).add(value));
    }
    while (store.workDue && random.chance(1, 2)) store.work(50);
  }
  store.close();
  return { files, now, ever };
}

function expectOnlyWritten(found: Map<string, string>, { ever }: Written): void {
  for (const [key, value] of found)
    expect(ever.get(key)?.has(value), `${key}: ${value}`).toBe(true);
}

const sorted = (map: Map<string, string>) => [...map].sort();

test('a sound database is the same after a repair', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const written = write(seed);
    const copy = copyOf(written.files, new MemoryFiles());
    const report = fix(copy);
    expect([report.whole, report.manifest]).toEqual([true, 'sound']);
    expect(sorted(contents(copy)), `seed ${seed}`).toEqual(sorted(written.now));
  }
});

test('nothing becomes an empty database', () => {
  const files = new MemoryFiles();
  expect(fix(files)).toMatchObject({ whole: true, manifest: 'none', entries: 0 });
  expect(contents(files).size).toBe(0);
});

test('without manifest and superblocks all is found again', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const written = write(seed);
    const lost = (name: string) =>
      /\.man$|^superblock/.test(name) ? undefined : bytesOf(written.files, name);
    const copy = copyOf(written.files, new MemoryFiles(), lost);
    const report = fix(copy);
    expect([report.whole, report.manifest]).toEqual([false, 'lost']);
    expect(sorted(contents(copy)), `seed ${seed}`).toEqual(sorted(written.now));
  }
});

test('with any file gone it opens, and says what is missing', () => {
  const written = write(3);
  for (const gone of written.files.list()) {
    const copy = copyOf(written.files, new MemoryFiles(), (name) =>
      name === gone ? undefined : bytesOf(written.files, name),
    );
    const report = fix(copy);
    const found = contents(copy);
    expectOnlyWritten(found, written);
    // Of the newest log nothing else knows that it was there.
    const isTraceless = gone === written.files.list().findLast((name) => name.endsWith('.wal'));
    if (report.whole && !isTraceless) expect(sorted(found), gone).toEqual(sorted(written.now));
    if (gone.endsWith('.sst'))
      expect(report.files).toContainEqual(
        expect.objectContaining({ name: gone, state: 'missing' }),
      );
  }
});

test('with any file damaged it opens, holds nothing that was not written, and reports the loss', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const written = write(seed, { blockBytes: 256 });
    const random = new Random(seed);
    for (const hit of written.files.list()) {
      for (let i = 0; i < 6; i++) {
        const at = random.below(bytesOf(written.files, hit).length);
        const size = random.pick([1, 1, 30, 600]);
        const copy = copyOf(written.files, new MemoryFiles(), (name) => {
          const bytes = bytesOf(written.files, name);
          if (name !== hit) return bytes;
          for (let j = at; j < Math.min(at + size, bytes.length); j++)
            bytes[j] = (bytes[j] as number) ^ random.between(1, 255);
          return bytes;
        });
        const report = fix(copy);
        const found = contents(copy);
        expectOnlyWritten(found, written);
        const where = `seed ${seed}, ${size} bytes of ${hit} at ${at}`;
        if (report.whole) expect(sorted(found), where).toEqual(sorted(written.now));
        if (hit.endsWith('.sst'))
          expect(report.files, where).toContainEqual(
            expect.objectContaining({ name: hit, state: 'salvaged' }),
          );
      }
    }
  }
});

test('what a log and its table both hold counts once', () => {
  const files = new MemoryFiles();
  const store = Store.open({ files, compaction: 'none' });
  store.write(new Batch().put(utf8('n'), Uint8Array.of(10)));
  store.flush();
  const add = new Batch().merge(utf8('n'), 'add', Uint8Array.of(1));
  for (let i = 0; i < 3; i++) store.write(add);
  const log = files.list().findLast((name) => name.endsWith('.wal')) as string;
  const logBytes = bytesOf(files, log);
  store.flush();
  store.close();
  const copy = copyOf(files, new MemoryFiles(), (name) =>
    /\.sst$/.test(name) ? bytesOf(files, name) : undefined,
  );
  const kept = copy.create(log);
  kept.append(logBytes);
  kept.close();
  expect(fix(copy).manifest).toBe('lost');
  expect(contents(copy).get('n')).toBe(text(Uint8Array.of(13)));
});

test('of a table whose ends are gone the blocks in front are saved', () => {
  const files = new MemoryFiles();
  const store = Store.open({ files, blockBytes: 256 });
  const batch = new Batch();
  for (let i = 0; i < 200; i++) batch.put(utf8(`key ${1000 + i}`), utf8('v'.repeat(30)));
  store.write(batch);
  store.flush();
  store.close();
  const [table = ''] = files.list().filter((name) => name.endsWith('.sst'));
  const size = bytesOf(files, table).length;
  for (const part of [1, 2, 3]) {
    const copy = copyOf(files, new MemoryFiles(), (name) =>
      name === table ? bytesOf(files, name).subarray(0, (size * part) >> 2) : bytesOf(files, name),
    );
    const report = fix(copy);
    expect(report.whole).toBe(false);
    expect(contents(copy).size).toBeGreaterThan(40 * part);
  }
});

test('a repair that loses power is begun again', () => {
  const written = write(4);
  const lost = (name: string) =>
    /\.man$|^superblock/.test(name) ? undefined : bytesOf(written.files, name);
  for (let call = 1, isWhole = false; !isWhole; call++) {
    const disk = copyOf(written.files, new FaultyFiles({ random: new Random(call) }), lost);
    disk.cutAtCall(call);
    try {
      fix(disk);
      isWhole = true;
      disk.powerCut();
    } catch (error) {
      expect(String(error)).toContain('FERRIS_POWER_CUT');
    }
    const after = disk.restart();
    fix(after); // a table that the first repair was writing may be torn: what it held is there twice
    expect(sorted(contents(after)), `call ${call}`).toEqual(sorted(written.now));
  }
});

test('a full disk leaves what was there', () => {
  const written = write(5);
  const used = written.files
    .list()
    .reduce((sum, name) => sum + bytesOf(written.files, name).length, 0);
  const full = copyOf(written.files, new MemoryFiles({ capacityBytes: used + 300 }));
  const names = full.list();
  expect(() => fix(full)).toThrow('FERRIS_NO_SPACE');
  expect(full.list()).toEqual(names);
});
