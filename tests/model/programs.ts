// Random programs for a store: what is drawn, and how likely.
//
// Keys come from few, so that they meet: versions of one key under snapshots, range deletes and
// merges over them, in several tables.

import fc from 'fast-check';
import { utf8 } from '../../engine/base/bytes.ts';
import { OPERATORS, type OperatorName } from '../../engine/lsm/operators.ts';
import type { StoreOptions, TuningOptions } from '../../engine/lsm/options.ts';
import type { ScanRange } from '../../engine/lsm/scan.ts';
import { useDeflate } from '../../engine/lsm/table/deflate.ts';
import type { Operation } from './model.ts';

useDeflate();

const OPERATOR_NAMES = Object.keys(OPERATORS) as OperatorName[];

export const SHORT_KEYS = ['a', 'ab', 'b', 'c', 'd', 'e'];

/** A put says how long it lasts; when that ends depends on when it is carried out. */
export type Drawn =
  | Exclude<Operation, { do: 'put' }>
  | { do: 'put'; key: Uint8Array; value: Uint8Array; ttlMs: number | undefined };

export type Command =
  | { do: 'write'; operations: Drawn[] }
  /** A put of so many bytes for each of the short keys: a run that is bigger than others. */
  | { do: 'fill'; bytes: number }
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
  | { do: 'reopen'; how: Reopening };

/** Closed, or the process died, or the power was cut when everything was durable. */
export type Reopening = 'closed' | 'crashed' | 'power cut';

/** Few and short keys; zeros and 255 at the edges of the order. */
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SHORT_KEYS).map(utf8) },
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

const operation: fc.Arbitrary<Drawn> = fc.oneof(
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
      operator: fc.constantFrom(...OPERATOR_NAMES),
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

export const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      operations: fc.array(operation, { minLength: 1, maxLength: 8, size: 'max' }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fill' as const), bytes: fc.nat(200) }) },
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
  { weight: 2, arbitrary: fc.constant({ do: 'snapshot' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read snapshot' as const), range }) },
  { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      entries: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reopen' as const),
      how: fc.constantFrom('closed' as const, 'crashed' as const, 'power cut' as const),
    }),
  },
);

export const options: fc.Arbitrary<Omit<StoreOptions, 'files'>> = fc
  .record({
    tuning,
    seed: fc.integer(),
    blockCacheBytes: fc.constantFrom(0, 600, 1 << 20),
    openTablesMax: fc.constantFrom(1, 2, 256),
  })
  .map(({ tuning, ...rest }) => ({ ...tuning, ...rest }));
