// Any file, whole or damaged, is described to its end, window by window as well as at once, and
// the command prints what the description says.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../engine/base/bytes.ts';
import type { Span } from '../../../engine/base/layout.ts';
import { Random } from '../../../engine/base/random.ts';
import { fixedClock } from '../../../engine/env/clock.ts';
import { MemoryFiles } from '../../../engine/env/files-memory.ts';
import { Batch } from '../../../engine/lsm/batch.ts';
import { describeFile, fileKind } from '../../../engine/lsm/describe-file.ts';
import { dumpLines, partsOf } from '../../../engine/lsm/dump-file.ts';
import { Store } from '../../../engine/lsm/store.ts';
import { useDeflate } from '../../../engine/lsm/table/deflate.ts';
import { expectTiled } from '../table/tables.ts';

useDeflate();

const root = new URL('../../../', import.meta.url);
const RUNS = Number(process.env.FUZZ_RUNS) || 300;

/** Every file of a small store that has flushed, with a compressed table and a log after it. */
function filesOf(): Map<string, Uint8Array> {
  const files = new MemoryFiles();
  const store = Store.open({ files, clock: fixedClock(0), blockBytes: 512, codec: 'deflate' });
  const bytes = new Map<string, Uint8Array>();
  const note = () => {
    for (const name of files.list()) {
      const file = files.open(name);
      const content = new Uint8Array(file.size);
      file.read(0, content);
      bytes.set(name, content);
    }
  };
  for (let i = 0; i < 40; i++)
    store.write(new Batch().put(utf8(`key ${i}`), utf8(`value ${i} `.repeat(4))));
  store.write(new Batch().delete(utf8('key 7')));
  note();
  store.flush();
  while (store.work());
  store.write(new Batch().put(utf8('after'), utf8('the flush')));
  note();
  store.close();
  return bytes;
}

const all = filesOf();
const tableFile = [...all.keys()].find((name) => name.endsWith('.sst')) ?? '';
const logFile = [...all.keys()].find((name) => name.endsWith('.wal')) ?? '';
const tableBytes = all.get(tableFile) as Uint8Array;
const logBytes = all.get(logFile) as Uint8Array;

/** The children that windows of `step` bytes show, each once. */
function byWindows(name: string, bytes: Uint8Array, step: number): Span[] {
  const seen = new Map<number, Span>();
  for (let from = 0; from < bytes.length; from += step) {
    const window = { from, to: from + step };
    for (const span of describeFile(name, bytes, { window }).children ?? []) {
      // A superblock is as small as a window gets.
      const isSeen = span.offset < window.to && span.offset + span.size > from;
      expect(isSeen || name.startsWith('superblock'), `${span.offset} in ${from}`).toBe(true);
      seen.set(span.offset, span);
    }
  }
  return [...seen.values()].sort((a, b) => a.offset - b.offset);
}

test('a file is known by its first bytes, or else by its name', () => {
  expect([...all.keys()].sort()).toContain('superblock-0');
  for (const [name, bytes] of all) {
    expect(fileKind('found.bin', bytes)).toBe(fileKind(name, bytes));
    const damaged = bytes.slice();
    damaged[0] = 0;
    expect(fileKind(name, damaged)).toBe(fileKind(name, bytes));
    expect(fileKind('found.bin', damaged)).toBeUndefined();
  }
  expect(describeFile('found.bin', logBytes)).toEqual(describeFile(logFile, logBytes));
});

