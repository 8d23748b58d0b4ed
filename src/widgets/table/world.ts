// One real table: written by the engine's writer, opened by its reader, asked for keys.
//
// Blocks are tiny (a few entries) and every second entry is a restart point, so that both
// searches have something to do in a file that fits on a screen. The figure says so.

import {
  type EngineEvent,
  type Files,
  Found,
  KIND_PUT,
  MemoryFiles,
  SEQUENCE_MAX,
  Table,
  TableWriter,
  text,
  tracedFiles,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import { type Order, searchIndex, searchRestarts, walk } from './search.ts';
import { shapeOf, type TableShape } from './shape.ts';

/** Keys and values, in order: what a fishmonger has in stock. */
export const STOCK: readonly (readonly [key: string, value: string])[] = [
  ['crab:blue', '12'],
  ['crab:hermit', '3'],
  ['crab:king', '7'],
  ['crab:spider', '2'],
  ['eel:conger', '5'],
  ['eel:electric', '1'],
  ['eel:moray', '4'],
  ['lobster:european', '9'],
  ['lobster:maine', '14'],
  ['lobster:slipper', '2'],
  ['lobster:spiny', '6'],
  ['ray:eagle', '2'],
  ['ray:manta', '1'],
  ['ray:sting', '8'],
  ['shrimp:brine', '400'],
  ['shrimp:mantis', '11'],
  ['shrimp:pistol', '26'],
  ['shrimp:tiger', '90'],
  ['squid:colossal', '1'],
  ['squid:giant', '2'],
];

export const TABLE_NUMBER = 4;
export const FILE_NAME = '000004.sst';
export const BLOCK_BYTES = 96;
export const RESTART_INTERVAL = 2;
/** Longest key that the figure looks for. */
export const KEY_CHARACTERS_MAX = 24;

export type TableAction = { readonly do: 'open' } | { readonly do: 'get'; readonly key: string };

/** What the figure itself says; see search.ts. */
export type LookupEvent =
  | { readonly type: 'lookup.begin'; readonly key: string }
  | {
      readonly type: 'lookup.separator';
      readonly block: number;
      readonly separator: string;
      readonly order: Order;
    }
  | {
      readonly type: 'lookup.restart';
      readonly block: number;
      readonly restart: number;
      readonly key: string;
      readonly order: Order;
    }
  | {
      readonly type: 'lookup.entry';
      readonly block: number;
      readonly entry: number;
      readonly key: string;
      readonly order: Order;
    }
  | { readonly type: 'lookup.end'; readonly key: string; readonly value?: string };

export type TableFigureEvent = EngineEvent | LookupEvent;

/** Writes the table; the same bytes each time. */
export function writeStock(files: Files): void {
  const writer = new TableWriter(files, FILE_NAME, TABLE_NUMBER, {
    blockBytes: BLOCK_BYTES,
    restartInterval: RESTART_INTERVAL,
  });
  for (const [at, [key, value]] of STOCK.entries())
    writer.add(utf8(key), at + 1, KIND_PUT, utf8(value));
  writer.finish();
}

/** The bytes of the table, and what they are. */
export function stockShape(): TableShape {
  const files = new MemoryFiles();
  writeStock(files);
  const file = files.open(FILE_NAME);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  return shapeOf(FILE_NAME, bytes);
}

/** The table of the figure, for all that draws it or speaks of it. */
export const STOCK_SHAPE = stockShape();

export class TableWorld {
  readonly #trace: (event: TableFigureEvent) => void;
  readonly #files: Files;
  #table: Table | undefined;
  /** What the engine said during a lookup. */
  #heard: EngineEvent[] = [];

  constructor({ trace }: Context<TableFigureEvent>) {
    this.#trace = trace;
    const files = new MemoryFiles();
    writeStock(files);
    this.#files = tracedFiles(files, (event) => {
      if (event.type === 'file.read') this.#heard.push(event);
    });
  }

  open(): void {
    this.#heard = [];
    this.#table ??= Table.open(this.#files, FILE_NAME, TABLE_NUMBER, (event) =>
      this.#heard.push(event),
    );
    for (const event of this.#heard) this.#trace(event);
  }

  /** Asks the engine, then tells what it said with the probes of its searches where they belong. */
  get(key: string): void {
    const table = this.#table;
    if (table === undefined) return;
    this.#trace({ type: 'lookup.begin', key });
    this.#heard = [];
    const found = new Found();
    const value = table.find(utf8(key), SEQUENCE_MAX, found) ? text(found.value) : undefined;
    let block: number | undefined;
    for (const event of this.#heard) {
      if (event.type === 'file.read') block = this.#searchIndex(key, event.offset);
      this.#trace(event);
    }
    const walked = block === undefined ? undefined : this.#searchBlock(block, key);
    if (walked !== value) throw new Error(`the figure finds ${walked}, the engine ${value}`);
    this.#trace({ type: 'lookup.end', key, ...(value !== undefined && { value }) });
  }

  #searchIndex(key: string, readOffset: number): number {
    const { probes, found } = searchIndex(STOCK_SHAPE, key);
    for (const { at, order } of probes) {
      const separator = STOCK_SHAPE.blocks[at]?.separator ?? '';
      this.#trace({ type: 'lookup.separator', block: at, separator, order });
    }
    const offset = STOCK_SHAPE.blocks[found]?.span.offset;
    if (offset !== readOffset)
      throw new Error(`the figure is led to byte ${offset}, the engine read byte ${readOffset}`);
    return found;
  }

  #searchBlock(at: number, key: string): string | undefined {
    const block = STOCK_SHAPE.blocks[at];
    if (block === undefined) return undefined;
    const { probes, found } = searchRestarts(block, key);
    for (const { at: restart, order } of probes) {
      const there = block.entries[block.restarts[restart] as number]?.key ?? '';
      this.#trace({ type: 'lookup.restart', block: at, restart, key: there, order });
    }
    let value: string | undefined;
    for (const { at: entry, order } of walk(block, found, key)) {
      const { key: there = '', value: stored } = block.entries[entry] ?? {};
      if (order === 'here') value = stored;
      this.#trace({ type: 'lookup.entry', block: at, entry, key: there, order });
    }
    return value;
  }
}
