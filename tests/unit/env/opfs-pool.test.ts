// The pool on an imitation of OPFS that loses power: what a browser can't be made to show.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../engine/base/random.ts';
import { OpfsFiles } from '../../../engine/env/files-opfs.ts';
import { POOL_HEADER_BYTES } from '../../../engine/env/opfs-header.ts';
import {
  contentBytes,
  OpfsPool,
  type PoolFile,
  type SyncHandle,
  writeWhole,
} from '../../../engine/env/opfs-pool.ts';

class PowerCut extends Error {}

/** The bytes of one file: as they are, and as they were at the last flush. */
class Bytes {
  now = new Uint8Array(0);
  flushed = new Uint8Array(0);

  /** Each sector that changed since the flush is the old or the new one, and so is the size. */
  crash(random: Random): void {
    const size = random.chance(1, 2) ? this.now.length : this.flushed.length;
    const left = new Uint8Array(size);
    for (let at = 0; at < size; at += 512) {
      const from = random.chance(1, 2) ? this.now : this.flushed;
      left.set(from.subarray(at, Math.min(at + 512, size)), at);
    }
    this.now = left;
    this.flushed = left.slice();
  }
}

/** A directory whose machine loses power after so many calls. */
class Disk {
  readonly files = new Map<string, Bytes>();
  flushes = 0;
  flushFails = false;
  callsLeft = Number.POSITIVE_INFINITY;

  step(): void {
    if (--this.callsLeft < 0) throw new PowerCut();
  }

  get directory(): FileSystemDirectoryHandle {
    const { files } = this;
    const directory = {
      async *keys() {
        yield* [...files.keys()];
      },
      removeEntry: async (entry: string) => void files.delete(entry),
      getFileHandle: async (entry: string) => {
        const bytes = files.get(entry) ?? new Bytes();
        files.set(entry, bytes);
        return { createSyncAccessHandle: async () => this.#handle(bytes) };
      },
    };
    return directory as unknown as FileSystemDirectoryHandle;
  }

  #handle(bytes: Bytes): SyncHandle {
    const resize = (size: number) => {
      const resized = new Uint8Array(size);
      resized.set(bytes.now.subarray(0, size));
      bytes.now = resized;
    };
    return {
      getSize: () => bytes.now.length,
      close: () => {},
      read: (into, { at }) => {
        const part = bytes.now.subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      write: (part, { at }) => {
        this.step();
        if (at + part.length > bytes.now.length) resize(at + part.length);
        bytes.now.set(part, at);
        return part.length;
      },
      truncate: (size) => {
        this.step();
        resize(size);
      },
      flush: () => {
        this.step();
        this.flushes++;
        if (this.flushFails) throw new DOMException('broken', 'InvalidStateError');
        bytes.flushed = bytes.now.slice();
      },
    };
  }
}

const contentOf = (file: PoolFile): number[] => {
  const bytes = new Uint8Array(contentBytes(file));
  file.handle.read(bytes, { at: POOL_HEADER_BYTES });
  return [...bytes];
};

/** Creates and deletes few names in many rounds; every content is unlike every other. */
function churn(
  pool: OpfsPool,
  named: Map<string, PoolFile>,
  durable: Map<string, number[] | undefined>,
  random: Random,
) {
  for (let round = 0; round < 60; round++) {
    const name = random.pick(['a', 'b', 'c']);
    const file = named.get(name);
    if (file === undefined) {
      const content = [1 + round, 2 + round, 3 + round];
      durable.set(`!${name}`, content);
      const made = pool.name(name);
      named.set(name, made);
      writeWhole(made.handle, Uint8Array.from(content), POOL_HEADER_BYTES);
      made.handle.flush();
      durable.set(name, content);
      durable.delete(`!${name}`);
    } else {
      const content = durable.get(name);
      durable.delete(name);
      durable.set(`?${name}`, content);
      pool.delete(file);
      durable.delete(`?${name}`);
      named.delete(name);
    }
  }
}

test('a power cut at any call leaves every file whole, or as it was before or after the call', async () => {
  let cuts = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 260 }), fc.nat(), async (callsLeft, seed) => {
      const disk = new Disk();
      const random = new Random(seed);
      const pool = new OpfsPool(disk.directory);
      const named = await pool.open();
      const durable = new Map<string, number[] | undefined>();
      disk.callsLeft = callsLeft;
      try {
        churn(pool, named, durable, random);
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cuts++;
      }
      disk.callsLeft = Number.POSITIVE_INFINITY;
      for (const bytes of disk.files.values()) bytes.crash(random);
      const found = await new OpfsPool(disk.directory).open();
      for (const name of ['a', 'b', 'c']) {
        const file = found.get(name);
        const content = file === undefined ? undefined : contentOf(file);
        const sure = durable.get(name);
        // What was not flushed yet may be there or not, and so may each of its bytes.
        const unflushed = durable.get(`!${name}`);
        // What a call under way was about to delete may be there or not.
        const maybe = durable.get(`?${name}`);
        if (unflushed !== undefined)
          expect(content?.every((byte, i) => byte === 0 || byte === unflushed[i]) ?? true).toBe(
            true,
          );
        else if (sure !== undefined) expect(content?.slice(0, sure.length), name).toEqual(sure);
        else if (maybe === undefined) expect(content, name).toBeUndefined();
        else if (content !== undefined && maybe.length > 0) expect(content, name).toEqual(maybe);
        else if (content !== undefined) expect(content, name).toEqual([]);
      }
    }),
    { numRuns: 2000 },
  );
  expect(cuts, 'most runs are cut').toBeGreaterThan(1000);
});

