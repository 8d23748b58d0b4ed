// The B-tree: what it answers (against a map), its shape, what it says, what it refuses.

import { describe, expect, test } from 'vitest';
import { text, utf8 } from '../../../engine/base/bytes.ts';
import { isFerrisError } from '../../../engine/base/errors.ts';
import { Random } from '../../../engine/base/random.ts';
import { BTree, type BTreeOptions } from '../../../engine/btree/tree.ts';
import { FaultyFiles } from '../../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import type { EngineEvent } from '../../../engine/trace/events.ts';
import { printEvent } from '../../../engine/trace/print.ts';
import { expectGolden } from '../../golden.ts';
import {
  applyTo,
  contents,
  expectSound,
  type Model,
  operationsOf,
  randomSteps,
  type Step,
  sorted,
} from './model.ts';

const SEEDS = Number(process.env['BTREE_SEEDS'] ?? 60);

function code(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return isFerrisError(error) ? error.code : String(error);
  }
}

const keyOf = (n: number) => `key ${String(n).padStart(5, '0')}`;

function filled(count: number, options: Partial<BTreeOptions> = {}, perWrite = 8) {
  const files = new MemoryFiles();
  const tree = BTree.open({ files, pageBytes: 256, ...options });
  for (let n = 0; n < count; n += perWrite) {
    const steps = Array.from(
      { length: perWrite },
      (_, i): Step => [keyOf(n + i), `value ${n + i}`],
    );
    tree.write(operationsOf(steps));
  }
  return { files, tree };
}

describe('answers', () => {
  test('as a map does, whatever is done to it, also after opening again', () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new Random(seed);
      const files = new MemoryFiles();
      const options = {
        files,
        pageBytes: random.pick([256, 256, 512]),
        cachePages: random.pick([1, 4, 999]),
      };
      const keys = random.pick([5, 60, 400]);
      const model: Model = new Map();
      let tree = BTree.open(options);
      for (let round = 0; round < 80; round++) {
        const steps = randomSteps(random, keys, 12);
        tree.write(operationsOf(steps));
        applyTo(model, steps);
        if (random.chance(1, 12)) tree.vacuum();
        if (random.chance(1, 10)) {
          tree.close();
          tree = BTree.open(options);
        }
        const asked = `k${random.below(keys)}`;
        const value = tree.get(utf8(asked));
        expect(value && text(value), `seed ${seed}`).toBe(model.get(asked));
      }
      expect(contents(tree), `seed ${seed}`).toEqual(sorted(model));
      expectSound(files, tree);
      const [start, end] = [`k${random.below(keys)}`, `k${random.below(keys)}`];
      expect(contents(tree, start, end), `seed ${seed}`).toEqual(
        sorted(model).filter(([key]) => key >= start && key < end),
      );
      for (const key of model.keys()) tree.write(operationsOf([[key, undefined]]));
      expect(contents(tree)).toEqual([]);
      expect(tree.stats).toMatchObject({ entries: 0, height: 0, livePages: 0 });
    }
  });

  test('a scan reads the tree as it was when it began, through writes and a vacuum', () => {
    const { files, tree } = filled(64);
    const scan = tree.scan();
    tree.write(
      operationsOf([
        [keyOf(0), 'new'],
        [keyOf(40), undefined],
      ]),
    );
    tree.vacuum();
    tree.write(operationsOf([[keyOf(63), 'newer']]));
    expect(files.list()).toHaveLength(2);
    const seen: string[] = [];
    for (; scan.valid; scan.next()) seen.push(text(scan.value));
    expect(seen).toEqual(Array.from({ length: 64 }, (_, n) => `value ${n}`));
    expect(files.list()).toEqual(['000002.btree']);
    expect(tree.get(utf8(keyOf(63)))).toEqual(utf8('newer'));
  });

  test('a scan that is closed early lets go of the old file', () => {
    const { files, tree } = filled(64);
    const scan = tree.scan();
    scan.next();
    tree.vacuum();
    scan.close();
    scan.close();
    expect(files.list()).toEqual(['000002.btree']);
  });
});

describe('shape', () => {
  test('keys that come in order fill their pages', () => {
    const { files, tree } = filled(1024);
    expectSound(files, tree);
    const { livePages, pageBytes } = tree.stats;
    const entryBytes = 2 + keyOf(0).length + 'value 1000'.length;
    expect((1024 * entryBytes) / (livePages * pageBytes)).toBeGreaterThan(0.8);
  });

  test('keys in any order leave pages two thirds full or so', () => {
    const random = new Random(5);
    const files = new MemoryFiles();
    const tree = BTree.open({ files, pageBytes: 512 });
    for (let i = 0; i < 2000; i++) tree.write([[random.bytes(8), random.bytes(20)]]);
    const { livePages, pageBytes, entries } = tree.stats;
    const fill = (entries * 30) / (livePages * pageBytes);
    expect(fill).toBeGreaterThan(0.55);
    expect(fill).toBeLessThan(0.8);
  });

  test('a vacuum leaves no garbage, and the file of before is deleted', () => {
    const { files, tree } = filled(512);
    const { pages, livePages } = tree.stats;
    expect(pages).toBeGreaterThan(2 * livePages);
    const before = contents(tree);
    expect(tree.vacuum()).toBe(true);
    expect(tree.stats.pages).toBe(tree.stats.livePages + 2);
    expect(contents(tree)).toEqual(before);
    expect(files.list()).toEqual(['000002.btree']);
    expectSound(files, tree);
  });

  test('long keys: every branch has two children at least', () => {
    const random = new Random(9);
    const files = new MemoryFiles();
    const tree = BTree.open({ files, pageBytes: 256 });
    const keys = Array.from({ length: 300 }, () => random.bytes(random.between(1, 55)));
    for (const key of keys) tree.write([[key, utf8('v')]]);
    expectSound(files, tree);
    tree.vacuum();
    expectSound(files, tree);
    for (const key of keys) {
      tree.write([[key, undefined]]);
      if (random.chance(1, 10)) expectSound(files, tree);
    }
    expect(tree.stats.entries).toBe(0);
  });
});

