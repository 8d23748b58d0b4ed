// The same keys in two structures, and a client that asks both for the same thing.
//
//     client ──> HashTable   buckets, by hash             engine/hash
//        └─────> Memtable    one list, sorted by key      engine/lsm/memtable
//
// Both are the engine's own. What the client looks at while it walks is said by the
// client; which keys a search compares is what the memtable's own search wrote down.

import {
  compareBytes,
  type EngineEvent,
  HashTable,
  KIND_PUT,
  Memtable,
  pathOf,
  SEQUENCE_MAX,
  text,
  utf8,
} from '../../../engine/index.ts';
import type { AnyAction, Context } from '../../player/scenario.ts';

export const BUCKETS = 16;
/** As many as fit without another doubling. */
export const KEYS_MAX = 16;
export const KEY_CHARACTERS_MAX = 8;

export type Side = 'hash' | 'sorted';

export type OrderAction = AnyAction &
  (
    | { readonly do: 'put' | 'get'; readonly key: string }
    /** Keys from `from`, included, up to `to`, not included. */
    | { readonly do: 'scan' | 'back'; readonly from: string; readonly to: string }
  );

export type OrderEvent =
  | EngineEvent
  | { readonly type: 'client.call'; readonly call: string; readonly range?: Range }
  /** A search of the memtable compared what is sought with `key`, which sorts `order` it. */
  | { readonly type: 'sorted.compare'; readonly key: string; readonly order: Order }
  /** The client looked at an entry, and took it or not. */
  | {
      readonly type: 'client.look';
      readonly side: Side;
      readonly key: string;
      readonly taken: boolean;
    }
  | { readonly type: 'client.answer'; readonly side: Side; readonly keys: readonly string[] }
  /** The client has put the keys that it took from the hash table into order. */
  | { readonly type: 'client.sort'; readonly keys: readonly string[] };

export type Order = 'before' | 'at' | 'after';

export interface Range {
  readonly from: string;
  readonly to: string;
}

export class OrderWorld {
  readonly #trace: Context<OrderEvent>['trace'];
  readonly #hash: HashTable;
  readonly #sorted: Memtable;
  #sequence = 0;

  constructor({ seed, trace }: Pick<Context<OrderEvent>, 'seed' | 'trace'>) {
    this.#trace = trace;
    this.#hash = new HashTable({ buckets: BUCKETS, trace });
    this.#sorted = new Memtable({ number: 1, seed, trace });
  }

  apply(action: OrderAction): void {
    const range = 'from' in action ? { range: { from: action.from, to: action.to } } : {};
    this.#trace({ type: 'client.call', call: callText(action), ...range });
    if (action.do === 'put') this.#put(utf8(action.key));
    if (action.do === 'get') this.#get(utf8(action.key));
    if ('from' in action) this.#scan(action, action.do === 'back');
  }

  #put(key: Uint8Array): void {
    this.#hash.put(key, key);
    this.#search(key);
    this.#sorted.insert(++this.#sequence, KIND_PUT, key, key);
  }

  #get(key: Uint8Array): void {
    const name = text(key);
    const found = this.#hash.get(key) === undefined ? [] : [name];
    this.#trace({ type: 'client.answer', side: 'hash', keys: found });
    this.#search(key);
    const cursor = this.#sorted.cursor();
    cursor.seek(key, SEQUENCE_MAX);
    const there = cursor.valid && compareBytes(cursor.key, key) === 0 ? [name] : [];
    this.#trace({ type: 'client.answer', side: 'sorted', keys: there });
  }

  #scan({ from, to }: Range, isBack: boolean): void {
    const taken = this.#scanHash({ from, to });
    const sorted = taken.toSorted((a, b) => compareKeys(a, b));
    if (isBack) sorted.reverse();
    this.#trace({ type: 'client.sort', keys: sorted });
    this.#trace({ type: 'client.answer', side: 'hash', keys: sorted });
    const keys = isBack ? this.#walkBack({ from, to }) : this.#walk({ from, to });
    this.#trace({ type: 'client.answer', side: 'sorted', keys });
  }

  /** All buckets, all entries: nothing says where the range is. */
  #scanHash(range: Range): string[] {
    const taken: string[] = [];
    for (const { key } of this.#hash.entries()) {
      if (this.#look('hash', text(key), range)) taken.push(text(key));
    }
    return taken;
  }

  /** One search, then from neighbor to neighbor; the first key after the range ends it. */
  #walk(range: Range): string[] {
    const taken: string[] = [];
    const cursor = this.#sorted.cursor();
    this.#search(utf8(range.from));
    cursor.seek(utf8(range.from), SEQUENCE_MAX);
    while (cursor.valid && this.#look('sorted', text(cursor.key), range)) {
      taken.push(text(cursor.key));
      skipVersions(cursor, () => cursor.next());
    }
    return taken;
  }

  /** One search for the end of the range, and from neighbor to neighbor down to its beginning. */
  #walkBack(range: Range): string[] {
    const taken: string[] = [];
    const cursor = this.#sorted.cursor();
    this.#search(utf8(range.to));
    cursor.seekBefore(utf8(range.to), SEQUENCE_MAX);
    while (cursor.valid && this.#look('sorted', text(cursor.key), range)) {
      taken.push(text(cursor.key));
      skipVersions(cursor, () => cursor.prev());
    }
    return taken;
  }

  #look(side: Side, key: string, { from, to }: Range): boolean {
    const taken = compareKeys(key, from) >= 0 && compareKeys(key, to) < 0;
    this.#trace({ type: 'client.look', side, key, taken });
    return taken;
  }

  #search(key: Uint8Array): void {
    for (const compared of pathOf(this.#sorted, key, SEQUENCE_MAX)) {
      const order = compareBytes(compared, key);
      this.#trace({
        type: 'sorted.compare',
        key: text(compared),
        order: order < 0 ? 'before' : order > 0 ? 'after' : 'at',
      });
    }
  }
}

/** Steps on to another key: one that was put twice lies there twice. */
function skipVersions(
  cursor: { readonly valid: boolean; readonly key: Uint8Array },
  step: () => void,
): void {
  const done = cursor.key.slice();
  do step();
  while (cursor.valid && compareBytes(cursor.key, done) === 0);
}

export function compareKeys(a: string, b: string): number {
  return compareBytes(utf8(a), utf8(b));
}

/** The call as one would type it. */
export function callText(action: OrderAction): string {
  if ('key' in action) return `${action.do}(${JSON.stringify(action.key)})`;
  const { from, to } = action;
  const name = action.do === 'back' ? 'scanBack' : 'scan';
  return `${name}(${JSON.stringify(from)}, ${JSON.stringify(to)})`;
}
