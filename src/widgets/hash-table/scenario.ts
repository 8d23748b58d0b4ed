// A key-value store in the memory of a page: a hash table, and somebody who types at it.
//
//     client ──call──> HashTable ──events──> buckets, chains, answers
//
// The table begins with four buckets and takes one entry to a bucket, so that it grows
// after four keys; a real one begins with more. Reloading the page takes it all away.

import { type EngineEvent, HashTable, type Recorded, text, utf8 } from '../../../engine/index.ts';
import type { Context, Cut, Mark, Offer, Scenario } from '../../player/scenario.ts';
import {
  emptyHash,
  type HashState,
  hashCount,
  isHashEvent,
  projectHash,
} from '../../projections/hash.ts';
import { caption, OPENING } from './caption.ts';

export const BUCKETS = 4;
/** As many as the figure has room for. */
export const KEYS_MAX = 16;
export const KEY_CHARACTERS_MAX = 12;
export const VALUE_CHARACTERS_MAX = 8;
/** Calls that the console shows. */
const CALLS_MAX = 5;

export type HashAction =
  | { readonly do: 'put'; readonly key: string; readonly value: string }
  | { readonly do: 'get' | 'delete'; readonly key: string }
  | { readonly do: 'list' }
  /** The page is reloaded. */
  | Cut;

export type HashFigureEvent =
  | EngineEvent
  /** Somebody typed a call. */
  | { readonly type: 'client.call'; readonly call: string }
  /** Every key, as the table gave them. */
  | { readonly type: 'client.list'; readonly keys: readonly string[] }
  | { readonly type: 'page.reload' };

/** A call, and what came of it once it is done. */
export interface Call {
  readonly id: number;
  readonly call: string;
  readonly answer: string | undefined;
}

export interface HashFigureState {
  readonly table: HashState;
  /** The newest last. */
  readonly calls: readonly Call[];
  /** The page was just reloaded, and what `table` shows is gone. */
  readonly gone: boolean;
  readonly reloads: number;
}

/** A page: its memory ends with it. */
export class PageWorld {
  readonly #trace: Context<HashFigureEvent>['trace'];
  #table: HashTable;

  constructor(trace: Context<HashFigureEvent>['trace']) {
    this.#trace = trace;
    this.#table = new HashTable({ buckets: BUCKETS, trace });
  }

  reload(): void {
    this.#trace({ type: 'page.reload' });
    this.#table = new HashTable({ buckets: BUCKETS, trace: this.#trace });
  }

  apply(action: HashAction): void {
    this.#trace({ type: 'client.call', call: callText(action) });
    if (action.do === 'put') this.#table.put(utf8(action.key), utf8(action.value));
    if (action.do === 'get') this.#table.get(utf8(action.key));
    if (action.do === 'delete') this.#table.delete(utf8(action.key));
    if (action.do === 'list') this.#list();
  }

  #list(): void {
    const keys = Array.from(this.#table.entries(), ({ key }) => text(key));
    this.#trace({ type: 'client.list', keys });
  }
}

const NOTHING: HashFigureState = { table: emptyHash(BUCKETS), calls: [], gone: false, reloads: 0 };

export const hashTable: Scenario<PageWorld, HashAction, HashFigureState, HashFigureEvent> = {
  id: 'hash-table',
  version: 1,
  seed: 1,
  script: [
    { do: 'put', key: 'ann', value: '10' },
    { do: 'put', key: 'bob', value: '20' },
    { do: 'put', key: 'cy', value: '30' },
    { do: 'put', key: 'dee', value: '40' },
    { do: 'put', key: 'eve', value: '50' },
    { do: 'put', key: 'flo', value: '60' },
    { do: 'put', key: 'ann', value: '5' },
    { do: 'delete', key: 'flo' },
    { do: 'get', key: 'eve' },
    { do: 'cut' },
    { do: 'get', key: 'eve' },
  ],

  create: ({ trace }) => new PageWorld(trace),
  apply: (world, action) => world.apply(action),
  cut: (world) => world.reload(),

  initial: NOTHING,
  project,
  opening: OPENING,
  caption,
  mark,
  label: (action) => (action.do === 'cut' ? 'Reload the page' : callText(action)),
  offers,
  parse,
  poster: lastPickBeforeReload,
};

