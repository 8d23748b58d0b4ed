// What reads and writes cost in each, against how many of the operations are reads.

import type { Recorded } from '../../../engine/index.ts';
import type { Measure, Sweep, Values } from '../../sweep/sweep.ts';
import type { Counted } from './counted-files.ts';
import { both, loadOf, MEMTABLE_SIZES, PAGE_SIZES, SIZES } from './scenario.ts';
import type { BothEvent } from './world.ts';

const PRELOADED = 320;
export const MIXED = 400;

const bytes = (value: number) => `${Math.round(value)} B`;
const LSM: Measure = { id: 'lsm', label: 'log-structured', show: bytes };
const BTREE: Measure = { id: 'btree', label: 'B-tree', show: bytes };

export const readShare: Sweep = {
  id: 'read-share',
  scenario: both,
  x: {
    id: 'reads',
    label: 'of 100 operations are reads',
    values: [0, 20, 40, 60, 80, 90, 95, 100],
  },
  settings: [
    {
      id: 'pageBytes',
      label: 'pages of the B-tree',
      values: PAGE_SIZES,
      initial: SIZES.pageBytes,
      show: bytes,
    },
    {
      id: 'memtableBytes',
      label: 'memtable',
      values: MEMTABLE_SIZES,
      initial: SIZES.memtableBytes,
      show: bytes,
    },
  ],
  measures: [LSM, BTREE],
  asides: [
    { id: 'lsmWritten', label: 'log-structured, written', show: bytes },
    { id: 'lsmRead', label: 'log-structured, read', show: bytes },
    { id: 'btreeWritten', label: 'B-tree, written', show: bytes },
    { id: 'btreeRead', label: 'B-tree, read', show: bytes },
  ],
  actions: ({ reads = 0, pageBytes = 0, memtableBytes = 0 }) => [
    { do: 'open', pageBytes, memtableBytes, memoryBytes: SIZES.memoryBytes },
    loadOf('inserts', PRELOADED),
    loadOf('mixed', MIXED, reads),
  ],
  measure: measureBoth,
};

/** Bytes written and read for each operation of the last load. */
export function measureBoth(entries: readonly Recorded<BothEvent>[]): Values {
  const at = entries.findLastIndex(({ event }) => event.type === 'client.load');
  const counts = (from: number, to: number) =>
    entries
      .slice(from, to)
      .flatMap(({ event }) => (event.type === 'client.measure' ? [event] : []))
      .at(-1);
  const before = counts(0, at);
  const after = counts(at, entries.length);
  if (before === undefined || after === undefined) return {};
  const operations = after.operations - before.operations;
  const [lsm, btree] = ([0, 1] as const).map((side) =>
    less(after.counted[side], before.counted[side], operations),
  ) as [Cost, Cost];
  return {
    lsm: lsm.written + lsm.read,
    btree: btree.written + btree.read,
    lsmWritten: lsm.written,
    lsmRead: lsm.read,
    btreeWritten: btree.written,
    btreeRead: btree.read,
  };
}

interface Cost {
  readonly written: number;
  readonly read: number;
}

function less(after: Counted, before: Counted, operations: number): Cost {
  return {
    written: (after.writtenBytes - before.writtenBytes) / operations,
    read: (after.readBytes - before.readBytes) / operations,
  };
}
