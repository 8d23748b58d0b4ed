// The records of a load: key number 17 is `0000000000000017`, and its value begins with its number,
// so that every answer can be checked.
//
//     value   +------------+------------------+---------------------+
//             | number u32 | random bytes ... | one byte repeated   |
//             +------------+------------------+---------------------+
//                                              compressible share

import { type Random, text } from '../../../engine/index.ts';
import { zipfian } from '../../../tests/bench/zipf.ts';
import type { LoadSettings } from './load.ts';

const KEY_BYTES = 16;
/** Different values, so that no two in one block are alike. */
const VALUES = 64;

export class Records {
  readonly #values: readonly Uint8Array[];
  #next = 0;

  constructor(load: LoadSettings, random: Random) {
    const { valueBytes, compressiblePercent } = load;
    const repeated = Math.round((valueBytes * compressiblePercent) / 100);
    this.#values = Array.from({ length: VALUES }, () =>
      random.bytes(valueBytes).fill(0x2e, Math.max(4, valueBytes - repeated)),
    );
  }

  /** A value for a key, to be copied before the next one is asked for. */
  value(number: number): Uint8Array {
    const value = this.#values[this.#next++ % VALUES] as Uint8Array;
    new DataView(value.buffer, value.byteOffset, 4).setUint32(0, number, true);
    return value;
  }
}

export function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  for (let i = KEY_BYTES - 1, rest = number; i >= 0; i--) {
    key[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return key;
}

/** Whether a value is one that was put under this key. */
export function isValueOf(value: Uint8Array, number: number): boolean {
  return (
    value.length >= 4 && new DataView(value.buffer, value.byteOffset).getUint32(0, true) === number
  );
}

export const numberOfKey = (key: Uint8Array): number => Number(text(key));

/** A function that draws key numbers in the order that the load asks for. */
export function pickerOf({ keys, order }: LoadSettings, random: Random): () => number {
  if (order === 'zipfian' && keys > 2) return zipfian(keys, random);
  if (order !== 'sequential') return () => random.below(keys);
  let next = 0;
  return () => next++ % keys;
}
