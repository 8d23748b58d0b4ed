// Where everything of the race stands: across is the key space, the same on every floor; a line at
// the key that is looked for goes down through all of them.
//
//     memtable      |    '     '        '      keys as ticks
//     level 0       |  [  |         ]          a row for each table, blocks in it
//     level 2       | [ | ][ | | ][ |  ]       one row: its tables are disjoint
//                            ^ the key

import { type AskedPlace, costOf, type ReadState } from './projection.ts';
import { ORDERS, orderKey, type TablePlan } from './world.ts';

export interface BlockBox {
  readonly key: string;
  readonly x: number;
  readonly width: number;
  readonly title: string;
}

export interface FloorRow {
  readonly id: string;
  readonly name: string;
  /** Places on this floor: a memtable, or tables. */
  readonly places: readonly string[];
  /** Of a memtable: its keys. */
  readonly ticks: readonly number[];
  readonly boxes: readonly BlockBox[];
  /** What the read has got here. */
  readonly asked: readonly { readonly turn: number; readonly at: AskedPlace }[];
}

/** 0 to 1. Keys that aren't orders stand at the ends. */
export function placeOfKey(key: string): number {
  const number = /^order (\d{3})/.exec(key)?.[1];
  if (number === undefined) return key < orderKey(0) ? 0.005 : 0.995;
  return (Math.min(Number(number), ORDERS - 1) + 2) / (ORDERS + 3);
}

export function layoutRace({ floors, reading }: ReadState): FloorRow[] {
  const asked = (reading?.asked ?? []).map((at, index) => ({ turn: index + 1, at }));
  const row = (id: string, name: string, places: readonly string[]): FloorRow => ({
    id,
    name,
    places,
    ticks: [],
    boxes: [],
    asked: asked.filter(({ at }) => places.includes(at.place)),
  });
  const ofTables = (id: string, name: string, tables: readonly TablePlan[]): FloorRow => ({
    ...row(
      id,
      name,
      tables.map(({ number }) => `table ${number}`),
    ),
    boxes: tables.flatMap(boxesOf),
  });
  const { memtable, frozen, tables } = floors;
  const level = (depth: number) => tables.filter((table) => table.level === depth);
  const ticks = (keys: readonly string[]) => keys.map(placeOfKey);
  return [
    {
      ...row('memtable', 'memtable', [`memtable ${memtable.number}`]),
      ticks: ticks(memtable.keys),
    },
    {
      ...row('frozen', 'frozen memtable', [`memtable ${frozen.number}`]),
      ticks: ticks(frozen.keys),
    },
    ...level(0).map((table) =>
      ofTables(`t${table.number}`, `level 0, table ${table.number}`, [table]),
    ),
    ofTables('level-1', 'level 1', level(1)),
    ofTables('level-2', 'level 2', level(2)),
  ];
}

/** So narrow a block can still be seen. */
const WIDTH_MIN = 0.012;

function boxesOf({ number, blocks, largestKey }: TablePlan): BlockBox[] {
  return blocks.map(({ firstKey, lastKey }, index) => {
    const x = placeOfKey(firstKey);
    const next = blocks[index + 1]?.firstKey;
    const end = next === undefined ? placeOfKey(largestKey) : placeOfKey(next);
    return {
      key: `${number}:${index}`,
      x,
      width: Math.max(end - x, WIDTH_MIN),
      title: `table ${number}, block ${index}: ${firstKey} to ${lastKey}`,
    };
  });
}

/** The sums of the read under way, for a row of numbers. */
export function sumsOf(state: ReadState): readonly (readonly [name: string, value: string])[] {
  const { reading, totals } = state;
  const { reads, hits } = costOf(reading);
  const nos = (reading?.asked ?? []).filter(({ filter }) => filter === 'no').length;
  const each = totals.gets === 0 ? '–' : (totals.reads / totals.gets).toFixed(2);
  return [
    ['places asked', String(reading?.asked.length ?? 0)],
    ['filters said no', String(nos)],
    ['blocks from the cache', String(hits)],
    ['blocks read', String(reads)],
    [`reads a get, of ${totals.gets}`, each],
  ];
}
