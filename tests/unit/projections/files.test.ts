// The lanes must show what the disk does. So a real faulty disk runs random calls, and
// the state folded from its events is compared with the disk itself after every step.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FaultyFiles,
  type Files,
  Random,
  Recorder,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import {
  bytesOf,
  conceptAt,
  type FilesState,
  NO_FILES,
  projectFiles,
} from '../../../src/projections/files.ts';

type Step =
  | { readonly do: 'create'; readonly file: string }
  | { readonly do: 'sync' | 'delete'; readonly file: string }
  | { readonly do: 'append'; readonly file: string; readonly size: number }
  | { readonly do: 'sync directory' | 'complete' | 'crash' };

class Bench {
  readonly recorder = new Recorder();
  disk: FaultyFiles;
  files: Files;
  /** Entries already folded. */
  #seen = 0;
  #state = NO_FILES;

  constructor(seed: number, durability: 'at-once' | 'manual') {
    const { trace } = this.recorder;
    this.disk = new FaultyFiles({ random: new Random(seed), trace, durability });
    this.files = tracedFiles(this.disk, trace);
  }

  do(step: Step): void {
    if ('file' in step) this.#doTo(step);
    else if (step.do === 'sync directory') this.files.syncDirectory();
    else if (step.do === 'complete') this.disk.completeSync(1);
    else this.crash();
  }

  #doTo(step: Extract<Step, { file: string }>): void {
    const { files } = this;
    if (step.do === 'create') {
      if (!files.exists(step.file)) files.create(step.file);
      return;
    }
    if (!files.exists(step.file)) return;
    if (step.do === 'append') files.open(step.file).append(new Uint8Array(step.size).fill(7));
    if (step.do === 'sync') files.open(step.file).sync();
    if (step.do === 'delete') files.delete(step.file);
  }

  crash(): void {
    this.disk.powerCut();
    this.disk = this.disk.restart();
    this.files = tracedFiles(this.disk, this.recorder.trace);
  }

  state(): FilesState {
    for (; this.#seen < this.recorder.entries.length; this.#seen++) {
      this.#state = projectFiles(this.#state, this.recorder.entries[this.#seen]!);
    }
    return this.#state;
  }

  check(): void {
    const state = this.state();
    const there = state.files.filter(({ named }) => named === 'durable' || named === 'volatile');
    expect(there.map(({ name }) => name).sort()).toEqual(this.files.list());
    for (const file of there) {
      expect(bytesOf(file), file.name).toEqual(this.disk.bytesOf(file.name));
      expect(file.durableBytes, file.name).toBe(this.disk.durableBytesOf(file.name));
      for (const { offset, size } of file.segments)
        expect(size, `segment at ${offset}`).toBeGreaterThan(0);
    }
  }
}

const file = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      file,
      size: fc.integer({ min: 1, max: 1500 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('create' as const, 'sync' as const), file }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), file }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('sync directory' as const, 'complete' as const, 'crash' as const),
    }),
  },
);

describe('the state folded from events is the disk', () => {
  test.each(['at-once', 'manual'] as const)('durability %s', (durability) => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(step, { maxLength: 40 }), (seed, steps) => {
        const bench = new Bench(seed, durability);
        for (const one of steps) {
          bench.do(one);
          bench.check();
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('bytes beyond the end, lost in a power cut, are not read', () => {
  const bench = new Bench(3, 'at-once');
  const opened = bench.files.create('orders');
  bench.files.syncDirectory();
  opened.append(utf8('x'.repeat(700)));
  bench.disk.powerCut();
  bench.disk = bench.disk.restart({ policy: 'lose-all' });
  bench.files = tracedFiles(bench.disk, bench.recorder.trace);
  bench.check();
  const [orders] = bench.state().files;
  expect(orders?.segments.map(({ state, size }) => [state, size])).toEqual([
    ['lost', 512],
    ['lost', 188],
  ]);
  expect(orders && conceptAt(orders, 600)).toBe('lost');
});

test('a segment keeps its id from append to sync', () => {
  const bench = new Bench(3, 'manual');
  const opened = bench.files.create('a');
  opened.append(utf8('one'));
  const appended = bench.state().files[0]?.segments[0];
  opened.sync();
  const asked = bench.state().files[0]?.segments[0];
  bench.disk.completeSync();
  const durable = bench.state().files[0]?.segments[0];
  expect([appended?.state, asked?.state, durable?.state]).toEqual(['volatile', 'asked', 'durable']);
  expect(new Set([appended?.id, asked?.id, durable?.id]).size).toBe(1);
});
