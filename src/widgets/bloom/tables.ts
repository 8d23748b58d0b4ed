// The same entries in two real tables, one with its blocks as they are and one with its blocks
// compressed, and lookups that go to both.

import {
  type EngineEvent,
  type EventOf,
  Found,
  KIND_PUT,
  MemoryFiles,
  Random,
  type Recorded,
  SEQUENCE_MAX,
  Table,
  TableWriter,
  useDeflate,
  utf8,
} from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Context, Mark, Offer, Scenario } from '../../player/scenario.ts';

/** What the values are: text that repeats itself, bytes by chance, or some of each. */
export const VALUES = ['orders', 'noise', 'mixed'] as const;
export type ValueKind = (typeof VALUES)[number];

export type TablesAction =
  | { readonly do: 'write'; readonly values: ValueKind; readonly blockBytes: number }
  | { readonly do: 'get'; readonly key: string };

export type TablesEvent =
  | EngineEvent
  | { readonly type: 'client.write'; readonly values: ValueKind; readonly blockBytes: number }
  | { readonly type: 'client.get'; readonly key: string };

export const ENTRIES = 96;
/** Runs of one kind of value, where they are mixed. */
const MIXED_RUN = 24;
/** Table numbers: the one as it is, and the one with compressed blocks. */
export const PLAIN = 1;
export const PACKED = 2;
export const BLOCK_BYTES = [512, 1024, 2048, 4096] as const;

export const orderKey = (number: number) => `order ${String(number).padStart(4, '0')}`;

class Tables {
  readonly #context: Context<TablesEvent>;
  #open: Table[] = [];

  constructor(context: Context<TablesEvent>) {
    this.#context = context;
  }

  write(values: ValueKind, blockBytes: number): void {
    const { trace, seed } = this.#context;
    trace({ type: 'client.write', values, blockBytes });
    const files = new MemoryFiles();
    useDeflate();
    this.#open = (['none', 'deflate'] as const).map((codec, index) => {
      const number = index + PLAIN;
      const name = `table-${number}`;
      const writer = new TableWriter(files, name, number, {
        blockBytes,
        codec,
        trace: this.#heard,
      });
      const random = new Random(seed);
      for (let entry = 0; entry < ENTRIES; entry++)
        writer.add(utf8(orderKey(entry)), entry + 1, KIND_PUT, valueAt(values, entry, random));
      writer.finish();
      return Table.open(files, name, number, this.#heard);
    });
  }

  get(key: string): void {
    this.#context.trace({ type: 'client.get', key });
    for (const table of this.#open) table.find(utf8(key), SEQUENCE_MAX, new Found());
  }

  /** What the picture is about. */
  readonly #heard = (event: EngineEvent) => {
    if (/^table\.(block|bloom|finish)/.test(event.type)) this.#context.trace(event);
  };
}

function valueAt(values: ValueKind, entry: number, random: Random): Uint8Array {
  const isNoise = values === 'noise' || (values === 'mixed' && (entry / MIXED_RUN) % 2 >= 1);
  if (isNoise) return random.bytes(72);
  const item = random.pick(['crab', 'lobster', 'shrimp', 'mussels']);
  return utf8(`{"item":"${item}","count":${random.between(1, 9)},"paid":true,"note":"boiled"}`);
}

export interface BlockState {
  readonly offset: number;
  /** With its trailer, as it is in the file. */
  readonly size: number;
  readonly entries: number;
}

export interface TableState {
  readonly number: number;
  readonly blocks: readonly BlockState[];
  readonly fileBytes: number;
  readonly readBytes: number;
}

export interface TablesState {
  readonly values: ValueKind;
  readonly blockBytes: number;
  readonly tables: readonly TableState[];
  readonly lookups: number;
  readonly key: string | undefined;
  readonly verdict: 'no' | 'maybe' | undefined;
  /** The block that the current lookup has read, in each table so far. */
  readonly read: readonly number[];
}

const EMPTY: TableState = { number: 0, blocks: [], fileBytes: 0, readBytes: 0 };

export const NO_TABLES: TablesState = {
  values: 'mixed',
  blockBytes: 1024,
  tables: [PLAIN, PACKED].map((number) => ({ ...EMPTY, number })),
  lookups: 0,
  key: undefined,
  verdict: undefined,
  read: [],
};

function project(state: TablesState, { event }: Recorded<TablesEvent>): TablesState {
  switch (event.type) {
    case 'client.write': {
      const { values, blockBytes } = event;
      return { ...NO_TABLES, values, blockBytes };
    }
    case 'client.get':
      return { ...state, key: event.key, verdict: undefined, read: [], lookups: state.lookups + 1 };
    case 'table.block.write':
      return change(state, event.table, ({ blocks }) => ({ blocks: [...blocks, blockOf(event)] }));
    case 'table.finish':
      return change(state, event.table, () => ({ fileBytes: event.size }));
    case 'table.bloom':
      return { ...state, verdict: event.verdict };
    case 'table.block.read':
      return readBlock(state, event);
    default:
      return state;
  }
}

