// The store against a model: a sorted map, and copies of it for snapshots.
//
// Random programs of puts, deletes, range deletes, merges, values that expire, batches, scans
// that stay open, snapshots, flushes, compactions, slices of work, changes of options, crashes of
// the process and reopenings give the same answers as the map, whatever the sizes, policies,
// codecs and caches. fast-check shrinks a failing program and prints the seed that repeats it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, concatBytes } from '../../engine/base/bytes.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import { fold, operatorId, type UserMerge } from '../../engine/lsm/operators.ts';
import type { StoreOptions, TuningOptions } from '../../engine/lsm/options.ts';
import type { Scan, ScanRange } from '../../engine/lsm/scan.ts';
import type { Snapshot } from '../../engine/lsm/snapshots.ts';
import { Store } from '../../engine/lsm/store.ts';
import { CountedFiles } from '../counted-files.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);

type Entry = readonly [key: Uint8Array, value: Uint8Array];
type Operation =
  | { do: 'put'; key: Uint8Array; value: Uint8Array; ttlMs: number | undefined }
  | { do: 'delete'; key: Uint8Array }
  | { do: 'delete range'; from: Uint8Array; to: Uint8Array }
  | { do: 'merge'; key: Uint8Array; operator: 'add' | 'max' | 'xor' | 'own'; operand: Uint8Array };
type Command =
  | { do: 'write'; operations: Operation[] }
  | { do: 'wait'; ms: number }
  | { do: 'compact'; from: Uint8Array | undefined; to: Uint8Array | undefined }
  | { do: 'tune'; options: TuningOptions }
  | { do: 'hold scan'; range: ScanRange; steps: number }
  | { do: 'release' }
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

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      value,
      ttlMs: fc.option(fc.nat(30), { nil: undefined, freq: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delete range' as const), from: key, to: key }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('merge' as const),
      key,
      operator: fc.constantFrom('add' as const, 'max' as const, 'xor' as const, 'own' as const),
      operand: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    }),
  },
);

const tuning: fc.Arbitrary<TuningOptions> = fc.record({
  memtableBytes: fc.constantFrom(256, 1024, 1 << 20),
  logBytes: fc.constantFrom(256, 2000, 1 << 20),
  blockBytes: fc.constantFrom(128, 256, 4096),
  bloomBitsPerKey: fc.constantFrom(1, 10),
  sync: fc.constantFrom('none' as const, 'normal' as const, 'full' as const),
  compaction: fc.constantFrom('leveled' as const, 'tiered' as const, 'none' as const),
  level0Tables: fc.constantFrom(1, 2, 4),
  slowdownTables: fc.constantFrom(4, 6),
  stopTables: fc.constantFrom(6, 8),
  levelBytes: fc.constantFrom(256, 2000),
  levelFanout: fc.constantFrom(2, 4),
  tableBytes: fc.constantFrom(256, 1024, 1 << 20),
  codec: fc.constantFrom('none' as const, 'deflate' as const, ['none', 'deflate'] as const),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      operations: fc.array(operation, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('compact' as const), from: bound, to: bound }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tune' as const), options: tuning }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hold scan' as const), range, steps: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'release' as const }) },
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

const options: fc.Arbitrary<Omit<StoreOptions, 'files'>> = fc
  .record({
    tuning,
    seed: fc.integer(),
    blockCacheBytes: fc.constantFrom(0, 600, 1 << 20),
    openTablesMax: fc.constantFrom(1, 2, 256),
  })
  .map(({ tuning, ...rest }) => ({ ...tuning, ...rest }));

test('random programs give the answers of a sorted map', () => {
  fc.assert(
    fc.property(options, fc.array(command, { maxLength: 60 }), (options, commands) => {
      new Pair(options).run(commands);
    }),
    { numRuns: RUNS },
  );
});

/** The user's own operator: it appends, up to a bound. */
const appendBytes: UserMerge = (_key, base, operand) =>
  concatBytes(base ?? new Uint8Array(0), operand).slice(-20);

/** What is known of a key: its value until some time, and what was merged over it. */
interface Known {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly expiresMs: number | undefined;
  readonly merges: readonly { operator: 'add' | 'max' | 'xor' | 'own'; operand: Uint8Array }[];
}

/** A store and its model, led through the same commands. */
class Pair {
  readonly #disk = new MemoryFiles();
  #files = new CountedFiles(this.#disk);
  readonly #options: Omit<StoreOptions, 'files'>;
  #nowMs = 100;
  #store: Store;
  #model: readonly Known[] = [];
  #snapshots: { snapshot: Snapshot; known: readonly Known[] }[] = [];
  #scans: { scan: Scan; left: Entry[] }[] = [];

