// The records that are written and read: drawn from a seed, so that every peer, every
// round and every machine sees the same ones, and every answer can be checked.
//
// Keys are 16 decimal digits, as in db_bench. Stored keys are even numbers and missing
// keys odd ones, so a missing key lies between two that exist. Values are 100 random
// bytes, which no codec can shrink, or half of them random and half zeros; 4,096 different
// ones, picked by hashing the record's number and how often it was overwritten.

import { Random } from '../../engine/base/random.ts';

export const KEY_BYTES = 16;
export const VALUE_BYTES = 100;

const VALUES = 4096; // enough that no two values in one block or page are alike

export class Data {
  readonly records: number;
  /** Keys in ascending order. Each has a buffer of its own: IndexedDB clones whole buffers. */
  readonly keys: Uint8Array<ArrayBuffer>[] = [];
  /** 0, 1, 2, and so on: the order of the keys. */
  readonly ascending: Uint32Array;
  /** A random order in which to write or read them. */
  readonly shuffled: Uint32Array;
  readonly #values: Uint8Array<ArrayBuffer>[] = [];

  /** @param halfZeros whether the second half of each value is zeros */
  constructor(records: number, halfZeros = false, seed = 1) {
    const random = new Random(seed);
    this.records = records;
    for (let i = 0; i < records; i++) this.keys.push(keyOf(2 * i));
    for (let i = 0; i < VALUES; i++) {
      const value = random.bytes(VALUE_BYTES);
      if (halfZeros) value.fill(0, VALUE_BYTES / 2);
      this.#values.push(value);
    }
    this.ascending = Uint32Array.from({ length: records }, (_, i) => i);
    this.shuffled = shuffle(this.ascending, random);
  }

  /** The value stored under the key at `index` when it was overwritten `version` times. */
  value(index: number, version = 0): Uint8Array<ArrayBuffer> {
    const hash = Math.imul(index + Math.imul(version, 0x85ebca6b), 0x9e3779b1) >>> 8;
    return this.#values[hash % VALUES] as Uint8Array<ArrayBuffer>;
  }

  /** A key just after the one at `index`, which is not stored. */
  missing(index: number): Uint8Array<ArrayBuffer> {
    return keyOf(2 * index + 1);
  }
}

/** A few bytes of a value mixed into one number: cheap, but it has to touch the value. */
export function taste(value: Uint8Array): number {
  return (
    value.length +
    ((value[0] as number) << 8) +
    ((value[50] as number) << 12) +
    ((value[99] as number) << 16)
  );
}

function keyOf(number: number): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(KEY_BYTES);
  for (let i = KEY_BYTES - 1, rest = number; i >= 0; i--) {
    key[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return key;
}

function shuffle(numbers: Uint32Array, random: Random): Uint32Array {
  const order = numbers.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}