describe('disk', () => {
  test('opening writes nothing, and reads little', () => {
    const { files, tree } = filled(256);
    tree.close();
    const bytes = files.open('000001.btree').size;
    const events: EngineEvent[] = [];
    const again = BTree.open({ files, trace: (event) => events.push(event) });
    expect(events).toHaveLength(1);
    expect(files.open('000001.btree').size).toBe(bytes);
    expect(again.stats).toMatchObject({ entries: 256, pageBytes: 256 });
  });

  test('a write that is refused has changed nothing', () => {
    const files = new FaultyFiles({ capacityBytes: 8192 });
    const tree = BTree.open({ files, pageBytes: 512 });
    let written = 0;
    const refused = code(() => {
      for (; ; written++) tree.write(operationsOf([[keyOf(written), 'x']]));
    });
    expect(refused).toBe('FERRIS_NO_SPACE');
    expect(contents(tree)).toHaveLength(written);
    expect(code(() => tree.vacuum())).toBe('FERRIS_NO_SPACE');
    expect(files.list()).toEqual(['000001.btree']);
    expect(contents(tree)).toHaveLength(written);
  });

  test('after a sync that failed nothing is written until it is opened again', () => {
    const files = new FaultyFiles();
    const tree = BTree.open({ files, pageBytes: 512 });
    tree.write(operationsOf([['a', '1']]));
    files.failNext('sync', 'FERRIS_NO_SPACE');
    expect(code(() => tree.write(operationsOf([['b', '2']])))).toBe('FERRIS_IO');
    expect(code(() => tree.write(operationsOf([['c', '3']])))).toBe('FERRIS_IO');
    expect(contents(tree)).toEqual([['a', '1']]);
  });

  test('a damaged page is corruption, wherever it is; a damaged header too', () => {
    for (const [page, expected] of [
      [0, 'FERRIS_CORRUPTION'],
      [1, 'FERRIS_CORRUPTION'],
    ] as const) {
      const files = new FaultyFiles();
      const tree = BTree.open({ files, pageBytes: 256 });
      tree.write(operationsOf(Array.from({ length: 40 }, (_, n): Step => [keyOf(n), 'v'])));
      tree.write(operationsOf([['z', 'last']]));
      tree.close();
      files.rot('000001.btree', page * 256 + 20, 3);
      expect(
        code(() => contents(BTree.open({ files, pageBytes: 256 }))),
        `page ${page}`,
      ).toBe(expected);
    }
  });

  test('a page of another write that lay in the same place is no page of this commit', () => {
    // A power cut took commit 2, another one was written there; a sector of the old one comes back.
    const bytesOf = (value: string) => {
      const files = new MemoryFiles();
      const tree = BTree.open({ files, pageBytes: 256 });
      tree.write(operationsOf([['a', 'first']]));
      tree.write(operationsOf([['a', value]]));
      tree.close();
      const bytes = new Uint8Array(5 * 256);
      expect(files.open('000001.btree').read(0, bytes)).toBe(bytes.length);
      return bytes;
    };
    const mixed = bytesOf('this');
    mixed.set(bytesOf('that').subarray(3 * 256, 4 * 256), 3 * 256);
    const files = new MemoryFiles();
    files.create('000001.btree').append(mixed);
    expect(contents(BTree.open({ files }))).toEqual([['a', 'first']]);
  });

  test('bad arguments are refused with a code', () => {
    const files = new MemoryFiles();
    expect(code(() => BTree.open({ files, pageBytes: 100 }))).toBe('FERRIS_INVALID_ARGUMENT');
    const tree = BTree.open({ files, pageBytes: 256 });
    expect(code(() => tree.write([[utf8('k'), new Uint8Array(60)]]))).toBe('FERRIS_TOO_LARGE');
    tree.close();
    expect(code(() => tree.get(utf8('k')))).toBe('FERRIS_CLOSED');
    expect(code(() => tree.write([]))).toBe('FERRIS_CLOSED');
  });
});

test('says what it does', () => {
  const events: EngineEvent[] = [];
  const files = new MemoryFiles();
  const trace = (event: EngineEvent) => events.push(event);
  const tree = BTree.open({ files, pageBytes: 256, cachePages: 1, trace });
  const all = Array.from({ length: 12 }, (_, n): Step => [keyOf(n), 'sixteen bytes ..']);
  tree.write(operationsOf(all));
  tree.get(utf8(keyOf(3)));
  tree.write(operationsOf([[keyOf(3), 'new']]));
  tree.write(operationsOf(all.slice(0, 8).map(([key]): Step => [key, undefined])));
  tree.vacuum();
  expectGolden('btree/life', `${events.map(printEvent).join('\n')}\n`);
});