  constructor(options: Omit<StoreOptions, 'files'>) {
    const clock = { nowMs: () => this.#nowMs };
    this.#options = { ...options, clock, merge: appendBytes };
    this.#store = Store.open({ ...this.#options, files: this.#files });
  }

  run(commands: readonly Command[]): void {
    for (const command of commands) this.#do(command);
    this.#compare({}, this.#model);
    this.#compare({ reverse: true }, this.#model);
    this.#finishScans();
    for (const { snapshot } of this.#snapshots) snapshot.release();
    this.#store.compactRange();
    while (this.#store.workDue) this.#store.work(1 << 20);
    this.#compare({}, this.#model);
    this.#checkNothingLeft();
  }

  /** No scan holds files any more, so there are those of the version and nothing else. */
  #checkNothingLeft(): void {
    const { tables, pinnedRunSets } = this.#store.stats();
    expect(pinnedRunSets).toBe(0);
    const names = this.#files.list().filter((name) => name.endsWith('.sst'));
    expect(names).toHaveLength(tables);
    this.#store.close();
    expect(this.#files.openHandles).toBe(0);
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
        this.#snapshots.push({ snapshot: this.#store.snapshot(), known: this.#model });
        break;
      case 'read snapshot':
        for (const { snapshot, known } of this.#snapshots)
          this.#compare(command.range, known, snapshot);
        break;
      case 'release':
        this.#snapshots.shift()?.snapshot.release();
        this.#finishScans();
        break;
      case 'wait':
        this.#nowMs += command.ms;
        break;
      case 'compact':
        this.#store.compactRange(command.from, command.to);
        break;
      case 'tune':
        this.#store.setOptions(command.options);
        break;
      case 'hold scan':
        this.#holdScan(command.range, command.steps);
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

  #write(operations: readonly Operation[]): void {
    const batch = new Batch();
    for (const operation of operations) {
      this.#encode(batch, operation);
      this.#model = after(this.#model, operation, this.#nowMs);
    }
    this.#store.write(batch);
    for (const operation of operations) {
      const key = operation.do === 'delete range' ? operation.from : operation.key;
      const expected = valuesOf(this.#model, this.#nowMs).find(
        ([known]) => compareBytes(known, key) === 0,
      )?.[1];
      expect(this.#store.get(key)).toEqual(expected);
    }
  }

  #encode(batch: Batch, operation: Operation): void {
    if (operation.do === 'delete') batch.delete(operation.key);
    else if (operation.do === 'merge')
      batch.merge(operation.key, operation.operator, operation.operand);
    else if (operation.do === 'delete range') {
      const [from, to] = inOrder(operation);
      batch.deleteRange(from, to);
    } else if (operation.ttlMs === undefined) batch.put(operation.key, operation.value);
    else batch.putExpiring(operation.key, operation.value, this.#nowMs + operation.ttlMs);
  }

  /** A scan that is read a little now, and to its end when other things have happened. */
  #holdScan(range: ScanRange, steps: number): void {
    const scan = this.#store.scan(range);
    const left = select(valuesOf(this.#model, this.#nowMs), range);
    const held = { scan, left };
    for (let i = 0; i < steps; i++) this.#stepScan(held);
    this.#scans.push(held);
  }

  #stepScan({ scan, left }: { scan: Scan; left: Entry[] }): boolean {
    const more = scan.next();
    expect(more ? [scan.key.slice(), scan.value.slice()] : undefined).toEqual(left.shift());
    return more;
  }

  #finishScans(): void {
    for (const held of this.#scans.splice(0)) while (this.#stepScan(held));
  }

  #reopen(clean: boolean): void {
    this.#scans = [];
    if (clean) this.#store.close();
    this.#snapshots = [];
    this.#files = new CountedFiles(this.#disk); // handles of a dead process are gone
    this.#store = Store.open({ ...this.#options, files: this.#files });
  }

  #compare(range: ScanRange, known: readonly Known[], snapshot?: Snapshot): void {
    const scan = this.#store.scan(range, snapshot);
    const found: Entry[] = [];
    while (scan.next()) found.push([scan.key.slice(), scan.value.slice()]);
    expect(found).toEqual(select(valuesOf(known, this.#nowMs), range));
    for (const [key, value] of found) expect(this.#store.get(key, snapshot)).toEqual(value);
  }
}

function inOrder({ from, to }: { from: Uint8Array; to: Uint8Array }): [Uint8Array, Uint8Array] {
  return compareBytes(from, to) <= 0 ? [from, to] : [to, from];
}

/** The model after one operation. */
function after(model: readonly Known[], operation: Operation, nowMs: number): readonly Known[] {
  if (operation.do === 'delete range') {
    const [from, to] = inOrder(operation);
    return model.filter(({ key }) => compareBytes(key, from) < 0 || compareBytes(key, to) >= 0);
  }
  const { key } = operation;
  const others = model.filter((known) => compareBytes(known.key, key) !== 0);
  if (operation.do === 'delete') return others;
  const before = model.find((known) => compareBytes(known.key, key) === 0);
  const nothing = { key, value: undefined, expiresMs: undefined, merges: [] };
  let known: Known;
  if (operation.do === 'put') {
    const { value, ttlMs } = operation;
    known = { ...nothing, value, expiresMs: ttlMs === undefined ? undefined : nowMs + ttlMs };
  } else known = { ...nothing, ...before, merges: [...(before?.merges ?? []), operation] };
  return [...others, known].sort((a, b) => compareBytes(a.key, b.key));
}

/** What the model shows at `nowMs`. */
function valuesOf(model: readonly Known[], nowMs: number): Entry[] {
  return model.flatMap(({ key, value, expiresMs, merges }) => {
    let shown = expiresMs !== undefined && expiresMs <= nowMs ? undefined : value;
    for (const { operator, operand } of merges) {
      if (operator === 'own') shown = appendBytes(key, shown, operand);
      else shown = fold(key, shown, [Uint8Array.of(operatorId(operator), ...operand)], undefined);
    }
    return shown === undefined ? [] : [[key, shown] as const];
  });
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