test('an empty pool says what to do, and upkeep fills it; one that is too full gives files back', async () => {
  const disk = new Disk();
  const pool = new OpfsPool(disk.directory);
  await pool.open();
  expect([pool.upkeepDue, disk.files.size]).toEqual([false, 8]); // enough to begin a database
  const files: PoolFile[] = [];
  while (!pool.upkeepDue) files.push(pool.name(`f${files.length}`));
  expect(files.length).toBe(5);
  await pool.upkeep(); // begun with the first name already, when seven were left
  for (let i = 0; i < 12; i++) files.push(pool.name(`g${i}`));
  expect(() => pool.name('h')).toThrow(/FERRIS_NO_SPACE.*await upkeep/);
  await Promise.all([pool.upkeep(), pool.upkeep()]);
  expect([pool.upkeepDue, disk.files.size]).toEqual([false, 17 + 9]);
  for (let i = 0; i < 10; i++) {
    for (let j = 0; j < 8; j++) files.push(pool.name(`x${i}.${j}`));
    await pool.upkeep();
  }
  for (const file of files) pool.delete(file);
  expect(pool.upkeepDue).toBe(true);
  await pool.upkeep();
  expect(pool.upkeepDue).toBe(false);
  expect(disk.files.size).toBe(64);
  await pool.close();
  expect(disk.files.size).toBe(8); // the next opening need not wait for more
});

test('a damaged file with content is kept aside: not listed, not used, not deleted', async () => {
  const disk = new Disk();
  const pool = new OpfsPool(disk.directory);
  await pool.open();
  const file = pool.name('a');
  writeWhole(file.handle, Uint8Array.of(1, 2, 3), POOL_HEADER_BYTES);
  const bytes = disk.files.get(file.entry) as Bytes;
  bytes.now[13] = 99;
  const again = new OpfsPool(disk.directory);
  expect([...(await again.open()).keys()]).toEqual([]);
  await again.upkeep();
  for (let i = 0; i < 15; i++) again.name(`f${i}`);
  expect([...bytes.now.subarray(POOL_HEADER_BYTES)]).toEqual([1, 2, 3]);
});

test('of two files with one name the later one counts', async () => {
  const disk = new Disk();
  const pool = new OpfsPool(disk.directory);
  await pool.open();
  const old = pool.name('a');
  writeWhole(old.handle, Uint8Array.of(1), POOL_HEADER_BYTES);
  const later = pool.name('a');
  writeWhole(later.handle, Uint8Array.of(2), POOL_HEADER_BYTES);
  for (let round = 2; round < 5; round++) {
    const again = new OpfsPool(disk.directory);
    const found = await again.open();
    expect(contentOf(found.get('a') as PoolFile)).toEqual([round]);
    writeWhole(again.name('a').handle, Uint8Array.of(round + 1), POOL_HEADER_BYTES);
  }
});

test('a count of written bytes is believed only when it can be true', () => {
  const handle = (count: number) => ({ write: () => count }) as unknown as SyncHandle;
  expect(() => writeWhole(handle(2 ** 32 - 8), new Uint8Array(10), 0)).toThrow(
    expect.objectContaining({ name: 'QuotaExceededError' }),
  );
  expect(() => writeWhole(handle(0), new Uint8Array(10), 0)).toThrow(
    expect.objectContaining({ name: 'QuotaExceededError' }),
  );
  expect(() => writeWhole(handle(2 ** 32 - 2), new Uint8Array(10), 0)).toThrow(
    '4294967294 of 10 bytes',
  );
  writeWhole(handle(3), new Uint8Array(9), 0);
});

test('a name is flushed with the first sync of its file, or else of the directory, once', async () => {
  const disk = new Disk();
  const pool = new OpfsPool(disk.directory);
  const files = new OpfsFiles(pool, await pool.open());
  const flushesOf = (call: () => void) => {
    const before = disk.flushes;
    call();
    return disk.flushes - before;
  };
  expect(flushesOf(() => files.create('a'))).toBe(0);
  expect(flushesOf(() => files.create('b'))).toBe(0);
  expect(flushesOf(() => files.open('a').sync())).toBe(1);
  expect(flushesOf(() => files.syncDirectory())).toBe(1);
  expect(flushesOf(() => files.syncDirectory())).toBe(0);
  for (const bytes of disk.files.values()) bytes.now = bytes.flushed;
  expect([...(await new OpfsPool(disk.directory).open()).keys()].sort()).toEqual(['a', 'b']);
  files.create('c');
  disk.flushFails = true;
  expect(() => files.syncDirectory()).toThrow('FERRIS_IO');
  disk.flushFails = false;
  expect(() => files.open('c').sync(), 'nobody knows what is on the disk').toThrow('FERRIS_IO');
});
