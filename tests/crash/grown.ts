// A database that has grown a few levels: what disks are then made to fail under.

import { utf8 } from '../../engine/base/bytes.ts';
import { isFerrisError } from '../../engine/base/errors.ts';
import { Random } from '../../engine/base/random.ts';
import type { Files } from '../../engine/env/files.ts';
import { FaultyFiles } from '../../engine/env/files-faulty.ts';
import { MemoryFiles } from '../../engine/env/files-memory.ts';
import { Batch } from '../../engine/lsm/batch.ts';
import type { StoreOptions } from '../../engine/lsm/options.ts';
import { Store } from '../../engine/lsm/store.ts';
import { useDeflate } from '../../engine/lsm/table/deflate.ts';
import { appendBytes, type Entry, encode, Model, nameOf, type Operation } from '../model/model.ts';

useDeflate();

export type Image = ReadonlyMap<string, Uint8Array>;

const KEYS = 120;
const NOW_MS = 1000;

export const keyAt = (i: number): Uint8Array => utf8(`key ${String(i).padStart(3, '0')}`);

/** Small tables in several levels; nothing happens in the background unless it is asked for. */
export const GROWN: Omit<StoreOptions, 'files'> = {
  memtableBytes: 1 << 20,
  blockBytes: 256,
  levelBytes: 1500,
  levelFanout: 2,
  tableBytes: 2000,
  level0Tables: 3,
  slowdownTables: 100,
  stopTables: 100,
  clock: { nowMs: () => NOW_MS },
  merge: appendBytes,
  sync: 'full',
};

/** Files of a database with tables in several levels and a log, and what is in it. */
export interface Grown {
  readonly image: Image;
  readonly model: Model;
  readonly options: Omit<StoreOptions, 'files'>;
}

export function grow(seed: number, changed: Partial<StoreOptions>): Grown {
  const options = { ...GROWN, ...changed };
  const random = new Random(seed);
  const files = new MemoryFiles();
  let store = Store.open({ ...options, files });
  const model = new Model();
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 25; i++) writeOne(store, model, random);
    store.flush();
    if (round === 6) {
      store.close();
      store = Store.open({ ...options, files }); // and so a second superblock
    }
    if (round < 10) while (store.workDue) store.work(1000);
  }
  for (let i = 0; i < 10; i++) writeOne(store, model, random);
  store.close();
  return { image: imageOf(files), model, options };
}

export function writeOne(store: Store, model: Model, random: Random): void {
  const operations: Operation[] = [];
  const batch = new Batch();
  for (let count = random.between(1, 4); count > 0; count--) {
    operations.push(drawOne(random));
  }
  for (const operation of operations) encode(batch, operation);
  store.write(batch);
  for (const operation of operations) model.apply(operation);
}

function drawOne(random: Random): Operation {
  const at = random.below(KEYS);
  const key = keyAt(at);
  const choice = random.below(16);
  if (choice < 3) return { do: 'delete', key };
  if (choice === 3) return { do: 'delete range', from: key, to: keyAt(at + random.between(1, 4)) };
  if (choice < 6) return { do: 'merge', key, operator: 'add', operand: random.bytes(2) };
  if (choice === 6) return { do: 'merge', key, operator: 'own', operand: random.bytes(2) };
  const expiresMs = choice === 7 ? NOW_MS + random.between(-5, 5) : undefined;
  return { do: 'put', key, value: random.bytes(random.below(60)), expiresMs };
}

export function imageOf(files: Files): Image {
  const image = new Map<string, Uint8Array>();
  for (const name of files.list()) {
    const file = files.open(name);
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    file.close();
    image.set(name, bytes);
  }
  return image;
}

/** A disk that holds an image, all of it durable, and at most so many bytes. */
export function diskWith(image: Image, capacityBytes = Number.MAX_SAFE_INTEGER): FaultyFiles {
  const disk = new FaultyFiles({ random: new Random(1), capacityBytes });
  for (const [name, bytes] of image) {
    const file = disk.create(name);
    file.append(bytes);
    file.sync();
    file.close();
  }
  disk.syncDirectory();
  return disk;
}

/** What a store shows, and how often it refused because of damage; anything wrong throws. */
export function judge(store: Store, model: Model): { refused: number; shown: number } {
  const expected = model.at(NOW_MS);
  const found = { refused: 0, shown: 0 };
  for (let i = 0; i < KEYS; i++) {
    const value = unlessDamaged(() => ({ value: store.get(keyAt(i)) }));
    if (value === undefined) found.refused++;
    else {
      found.shown++;
      expectValue(keyAt(i), value.value, model.get(keyAt(i), NOW_MS));
    }
  }
  for (const reverse of [false, true]) {
    const isWhole = scanUpToDamage(store, reverse, reverse ? expected.toReversed() : expected);
    if (!isWhole) found.refused++;
  }
  return found;
}

/** A scan shows what is there up to the damage, and then nothing more; true if it met none. */
function scanUpToDamage(store: Store, reverse: boolean, expected: readonly Entry[]): boolean {
  const scan = unlessDamaged(() => store.scan({ reverse }));
  if (scan === undefined) return false;
  for (let i = 0; ; i++) {
    const more = unlessDamaged(() => ({ more: scan.next() }));
    if (more === undefined) {
      if (unlessDamaged(() => scan.next()) !== undefined)
        throw new Error('it went on after damage');
      return false;
    }
    if (!more.more) {
      if (i < expected.length)
        throw new Error(`a scan ended after ${i} of ${expected.length} keys`);
      return true;
    }
    const [key, value] = expected[i] ?? [];
    if (key === undefined || nameOf(scan.key) !== nameOf(key))
      throw new Error(`a scan shows ${nameOf(scan.key)}, which should not be there`);
    expectValue(key, scan.value, value);
  }
}

function expectValue(key: Uint8Array, found?: Uint8Array, expected?: Uint8Array): void {
  const [is, should] = [found && nameOf(found), expected && nameOf(expected)];
  if (is !== should) throw new Error(`${nameOf(key)} is ${is} where it should be ${should}`);
}

function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isFerrisError(error, 'FERRIS_CORRUPTION')) return undefined;
    throw error;
  }
}