function blockOf({ offset, size, entries }: EventOf<'table.block.write'>): BlockState {
  return { offset, size, entries };
}

function readBlock(state: TablesState, event: EventOf<'table.block.read'>): TablesState {
  const { blocks = [] } = state.tables.find(({ number }) => number === event.table) ?? {};
  const block = blocks.findIndex(({ offset }) => offset === event.offset);
  const counted = change(state, event.table, ({ readBytes }) => ({
    readBytes: readBytes + event.size,
  }));
  return { ...counted, read: [...state.read, block] };
}

function change(
  state: TablesState,
  number: number,
  how: (table: TableState) => Partial<TableState>,
): TablesState {
  const tables = state.tables.map((table) =>
    table.number === number ? { ...table, ...how(table) } : table,
  );
  return { ...state, tables };
}

export const blocks: Scenario<Tables, TablesAction, TablesState, TablesEvent> = {
  id: 'compressed-blocks',
  version: 1,
  seed: 4,
  script: [
    { do: 'write', values: 'mixed', blockBytes: 1024 },
    { do: 'get', key: orderKey(10) },
    { do: 'get', key: orderKey(30) },
    { do: 'get', key: 'ghost 1' },
  ],
  create: (context) => new Tables(context),
  apply(tables, action) {
    if (action.do === 'write') tables.write(action.values, action.blockBytes);
    else tables.get(action.key);
  },
  initial: NO_TABLES,
  project,
  opening: [`${ENTRIES} orders are about to be written to two tables.`],
  caption,
  mark,
  label: (action) => (action.do === 'write' ? `Write ${action.values}` : `Get ${action.key}`),
  offers,
  parse,
  poster: (entries) => entries.findLastIndex(({ event }) => event.type === 'table.block.read') + 1,
};

const nameOf = (table: number) => (table === PLAIN ? 'the plain table' : 'the compressed table');

function caption({ event }: Recorded<TablesEvent>, state: TablesState): Caption {
  switch (event.type) {
    case 'client.write':
      return [
        `${ENTRIES} entries go to two tables, in blocks of ${event.blockBytes} bytes at most.`,
      ];
    case 'client.get':
      return ['A lookup of ', { code: event.key }, ' goes to both tables.'];
    case 'table.block.write':
      return blockWritten(event, state);
    case 'table.finish':
      return [`With filter, index and footer, ${nameOf(event.table)} has ${event.size} bytes.`];
    case 'table.bloom':
      return event.verdict === 'no'
        ? [`The filter of ${nameOf(event.table)} says no. Not a byte is read.`]
        : [`The filter of ${nameOf(event.table)} says maybe, so a block must be read.`];
    case 'table.block.read':
      return [`One block of ${nameOf(event.table)} is read: ${event.size} bytes.`];
    default:
      return [event.type];
  }
}

function blockWritten(
  { table, size, entries }: EventOf<'table.block.write'>,
  { tables }: TablesState,
): Caption {
  const [plain, packed] = tables;
  const count = packed?.blocks.length ?? 0;
  const before = plain?.blocks[count - 1]?.size ?? 0;
  if (table === PLAIN) return [`A block of ${entries} entries: ${size} bytes.`];
  if (size === before)
    return [
      `The same block does not shrink by an eighth, so it is stored as it is: ${size} bytes.`,
    ];
  return [`The same ${entries} entries, compressed: ${size} bytes instead of ${before}.`];
}

function mark({ event }: Recorded<TablesEvent>): Mark | undefined {
  if (event.type === 'client.get') return { kind: 'write', label: `get ${event.key}` };
  if (event.type === 'table.finish')
    return { kind: 'sync', label: `${nameOf(event.table)} is written` };
  return undefined;
}

function offers(): Offer<TablesAction>[] {
  return [orderKey(10), orderKey(40), orderKey(90), 'ghost 1'].map((key) => ({
    action: { do: 'get', key },
  }));
}

function parse(given: unknown): TablesAction | undefined {
  const { do: name, values, blockBytes, key } = given as Record<string, unknown>;
  if (name === 'get')
    return typeof key === 'string' && key.length <= 40 ? { do: name, key } : undefined;
  const known =
    VALUES.includes(values as ValueKind) &&
    (BLOCK_BYTES as readonly unknown[]).includes(blockBytes);
  if (name !== 'write' || !known) return undefined;
  return { do: name, values: values as ValueKind, blockBytes: blockBytes as number };
}
