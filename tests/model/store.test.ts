// The store against a model: a sorted map, and copies of it for snapshots.
//
// Random programs of puts, deletes, batches, scans, snapshots, flushes, slices of work,
// crashes of the process and reopenings give the same answers as the map, whatever the sizes.
// fast-check shrinks a failing program and prints the seed that repeats it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes } from '../../engine/base/bytes.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import type { StoreOptions } from '../../engine/lsm/options.ts';
import type { ScanRange } from '../../engine/lsm/scan.ts';
import { type Snapshot, Store } from '../../engine/lsm/store.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);

type Entry = readonly [key: Uint8Array, value: Uint8Array];
type Command =
  | { do: 'write'; operations: { key: Uint8Array; value: Uint8Array | null }[] }
  | { do: 'scan'; range: ScanRange }
  | { do: 'snapshot' }
  | { do: 'read snapshot'; range: ScanRange }
  | { do: 'flush' }
  | { do: 'work'; entries: number }
  | { do: 'reopen'; clean: boolean };

/** Few and short keys, so that they meet; zeros and 255 at the edges of the order. */
const key = fc.oneof(
  fc
    .array(fc.constantFrom(0, 1, 97, 98, 255), { maxLength: 3 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ minLength: 0, maxLength: 24 }),
);
const value = fc.uint8Array({ maxLength: 80 });
const bound = fc.option(key, { nil: undefined });

const range: fc.Arbitrary<ScanRange> = fc.oneof(
  fc.record({
    prefix: key,
    reverse: fc.boolean(),
    limit: fc.option(fc.nat(20), { nil: undefined }),
  }),
  fc.record({
    gte: bound,
    lt: bound,
    reverse: fc.boolean(),
    limit: fc.option(fc.nat(20), { nil: undefined }),
  }),
  fc.record({ gt: bound, lte: bound, reverse: fc.boolean() }),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      operations: fc.array(fc.record({ key, value: fc.option(value, { nil: null }) }), {
        minLength: 1,
        maxLength: 12,
      }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('scan' as const), range }) },
  { weight: 1, arbitrary: fc.constant({ do: 'snapshot' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read snapshot' as const), range }) },
  { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      entries: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), clean: fc.boolean() }) },
);

const sizes = fc.record({
  memtableBytes: fc.constantFrom(256, 1024, 1 << 20),
  logBytes: fc.constantFrom(256, 2000, 1 << 20),
  blockBytes: fc.constantFrom(128, 256, 4096),
  bloomBitsPerKey: fc.constantFrom(1, 10),
  sync: fc.constantFrom('none' as const, 'normal' as const, 'full' as const),
  seed: fc.integer(),
});

test('random programs give the answers of a sorted map', () => {
  fc.assert(
    fc.property(sizes, fc.array(command, { maxLength: 60 }), (options, commands) => {
      new Pair(options).run(commands);
    }),
    { numRuns: RUNS },
  );
});

/** A store and its model, led through the same commands. */
class Pair {
  readonly #files = new MemoryFiles();
  readonly #options: Omit<StoreOptions, 'files'>;
  #store: Store;
  #model: Entry[] = [];
  #snapshots: { snapshot: Snapshot; entries: Entry[] }[] = [];

  constructor(options: Omit<StoreOptions, 'files'>) {
    this.#options = options;
    this.#store = Store.open({ ...options, files: this.#files });
  }

  run(commands: readonly Command[]): void {
    for (const command of commands) this.#do(command);
    this.#compare({}, this.#model);
    this.#compare({ reverse: true }, this.#model);
  }

  #do(command: Command): void {
    switch (command.do) {
      case 'write':
        this.#write(command.operations);
        break;
      case 'scan':
        this.#compare(command.range, this.#model);
        break;
      case 'snapshot':
        this.#snapshots.push({ snapshot: this.#store.snapshot(), entries: [...this.#model] });
        break;
      case 'read snapshot':
        for (const { snapshot, entries } of this.#snapshots)
          this.#compare(command.range, entries, snapshot);
        break;
      case 'flush':
        this.#store.flush();
        break;
      case 'work':
        this.#store.work(command.entries);
        break;
      case 'reopen':
        this.#reopen(command.clean);
        break;
    }
  }

  #write(operations: { key: Uint8Array; value: Uint8Array | null }[]): void {
    const batch = new Batch();
    for (const { key, value } of operations) {
      if (value === null) batch.delete(key);
      else batch.put(key, value);
      const others = this.#model.filter(([known]) => compareBytes(known, key) !== 0);
      this.#model = value === null ? others : [...others, [key, value] as const];
    }
    this.#model.sort(([a], [b]) => compareBytes(a, b));
    this.#store.write(batch);
    for (const { key } of operations) {
      const expected = this.#model.find(([known]) => compareBytes(known, key) === 0)?.[1];
      expect(this.#store.get(key)).toEqual(expected);
    }
  }

  #reopen(clean: boolean): void {
    if (clean) this.#store.close();
    this.#snapshots = [];
    this.#store = Store.open({ ...this.#options, files: this.#files });
  }

  #compare(range: ScanRange, entries: readonly Entry[], snapshot?: Snapshot): void {
    const scan = this.#store.scan(range, snapshot);
    const found: Entry[] = [];
    while (scan.next()) found.push([scan.key.slice(), scan.value.slice()]);
    expect(found).toEqual(select(entries, range));
    for (const [key, value] of found) expect(this.#store.get(key, snapshot)).toEqual(value);
  }
}

/** The model's scan, by the meaning of the words alone. */
function select(
  entries: readonly Entry[],
  { gte, gt, lte, lt, prefix, reverse, limit }: ScanRange,
): Entry[] {
  const inside = entries.filter(
    ([key]) =>
      (gte === undefined || compareBytes(key, gte) >= 0) &&
      (gt === undefined || compareBytes(key, gt) > 0) &&
      (lte === undefined || compareBytes(key, lte) <= 0) &&
      (lt === undefined || compareBytes(key, lt) < 0) &&
      (prefix === undefined || compareBytes(key.subarray(0, prefix.length), prefix) === 0),
  );
  const ordered = reverse ? inside.reverse() : inside;
  return limit === undefined ? ordered : ordered.slice(0, limit);
}
