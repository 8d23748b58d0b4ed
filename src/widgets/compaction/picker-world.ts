// A store that compacts nothing by itself, and ten writes that are waiting for it.
//
//     write 1: new keys     write 2: the same few keys again     write 3: new keys ...
//
// The writes are of two kinds, as in many real loads: new keys in order, and a few keys that
// change all the time. What to merge, and when, is up to whoever plays. The same writes to a store
// with leveled compaction say what its picker would have cost.

import {
  Batch,
  type EngineEvent,
  FerrisError,
  MemoryFiles,
  Random,
  Store,
  utf8,
} from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import { type LevelsState, NO_LEVELS, projectLevels } from '../../projections/levels.ts';
import { keyOf } from './workload.ts';

export type PickerAction =
  | { readonly do: 'next' }
  | { readonly do: 'compact'; readonly tables: readonly number[]; readonly level: number };

export type PickerClientEvent =
  | { readonly type: 'picker.write'; readonly write: number; readonly what: string }
  | { readonly type: 'picker.refused'; readonly code: string; readonly message: string };
export type PickerEvent = EngineEvent | PickerClientEvent;

/** Keys of a write: from, up to, and how many of them. */
interface Write {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const HOT: Write = { what: 'the hot keys again', from: 0, to: 64, count: 48 };
const fresh = (from: number): Write => ({ what: 'new keys', from, to: from + 48, count: 48 });

export const WRITES: readonly Write[] = [
  fresh(96),
  HOT,
  fresh(144),
  HOT,
  fresh(192),
  HOT,
  fresh(240),
  HOT,
  { ...fresh(96), what: 'the keys of write 1 again' },
  HOT,
];
export const KEYS_OF_PICKER = 288;

const TOLD: ReadonlySet<string> = new Set<EngineEvent['type']>([
  'table.finish',
  'manifest.edit',
  'compaction.begin',
  'compaction.move',
  'compaction.end',
  'store.flush.end',
]);
const VALUE_CHARACTERS = 40;
const SIZES = { level0Tables: 4, levelBytes: 1 << 16, tableBytes: 4096, blockBytes: 1024 };

export class PickerWorld {
  readonly #trace: (event: PickerEvent) => void;
  readonly #seed: number;
  readonly #store: Store;
  #write = 0;

  constructor({ seed, trace }: Context<PickerEvent>, compaction: 'none' | 'leveled' = 'none') {
    this.#trace = trace;
    this.#seed = seed;
    this.#store = Store.open({
      files: new MemoryFiles(),
      seed,
      compaction,
      ...SIZES,
      trace: (event) => TOLD.has(event.type) && trace(event),
    });
  }

  apply(action: PickerAction): void {
    if (action.do === 'next') this.#next();
    else this.#compact(action.tables, action.level);
  }

  /** What the engine refuses becomes an event, for the reader to see. */
  #compact(tables: readonly number[], level: number): void {
    try {
      this.#store.compactTables(tables, level);
    } catch (error) {
      if (!(error instanceof FerrisError)) throw error;
      const { code } = error;
      this.#trace({
        type: 'picker.refused',
        code,
        message: error.message.replace(`${code}: `, ''),
      });
    }
  }

  /** One write, flushed; then whatever is due, which is nothing where nobody compacts. */
  #next(): void {
    const write = WRITES[this.#write];
    if (write === undefined) return;
    this.#trace({ type: 'picker.write', write: ++this.#write, what: write.what });
    this.#store.write(this.#batchOf(write));
    this.#store.flush();
    while (this.#store.work());
  }

  #batchOf({ from, to, count }: Write): Batch {
    const random = new Random(this.#seed).fork(`write ${this.#write}`);
    const keys = new Set([from, to - 1]);
    while (keys.size < count) keys.add(random.between(from, to - 1));
    const batch = new Batch();
    for (const key of keys) {
      const value = `write ${this.#write}: ${random.below(1_000_000)}`;
      batch.put(utf8(keyOf(key)), utf8(value.padEnd(VALUE_CHARACTERS, '.')));
    }
    return batch;
  }
}

/** What leveled compaction makes of the same writes. */
export function leveledResult(seed: number): LevelsState {
  let tree = NO_LEVELS;
  const trace = (event: PickerEvent) => {
    if (!event.type.startsWith('picker.')) tree = projectLevels(tree, event as EngineEvent);
  };
  const world = new PickerWorld({ seed, trace, stamp: () => undefined }, 'leveled');
  for (const _ of WRITES) world.apply({ do: 'next' });
  return tree;
}