/** The call as one would type it. */
export function callText(action: HashAction): string {
  switch (action.do) {
    case 'put':
      return `put(${JSON.stringify(action.key)}, ${JSON.stringify(action.value)})`;
    case 'list':
      return 'list()';
    case 'cut':
      return 'location.reload()';
    default:
      return `${action.do}(${JSON.stringify(action.key)})`;
  }
}

function project(state: HashFigureState, entry: Recorded<HashFigureEvent>): HashFigureState {
  const { event, index } = entry;
  if (event.type === 'client.call') return called(state, event.call, index);
  if (event.type === 'client.list') return answered(state, `[${event.keys.join(', ')}]`);
  if (event.type === 'page.reload')
    return { ...state, calls: [], gone: true, reloads: state.reloads + 1 };
  if (!isHashEvent(event)) return state;
  const next = { ...state, table: projectHash(state.table, event) };
  if (event.type === 'hash.put') return answered(next, event.isNew ? 'new' : 'replaced');
  if (event.type === 'hash.get')
    return answered(next, event.value ? JSON.stringify(text(event.value)) : 'undefined');
  if (event.type === 'hash.delete') return answered(next, String(event.found));
  return next;
}

function called(state: HashFigureState, call: string, id: number): HashFigureState {
  const calls = [...state.calls, { id, call, answer: undefined }].slice(-CALLS_MAX);
  const table = state.gone
    ? emptyHash(BUCKETS)
    : { ...state.table, look: undefined, at: undefined };
  return { ...state, table, calls, gone: false };
}

function answered(state: HashFigureState, answer: string): HashFigureState {
  const last = state.calls.at(-1);
  if (last === undefined) return state;
  return { ...state, calls: [...state.calls.slice(0, -1), { ...last, answer }] };
}

function mark({ event }: Recorded<HashFigureEvent>): Mark | undefined {
  if (event.type === 'hash.put') return { kind: 'write', label: `${text(event.key)} is put` };
  if (event.type === 'hash.delete')
    return { kind: 'write', label: `${text(event.key)} is deleted` };
  if (event.type === 'hash.grow') return { kind: 'fork', label: 'the table grows' };
  if (event.type === 'page.reload') return { kind: 'crash', label: 'the page is reloaded' };
  return undefined;
}

function offers({ table, gone }: HashFigureState): Offer<HashAction>[] {
  const isFull = !gone && hashCount(table) >= KEYS_MAX;
  const full = isFull ? { unavailable: 'The figure has no room for more keys.' } : {};
  return [
    { action: { do: 'put', key: 'gus', value: '70' }, ...full },
    { action: { do: 'get', key: 'dee' } },
    { action: { do: 'delete', key: 'bob' } },
    { action: { do: 'list' } },
    { action: { do: 'cut' }, kind: 'fault' },
  ];
}

function parse(given: unknown): HashAction | undefined {
  const { do: name, key, value, after } = given as Record<string, unknown>;
  switch (name) {
    case 'put':
      return isText(key, KEY_CHARACTERS_MAX) && isText(value, VALUE_CHARACTERS_MAX)
        ? { do: name, key, value }
        : undefined;
    case 'get':
    case 'delete':
      return isText(key, KEY_CHARACTERS_MAX) ? { do: name, key } : undefined;
    case 'list':
      return { do: name };
    case 'cut':
      return typeof after === 'number' ? { do: name, after } : { do: name };
    default:
      return undefined;
  }
}

function isText(given: unknown, charactersMax: number): given is string {
  return typeof given === 'string' && given.length <= charactersMax;
}

function lastPickBeforeReload(entries: readonly Recorded<HashFigureEvent>[]): number {
  const reload = entries.findIndex(({ event }) => event.type === 'page.reload');
  const before = entries.slice(0, reload);
  return before.findLastIndex(({ event }) => event.type === 'hash.pick') + 1;
}
