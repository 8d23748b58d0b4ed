import { describe, expect, test } from 'vitest';
import { MemoryFiles, Random, TableWriter, utf8, WAL_FORMAT } from '../../../engine/index.ts';
import { OwnStore } from '../../../src/widgets/inspector/own-store.ts';
import {
  packedBlock,
  partAt,
  WINDOW_BYTES,
  windowAt,
  windowFor,
} from '../../../src/widgets/inspector/view.ts';

async function filesOf(store: OwnStore): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for (const { name, read } of store.list()) all.set(name, await read());
  return all;
}

const store = new OwnStore();
store.putOrders(300);
store.flush();
store.putOrders(300);
store.flush('deflate');
store.putOrders(100);
store.remove('order 00001');
const files = await filesOf(store);

describe('a window of a file', () => {
  test('is tiled by its fields, wherever it is', () => {
    for (const [name, bytes] of files) {
      for (let from = 0; from < bytes.length; from += 336) {
        const { spans, bytes: shown } = windowAt(name, bytes, from);
        let at = 0;
        for (const { offset, size } of spans) {
          expect(offset, `${name} ${from}`).toBe(at);
          at += size;
        }
        expect(at).toBe(shown.length);
      }
    }
  });

  test('finds every part by itself, without a short cut and with one', () => {
    const [name, bytes] = [...files].find(([each]) => each.endsWith('.wal')) ?? [
      '',
      new Uint8Array(),
    ];
    const { parts } = windowAt(name, bytes, 2000);
    expect(
      windowAt(name, bytes, 2000, partAt(windowAt(name, bytes, 960).parts, 1000)?.offset),
    ).toEqual(windowAt(name, bytes, 2000));
    expect(partAt(parts, 2000)?.name).toBe('record');
  });

  test('marks what a changed byte breaks, and nothing else', () => {
    for (const [name, bytes] of files) {
      expect(windowAt(name, bytes, 0).damage, name).toEqual([]);
      const changed = bytes.slice();
      const at = Math.min(70, bytes.length - 10);
      changed[at] = (changed[at] as number) ^ 1;
      const { damage, parts } = windowAt(name, changed, 0);
      expect(damage.length, name).toBe(1);
      expect(partAt(parts, at)?.kind === 'corrupt' || damage[0]?.kind === 'corrupt').toBe(true);
    }
  });

  test('compressed blocks are known', () => {
    const tables = [...files].filter(([name]) => name.endsWith('.sst'));
    const packed = tables.flatMap(([name, bytes]) =>
      windowAt(name, bytes, 64).parts.map((part) => packedBlock(part)),
    );
    expect(packed).toContain(0);
  });

  test('stays within the file', () => {
    expect(windowFor(5000, 10_000)).toBe(4992);
    expect(windowFor(10_000, 10_000)).toBe(8976);
    expect(windowFor(-5, 10_000)).toBe(0);
    expect(windowFor(500, 800)).toBe(0);
  });
});

describe('a file of 64 MiB', () => {
  const SIZE = 64 << 20;
  /** How long any window may take, on a slow machine; a page would stand still meanwhile. */
  const LIMIT_MS = 2000;

  function timed(name: string, bytes: Uint8Array): number {
    const startMs = performance.now();
    for (const share of [0, 0.5, 1]) {
      const from = windowFor(SIZE * share, bytes.length);
      expect(windowAt(name, bytes, from).bytes.length).toBeLessThanOrEqual(WINDOW_BYTES);
    }
    return (performance.now() - startMs) / 3;
  }

  test('of a table is not read as a whole', () => {
    const memory = new MemoryFiles();
    const writer = new TableWriter(memory, '000001.sst', 1);
    const value = new Uint8Array(4000);
    for (let i = 0; i < SIZE / 4096; i++)
      writer.add(utf8(`key ${String(i).padStart(9, '0')}`), i + 1, 1, value);
    writer.finish();
    const file = memory.open('000001.sst');
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    expect(timed('000001.sst', bytes)).toBeLessThan(LIMIT_MS);
  });

  test('of noise that begins as a log does is not walked in vain', () => {
    const random = new Random(1);
    const bytes = new Uint8Array(SIZE);
    for (let at = 0; at < SIZE; at += 4096) bytes[at] = random.below(256);
    bytes.set(utf8(WAL_FORMAT.magic));
    expect(timed('000001.wal', bytes)).toBeLessThan(LIMIT_MS);
  });
});
