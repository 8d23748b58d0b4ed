// Where a lookup stands: what it has looked at, what it has read, what it found.

import type { Projection, Recorded } from '../../../engine/index.ts';
import type { Order } from './search.ts';
import { STOCK_SHAPE, type TableFigureEvent } from './world.ts';

/** Something that was looked at, by the id that map and tree share. */
export interface Seen {
  readonly id: string;
  readonly order: Order | 'read';
}

export interface TableState {
  readonly isOpen: boolean;
  /** What is being looked for, or was last. */
  readonly key: string | undefined;
  /** What this lookup has looked at, in order. */
  readonly seen: readonly Seen[];
  readonly block: number | undefined;
  /** Bytes that opening read, and that this lookup has read. */
  readonly openBytes: number;
  readonly readBytes: number;
  readonly reads: number;
  /** Undefined while the lookup is under way. */
  readonly answer: { readonly value: string | undefined; readonly byFilter: boolean } | undefined;
  /** What the event is about. */
  readonly current: string | undefined;
}

export const NOT_OPEN: TableState = {
  isOpen: false,
  key: undefined,
  seen: [],
  block: undefined,
  openBytes: 0,
  readBytes: 0,
  reads: 0,
  answer: undefined,
  current: undefined,
};

export const projectTable: Projection<TableState, Recorded<TableFigureEvent>> = (
  state,
  { event },
) => {
  switch (event.type) {
    case 'table.open':
      return { ...state, isOpen: true, current: undefined };
    case 'file.read':
      return readBytes(state, event.offset, event.size);
    case 'lookup.begin':
      return { ...NOT_OPEN, isOpen: true, openBytes: state.openBytes, key: event.key };
    case 'table.bloom':
      return see(state, 'filter', event.verdict === 'no' ? 'after' : 'here');
    case 'lookup.separator':
      return see(state, `separator:${event.block}`, event.order);
    case 'table.block.read':
      return { ...state, current: state.seen.at(-1)?.id };
    case 'lookup.restart':
      return see(state, `restart:${event.block}:${event.restart}`, event.order);
    case 'lookup.entry':
      return see(state, `entry:${event.block}:${event.entry}`, event.order);
    case 'lookup.end': {
      const byFilter = state.reads === 0;
      const found = state.seen.at(-1)?.id;
      const answer = { value: event.value, byFilter };
      return { ...state, answer, current: event.value === undefined ? undefined : found };
    }
    default:
      return state;
  }
};

/** A read while the table is being opened is of its ends; after that, of a block. */
function readBytes(state: TableState, offset: number, size: number): TableState {
  if (!state.isOpen) {
    return see({ ...state, openBytes: state.openBytes + size }, placeOf(offset), 'read');
  }
  const id = placeOf(offset);
  const seen = see({ ...state, block: Number(id.split(':')[1]) }, id, 'read');
  return { ...seen, readBytes: state.readBytes + size, reads: state.reads + 1 };
}

/** The part of the file that begins at this byte; the directory is all from the filter on. */
function placeOf(offset: number): string {
  const region = STOCK_SHAPE.regions.find(({ span }) => span.offset === offset);
  return region?.id === 'filter' ? 'directory' : (region?.id ?? 'header');
}

function see(state: TableState, id: string, order: Seen['order']): TableState {
  return { ...state, seen: [...state.seen, { id, order }], current: id };
}
