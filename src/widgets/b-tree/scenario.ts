// The figure of both, and the places of its sweep.

import type { Recorded } from '../../../engine/index.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { captionOfBoth } from './caption.ts';
import { type BothState, NOTHING, projectBoth } from './projection.ts';
import type { Sizes } from './sides.ts';
import { KINDS, type Kind, type Load } from './workload.ts';
import { type BothAction, type BothEvent, BothWorld } from './world.ts';

export const SIZES: Sizes = { memtableBytes: 4096, pageBytes: 512, memoryBytes: 16384 };
export const PAGE_SIZES: readonly number[] = [256, 512, 1024, 2048];
export const MEMTABLE_SIZES: readonly number[] = [1024, 4096, 16384];
/** Keys written at once. */
export const BATCH = 8;

export const loadOf = (kind: Kind, operations: number, reads = 0): BothAction => {
  return { do: 'load', kind, operations, batch: BATCH, reads };
};

export const both: Scenario<BothWorld, BothAction, BothState, BothEvent> = {
  id: 'both-trees',
  version: 1,
  seed: 1,
  script: [
    { do: 'open', ...SIZES },
    loadOf('inserts', 320),
    loadOf('reads', 48),
    loadOf('scans', 6),
  ],

  create: (context) => new BothWorld(context),
  apply: (world, action) => world.apply(action),

  initial: NOTHING,
  project: projectBoth,

  opening: ['Two empty databases on two disks. Both are to be given the same keys.'],
  caption: captionOfBoth,
  mark,
  label,
  offers,
  parse,
  poster: (entries) => loadAt(entries, 1),
};

/** How many events in the load number `index` begins. */
export function loadAt(entries: readonly Recorded<BothEvent>[], index: number): number {
  const loads = entries.filter(({ event }) => event.type === 'client.load');
  return loads[index]?.index ?? entries.length;
}

function mark({ event }: Recorded<BothEvent>): Mark | undefined {
  switch (event.type) {
    case 'client.load':
      return { kind: 'write', label: event.kind };
    case 'compaction.begin':
      return { kind: 'fork', label: 'a compaction' };
    case 'btree.vacuum':
      return { kind: 'fork', label: 'a vacuum' };
    case 'btree.split':
      return event.level > 0 ? { kind: 'sync', label: 'a branch is split' } : undefined;
    default:
      return undefined;
  }
}

const LABELS: Record<Kind, string> = {
  inserts: 'Insert at random',
  'in order': 'Insert in order',
  overwrites: 'Overwrite',
  reads: 'Read keys',
  scans: 'Scan',
  mixed: 'Half reads, half overwrites',
};

function label(action: BothAction): string {
  if (action.do === 'open')
    return `Open: pages of ${action.pageBytes}, memtable of ${action.memtableBytes}`;
  return LABELS[action.kind];
}

/** What one press does. */
const PRESSES: Record<Kind, number> = {
  inserts: 160,
  'in order': 160,
  overwrites: 160,
  reads: 96,
  scans: 12,
  mixed: 160,
};
const OPERATIONS_MAX = 2400;

function offers({ sizes, points, keys }: BothState): Offer<BothAction>[] {
  const done = points.at(-1)?.operations ?? 0;
  return KINDS.map((kind): Offer<BothAction> => {
    const action = loadOf(kind, PRESSES[kind], kind === 'mixed' ? 50 : 0);
    if (sizes === undefined) return { action, unavailable: 'Nothing is open yet.' };
    if (done >= OPERATIONS_MAX) return { action, unavailable: 'The figure has no room for more.' };
    const needsKeys = kind !== 'inserts' && kind !== 'in order';
    if (keys === 0 && needsKeys) return { action, unavailable: 'There are no keys yet.' };
    return { action };
  });
}

function parse(given: unknown): BothAction | undefined {
  const { do: name, ...rest } = given as Record<string, unknown>;
  if (name === 'open') return parseOpen(rest);
  return name === 'load' ? parseLoad(rest) : undefined;
}

function parseOpen({ memtableBytes, pageBytes, memoryBytes }: Record<string, unknown>) {
  if (!isIn(memtableBytes, 256, 65536) || !isIn(pageBytes, 256, 4096)) return undefined;
  if (!isIn(memoryBytes, 1024, 1 << 20)) return undefined;
  return { do: 'open', memtableBytes, pageBytes, memoryBytes } as const;
}

function parseLoad({ kind, operations, batch, reads }: Record<string, unknown>) {
  if (!KINDS.includes(kind as Kind) || !isIn(operations, 1, 1000)) return undefined;
  if (!isIn(batch, 1, 100) || !isIn(reads, 0, 100)) return undefined;
  return { do: 'load', kind: kind as Kind, operations, batch, reads } satisfies BothAction & Load;
}

function isIn(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
