// Looking up keys in one table, probe by probe.

import type { Recorded } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { Mark, Offer, Scenario } from '../../player/scenario.ts';
import { NOT_OPEN, projectTable, type TableState } from './projection.ts';
import type { Order } from './search.ts';
import {
  KEY_CHARACTERS_MAX,
  STOCK,
  STOCK_SHAPE,
  type TableAction,
  type TableFigureEvent,
  TableWorld,
} from './world.ts';

/** The lookup that the figure opens with. */
export const FIRST_KEY = 'lobster:spiny';
/** What the buttons look for: three that are there, one that isn't. */
export const OFFERED: readonly string[] = [FIRST_KEY, 'crab:hermit', 'squid:giant', 'eel:garden'];

export const tableLookup: Scenario<TableWorld, TableAction, TableState, TableFigureEvent> = {
  id: 'table-lookup',
  version: 1,
  seed: 1,
  script: [{ do: 'open' }, { do: 'get', key: FIRST_KEY }],

  create: (context) => new TableWorld(context),

  apply(world, action) {
    if (action.do === 'open') world.open();
    else world.get(action.key);
  },

  initial: NOT_OPEN,
  project: projectTable,

  opening: [
    `A table file: ${STOCK_SHAPE.bytes.length} bytes, ${STOCK.length} entries in ${STOCK_SHAPE.blocks.length} blocks. Nobody has looked at it yet.`,
  ],
  caption,
  mark,
  label: (action) => (action.do === 'open' ? 'Open the table' : `Look up ${action.key}`),
  offers,
  parse,
  poster: (entries) => entries.findIndex(({ event }) => event.type === 'lookup.begin') + 1,
};

const ORDERS: Readonly<Record<Order, string>> = {
  before: 'before',
  here: 'the same as',
  after: 'after',
};

const RESTARTS: Readonly<Record<Order, string>> = {
  before: ', so begin here or later.',
  here: '. Newer versions of it would stand before it, so begin earlier.',
  after: ', so begin earlier.',
};

function caption({ event }: Recorded<TableFigureEvent>, state: TableState): Caption {
  const key = { code: state.key ?? '' };
  switch (event.type) {
    case 'file.read':
      return read(event.offset, event.size, state);
    case 'table.open':
      return [
        `The table is open. Filter, index and properties stay in memory: ${state.openBytes} bytes were read for that, once.`,
      ];
    case 'lookup.begin':
      return ['Where is ', key, '? The table is open; no data block has been read.'];
    case 'table.bloom':
      return event.verdict === 'no'
        ? ['The filter says no: ', key, ' is not in this table. Nothing needs to be read.']
        : ['The filter says maybe: it is worth looking.'];
    case 'lookup.separator':
      return separator(event.separator, event.block, event.order, key);
    case 'table.block.read':
      return [
        `Its `,
        { field: 'checksum', text: 'checksum' },
        ` is right, for this file and this place: these ${event.size} bytes are what was written here.`,
      ];
    case 'lookup.restart':
      return [
        `Restart point ${event.restart} leads to a key that is stored whole: `,
        { code: event.key },
        ` is ${ORDERS[event.order]} `,
        key,
        RESTARTS[event.order],
      ];
    case 'lookup.entry':
      return entry(event.key, event.order, key);
    case 'lookup.end':
      return end(event.value, state);
    default:
      return [event.type];
  }
}

function read(offset: number, size: number, state: TableState): Caption {
  const where = `${size} bytes at ${offset}`;
  if (state.isOpen) return [`One block is read from the file: ${where}.`];
  if (offset === 0) return [`To open the table, its header is read: ${where}.`];
  if (state.current === 'footer')
    return [`Then the footer, at the very end: ${where}. It says where everything else is.`];
  return [`Then all that lies between the blocks and the footer, in one read: ${where}.`];
}

function separator(there: string, block: number, order: Order, key: { code: string }): Caption {
  const next = order === 'after' ? 'it is in a block before' : `it is in block ${block} or later`;
  return [
    'The index, in memory: the separator of block ',
    `${block} is `,
    { code: there },
    `, ${ORDERS[order]} `,
    key,
    `, so ${next}.`,
  ];
}

function entry(there: string, order: Order, key: { code: string }): Caption {
  if (order === 'here') return ['This entry is ', { code: there }, '. It is the one.'];
  if (order === 'before') return ['', { code: there }, ' is before ', key, ': on to the next.'];
  return ['', { code: there }, ' is after ', key, ': what comes later is after it as well.'];
}

function end(value: string | undefined, { key = '', reads, readBytes }: TableState): Caption {
  const cost = reads === 0 ? 'No byte was read for it.' : `${readBytes} bytes were read for it.`;
  if (value === undefined) return ['', { code: key }, ` is not in this table. ${cost}`];
  return ['', { code: key }, ' is ', { field: 'value', text: value }, `. ${cost}`];
}

function mark({ event }: Recorded<TableFigureEvent>): Mark | undefined {
  if (event.type === 'lookup.begin') return { kind: 'write', label: `looking for ${event.key}` };
  if (event.type === 'table.block.read') return { kind: 'sync', label: 'a block is read' };
  return undefined;
}

function offers({ isOpen }: TableState): Offer<TableAction>[] {
  const closed = isOpen ? {} : { unavailable: 'The table is not open yet.' };
  return [
    { action: { do: 'open' }, ...(isOpen && { unavailable: 'The table is open.' }) },
    ...OFFERED.map((key): Offer<TableAction> => ({ action: { do: 'get', key }, ...closed })),
  ];
}

const KEY = new RegExp(`^[ -~]{1,${KEY_CHARACTERS_MAX}}$`);

function parse(action: unknown): TableAction | undefined {
  const { do: name, key } = action as Record<string, unknown>;
  if (name === 'open') return { do: 'open' };
  return name === 'get' && typeof key === 'string' && KEY.test(key)
    ? { do: 'get', key }
    : undefined;
}
