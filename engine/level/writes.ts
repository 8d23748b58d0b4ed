// Writes: what Level calls a batch becomes one of the engine's, which is applied as a whole.

import { AbstractChainedBatch } from 'abstract-level';
import type { Backend } from '../api/backend.ts';
import { encodeOperations } from '../api/operations.ts';
import { FerrisError } from '../base/errors.ts';
import { Batch } from '../lsm/batch.ts';
import { SYNC_MODES, type SyncMode } from '../lsm/options.ts';
import { underLevelCodes } from './errors.ts';
import { type Formatted, toBytes } from './formats.ts';
import { type PageReading, Pages, type RangeOptions } from './pages.ts';

/** When a write resolves: Level's `sync: true` is the engine's 'full', `false` is 'none'. */
export interface SyncOption {
  readonly sync?: boolean | SyncMode | undefined;
}

/** One step of a batch, as abstract-level hands it to an implementation. */
export type Operation =
  | { readonly type: 'put'; readonly key: Formatted; readonly value: Formatted }
  | { readonly type: 'del'; readonly key: Formatted };

/** The mode that a write's options name; undefined means the database's own. @throws FERRIS_INVALID_ARGUMENT */
export function syncOf({ sync }: SyncOption): SyncMode | undefined {
  if (typeof sync === 'boolean') return sync ? 'full' : 'none';
  if (sync === undefined || SYNC_MODES.includes(sync)) return sync;
  const message = `sync must be true, false or one of ${SYNC_MODES.join(', ')}, not ${String(sync)}`;
  throw new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}

/** Applies all operations or none. @throws as `Backend.write` does, under Level's codes */
export function writeAll(
  backend: Backend,
  operations: readonly Operation[],
  options: SyncOption,
): Promise<void> {
  return underLevelCodes(() => {
    const batch = new Batch();
    for (const operation of operations) {
      const key = toBytes(operation.key);
      if (operation.type === 'put') batch.put(key, toBytes(operation.value));
      else batch.delete(key);
    }
    return backend.write(batch.bytes, syncOf(options));
  });
}

/** Deletes every key of a range with one entry. Errors are those of `writeAll`. */
export function deleteRange(backend: Backend, options: RangeOptions & SyncOption): Promise<void> {
  return underLevelCodes(() => {
    const { gte, lte } = options;
    const gt = gte === undefined ? options.gt : undefined; // in Level `gte` wins, and `lte`
    const lt = lte === undefined ? options.lt : undefined;
    const isBounded = (gte ?? gt ?? lte ?? lt) !== undefined;
    const range = isBounded ? { gte, gt, lte, lt } : { gte: '' };
    const { payload, openEnded } = encodeOperations([{ type: 'deleteRange', ...range }], nowMs);
    return backend.write(payload, syncOf(options), openEnded);
  });
}

/** No operation here is about time. */
const nowMs = () => 0;

/** How many keys one batch of `deleteKeys` deletes. */
const CLEAR_KEYS = 1000;

/** Deletes the keys of a range, as many as its limit says, that are there at the reading's moment. */
export async function deleteKeys(
  reading: Omit<PageReading<Uint8Array>, 'keysOnly' | 'pick'>,
  range: RangeOptions,
  options: SyncOption,
): Promise<void> {
  const pages = new Pages({ ...reading, keysOnly: true, pick: (key) => key }, range);
  try {
    for (;;) {
      const keys = await underLevelCodes(() => pages.take(CLEAR_KEYS));
      if (keys.length === 0) return;
      const operations = keys.map((key) => ({ type: 'del', key }) as const);
      await writeAll(reading.backend, operations, options);
    }
  } finally {
    await pages.close();
  }
}

/** `db.batch()`: operations are encoded as they are added, so their bytes may change afterwards. */
export class FerrisChainedBatch<TDatabase, K, V> extends AbstractChainedBatch<TDatabase, K, V> {
  readonly #backend: Backend;
  readonly #batch = new Batch();

  constructor(db: TDatabase, backend: Backend) {
    super(db);
    this.#backend = backend;
  }

  _put(key: Formatted, value: Formatted): void {
    this.#batch.put(toBytes(key), toBytes(value));
  }

  _del(key: Formatted): void {
    this.#batch.delete(toBytes(key));
  }

  _clear(): void {
    this.#batch.clear();
  }

  _write(options: SyncOption): Promise<void> {
    return underLevelCodes(() => this.#backend.write(this.#batch.bytes, syncOf(options)));
  }
}
