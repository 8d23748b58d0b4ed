// The numbers in the prose of the page, found by running the engine when the page is built.

import { run, scriptOf } from '../../player/history.ts';
import { measureAll, measureAt, type Values } from '../../sweep/sweep.ts';
import type { FilterAction } from './filter.ts';
import { bloom } from './scenario.ts';
import { expectedPercent, falsePositiveMap, falsePositives } from './sweeps.ts';
import { blocks, NO_TABLES, type TablesAction } from './tables.ts';

export const KNOWN_LINES = measureAll(falsePositives);
export const KNOWN_MAP = measureAll(falsePositiveMap);

const [build] = run(bloom, scriptOf(bloom)).entries;
const built = build?.event.type === 'filter.build' ? build.event : undefined;

/** The filter of the first figure. */
export const FIRST = {
  keys: built?.keys ?? 0,
  bits: built?.bitCount ?? 0,
  bytes: built?.bits.length ?? 0,
  probes: built?.probes ?? 0,
};

const percentOf = (values: Values) => `${Number((values['measured'] ?? 0).toPrecision(2))} %`;

/** Of 1024 keys, with so many bits for each. */
export function measuredAt(bitsPerKey: number): string {
  return percentOf(measureAt(falsePositives, { bitsPerKey, keys: 1024 }));
}

/** By the formula, at sizes that no count of thousands can see. */
export function expectedAt(bitsPerKey: number, probes: number): string {
  const percent = expectedPercent(1000, probes, bitsPerKey * 1000);
  return `${Number(percent.toPrecision(2))} %`;
}

/** Bytes of blocks in the plain and in the compressed table. */
export function blockBytesOf(write: TablesAction): { plain: number; packed: number } {
  const { entries } = run(blocks, { ...scriptOf(blocks), actions: [write] });
  const { tables } = entries.reduce(blocks.project, NO_TABLES);
  const [plain = 0, packed = 0] = tables.map((table) =>
    table.blocks.reduce((sum, { size }) => sum + size, 0),
  );
  return { plain, packed };
}

export const ORDERS_SMALL = blockBytesOf({ do: 'write', values: 'orders', blockBytes: 512 });
export const ORDERS_LARGE = blockBytesOf({ do: 'write', values: 'orders', blockBytes: 4096 });

/** `38 %`: what is left of it. */
export function shareText({ plain, packed }: { plain: number; packed: number }): string {
  return `${Math.round((packed * 100) / plain)} %`;
}

/** A small filter, and a key all of whose places are one. */
export const ONE_PLACE: readonly FilterAction[] = [
  { do: 'build', keys: 16, bitsPerKey: 8 },
  { do: 'ask', key: 'ghost 35' },
];
