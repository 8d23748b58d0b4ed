// A real bloom filter, some keys in it, and somebody who asks: for keys that are there, for keys
// that aren't, for any key that the reader types.
//
// The engine knows all keys of a table before it sets the first bit, because the size of the
// filter depends on how many there are. So the filter is built at once, and the picture of one
// key after another shows the bits that each of them has in the finished filter; together they
// are all of its bits (a test holds that).

import { Bloom, BloomBuilder, bitPlacesOf, utf8 } from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';

export type FilterAction =
  | { readonly do: 'build'; readonly keys: number; readonly bitsPerKey: number }
  /** Asks for the first `count` keys that are there, or for so many more that aren't. */
  | { readonly do: 'ask-many'; readonly there: boolean; readonly count: number }
  | { readonly do: 'ask'; readonly key: string };

export type FilterEvent =
  | {
      readonly type: 'filter.build';
      readonly keys: number;
      readonly bitsPerKey: number;
      readonly probes: number;
      readonly bitCount: number;
      /** The filter's bits, without the byte that says how many probes there are. */
      readonly bits: Uint8Array;
      /** The bits are shown key by key; of many keys they are shown at once. */
      readonly oneByOne: boolean;
    }
  | { readonly type: 'filter.add'; readonly key: string; readonly places: readonly number[] }
  | {
      readonly type: 'filter.ask';
      readonly key: string;
      readonly places: readonly number[];
      readonly verdict: 'no' | 'maybe';
      /** Whether it is one of the keys in the filter: what the filter doesn't know. */
      readonly there: boolean;
      /** One of many questions, of which only the wrong answers are told. */
      readonly many: boolean;
    }
  /** Of many questions only those are told that were answered wrongly; here are their numbers. */
  | {
      readonly type: 'filter.asked';
      readonly there: boolean;
      readonly count: number;
      readonly maybe: number;
    };

/** Up to so many keys or questions are told one by one. */
export const ONE_BY_ONE_MAX = 64;

export const keyOf = (number: number) => `order ${number}`;
/** Keys that are never put into a filter. */
export const missingKeyOf = (number: number) => `ghost ${number}`;

export class FilterWorld {
  readonly #trace: (event: FilterEvent) => void;
  #filter = new Bloom(new Uint8Array(9));
  readonly #keys = new Set<string>();
  /** How many missing keys were asked for; the next one has the next number. */
  #ghosts = 0;

  constructor({ trace }: Context<FilterEvent>) {
    this.#trace = trace;
  }

  apply(action: FilterAction): void {
    if (action.do === 'build') this.#build(action.keys, action.bitsPerKey);
    else if (action.do === 'ask') this.#ask(action.key, false);
    else this.#askMany(action.there, action.count);
  }

  #build(keys: number, bitsPerKey: number): void {
    const builder = new BloomBuilder();
    this.#keys.clear();
    this.#ghosts = 0;
    for (let number = 1; number <= keys; number++) {
      this.#keys.add(keyOf(number));
      builder.add(utf8(keyOf(number)));
    }
    const contents = builder.finish(bitsPerKey);
    this.#filter = new Bloom(contents);
    const { probes, bitCount } = this.#filter;
    const bits = contents.slice(0, -1);
    const oneByOne = keys <= ONE_BY_ONE_MAX;
    this.#trace({ type: 'filter.build', keys, bitsPerKey, probes, bitCount, bits, oneByOne });
    if (!oneByOne) return;
    for (const key of this.#keys)
      this.#trace({ type: 'filter.add', key, places: bitPlacesOf(this.#filter, utf8(key)) });
  }

  #askMany(there: boolean, count: number): void {
    let maybe = 0;
    for (let number = 1; number <= count; number++) {
      const key = there ? keyOf(number) : missingKeyOf(++this.#ghosts);
      if (this.#ask(key, count > ONE_BY_ONE_MAX)) maybe++;
    }
    if (count > ONE_BY_ONE_MAX) this.#trace({ type: 'filter.asked', there, count, maybe });
  }

  /** What the filter says; told if it is wrong, or if each answer is. */
  #ask(key: string, many: boolean): boolean {
    const bytes = utf8(key);
    const maybe = this.#filter.mayContain(bytes);
    const there = this.#keys.has(key);
    if (!many || maybe !== there) {
      const places = bitPlacesOf(this.#filter, bytes);
      const verdict = maybe ? 'maybe' : 'no';
      this.#trace({ type: 'filter.ask', key, places, verdict, there, many });
    }
    return maybe;
  }
}
