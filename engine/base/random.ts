// Seeded random streams. The same seed gives the same numbers in every engine. Each component
// draws from a stream of its own (`fork`), so that one more draw in one place shifts nothing
// elsewhere.

import { utf8 } from './bytes.ts';
import { Xoshiro } from './xoshiro.ts';

/** A stream of random numbers that anyone can draw again from the same seed. */
export class Random extends Xoshiro {
  /** A whole number from 0 to `limit` - 1; `limit` from 1 to 2^32. */
  below(limit: number): number {
    // The bias of taking the high part of a 32 x 32 bit product is under 2^-32 * limit.
    return Math.floor((this.u32() / 0x100000000) * limit);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True `numerator` times out of `denominator`. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  /** One element of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.u32() >>> 24;
    return bytes;
  }

  /** A new stream named `name`: drawn once from this one, mixed with the name. */
  fork(name: string): Random {
    let seed = this.u32();
    for (const byte of utf8(name)) seed = Math.imul(seed ^ byte, 0x01000193);
    return new Random(seed);
  }
}