describe('windows', () => {
  test('show together what is shown at once', () => {
    for (const [name, bytes] of all)
      for (const step of [1, 50, 300, 1000])
        expect(byWindows(name, bytes, step)).toEqual(describeFile(name, bytes).children ?? []);
  });

  test(`of ${RUNS} files with flipped bits and cut ends, too`, () => {
    const random = new Random(3);
    for (let run = 0; run < RUNS; run++) {
      const [name, whole] = random.pick([...all]);
      const bytes = whole.slice(0, 1 + random.below(whole.length));
      for (let flips = random.below(4); flips > 0; flips--) {
        const at = random.below(bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      }
      const described = describeFile(name, bytes);
      expectTiled(described, 0, bytes.length);
      const step = 1 + random.below(bytes.length);
      if (described.children)
        expect(byWindows(name, bytes, step), `run ${run}`).toEqual(described.children);
      const parts = [...partsOf(name, bytes)].map(({ span }) => span);
      expect(parts, `run ${run}`).toEqual(described.children ?? [described]);
      for (const line of dumpLines(name, bytes)) expect(line).toBeTypeOf('string');
    }
  });

  test('damage in one place leaves the rest readable', () => {
    const bytes = tableBytes.slice();
    const [, first, second] = describeFile(tableFile, bytes).children ?? [];
    bytes[(first as Span).offset + 3] = 255;
    const children = describeFile(tableFile, bytes).children ?? [];
    expect(children[1]).toMatchObject({ name: 'block 0', kind: 'corrupt' });
    expect(children[2]).toEqual(second);
    const lines = [...dumpLines(tableFile, bytes)];
    expect(lines.at(-1)).toMatch(/^1 damaged place: contents at 64 /);
    expect(lines.filter((line) => /^block \d+, unpacked/.test(line)).length).toBeGreaterThan(0);
  });
});

test('a compressed block is shown as it is stored, and unpacked', () => {
  const [, block] = [...partsOf(tableFile, tableBytes)];
  expect(block?.span.children?.map(({ name }) => name)).toContain('deflated');
  expect(block?.unpacked?.span.children?.[0]).toMatchObject({ name: 'entry' });
  expectTiled(block?.unpacked?.span as Span, 0, block?.unpacked?.bytes.length ?? 0);
  const lines = [...dumpLines(tableFile, tableBytes, true)];
  expect(lines[0]).toBe(`a sorted table, ${tableBytes.length} bytes`);
  expect(lines[2]).toMatch(/^00000040 {2}block 0 +\d+ bytes, unpacked \d+ bytes, \d+ entries: /);
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ferris-dump-'));
  const path = join(folder, tableFile);
  writeFileSync(path, tableBytes);
  writeFileSync(
    join(folder, 'rotten'),
    Uint8Array.from(logBytes, (byte, at) => (at === 90 ? ~byte : byte)),
  );
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/dump.ts', ...args], { cwd: root, encoding: 'utf8' });

  test('prints every byte with its name, or a line for each part', () => {
    const whole = run(path);
    expect(whole.status).toBe(0);
    expect(whole.stdout.split('\n').slice(0, -1)).toEqual([...dumpLines(tableFile, tableBytes)]);
    const blocks = run('--blocks', path);
    expect(blocks.stdout).toContain('  footer               64 bytes: where reading begins');
    expect(run(join(folder, 'rotten')).stdout).toMatch(/1 damaged place: /);
  });

  test('as JSON, a part a line; and no more lines than asked for', () => {
    const lines = run('--json', path).stdout.trim().split('\n');
    const parts = lines.map((line) => JSON.parse(line));
    expect(parts.map(({ name }) => name)).toEqual(
      describeFile(tableFile, tableBytes).children?.map(({ name }) => name),
    );
    expect(parts[1].unpacked.span.children[0].name).toBe('entry');
    const short = run('--max', '3', path);
    expect(short.stdout.split('\n')).toHaveLength(4);
    expect(short.stderr).toContain('Stopped after 3 lines');
  });

  test('says what to do when it is called wrongly', () => {
    for (const args of [[], ['a', 'b'], ['--max', 'x', path], ['--what', path]]) {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain('npm run dump -- FILE');
    }
    expect(run(join(folder, 'none')).stderr).toContain("can't be read");
    expect(readFileSync(new URL('package.json', root), 'utf8')).toContain(
      '"dump": "node scripts/dump.ts"',
    );
    rmSync(folder, { recursive: true });
  });
});
