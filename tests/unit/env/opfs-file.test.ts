// What waits to be written, on an imitation of a sync access handle that can be full.

import { expect, test } from 'vitest';
import { OpfsFile } from '../../../engine/env/opfs-file.ts';
import { POOL_HEADER_BYTES } from '../../../engine/env/opfs-header.ts';
import type { SyncHandle } from '../../../engine/env/opfs-pool.ts';

class Disk implements SyncHandle {
  bytes: number[] = new Array(POOL_HEADER_BYTES).fill(0);
  writes = 0;
  full = false;

  read(into: Uint8Array, { at }: { at: number }): number {
    const part = this.bytes.slice(at, at + into.length);
    into.set(part);
    return part.length;
  }
  write(bytes: Uint8Array, { at }: { at: number }): number {
    this.writes++;
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    for (const [i, byte] of bytes.entries()) this.bytes[at + i] = byte;
    return bytes.length;
  }
  truncate(size: number): void {
    this.bytes.length = size;
  }
  getSize(): number {
    return this.bytes.length;
  }
  flush(): void {}
  close(): void {}
}

function fresh() {
  const disk = new Disk();
  const file = new OpfsFile('a', { entry: 'pool-000001', handle: disk, isBlank: false });
  return { disk, file };
}

function content(file: OpfsFile): number[] {
  const into = new Uint8Array(file.size);
  expect(file.read(0, into)).toBe(file.size);
  return [...into];
}

const written = (disk: Disk) => disk.bytes.slice(POOL_HEADER_BYTES);

test('lazy appends of a task are one write when it ends; others are written at once', async () => {
  const { disk, file } = fresh();
  for (let i = 0; i < 9; i++) file.append(Uint8Array.of(i), true);
  expect([disk.writes, file.size]).toEqual([0, 9]);
  await null;
  expect([disk.writes, written(disk)]).toEqual([1, [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
  file.append(Uint8Array.of(9));
  expect(disk.writes).toBe(2);
  await null;
  expect([disk.writes, content(file)]).toEqual([2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
});

test('no more waits than the buffer holds, and what is larger is not copied', () => {
  const { disk, file } = fresh();
  for (let i = 0; i < 100; i++) file.append(new Uint8Array(1000).fill(i), true);
  expect([disk.writes, written(disk).length]).toEqual([1, 65_000]);
  file.append(new Uint8Array(65_536), true);
  expect([disk.writes, written(disk).length]).toEqual([3, 165_536]);
});

test('the order is kept when an append that is not lazy comes between', () => {
  const { disk, file } = fresh();
  file.append(Uint8Array.of(1), true);
  file.append(Uint8Array.of(2));
  file.append(Uint8Array.of(3), true);
  expect([written(disk), content(file)]).toEqual([
    [1, 2],
    [1, 2, 3],
  ]);
  file.sync();
  expect([written(disk), file.durableBytes]).toEqual([[1, 2, 3], 3]);
});

test('on a full disk what waits goes on waiting; the next append is refused until there is room', async () => {
  const { disk, file } = fresh();
  file.append(Uint8Array.of(1), true);
  disk.full = true;
  await null;
  expect([content(file), written(disk)]).toEqual([[1], []]);
  for (const lazily of [true, false])
    expect(() => file.append(Uint8Array.of(2), lazily)).toThrow('FERRIS_NO_SPACE');
  expect(() => file.sync()).toThrow('FERRIS_NO_SPACE');
  expect([content(file), file.durableBytes]).toEqual([[1], 0]);
  expect(file.settle()?.code).toBe('FERRIS_NO_SPACE');
  disk.full = false;
  file.append(Uint8Array.of(2), true);
  expect(written(disk)).toEqual([1]);
  await null;
  expect([written(disk), content(file)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

/** A log of so many synced appends of ten bytes. */
function grown(syncs: number) {
  const { disk, file } = fresh();
  for (let i = 1; i <= syncs; i++) {
    file.append(new Uint8Array(10).fill(i));
    file.sync(true);
  }
  return { disk, file };
}

test('a file that goes on growing gets zeros ahead, and later syncs need no new length', () => {
  expect(written(grown(3).disk)).toHaveLength(30);
  const { disk, file } = grown(4);
  expect([written(disk).length, file.size]).toEqual([80 + 65_536, 40]);
  const writes = disk.writes;
  file.append(Uint8Array.of(7));
  file.sync(true);
  expect([disk.writes, written(disk).length, file.durableBytes]).toEqual([
    writes + 1,
    80 + 65_536,
    41,
  ]);
  expect(written(disk).slice(30, 43)).toEqual([...new Array(10).fill(4), 7, 0, 0]);
  file.release();
  expect(written(disk)).toHaveLength(41);
});

test('the reserve grows with its file up to 1 MiB, and is not for large syncs', () => {
  const { disk, file } = grown(4);
  for (const [size, reserved] of [
    [200_000, 400_080 + 65_536],
    [2_000_000, 2_000_000 + (1 << 20)],
  ] as const) {
    file.append(new Uint8Array(size - file.size - 1));
    file.sync(true);
    expect(written(disk), 'a large sync').toHaveLength(size - 1);
    file.append(Uint8Array.of(1));
    file.sync();
    expect(written(disk), 'a sync that says nothing of growing').toHaveLength(size);
    file.append(new Uint8Array(40));
    file.sync(true);
    expect(written(disk).length).toBe(reserved + (size === 200_000 ? 0 : 40));
  }
});

test('a disk that refuses the zeros, or takes half of them, has none; the sync is as good', () => {
  const { disk, file } = grown(3);
  const { write } = disk;
  disk.write = (bytes, place) => {
    if (bytes.length < 1000) return write.call(disk, bytes, place);
    write.call(disk, bytes.subarray(0, 500), place);
    throw new DOMException('full', 'QuotaExceededError');
  };
  for (let i = 0; i < 9; i++) {
    file.append(Uint8Array.of(i));
    file.sync(true);
  }
  expect([written(disk).length, file.durableBytes]).toEqual([39, 39]);
});

test('a refused append takes the zeros along; those of a deleted file are not looked for', () => {
  const { disk, file } = grown(5);
  disk.full = true;
  expect(() => file.append(Uint8Array.of(1))).toThrow('FERRIS_NO_SPACE');
  expect([written(disk).length, file.size]).toEqual([50, 50]);
  disk.full = false;
  const other = grown(5);
  other.disk.truncate(POOL_HEADER_BYTES); // as the pool does with a file that is deleted
  other.file.drop();
  other.file.release();
  expect(other.disk.bytes).toHaveLength(POOL_HEADER_BYTES);
});

test('a write that is refused leaves nothing behind, and what is dropped is not written', async () => {
  const { disk, file } = fresh();
  disk.write = (bytes, { at }) => {
    disk.bytes[at] = bytes[0] as number;
    throw new DOMException('full', 'QuotaExceededError');
  };
  file.append(Uint8Array.of(1), true);
  await null;
  expect(written(disk)).toEqual([]);
  const other = fresh();
  other.file.append(Uint8Array.of(1), true);
  other.file.drop();
  await null;
  expect([other.file.size, other.disk.writes]).toEqual([0, 0]);
});
